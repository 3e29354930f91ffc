"""Target -> where to connect, with which TLS, how to log on, whether to encrypt messages. Nothing is contacted here."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetscan.credentials.interface import Auth, Credential
from fleetscan.errors import HostFailure
from fleetscan.model import MessageEncryption, Reason, WinrmSettings
from fleetscan.transport.logon import TokenLogon, mechanism_for
from fleetscan.transport.winrm.logon import CERTIFICATE_HEADER, HeaderLogon, Logon, basic

if TYPE_CHECKING:
    from fleetscan.model import Host
    from fleetscan.transport.interface import Target
    from fleetscan.transport.kerberos import Tickets
    from fleetscan.transport.winrm.tls import Contexts

PORTS = {"http": 5985, "https": 5986}
"""WinRM's ports since version 2.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """All that a connection needs to know. ``endpoint`` is the URL that stands in the messages."""

    address: str
    port: int
    path: str
    endpoint: str
    configuration: str
    tls: ssl.SSLContext | None
    logon: Logon
    encrypt: bool

    @property
    def authority(self) -> str:
        """Name host and port as the ``Host`` header does."""
        return f"{_bracketed(self.address)}:{self.port}"


def port_of(host: Host) -> int:
    """Choose the port."""
    return host.port or PORTS[host.winrm.protocol]


def route_to(target: Target, contexts: Contexts, tickets: Tickets) -> Route:
    """Work out the route. Raises HostFailure for settings that cannot work together."""
    host, credential, settings = target.host, target.credential, target.host.winrm
    auth = _auth(settings, credential)
    port = port_of(host)
    path = settings.path.strip("/")
    return Route(
        address=host.address,
        port=port,
        path=f"/{path}",
        endpoint=f"{settings.protocol}://{_bracketed(host.address)}:{port}/{path}",
        configuration=settings.configuration_name,
        tls=_tls(settings, credential, auth, contexts) if settings.protocol == "https" else None,
        logon=_logon(host, credential, auth, tickets),
        encrypt=_encrypt(settings, auth),
    )


def _bracketed(address: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(address)}]"
    except ValueError:
        return address


def _auth(settings: WinrmSettings, credential: Credential) -> Auth:
    """Take the inventory's word before the credential's."""
    if settings.auth is None:
        return credential.auth
    try:
        return Auth(settings.auth)
    except ValueError:
        words = ", ".join(Auth)
        message = f"the logon {settings.auth!r} is not known; use one of {words}"
        raise HostFailure(Reason.UNSUPPORTED, message) from None


def _tls(settings: WinrmSettings, credential: Credential, auth: Auth, contexts: Contexts) -> ssl.SSLContext:
    if auth is not Auth.CERTIFICATE:
        return contexts.get(settings.ca_cert)
    if credential.certificate is None:
        message = f"the credential {credential.name} names no certificate"
        raise HostFailure(Reason.AUTH_FAILED, message)
    passphrase = credential.secret.reveal() if credential.secret else None
    return contexts.get(settings.ca_cert, credential.certificate, credential.key, passphrase)


def _logon(host: Host, credential: Credential, auth: Auth, tickets: Tickets) -> Logon:
    if auth in (Auth.BASIC, Auth.CERTIFICATE) and host.winrm.protocol != "https":
        message = f"{auth} is used over https only; set ansible_psrp_protocol: https"
        raise HostFailure(Reason.UNSUPPORTED, message)
    match auth:
        case Auth.BASIC:
            return basic(credential)
        case Auth.CERTIFICATE:
            return HeaderLogon(header=CERTIFICATE_HEADER, scheme=CERTIFICATE_HEADER)
        case _:
            return TokenLogon(
                credential=credential,
                mechanism=mechanism_for(credential, auth),
                service=host.winrm.negotiate_service,
                hostname=host.winrm.negotiate_hostname_override or host.address,
                tickets=tickets,
            )


def _encrypt(settings: WinrmSettings, auth: Auth) -> bool:
    """Encrypt messages over http, and over https only when told to (TLS does it there)."""
    able = auth not in (Auth.BASIC, Auth.CERTIFICATE)
    match settings.message_encryption:
        case MessageEncryption.ALWAYS:
            if not able:
                message = f"{auth} cannot encrypt messages; set ansible_psrp_message_encryption: auto"
                raise HostFailure(Reason.UNSUPPORTED, message)
            return True
        case MessageEncryption.NEVER:
            return False
        case MessageEncryption.AUTO:
            return able and settings.protocol == "http"
