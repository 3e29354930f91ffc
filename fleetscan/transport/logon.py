"""How a connection proves who we are: tokens exchanged through pyspnego.

Law: secrets are revealed here, in the Basic header of WinRM, and to the KDC in :mod:`kerberos` only, and never kept in
clear by us.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import spnego
from spnego.channel_bindings import GssChannelBindings

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.kerberos import KERBEROS_ERRORS, TURNED_DOWN, Tickets, kerberos_ruling

Mechanism: TypeAlias = Literal["kerberos", "negotiate", "ntlm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogon:
    """Exchange tokens when a connection is opened. ``service`` and ``hostname`` make the host's Kerberos name."""

    credential: Credential
    mechanism: Mechanism
    service: str
    hostname: str
    tickets: Tickets

    def start(self, binding: bytes | None, options: spnego.NegotiateOptions) -> spnego.ContextProxy:
        """Begin an exchange for one connection. ``binding`` is the TLS channel's. Raises what pyspnego raises."""
        return spnego.client(
            self._credentials(),
            hostname=self.hostname,
            service=self.service,
            protocol=self.mechanism,
            channel_bindings=GssChannelBindings(application_data=binding) if binding else None,
            options=options,
        )

    def _credentials(self) -> list[spnego.Credential]:
        user, secret = self.credential.user, self.credential.secret
        if secret is None:
            return [spnego.CredentialCache(username=user or None)]
        password = spnego.Password(username=user, password=secret.reveal())
        match self.mechanism:
            case "ntlm":
                return [password]
            case "kerberos":
                return [spnego.KerberosCCache(ccache=self.tickets.cache_for(user, secret))]
            case "negotiate":
                return [*self._ticket(user, secret), password]

    def _ticket(self, user: str, secret: Secret) -> list[spnego.Credential]:
        """Try Kerberos before NTLM, but not NTLM with a password that the KDC has just turned down."""
        try:
            return [spnego.KerberosCCache(ccache=self.tickets.cache_for(user, secret))]
        except ImportError:
            return []
        except KERBEROS_ERRORS as error:
            reason, words = kerberos_ruling(error)
            if TURNED_DOWN in words:
                raise HostFailure(reason, words) from error
            return []


def required_secret(credential: Credential) -> Secret:
    """Give the secret, or end the conversation before it begins."""
    if credential.secret is None:
        message = f"the credential {credential.name} has no secret, and {credential.auth} needs one"
        raise HostFailure(Reason.AUTH_FAILED, message)
    return credential.secret


def mechanism_for(credential: Credential, auth: Auth) -> Mechanism:
    r"""Choose the mechanism.

    ``negotiate`` is Kerberos where a ticket is all there is, Kerberos and then NTLM for ``user@REALM``, and NTLM for
    ``DOMAIN\user``, which names no realm. Raises HostFailure for a credential that cannot be used that way.
    """
    match auth:
        case Auth.KERBEROS:
            return _kerberos(credential)
        case Auth.NEGOTIATE if credential.secret is None:
            return _kerberos(credential)
        case Auth.NEGOTIATE if "@" in credential.user:
            return "negotiate"
        case _:
            required_secret(credential)
            return "ntlm"


def _kerberos(credential: Credential) -> Mechanism:
    if credential.user and "@" not in credential.user:
        message = f"Kerberos needs the user of credential {credential.name} as user@REALM"
        raise HostFailure(Reason.AUTH_FAILED, message)
    if credential.secret is not None and not credential.user:
        message = f"the credential {credential.name} has a secret but no user"
        raise HostFailure(Reason.AUTH_FAILED, message)
    return "kerberos"
