"""The credentials of a run by name. Law: each secret is read at most once, when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from fleetscan.authored import suggest
from fleetscan.credentials.entry import Entry
from fleetscan.credentials.interface import Credential, Source
from fleetscan.errors import CredentialError


class CredentialStore:
    """What ``credentials.yml`` says, and the secrets that were needed so far. Safe to use from several threads."""

    def __init__(self, path: Path, entries: Mapping[str, Entry], sources: Mapping[str, Source]) -> None:
        """Keep the entries, which were found right; no secret is read here."""
        self.path = path
        self.entries = entries
        self._sources = sources
        self._lock = Lock()
        self._resolved: dict[str, Credential | CredentialError] = {}

    def __repr__(self) -> str:
        """Name the credentials and nothing else."""
        return f"CredentialStore({str(self.path)!r}, {', '.join(self.names)})"

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names in the order of the file."""
        return tuple(self.entries)

    def resolve(self, name: str) -> Credential:
        """Give a credential with its secret; may ask, run a program or wait, the first time.

        Raise CredentialError for an unknown name, or when the secret cannot be had; again at once the next time.
        """
        if name not in self.entries:
            message = f"{self.path}: unknown credential `{name}` ({suggest(name, self.names)})"
            raise CredentialError(message)
        with self._lock:
            if name not in self._resolved:
                self._resolved[name] = self._read(name)
            known = self._resolved[name]
        if isinstance(known, CredentialError):
            raise CredentialError(str(known))
        return known

    def _read(self, name: str) -> Credential | CredentialError:
        entry = self.entries[name]
        secret = None
        for kind, argument in (entry.secret or {}).items():
            try:
                secret = self._sources[kind].read(argument, credential=name)
            except CredentialError as error:
                return error
        try:
            certificate, key = (self._whole(path, name) for path in (entry.certificate, entry.key))
        except CredentialError as error:
            return error
        return Credential(
            name=name, user=entry.user or "", auth=entry.auth, secret=secret, certificate=certificate, key=key
        )

    def _whole(self, path: str | None, credential: str) -> str | None:
        """Give the whole path of a PEM file that can be read: to find out at each host would look like a rejection."""
        if path is None:
            return None
        whole = self.path.parent / os.path.expanduser(path)  # noqa: PTH111 - leaves `~nobody` as it is
        try:
            whole.open("rb").close()
        except OSError as error:
            message = (
                f"credential `{credential}`: {whole} cannot be read: {error.strerror} (check the path and its owner)"
            )
            raise CredentialError(message) from None
        return str(whole)
