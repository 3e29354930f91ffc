"""One entry of ``credentials.yml``: its shape, and what must go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictStr, StringConstraints

from fleetscan.authored import Document, suggest
from fleetscan.credentials.interface import Auth, Source
from fleetscan.errors import Mistake

Text = Annotated[StrictStr, StringConstraints(strip_whitespace=True, min_length=1)]

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*"
CLEAR_TEXT: Final = ("password", "pass", "passwd", "passphrase")
_REMEDY: Final = "remove it, and say where it is: `secret: {env: NAME}`, or file, command, prompt, keyring"
_NEEDS_USER: Final = (Auth.NEGOTIATE, Auth.NTLM, Auth.BASIC)


class Entry(BaseModel):
    """What is written of one credential."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: Annotated[Text | None, Field(description=r"DOMAIN\name or name@domain; none with a Kerberos ticket.")] = None
    auth: Annotated[Auth, Field(description="How to log on. `basic` goes over https only.")] = Auth.NEGOTIATE
    secret: Annotated[dict[str, Any] | None, Field(description="Where the secret comes from.", repr=False)] = None
    certificate: Annotated[Text | None, Field(description="PEM file, with `auth: certificate`.")] = None
    key: Annotated[Text | None, Field(description="PEM file of its key, with `auth: certificate`.")] = None


class CredentialsFile(BaseModel):
    """What is written in ``credentials.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credentials: dict[Text, Entry]


def clear_text_mistakes(document: Document) -> Iterator[Mistake]:
    """Find secrets that are written where only their source belongs; never shows one."""
    entries = document.at(("credentials",))
    for name, entry in entries.items() if isinstance(entries, Mapping) else ():
        for key, value in entry.items() if isinstance(entry, Mapping) else ():
            at = ("credentials", name, key)
            if key.lower() in CLEAR_TEXT:
                yield document.mistake_at_key(at, f"`{key}` holds a secret in clear text", _REMEDY)
            elif key == "secret" and isinstance(value, str | int | float):
                yield document.mistake(at, "`secret` holds a secret in clear text", _REMEDY)


def entry_mistakes(document: Document, name: str, entry: Entry, sources: Mapping[str, Source]) -> Iterator[Mistake]:
    """Find what does not go together in one entry of the right shape."""
    at = ("credentials", name)
    if not re.fullmatch(_NAME, name):
        message = f"`{name}` is not a name for a credential"
        yield document.mistake_at_key(at, message, "use letters, digits, `.`, `_` and `-`")
    if entry.auth in _NEEDS_USER and not (entry.user and entry.secret):
        message = f"`auth: {entry.auth}` needs `user` and `secret`"
        yield document.mistake_at_key(at, message, "add them, or use `auth: kerberos` with a ticket")
    if entry.auth == Auth.KERBEROS and entry.secret and not entry.user:
        yield document.mistake_at_key((*at, "secret"), "a secret without a user", "add `user`, or remove the secret")
    if entry.auth == Auth.CERTIFICATE and not (entry.certificate and entry.key):
        yield document.mistake_at_key(at, "`auth: certificate` needs `certificate` and `key`", "name the two PEM files")
    if entry.auth != Auth.CERTIFICATE and (entry.certificate or entry.key):
        key = "certificate" if entry.certificate else "key"
        message = f"`{key}` is of no use with `auth: {entry.auth}`"
        yield document.mistake_at_key((*at, key), message, "write `auth: certificate`, or remove it")
    if entry.secret is not None:
        yield from _secret_mistakes(document, name, entry.secret, sources)


def _secret_mistakes(
    document: Document, name: str, secret: Mapping[str, Any], sources: Mapping[str, Source]
) -> Iterator[Mistake]:
    at = ("credentials", name, "secret")
    kinds = ", ".join(sources)
    if len(secret) != 1:
        yield document.mistake_at_key(at, "`secret` names exactly one source", f"write one of {kinds}")
    for kind, argument in secret.items():
        if kind not in sources:
            # not even its name is shown: `secret: {hunter2}` is a mapping to YAML
            yield document.mistake_at_key((*at, kind), "unknown source of a secret", suggest(kind, list(sources)))
        elif complaint := sources[kind].complain(argument):
            yield document.mistake((*at, kind), f"`{kind}` {complaint}", "")
