from __future__ import annotations

import pytest

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.errors import HostFailure
from fleetscan.model import Host, Reason, SmbEncryption, SmbSettings
from fleetscan.transport.interface import Target
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry.route import route_to


def aim(auth: Auth, user: str = "LAB\\scan", smb: SmbSettings | None = None, *, secret: bool = True) -> Target:
    """Describe a host and a credential."""
    credential = Credential(name="lab", user=user, auth=auth, secret=Secret("x") if secret else None)
    return Target(host=Host(name="ex", address="ex.lab.example", smb=smb or SmbSettings()), credential=credential)


def test_the_route_is_the_inventory_word() -> None:
    """Port and encryption are the host's; the Kerberos name is cifs and its address, unless that is overridden."""
    smb = SmbSettings(port=1445, encrypt=SmbEncryption.REQUIRED, hostname_override="other.example")
    route = route_to(aim(Auth.NTLM, smb=smb), Tickets())
    assert (route.address, route.port, route.encrypt) == ("ex.lab.example", 1445, SmbEncryption.REQUIRED)
    assert (route.logon.service, route.logon.hostname) == ("cifs", "other.example")
    plain = route_to(aim(Auth.NTLM), Tickets())
    assert (plain.port, plain.logon.hostname) == (445, "ex.lab.example")


@pytest.mark.parametrize(
    ("auth", "user", "secret", "mechanism"),
    [
        (Auth.NTLM, "LAB\\scan", True, "ntlm"),
        (Auth.NEGOTIATE, "LAB\\scan", True, "ntlm"),
        (Auth.NEGOTIATE, "scan@LAB.EXAMPLE", True, "negotiate"),
        (Auth.NEGOTIATE, "", False, "kerberos"),
        (Auth.KERBEROS, "scan@LAB.EXAMPLE", True, "kerberos"),
    ],
)
def test_the_mechanism_is_chosen_as_over_winrm(auth: Auth, user: str, mechanism: str, *, secret: bool) -> None:
    """Both ways to a host prove the same credential in the same way."""
    assert route_to(aim(auth, user, secret=secret), Tickets()).logon.mechanism == mechanism


@pytest.mark.parametrize("auth", [Auth.BASIC, Auth.CERTIFICATE])
def test_a_credential_of_http_is_unsupported(auth: Auth) -> None:
    """The words say what to do, and nobody is contacted."""
    with pytest.raises(HostFailure, match="cannot use") as caught:
        route_to(aim(auth), Tickets())
    assert caught.value.reason is Reason.UNSUPPORTED
