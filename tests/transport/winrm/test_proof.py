"""When the proof of a password leaves: whoever minds lock-out must know before, and only then."""

from __future__ import annotations

import base64
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import pytest
import spnego

from fleetscan.credentials.interface import Auth
from fleetscan.errors import HostFailure
from fleetscan.model import MessageEncryption, WinrmSettings
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Step
from fleetscan.transport.kerberos import KERBEROS_ERRORS, Tickets
from fleetscan.transport.logon import TokenLogon, mechanism_for
from fleetscan.transport.winrm.logon import CERTIFICATE_HEADER, HeaderLogon, Logon, basic
from fleetscan.transport.winrm.route import route_to
from fleetscan.transport.winrm.tls import Contexts
from fleetscan.transport.winrm.wire import Wire
from tests.transport.winrm.world import credential, plain_target, reply, replying, serving

CLEAR = WinrmSettings(protocol="http", message_encryption=MessageEncryption.NEVER)
ERRORS = (HostFailure, OSError, HTTPException, spnego.exceptions.SpnegoError, *KERBEROS_ERRORS)


@pytest.fixture(autouse=True)
def nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyspnego's acceptor know an account, and Kerberos no realm, so that no KDC is looked for."""
    (tmp_path / "users").write_text("DOMAIN:user:password\n")
    (tmp_path / "krb5.conf").write_text("[libdefaults]\n dns_lookup_kdc = false\n dns_lookup_realm = false\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(tmp_path / "users"))
    monkeypatch.setenv("KRB5_CONFIG", str(tmp_path / "krb5.conf"))
    monkeypatch.setenv("KRB5CCNAME", str(tmp_path / "no-tickets"))


def challenge() -> bytes:
    """Ask for the proof, as a host does after the first token of NTLM."""
    options = spnego.NegotiateOptions.use_ntlm
    first = spnego.client("user", "password", protocol="ntlm", options=options).step()
    token = spnego.server(protocol="ntlm", options=options).step(first) or b""
    return reply("401 No", WWW_Authenticate=f"Negotiate {base64.b64encode(token).decode()}")


def told(logon: Logon | None, *replies: bytes) -> list[Step]:
    """Send a message to a host that gives these replies and then hangs up; ``None`` is a logon by NTLM."""
    steps: list[Step] = []
    with serving(replying(*replies)) as port:
        route = route_to(plain_target(port, settings=CLEAR), Contexts(), Tickets())
        wire = Wire(replace(route, logon=logon or route.logon), Deadline(5), steps.append)
        with pytest.raises(ERRORS):
            wire.send(b"<message/>")
    return steps


def kerberos(auth: Auth, password: str | None) -> TokenLogon:
    """Log on by tickets."""
    known = credential(auth, user="user@NOWHERE.EXAMPLE", password=password)
    mechanism = mechanism_for(known, auth)
    return TokenLogon(credential=known, mechanism=mechanism, service="host", hostname="x", tickets=Tickets())


def test_the_first_token_of_ntlm_proves_nothing() -> None:
    """Nor does a host that asks for none see a proof."""
    assert told(None) == [Step.CONNECTED]
    assert told(None, reply("401 No", WWW_Authenticate="Negotiate")) == [Step.CONNECTED]


def test_the_answer_to_the_challenge_of_ntlm_is_a_proof() -> None:
    """It is told before it leaves: the host hangs up without reading it."""
    assert told(None, challenge()) == [Step.CONNECTED, Step.PROVING]


def test_the_header_of_basic_is_a_proof() -> None:
    """It has the password itself."""
    assert told(basic(credential())) == [Step.CONNECTED, Step.PROVING]


def test_a_certificate_proves_no_password() -> None:
    """There is none that could be counted as wrong."""
    assert told(HeaderLogon(header=CERTIFICATE_HEADER, scheme=CERTIFICATE_HEADER)) == [Step.CONNECTED]


@pytest.mark.parametrize("auth", [Auth.KERBEROS, Auth.NEGOTIATE])
def test_a_password_for_the_kdc_is_a_proof_before_the_kdc_is_asked(auth: Auth) -> None:
    """The KDC may count it, whatever the host does."""
    assert told(kerberos(auth, "secret"))[:2] == [Step.CONNECTED, Step.PROVING]


def test_a_ticket_that_is_there_already_proves_no_password() -> None:
    """Nobody can be locked out by it."""
    assert told(kerberos(Auth.KERBEROS, None)) == [Step.CONNECTED]
