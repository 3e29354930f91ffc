from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import time

import pytest

from fleetscan.lab.fault import Fault
from fleetscan.lab.server import Lab
from fleetscan.model import Answer, Reason, WinrmSettings
from fleetscan.transport import Transport
from fleetscan.transport.winrm import WinrmTransport
from tests.transport.winrm.fleet import BUDGET, FAULTY, HUNG, SLACK, ask, settled
from tests.transport.winrm.world import (
    PASSWORD,
    QUESTIONS,
    plain_target,
    serving,
    target,
)


def test_settings_that_cannot_work_end_before_anything_is_contacted(lab: Lab) -> None:
    """As a failure like any other: nothing escapes."""
    aim = plain_target(lab.port, FAULTY[Fault.NONE].address, WinrmSettings(protocol="http", auth="basic"))
    answer, steps, _ = asyncio.run(ask(aim))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.UNSUPPORTED
    assert (answer.round_trips, steps) == (0, [])


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
    assert all(settled(lab, host) for host in HUNG)


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


@pytest.mark.parametrize(
    "fault", [Fault.HANG_ACCEPT, Fault.HANG_OPEN, Fault.HANG_RECEIVE, Fault.HANG_DELETE, Fault.BLACK_HOLE], ids=str
)
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
    assert settled(lab, FAULTY[fault])


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


def test_nothing_is_logged_and_no_secret_is_shown(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    """The protocol libraries would log messages and logon tokens."""
    caplog.set_level(logging.DEBUG)
    for fault in (Fault.NONE, Fault.WRONG_PASSWORD, Fault.INVALID_XML):
        asyncio.run(ask(target(lab, FAULTY[fault])))
    assert [record.name for record in caplog.records if record.name.split(".")[0] in {"pypsrp", "spnego"}] == []
    assert PASSWORD not in caplog.text


def test_a_warning_from_the_host_goes_nowhere(recwarn: pytest.WarningsRecorder, lab: Lab) -> None:
    """Nothing of a conversation becomes a warning of Python."""
    asyncio.run(ask(target(lab, FAULTY[Fault.NONE])))
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
        assert answer.failure.reason is Reason.NOT_ASKED
        return time.monotonic() - start

    assert asyncio.run(scan()) < 2.0 + SLACK


def test_a_host_that_drips_its_reply_is_cut() -> None:
    """Bytes that keep coming do not stretch the budget."""

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + bytes(100):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with serving(drip) as port:
        answer, _, seconds = asyncio.run(ask(plain_target(port), BUDGET))
    assert answer.failure is not None
    assert answer.failure.reason is Reason.TIMED_OUT
    assert seconds < BUDGET + SLACK
