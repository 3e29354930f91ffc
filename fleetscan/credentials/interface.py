"""Where secrets come from, and the only object that holds one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, Protocol, runtime_checkable


class Secret:
    """A secret in memory: masked when printed, refused when pickled, shown by :meth:`reveal` only."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep the text out of every representation."""
        self._text = text

    def reveal(self) -> str:
        """Give the text; called in transports only."""
        return self._text

    def __repr__(self) -> str:
        """Mask."""
        return "Secret(***)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        message = "a secret is never serialised"
        raise TypeError(message)


class Auth(StrEnum):
    """How to prove who we are, in the words of the credentials file."""

    NEGOTIATE = "negotiate"
    NTLM = "ntlm"
    KERBEROS = "kerberos"
    CERTIFICATE = "certificate"
    BASIC = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    r"""One named credential, resolved.

    ``user`` is ``DOMAIN\name`` or a UPN, empty with Kerberos and a ticket cache. ``certificate`` and ``key`` are
    paths to PEM files; with ``auth: certificate`` the secret, if any, is the key's passphrase.
    """

    name: str
    user: str = ""
    auth: Auth = Auth.NEGOTIATE
    secret: Secret | None = None
    certificate: str | None = None
    key: str | None = None


@runtime_checkable
class Source(Protocol):
    """One way to get a secret. ``kind`` is its word in the credentials file, as in ``secret: {kind: argument}``.

    A plug-in of the entry-point group ``fleetscan.credentials`` is a function that takes the folder of the
    credentials file (where relative paths start) and gives a source.
    """

    kind: str

    def complain(self, argument: object) -> str:
        """Say what the argument in the file must be, or nothing when it is fine; reads no secret."""
        ...

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the secret, or raise CredentialError with the place and the remedy, never the secret."""
        ...
