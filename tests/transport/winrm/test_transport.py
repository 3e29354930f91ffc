from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from fleetscan.credentials.interface import Auth, Credential
from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.server import Lab
from fleetscan.model import Answer, Host, MessageEncryption, Reason, WinrmSettings
from fleetscan.transport import Step, Target, Transport
from fleetscan.transport.winrm import WinrmTransport
from tests.transport.winrm.world import (
    EXPECTED,
    PASSWORD,
    QUESTIONS,
    USER,
    credential,
    plain_target,
    pretend,
    serving,
    target,
)

BUDGET = 1.0
SLACK = 1.0  # for a busy machine, beyond budget and grace

FAULTY = {fault: pretend(fault.value, f"127.31.0.{number}", fault=fault) for number, fault in enumerate(Fault, start=1)}
TLS = pretend("tls", "127.31.1.1", secure=True)
JEA = pretend("jea", "127.31.1.2", configuration="FleetScan")
HUNG = tuple(pretend(f"hung-{number}", f"127.31.2.{number}", fault=Fault.HANG_RECEIVE) for number in range(1, 51))

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
PATIENCE = {Fault.SLOW: 15.0, Fault.OVERSIZED: 30.0, Fault.ENDLESS_BODY: 30.0, Fault.HANG_DELETE: 15.0}
"""Where the budget is not what ends the conversation."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Serve one fleet to all tests."""
    hosts = (*FAULTY.values(), TLS, JEA, *HUNG)
    with Lab(Fleet(seed=1, hosts=hosts), user=USER, password=PASSWORD) as running:
        yield running


async def _ask(aim: Target, budget: float = 15.0) -> tuple[Answer, list[Step], float]:
    """Ask through a transport of its own; give the answer, the steps and the seconds until it came."""
    transport, steps, start = WinrmTransport(workers=4), list[Step](), time.monotonic()
    answer = await transport.ask(aim, QUESTIONS, budget=budget, on_step=steps.append)
    seconds = time.monotonic() - start
    await transport.aclose()
    return answer, steps, seconds


def _settled(lab: Lab, host: LabHost) -> bool:
    """Wait until a host has no shell, at most as long as a clean-up may take."""
    until = time.monotonic() + 4
    while lab.shells(host.name) and time.monotonic() < until:
        time.sleep(0.01)
    return lab.shells(host.name) == 0


def test_every_fault_of_the_lab_is_in_the_table() -> None:
    """A new fault must be decided here."""
    assert set(REASONS) == set(Fault)


@pytest.mark.parametrize("fault", Fault, ids=str)
def test_each_fault_ends_in_time_with_its_reason_and_no_shell(lab: Lab, fault: Fault) -> None:
    """Whatever a host does, the answer comes within the budget, says why, and the host is left clean."""
    budget = PATIENCE.get(fault, BUDGET)
    answer, steps, seconds = asyncio.run(_ask(target(lab, FAULTY[fault]), budget))
    assert (answer.failure.reason if answer.failure else None) == REASONS[fault]
    assert seconds < budget + SLACK
    assert answer.outcomes == ({} if answer.failure else EXPECTED)
    assert (Step.ANSWERED in steps) == (answer.failure is None)
    assert _settled(lab, FAULTY[fault])
    if answer.failure:
        assert PASSWORD not in answer.failure.detail
        assert answer.failure.detail.isprintable()


def test_a_fault_free_conversation_takes_eight_requests(lab: Lab) -> None:
    """Two for NTLM, one empty reply of it, then Create, two Receives, Command, Receive and Delete, encrypted."""
    answer, steps, _ = asyncio.run(_ask(target(lab, FAULTY[Fault.NONE])))
    assert (answer.round_trips, answer.notes) == (8, ())
    assert steps == list(Step)
    assert 5_000 < answer.bytes_received < 50_000


def test_a_wrong_password_costs_one_bad_logon(lab: Lab) -> None:
    """Neither the conversation nor its clean-up tries a refused credential again."""
    host = FAULTY[Fault.WRONG_PASSWORD]
    before = lab.logons(host.name)
    asyncio.run(_ask(target(lab, host)))
    after = lab.logons(host.name)
    assert (after[0] - before[0], after[1] - before[1]) == (0, 1)


def test_a_shell_that_cannot_be_deleted_leaves_a_note_and_the_answer(lab: Lab) -> None:
    """What was answered stays known, and the record says what was left on the host."""
    answer, _, _ = asyncio.run(_ask(target(lab, FAULTY[Fault.HANG_DELETE])))
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
    answer, _, _ = asyncio.run(_ask(target(lab, host, credential(auth), encryption=encryption)))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)


def test_a_user_principal_name_falls_back_to_ntlm_without_a_kdc(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """``negotiate`` tries Kerberos for ``user@REALM`` first, and NTLM inside SPNEGO when there is no KDC."""
    config = tmp_path_factory.mktemp("krb5") / "krb5.conf"
    config.write_text("[libdefaults]\n dns_lookup_kdc = false\n dns_lookup_realm = false\n")
    monkeypatch.setenv("KRB5_CONFIG", str(config))
    known = credential(Auth.NEGOTIATE, user="svc-fleetscan@CORP")
    answer, _, _ = asyncio.run(_ask(target(lab, FAULTY[Fault.NONE], known)))
    assert answer.failure is None or answer.failure.reason is Reason.AUTH_FAILED
    assert answer.round_trips >= 2


def test_a_client_certificate_logs_on(lab: Lab) -> None:
    """The certificate is shown in the handshake, and its header with every request."""
    known = Credential(
        name="lab-certificate",
        auth=Auth.CERTIFICATE,
        certificate=str(lab.client_certificate),
        key=str(lab.client_key),
    )
    answer, steps, _ = asyncio.run(_ask(target(lab, TLS, known)))
    assert (answer.failure, answer.outcomes) == (None, EXPECTED)
    assert steps == list(Step)


def test_https_saves_one_request(lab: Lab) -> None:
    """There the first message rides on the last request of the logon."""
    answer, _, _ = asyncio.run(_ask(target(lab, TLS)))
    assert answer.round_trips == 7


def test_a_certificate_that_is_not_trusted_ends_before_anything_is_sent(lab: Lab) -> None:
    """Verification cannot be turned off; the words say certificate and what to do."""
    aim = target(lab, TLS)
    bare = Target(
        host=Host(name="tls", address=TLS.address, port=lab.tls_port, winrm=WinrmSettings(protocol="https")),
        credential=aim.credential,
    )
    answer, steps, _ = asyncio.run(_ask(bare))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNREACHABLE
    assert "certificate" in answer.failure.detail
    assert "ansible_psrp_ca_cert" in answer.failure.detail
    assert (answer.round_trips, steps) == (0, [Step.CLOSED])


def test_a_constrained_endpoint_that_is_not_there_is_unsupported(lab: Lab) -> None:
    """The words name the setting."""
    host = pretend(FAULTY[Fault.NONE].name, FAULTY[Fault.NONE].address, configuration="Elsewhere")
    answer, _, _ = asyncio.run(_ask(target(lab, host)))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNSUPPORTED
    assert "ansible_psrp_configuration_name" in answer.failure.detail


def test_fifty_hanging_hosts_all_end_on_time_and_clean(lab: Lab) -> None:
    """Threads that wait for one host hold up no other."""

    async def scan() -> list[Answer]:
        transport = WinrmTransport(workers=50)
        answers = await asyncio.gather(*(transport.ask(target(lab, host), QUESTIONS, budget=4.0) for host in HUNG))
        await transport.aclose()
        return answers

    start = time.monotonic()
    answers = asyncio.run(scan())
    assert time.monotonic() - start < 4.0 + 2.0 + SLACK
    assert {answer.failure.reason for answer in answers if answer.failure} == {Reason.TIMED_OUT}
    assert all(_settled(lab, host) for host in HUNG)


def test_who_finds_all_workers_busy_waits_within_the_own_budget(lab: Lab) -> None:
    """The budget holds for waiting, too, and the words say what was waited for."""

    async def scan() -> tuple[Answer, Answer]:
        transport = WinrmTransport(workers=1)
        answers = await asyncio.gather(
            transport.ask(target(lab, FAULTY[Fault.HANG_ACCEPT]), QUESTIONS, budget=2.0),
            transport.ask(target(lab, FAULTY[Fault.NONE]), QUESTIONS, budget=0.3),
        )
        await transport.aclose()
        return answers

    _, late = asyncio.run(scan())
    assert late.failure is not None
    assert late.failure.detail == "all workers were busy until the time was spent"


@pytest.mark.parametrize("fault", [Fault.HANG_ACCEPT, Fault.HANG_OPEN, Fault.HANG_RECEIVE, Fault.BLACK_HOLE], ids=str)
def test_cancelling_returns_at_once_and_cleans_up_in_the_background(lab: Lab, fault: Fault) -> None:
    """The cancelled task ends with CancelledError; the shell goes within the two seconds of a clean-up."""

    async def scan() -> float:
        transport = WinrmTransport(workers=1)
        task = asyncio.create_task(transport.ask(target(lab, FAULTY[fault]), QUESTIONS, budget=30.0))
        await asyncio.sleep(0.5)
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        seconds = time.monotonic() - start
        await transport.aclose()
        return seconds

    start = time.monotonic()
    assert asyncio.run(scan()) < SLACK
    assert time.monotonic() - start < 0.5 + 2.0 + 2 * SLACK
    assert _settled(lab, FAULTY[fault])


def test_a_stuck_name_server_does_not_outlast_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name resolution cannot be interrupted, so its thread is left behind."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: time.sleep(3))

    async def scan() -> tuple[Answer, object, float]:
        transport = WinrmTransport(workers=2)
        start = time.monotonic()
        answer, failure = await asyncio.gather(
            transport.ask(plain_target(5985, "ex01.corp.example"), QUESTIONS, budget=0.5),
            transport.reach(plain_target(5985, "ex01.corp.example"), budget=0.5),
        )
        return answer, failure, time.monotonic() - start

    answer, failure, seconds = asyncio.run(scan())
    assert seconds < 0.5 + SLACK
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNREACHABLE
    assert "resolved" in answer.failure.detail
    assert failure == answer.failure


def test_the_interpreter_ends_while_a_thread_is_stuck() -> None:
    """Nobody waits for a thread in a name server when the program is over."""
    program = (
        "import asyncio, socket, time\n"
        "from tests.transport.winrm.world import QUESTIONS, plain_target\n"
        "from fleetscan.transport.winrm import WinrmTransport\n"
        "socket.getaddrinfo = lambda *a, **n: time.sleep(60)\n"
        "async def scan():\n"
        "    await WinrmTransport(workers=1).ask(plain_target(5985, 'ex01'), QUESTIONS, budget=0.1)\n"
        "asyncio.run(scan())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=30, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.NONE, None),
        (Fault.REFUSED, Reason.UNREACHABLE),
        (Fault.BLACK_HOLE, Reason.UNREACHABLE),
        (Fault.WRONG_PASSWORD, None),
        (Fault.HANG_ACCEPT, None),
    ],
    ids=str,
)
def test_reach_connects_without_a_logon(lab: Lab, fault: Fault, reason: Reason | None) -> None:
    """Only who does not even take a TCP connection is not reached."""
    host = FAULTY[fault]
    before = () if fault is Fault.REFUSED else lab.logons(host.name)

    async def visit() -> Reason | None:
        failure = await WinrmTransport().reach(target(lab, host), budget=BUDGET)
        return failure.reason if failure else None

    assert asyncio.run(visit()) == reason
    assert (() if fault is Fault.REFUSED else lab.logons(host.name)) == before


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.NONE, None),
        (Fault.ACCESS_DENIED, None),
        (Fault.REFUSED, Reason.UNREACHABLE),
        (Fault.WRONG_PASSWORD, Reason.AUTH_FAILED),
        (Fault.NOT_WINRM, Reason.UNSUPPORTED),
        (Fault.HANG_CHALLENGE, Reason.TIMED_OUT),
    ],
    ids=str,
)
def test_knock_logs_on_and_opens_no_shell(lab: Lab, fault: Fault, reason: Reason | None) -> None:
    """A fault of the service is good enough: only who is logged on gets one."""
    host, steps = FAULTY[fault], list[Step]()
    created = 0 if fault is Fault.REFUSED else lab.created(host.name)

    async def visit() -> Reason | None:
        failure = await WinrmTransport().knock(target(lab, host), budget=BUDGET, on_step=steps.append)
        return failure.reason if failure else None

    assert asyncio.run(visit()) == reason
    assert (0 if fault is Fault.REFUSED else lab.created(host.name)) == created
    if reason is None:
        assert steps == [Step.CONNECTED, Step.AUTHENTICATED, Step.CLOSED]


def test_a_visit_that_finds_no_worker_says_so(lab: Lab) -> None:
    """The same holds for visits as for questions."""

    async def visit() -> str:
        transport = WinrmTransport(workers=1)
        aim = target(lab, FAULTY[Fault.HANG_CHALLENGE])
        first, second = await asyncio.gather(transport.knock(aim, budget=1.0), transport.reach(aim, budget=0.2))
        assert first is not None
        assert second is not None
        return second.detail

    assert asyncio.run(visit()) == "all workers were busy until the time was spent"


def test_nothing_is_logged_and_no_secret_is_shown(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """The protocol libraries would log messages and logon tokens."""
    caplog.set_level(logging.DEBUG)
    for fault in (Fault.NONE, Fault.WRONG_PASSWORD, Fault.INVALID_XML):
        asyncio.run(_ask(target(lab, FAULTY[fault])))
    assert [record.name for record in caplog.records if record.name.split(".")[0] in {"pypsrp", "spnego"}] == []
    assert PASSWORD not in caplog.text


def test_a_warning_from_the_host_goes_nowhere(recwarn: pytest.WarningsRecorder, lab: Lab) -> None:
    """Nothing of a conversation becomes a warning of Python."""
    asyncio.run(_ask(target(lab, FAULTY[Fault.NONE])))
    assert len(recwarn) == 0


def test_the_transport_is_one() -> None:
    """It has every member of the interface."""

    async def made() -> bool:
        return isinstance(WinrmTransport(), Transport)

    assert asyncio.run(made())


def test_closing_cuts_what_is_under_way_and_waits_for_its_clean_up(lab: Lab) -> None:
    """A transport that is closed in the middle of a conversation leaves no shell."""

    async def scan() -> float:
        transport = WinrmTransport(workers=1)
        aim = target(lab, FAULTY[Fault.HANG_RECEIVE])
        task = asyncio.create_task(transport.ask(aim, QUESTIONS, budget=30.0))
        await asyncio.sleep(0.5)
        start = time.monotonic()
        await transport.aclose()
        assert lab.shells(FAULTY[Fault.HANG_RECEIVE].name) == 0
        answer = await task
        assert answer.failure is not None
        return time.monotonic() - start

    assert asyncio.run(scan()) < 2.0 + SLACK


def test_a_host_that_drips_its_reply_is_cut() -> None:
    """Bytes that keep coming do not stretch the budget."""

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + bytes(100):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with serving(drip) as port:
        answer, _, seconds = asyncio.run(_ask(plain_target(port), BUDGET))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.TIMED_OUT
    assert seconds < BUDGET + SLACK
