from __future__ import annotations

import asyncio

import pytest

from fleetscan.lab.fault import Fault
from fleetscan.lab.server import Lab
from fleetscan.model import Reason
from fleetscan.transport import Step
from fleetscan.transport.winrm import WinrmTransport
from tests.transport.winrm.fleet import BUDGET, FAULTY
from tests.transport.winrm.world import (
    target,
)


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
        assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED, Step.CLOSED]


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
