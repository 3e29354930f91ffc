from __future__ import annotations

import base64
import ssl

import pytest

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.errors import HostFailure
from fleetscan.model import Host, MessageEncryption, Reason, WinrmSettings
from fleetscan.transport.interface import Target
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.winrm.route import port_of, route_to
from fleetscan.transport.winrm.tls import Contexts
from tests.transport.winrm.world import credential


def _aim(settings: WinrmSettings, known: Credential | None = None, address: str = "ex01") -> Target:
    return Target(host=Host(name="ex01", address=address, winrm=settings), credential=known or credential())


@pytest.mark.parametrize(
    ("settings", "known", "reason", "mark"),
    [
        (WinrmSettings(auth="credssp"), None, Reason.UNSUPPORTED, "negotiate, ntlm"),
        (WinrmSettings(protocol="http", auth="basic"), None, Reason.UNSUPPORTED, "https only"),
        (WinrmSettings(protocol="http", auth="certificate"), None, Reason.UNSUPPORTED, "https only"),
        (
            WinrmSettings(auth="basic", message_encryption=MessageEncryption.ALWAYS),
            None,
            Reason.UNSUPPORTED,
            "cannot encrypt",
        ),
        (WinrmSettings(auth="basic"), credential(password=None), Reason.AUTH_FAILED, "no secret"),
        (WinrmSettings(auth="ntlm"), credential(password=None), Reason.AUTH_FAILED, "no secret"),
        (WinrmSettings(auth="kerberos"), None, Reason.AUTH_FAILED, "user@REALM"),
        (WinrmSettings(auth="kerberos"), credential(user=""), Reason.AUTH_FAILED, "no user"),
        (WinrmSettings(auth="certificate"), None, Reason.AUTH_FAILED, "names no certificate"),
        (WinrmSettings(ca_cert="/nowhere.pem"), None, Reason.UNREACHABLE, "/nowhere.pem"),
        (
            WinrmSettings(auth="certificate"),
            Credential(name="c", certificate="/nowhere.pem", secret=Secret("x")),
            Reason.AUTH_FAILED,
            "/nowhere.pem",
        ),
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused_before_any_contact(
    settings: WinrmSettings, known: Credential | None, reason: Reason, mark: str
) -> None:
    """With words that name the setting."""
    with pytest.raises(HostFailure) as caught:
        route_to(_aim(settings, known), Contexts(), Tickets())
    assert caught.value.reason is reason
    assert mark in caught.value.detail


def test_a_route_is_what_the_settings_say() -> None:
    """Ports by protocol, brackets around IPv6, path without doubled slashes, encryption where TLS is not."""
    plain = route_to(_aim(WinrmSettings(protocol="http", path="/wsman/"), address="::1"), Contexts(), Tickets())
    assert (plain.endpoint, plain.authority, plain.path) == ("http://[::1]:5985/wsman", "[::1]:5985", "/wsman")
    assert (plain.encrypt, plain.tls) == (True, None)
    contexts = Contexts()
    secure = route_to(_aim(WinrmSettings(auth="negotiate")), contexts, Tickets())
    assert secure.endpoint == "https://ex01:5986/wsman"
    assert not secure.encrypt
    assert secure.tls is contexts.get(None)
    assert secure.tls.verify_mode is ssl.CERT_REQUIRED
    assert secure.tls.check_hostname
    assert port_of(Host(name="a", address="a", port=7)) == 7


@pytest.mark.parametrize(
    ("known", "mechanism"),
    [
        (credential(Auth.NEGOTIATE), "ntlm"),
        (credential(Auth.NEGOTIATE, user="svc@CORP.EXAMPLE"), "negotiate"),
        (credential(Auth.NEGOTIATE, user="", password=None), "kerberos"),
        (credential(Auth.KERBEROS, user="svc@CORP.EXAMPLE", password=None), "kerberos"),
        (credential(Auth.NTLM), "ntlm"),
    ],
    ids=str,
)
def test_the_mechanism_follows_from_the_credential(known: Credential, mechanism: str) -> None:
    """A name without a realm cannot be used with Kerberos, a ticket cannot be used with NTLM."""
    route = route_to(_aim(WinrmSettings(), known), Contexts(), Tickets())
    assert getattr(route.logon, "mechanism", None) == mechanism


def test_no_representation_of_a_route_shows_the_secret() -> None:
    """Not even that of Basic, whose header holds it."""
    known = credential(Auth.BASIC)
    shown = repr(route_to(_aim(WinrmSettings(), known), Contexts(), Tickets()))
    assert known.secret is not None
    assert known.secret.reveal() not in shown
    assert base64.b64encode(f"{known.user}:{known.secret.reveal()}".encode()).decode() not in shown
