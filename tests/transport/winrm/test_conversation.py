from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fleetscan.credentials.interface import Auth, Credential
from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.server import Lab
from fleetscan.model import Host, MessageEncryption, Reason, WinrmSettings
from fleetscan.transport import Step, Target
from tests.transport.winrm.fleet import BUDGET, FAULTY, JEA, SLACK, TLS, ask, settled
from tests.transport.winrm.world import (
    EXPECTED,
    PASSWORD,
    credential,
    pretend,
    target,
)

REASONS: dict[Fault, Reason | None] = {
    Fault.NONE: None,
    Fault.REFUSED: Reason.UNREACHABLE,
    Fault.BLACK_HOLE: Reason.UNREACHABLE,
    Fault.HANG_ACCEPT: Reason.TIMED_OUT,
    Fault.HANG_CHALLENGE: Reason.TIMED_OUT,
    Fault.HANG_AUTHENTICATE: Reason.TIMED_OUT,
    Fault.HANG_CREATE: Reason.TIMED_OUT,
    Fault.HANG_OPEN: Reason.TIMED_OUT,
    Fault.HANG_COMMAND: Reason.TIMED_OUT,
    Fault.HANG_RECEIVE: Reason.TIMED_OUT,
    Fault.HANG_DELETE: None,
    Fault.BUSY: Reason.TIMED_OUT,
    Fault.DRIP: Reason.TIMED_OUT,
    Fault.SLOW: None,
    Fault.RESET_CREATE: Reason.UNREACHABLE,
    Fault.RESET_RECEIVE: Reason.UNREACHABLE,
    Fault.RESET_ONCE: Reason.UNREACHABLE,
    Fault.WRONG_PASSWORD: Reason.AUTH_FAILED,
    Fault.ACCESS_DENIED: Reason.DENIED,
    Fault.QUOTA: Reason.DENIED,
    Fault.INVALID_XML: Reason.MALFORMED,
    Fault.OVERSIZED: Reason.TOO_LARGE,
    Fault.ENDLESS_BODY: Reason.TOO_LARGE,
    Fault.NOT_WINRM: Reason.UNSUPPORTED,
    Fault.GARBAGE: Reason.MALFORMED,
    Fault.BAD_JSON: Reason.MALFORMED,
    Fault.SCRIPT_ERROR: Reason.UNSUPPORTED,
}
PATIENCE = {Fault.BUSY: 3.0, Fault.SLOW: 15.0, Fault.OVERSIZED: 30.0, Fault.ENDLESS_BODY: 30.0, Fault.HANG_DELETE: 15.0}
"""Where the budget is not what ends the conversation."""


def test_every_fault_of_the_lab_is_in_the_table() -> None:
    """A new fault must be decided here."""
    assert set(REASONS) == set(Fault)


@pytest.mark.parametrize("fault", Fault, ids=str)
def test_each_fault_ends_in_time_with_its_reason_and_no_shell(lab: Lab, fault: Fault) -> None:
    """Whatever a host does, the answer comes within the budget, says why, and the host is left clean."""
    budget = PATIENCE.get(fault, BUDGET)
    answer, steps, seconds = asyncio.run(ask(target(lab, FAULTY[fault]), budget))
    assert (answer.failure.reason if answer.failure else None) == REASONS[fault]
    assert seconds < budget + SLACK
    assert answer.outcomes == ({} if answer.failure else EXPECTED)
    assert (Step.ANSWERED in steps) == (answer.failure is None)
    assert settled(lab, FAULTY[fault])
    if answer.failure:
        assert PASSWORD not in answer.failure.detail
        assert answer.failure.detail.isprintable()


def test_a_fault_free_conversation_takes_eight_requests(lab: Lab) -> None:
    """Two for NTLM, one empty reply of it, then Create, two Receives, Command, Receive and Delete, encrypted."""
    answer, steps, _ = asyncio.run(ask(target(lab, FAULTY[Fault.NONE])))
    assert (answer.round_trips, answer.notes) == (8, ())
    assert steps == list(Step)
    assert 5_000 < answer.bytes_received < 50_000


def test_a_wrong_password_costs_one_bad_logon(lab: Lab) -> None:
    """Neither the conversation nor its clean-up tries a refused credential again."""
    host = FAULTY[Fault.WRONG_PASSWORD]
    before = lab.logons(host.name)
    asyncio.run(ask(target(lab, host)))
    after = lab.logons(host.name)
    assert (after[0] - before[0], after[1] - before[1]) == (0, 1)


def test_a_shell_that_cannot_be_deleted_leaves_a_note_and_the_answer(lab: Lab) -> None:
    """What was answered stays known, and the record says what was left on the host."""
    answer, _, _ = asyncio.run(ask(target(lab, FAULTY[Fault.HANG_DELETE])))
    assert answer.outcomes == EXPECTED
    assert [note.partition(" (")[0] for note in answer.notes] == ["the shell on the host could not be deleted"]


@pytest.mark.parametrize(
    ("host", "auth", "encryption"),
    [
        (FAULTY[Fault.NONE], Auth.NTLM, MessageEncryption.AUTO),
        (FAULTY[Fault.NONE], Auth.NEGOTIATE, MessageEncryption.ALWAYS),
        (TLS, Auth.NTLM, MessageEncryption.AUTO),
        (TLS, Auth.NEGOTIATE, MessageEncryption.AUTO),
        (TLS, Auth.NTLM, MessageEncryption.ALWAYS),
        (TLS, Auth.BASIC, MessageEncryption.AUTO),
        (JEA, Auth.NTLM, MessageEncryption.AUTO),
    ],
    ids=lambda each: each.name,
)
def test_each_logon_gives_the_same_answer(lab: Lab, host: LabHost, auth: Auth, encryption: MessageEncryption) -> None:
    """Over http and https, every mechanism with a password, both kinds of endpoint."""
    answer, _, _ = asyncio.run(ask(target(lab, host, credential(auth), encryption=encryption)))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)


def test_a_user_principal_name_falls_back_to_ntlm_without_a_kdc(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """``negotiate`` tries Kerberos for ``user@REALM`` first, and NTLM inside SPNEGO when there is no KDC."""
    config = tmp_path / "krb5.conf"
    config.write_text("[libdefaults]\n dns_lookup_kdc = false\n dns_lookup_realm = false\n")
    monkeypatch.setenv("KRB5_CONFIG", str(config))
    host, user = pretend("upn", "127.35.0.1"), "svc-fleetscan@CORP.EXAMPLE"
    with Lab(Fleet(seed=1, hosts=(host,)), user=user, password=PASSWORD) as lab:
        answer, _, _ = asyncio.run(ask(target(lab, host, credential(Auth.NEGOTIATE, user=user))))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)


def test_a_client_certificate_logs_on(lab: Lab) -> None:
    """The certificate is shown in the handshake, and its header with every request."""
    known = Credential(
        name="lab-certificate",
        auth=Auth.CERTIFICATE,
        certificate=str(lab.client_certificate),
        key=str(lab.client_key),
    )
    answer, steps, _ = asyncio.run(ask(target(lab, TLS, known)))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)
    assert steps == [step for step in Step if step is not Step.PROVING]


def test_https_saves_one_request(lab: Lab) -> None:
    """There the first message rides on the last request of the logon."""
    answer, _, _ = asyncio.run(ask(target(lab, TLS)))
    assert answer.round_trips == 7


def test_a_certificate_that_is_not_trusted_ends_before_anything_is_sent(lab: Lab) -> None:
    """Verification cannot be turned off; the words say certificate and what to do."""
    aim = target(lab, TLS)
    bare = Target(
        host=Host(name="tls", address=TLS.address, port=lab.tls_port, winrm=WinrmSettings(protocol="https")),
        credential=aim.credential,
    )
    answer, steps, _ = asyncio.run(ask(bare))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNREACHABLE
    assert "certificate" in answer.failure.detail
    assert "ansible_psrp_ca_cert" in answer.failure.detail
    assert (answer.round_trips, steps) == (0, [Step.CLOSED])


def test_a_constrained_endpoint_that_is_not_there_is_unsupported(lab: Lab) -> None:
    """The words name the setting."""
    host = pretend(FAULTY[Fault.NONE].name, FAULTY[Fault.NONE].address, configuration="Elsewhere")
    answer, _, _ = asyncio.run(ask(target(lab, host)))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNSUPPORTED
    assert "ansible_psrp_configuration_name" in answer.failure.detail
