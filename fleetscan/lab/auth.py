"""Who is at the other end of a connection: NTLM, SPNEGO, Kerberos, Basic and client certificates.

Laws: an established logon belongs to its connection, as on Windows. No password is kept outside this process: the
account file holds only the NT hash, in a temporary folder that only its owner can read. pyspnego and libkrb5 read
their acceptor's secrets from environment variables, so these are set only while a token is being judged.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import spnego
from spnego._ntlm_raw.crypto import ntowfv1  # no public name for the NT hash (MD4), and OpenSSL 3 has none either
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import BadBindingsError, NegotiateOptions, SpnegoError

CERTIFICATE_HEADER = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

_ENVIRONMENT = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    r"""The one account of a lab, ``DOMAIN\\name``; ``environment`` is what acceptors must see."""

    user: str
    password: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)


def account(user: str, password: str, directory: Path, keytab: Path | None) -> Account:
    """Make an account; its hash goes into a file in ``directory``, in the format of ``smbpasswd``."""
    file = directory / "accounts"
    nt_hash = ntowfv1(password).hex().upper()
    file.write_text(f"{user}:1000:{'0' * 32}:{nt_hash}:[U]:LCT-00000000\n", encoding="utf-8")
    file.chmod(0o600)
    environment = {"NTLM_USER_FILE": str(file)}
    if keytab is not None:
        environment |= {"KRB5_KTNAME": f"FILE:{keytab}", "KRB5RCACHENAME": "none:"}
    return Account(user=user, password=password, environment=environment)


@dataclass(frozen=True, slots=True)
class Challenge:
    """The client is to go on with this token."""

    header: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The client is this user; ``header`` is the last token for it, or nothing; ``fresh`` when it was nobody before."""

    user: str
    header: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """The client is not who it says."""


@dataclass(frozen=True, slots=True)
class Anonymous:
    """The client has not said who it is."""


Verdict: TypeAlias = Challenge | Accepted | Rejected | Anonymous


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a moment; one moment at a time."""
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


class Logon:
    """The logon of one connection."""

    def __init__(self, known: Account, *, certificate: bytes | None, peer: str | None, secure: bool) -> None:
        """Begin; ``certificate`` is the hash that channel bindings carry, ``peer`` the name in a client certificate."""
        self._account = known
        self._bindings = None
        if certificate is not None:
            self._bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + certificate)
        self._peer = peer
        self._secure = secure
        self.context: spnego.ContextProxy | None = None
        self.user: str | None = None

    def judge(self, authorization: str | None) -> Verdict:
        """Judge the ``Authorization`` header of a request."""
        if authorization is None:
            return Anonymous() if self.user is None else Accepted(self.user, "", fresh=False)
        scheme, _, data = authorization.partition(" ")
        match scheme.lower():
            case "negotiate" | "kerberos":
                return self._token(scheme, data)
            case "basic" if self._secure:
                return self._basic(data)
            case other if self._secure and other == CERTIFICATE_HEADER:
                return Rejected() if self._peer is None else self._accept(self._peer, "")
            case _:
                return Anonymous()

    def forget(self) -> None:
        """Be nobody again."""
        self.context, self.user = None, None

    def _accept(self, user: str, header: str) -> Accepted:
        """Remember who it is."""
        fresh = self.user is None
        self.user = user
        return Accepted(user, header, fresh)

    def _basic(self, data: str) -> Verdict:
        """Compare name and password."""
        expected = f"{self._account.user}:{self._account.password}".encode()
        if hmac.compare_digest(_decoded(data) or b"", expected):
            return self._accept(self._account.user, "")
        return Rejected()

    def _token(self, scheme: str, data: str) -> Verdict:
        """Take one token of a security context."""
        token = _decoded(data)
        if not token:
            return Rejected()
        if self.context is None or self.context.complete:
            self.forget()
        try:
            with _environment(self._account.environment):
                context, answer = self._step(token)
        except (SpnegoError, ValueError):
            self.context = None
            return Rejected()
        self.context = context
        header = f"{scheme} {base64.b64encode(answer).decode()}" if answer else ""
        if context.complete:
            return self._accept(context.client_principal or "", header)
        return Challenge(header)

    def _step(self, token: bytes) -> tuple[spnego.ContextProxy, bytes | None]:
        """Step the context, a new one for a first token.

        Channel bindings are judged as Windows does by default (CbtHardeningLevel Relaxed): wrong ones are refused,
        a client that sends none is let in.
        """
        context = self.context or spnego.server(protocol="negotiate", options=NegotiateOptions.use_negotiate)
        try:
            return context, context.step(token, channel_bindings=self._bindings)
        except BadBindingsError as error:
            if "not present" not in str(error):
                raise
            return context, context.step(token)


def _decoded(data: str) -> bytes | None:
    """Decode base64; ``None`` when it is none."""
    try:
        return base64.b64decode(data.strip(), validate=True)
    except binascii.Error:
        return None
