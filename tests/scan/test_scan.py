"""Whole scans of the lab over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fleetscan import history
from fleetscan.collect import Limits
from fleetscan.errors import OperatorError
from fleetscan.lab import Fault, Lab, LabHost
from fleetscan.model import Ending, Run, Status
from fleetscan.report.html import render
from fleetscan.scan import exit_code, rejudge, scan
from tests.report.block import Block
from tests.scan.labs import SHELF, faulty, healthy, job_for, served


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a finished file as anybody would."""
    with gzip.open(path, "rt") as file:
        return [json.loads(line) for line in file]


def agree(folder: Path, run: Run) -> None:
    """Check that counts, run.json, records, verdicts and exit code tell the same."""
    records, verdicts = lines(folder / "records.ndjson.gz"), lines(folder / "verdicts.ndjson.gz")
    counts = run.counts
    assert counts is not None
    assert sorted(record["host"] for record in records) == sorted(run.hosts)
    assert Counter(record["status"] for record in records) == +Counter(counts.by_status)
    assert Counter(verdict["verdict"] for verdict in verdicts) == +Counter(counts.by_verdict)
    found = [verdict["severity"] for verdict in verdicts if verdict["verdict"] == "finding"]
    assert Counter(found) == +Counter(counts.findings_by_severity)
    assert Counter(verdict["host"] for verdict in verdicts) == dict.fromkeys(run.hosts, len(run.rules))
    assert len(verdicts) == counts.pairs
    assert json.loads((folder / "run.json").read_text())["counts"]["coverage"] == counts.coverage
    assert history.read_run(folder) == run
    assert all(verdict["unknown"] for verdict in verdicts if verdict["verdict"] == "unknown")
    report = (folder / "report.html").read_text()
    assert run.id in report
    assert set(Block.of(report).hosts) == set(run.hosts)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Lab, Path]]:
    """Serve six healthy hosts."""
    with served(healthy(6)) as lab:
        yield lab, lab.environment(tmp_path / "lab")


def test_a_healthy_fleet_is_scanned_and_everything_agrees(small: tuple[Lab, Path], tmp_path: Path) -> None:
    """One record per host, one verdict per host and rule, a report, and ``latest``."""
    lab, inventory = small
    run = asyncio.run(scan(job_for(inventory, tmp_path / "out"))).run
    folder = tmp_path / "out" / run.id
    agree(folder, run)
    assert run.ending is Ending.FINISHED
    assert run.counts is not None
    assert run.counts.by_status == {"complete": 6, "partial": 0, "not_scanned": 0}
    assert (tmp_path / "out" / "latest").resolve() == folder.resolve()
    assert [lab.logons(host) for host in run.hosts] == [(1, 0)] * 6
    assert [lab.shells(host) for host in run.hosts] == [0] * 6


def test_a_wrong_password_ends_the_run_after_two_hosts(small: tuple[Lab, Path], tmp_path: Path) -> None:
    """Nobody is locked out, every host is accounted for, and the exit code is 4."""
    lab, inventory = small
    run = asyncio.run(scan(job_for(inventory, tmp_path / "out", password="wrong"))).run
    folder = tmp_path / "out" / run.id
    agree(folder, run)
    assert run.ending is Ending.BREAKER
    assert exit_code(run) == 4
    assert sum(lab.logons(host)[1] for host in run.hosts) == 2
    records = history.read_records(folder)
    assert {record.status for record in records} == {Status.NOT_SCANNED}
    untried = [record for record in records if record.attempts == 0]
    assert len(untried) == 4
    assert all(each.failure and "credential lab was rejected by" in each.failure.detail for each in untried)


def test_a_run_that_the_breaker_ended_is_resumed_with_the_right_password(
    small: tuple[Lab, Path], tmp_path: Path
) -> None:
    """Hosts that were not tried are; those that rejected had their turn."""
    _, inventory = small
    first = asyncio.run(scan(job_for(inventory, tmp_path / "out", password="wrong"))).run
    second = asyncio.run(scan(job_for(inventory, tmp_path / "out", resume=True))).run
    agree(tmp_path / "out" / first.id, second)
    assert second.id == first.id
    assert second.started == first.started
    assert second.counts is not None
    assert second.counts.by_status == {"complete": 4, "partial": 0, "not_scanned": 2}
    assert second.ending is Ending.FINISHED


def leftover_shells(lab: Lab, hosts: list[LabHost]) -> dict[str, int]:
    """Count the shells that are still open on each host once the clean-ups had their two seconds."""
    end = time.monotonic() + 3
    while left := {host.name: lab.shells(host.name) for host in hosts if lab.shells(host.name)}:
        if time.monotonic() > end:
            break
        time.sleep(0.02)
    return left


def test_every_fault_at_once_ends_in_time_and_as_expected(tmp_path: Path) -> None:
    """All faults together with healthy hosts: each host has its status and reason, deadline plus two seconds in all."""
    faults = [fault for fault in Fault if fault is not Fault.NONE]
    hosts = [*healthy(4), *faulty(*faults)]
    deadline = 8.0
    with served(hosts) as lab:
        inventory = lab.environment(tmp_path / "lab")
        run = asyncio.run(scan(job_for(inventory, tmp_path / "out", limits=Limits(deadline=deadline)))).run
        assert leftover_shells(lab, hosts) == {}
    folder = tmp_path / "out" / run.id
    agree(folder, run)
    records = {record.host: record for record in history.read_records(folder)}
    assert {host.name: (host.expected_status, host.expected_reason) for host in hosts} == {
        name: (record.status.value, record.failure.reason.value if record.failure else "")
        for name, record in records.items()
    }
    assert run.ended is not None
    assert (run.ended - run.started).total_seconds() < deadline + 2
    assert max(record.seconds for record in records.values()) < deadline + 1


def test_the_deadline_of_a_run_keeps_what_there_is(tmp_path: Path) -> None:
    """Hung hosts are cut off, healthy ones are kept, the report is there."""
    with served([*healthy(3), *faulty(Fault.HANG_RECEIVE, Fault.HANG_ACCEPT)]) as lab:
        inventory = lab.environment(tmp_path / "lab")
        began = time.monotonic()
        run = asyncio.run(scan(job_for(inventory, tmp_path / "out", limits=Limits(deadline=60), deadline=5))).run
    assert time.monotonic() - began < 5 + 3
    agree(tmp_path / "out" / run.id, run)
    assert (run.ending, exit_code(run)) == (Ending.DEADLINE, 4)
    assert run.counts is not None
    assert run.counts.by_status == {"complete": 3, "partial": 0, "not_scanned": 2}


def program(inventory: Path, out: Path, places: int, *rest: str) -> subprocess.Popen[bytes]:
    """Start a scan in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "tests.scan.labs", inventory, out, str(places), *rest])


def until_kept(out: Path, count: int) -> Path:
    """Wait until a run has kept some hosts; give its folder."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for folder in out.glob("*-lab"):
            if (folder / "records.ndjson.gz").exists() and len(history.read_records(folder)) >= count:
                return folder
        time.sleep(0.02)
    pytest.fail("the scan kept nothing")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_ends_within_two_seconds_and_keeps_everything(tmp_path: Path, number: signal.Signals) -> None:
    """Healthy hosts are kept, hung ones cut off, hosts never reached are named; there is a report, and code 4."""
    hosts = [*healthy(3), *faulty(Fault.HANG_RECEIVE, Fault.HANG_ACCEPT, Fault.HANG_COMMAND)]
    with served(hosts) as lab:
        process = program(lab.environment(tmp_path / "lab"), tmp_path / "out", 64)
        folder = until_kept(tmp_path / "out", 3)
        process.send_signal(number)
        sent = time.monotonic()
        assert process.wait(timeout=20) == 4
    assert time.monotonic() - sent < 2 + 1
    run = history.read_run(folder)
    agree(folder, run)
    assert run.ending is Ending.INTERRUPTED
    statuses = {record.host: record.status for record in history.read_records(folder)}
    assert [statuses[host.name] for host in hosts] == [Status.COMPLETE] * 3 + [Status.NOT_SCANNED] * 3
    assert not (tmp_path / "out" / "latest").exists()


def test_a_killed_run_is_resumed_without_asking_anybody_twice(tmp_path: Path) -> None:
    """After kill -9 the hosts that were kept stay, the others are scanned, and the run is whole."""
    hosts = healthy(12)
    with served(hosts) as lab:
        inventory = lab.environment(tmp_path / "lab")
        process = program(inventory, tmp_path / "out", 1)
        folder = until_kept(tmp_path / "out", 3)
        process.kill()
        process.wait()
        kept = history.read_kept(folder)
        assert kept.run.ending is Ending.RUNNING
        assert 3 <= len(kept.records) < 12
        code = program(inventory, tmp_path / "out", 64, "resume").wait(timeout=60)
        run = history.read_run(folder)
        assert code == exit_code(run)
        agree(folder, run)
        assert run.ending is Ending.FINISHED
        assert {lab.logons(record.host) for record in kept.records} == {(1, 0)}
        assert history.read_records(folder)[: len(kept.records)] == kept.records
    assert [path.name for path in (tmp_path / "out").glob("2*")] == [folder.name]


def test_a_kept_run_can_be_judged_again_without_a_host(small: tuple[Lab, Path], tmp_path: Path) -> None:
    """By the same rules it comes out the same; by fewer, with fewer verdicts."""
    _, inventory = small
    run = asyncio.run(scan(job_for(inventory, tmp_path / "out"))).run
    folder = tmp_path / "out" / run.id
    before = lines(folder / "verdicts.ndjson.gz")
    again = rejudge(folder, SHELF)
    assert (again.run, again.folder) == (run, folder)
    assert render(again.view) == (folder / "report.html").read_text()
    assert lines(folder / "verdicts.ndjson.gz") == before
    shelf = replace(SHELF, rules=SHELF.rules[:2], fleet_rules=SHELF.fleet_rules[:1])
    fewer = rejudge(folder, shelf).run
    agree(folder, fewer)
    assert fewer.rules == tuple(rule.id for rule in shelf.all_rules)


def test_a_run_that_is_being_written_is_not_judged_again(small: tuple[Lab, Path], tmp_path: Path) -> None:
    """It would lose what is written meanwhile."""
    _, inventory = small
    run = asyncio.run(scan(job_for(inventory, tmp_path / "out"))).run
    folder = tmp_path / "out" / run.id
    with history.locked(folder), pytest.raises(OperatorError, match="another fleetscan is writing"):
        rejudge(folder, SHELF)
