"""Reachability and logon, without a single question."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from fleetscan.collect import Collected
from fleetscan.errors import UsageError
from fleetscan.lab import Fault
from fleetscan.model import Reason
from fleetscan.scan import ScanJob, preflight
from fleetscan.scan.preflight import Knocker
from tests.collect.loop import in_loop
from tests.collect.wires import Wire, target
from tests.scan.labs import faulty, healthy, job_for, served


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
    assert await knocker.reach(target("ex01"), budget=1) is None
    assert await knocker.reach(target("ex02"), budget=1) is not None
    assert await knocker.knock(target("ex01"), budget=1) is None
    await knocker.aclose()
    assert not wire.closed
