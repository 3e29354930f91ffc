"""Target -> where to connect and how to log on. Nothing is contacted here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetscan.credentials.interface import Auth
from fleetscan.errors import HostFailure
from fleetscan.model import Reason, SmbEncryption
from fleetscan.transport.logon import TokenLogon, mechanism_for

if TYPE_CHECKING:
    from fleetscan.transport.interface import Target
    from fleetscan.transport.kerberos import Tickets

SERVICE = "cifs"
"""The service part of the host's Kerberos name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """All that a connection needs to know."""

    address: str
    port: int
    logon: TokenLogon
    encrypt: SmbEncryption


def route_to(target: Target, tickets: Tickets) -> Route:
    """Work out the route. Raises HostFailure for a credential that SMB cannot use."""
    host, credential = target.host, target.credential
    if credential.auth in (Auth.BASIC, Auth.CERTIFICATE):
        message = (
            f"the credential {credential.name} is for auth: {credential.auth}, which remote registry cannot use; give "
            "the host one for negotiate, ntlm or kerberos, or set fleetscan_transport: winrm"
        )
        raise HostFailure(Reason.UNSUPPORTED, message)
    logon = TokenLogon(
        credential=credential,
        mechanism=mechanism_for(credential, credential.auth),
        service=SERVICE,
        hostname=host.smb.hostname_override or host.address,
        tickets=tickets,
    )
    return Route(address=host.address, port=host.smb.port, logon=logon, encrypt=host.smb.encrypt)
