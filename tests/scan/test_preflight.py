"""Reachability and logon, without a single question."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from fleetscan.collect import Collected, Limits
from fleetscan.errors import UsageError
from fleetscan.lab import Fault
from fleetscan.model import Reason
from fleetscan.scan import ScanJob, preflight
from fleetscan.scan.preflight import Knocker
from fleetscan.transport.registry import Factory
from tests.collect.loop import in_loop
from tests.collect.wires import QUESTIONS, REJECTED, Wire, rejecting, target
from tests.scan.labs import SHELF, faulty, healthy, job_for, served


async def checked(job: ScanJob) -> list[Collected]:
    """Check every host of a job."""
    async with aclosing(preflight(job)) as results:
        return [collected async for collected in results]


def test_every_host_is_knocked_at_and_none_is_read(tmp_path: Path) -> None:
    """Good hosts have no failure, others their reason; no shell is opened and nothing is written."""
    hosts = [*healthy(3), *faulty(Fault.REFUSED, Fault.WRONG_PASSWORD)]
    with served(hosts) as lab:
        job = job_for(lab.environment(tmp_path / "lab"), tmp_path / "out")
        found = asyncio.run(checked(job))
        assert [lab.created(host.name) for host in hosts] == [0] * 5
    assert Counter(each.answer.failure.reason if each.answer.failure else None for each in found) == {
        None: 3,
        Reason.UNREACHABLE: 1,
        Reason.AUTH_FAILED: 1,
    }
    assert not (tmp_path / "out").exists()


@in_loop
async def test_every_way_of_a_host_is_knocked_at(tmp_path: Path) -> None:
    """A host is good when one way is; each way says how it ended."""
    wires = {"one": Wire(unreachable=frozenset({"ex02"}), name="one"), "two": Wire(name="two")}
    wires["one"].hosts = {"ex03": rejecting}

    def factory(wire: Wire) -> Factory:
        def make(*, workers: int) -> Wire:
            assert workers
            return wire

        return make

    job = ScanJob(
        environment="lab",
        targets=tuple(target(name, ways=("one", "two")) for name in ("ex01", "ex02", "ex03")),
        shelf=SHELF,
        out=tmp_path,
        limits=Limits(total=1),
        transports={name: factory(wire) for name, wire in wires.items()},
    )
    found = {each.host.name: each for each in await checked(job)}
    assert dict(found["ex01"].ways) == {"one": None, "two": None}
    assert found["ex01"].answer.failure is None
    assert wires["two"].asked == ["ex01", "ex02"]
    assert found["ex02"].answer.failure is None
    assert dict(found["ex03"].ways) == {"one": REJECTED}
    assert found["ex03"].answer.failure == REJECTED


def test_nothing_to_check_is_refused(tmp_path: Path) -> None:
    """As for a scan."""
    with served(healthy(1)) as lab:
        job = job_for(lab.environment(tmp_path / "lab"), tmp_path / "out")
    with pytest.raises(UsageError, match="no host to scan"):
        asyncio.run(checked(replace(job, targets=())))


@in_loop
async def test_a_knocker_does_what_its_transport_does() -> None:
    """Reaching and knocking go through; closing is left to the owner."""
    wire = Wire(unreachable=frozenset({"ex02"}))
    knocker = Knocker(wire)
    assert knocker.name == "wire"
    assert knocker.answers(QUESTIONS[0])
    assert not Knocker(Wire(beyond=frozenset(QUESTIONS))).answers(QUESTIONS[0])
    assert not knocker.beside(QUESTIONS)
    assert await knocker.reach(target("ex01"), budget=1) is None
    assert await knocker.reach(target("ex02"), budget=1) is not None
    assert await knocker.knock(target("ex01"), budget=1) is None
    await knocker.aclose()
    assert not wire.closed
