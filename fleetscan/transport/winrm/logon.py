"""How a WinRM connection proves who we are: a fixed header, or tokens in one of HTTP's schemes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TypeAlias

from fleetscan.credentials.interface import Credential
from fleetscan.transport.logon import Mechanism, TokenLogon, required_secret

CERTIFICATE_HEADER = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""What a client with a certificate sends as ``Authorization`` (MS-WSMV, 2.2.5)."""

SCHEMES: dict[Mechanism, tuple[str, ...]] = {
    "kerberos": ("Negotiate", "Kerberos"),
    "ntlm": ("Negotiate", "NTLM"),
    "negotiate": ("Negotiate",),
}
"""The HTTP schemes that carry a mechanism, the preferred one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLogon:
    """Send the same ``Authorization`` with every request; ``scheme`` is what the host must offer for it."""

    header: str
    scheme: str

    def __repr__(self) -> str:
        """Leave the header out: for Basic it holds the password."""
        return f"HeaderLogon(scheme={self.scheme!r})"


Logon: TypeAlias = HeaderLogon | TokenLogon


def basic(credential: Credential) -> HeaderLogon:
    """Make the Basic header; the caller sees to TLS."""
    secret = required_secret(credential)
    pair = f"{credential.user}:{secret.reveal()}".encode()
    return HeaderLogon(header=f"Basic {base64.b64encode(pair).decode()}", scheme="Basic")
