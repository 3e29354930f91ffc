"""Large fleets: Ctrl-C is heeded in time, and twice the hosts are twice the work."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest

from fleetscan import history
from fleetscan.model import Ending
from fleetscan.scan import scan
from tests.collect.wires import Behaviour, well, working_for_ever
from tests.report.block import Block
from tests.scan.crowd import PLACES, Watch, job_of

HOSTS = 1000
PROMISED = 2.0
"""Seconds from Ctrl-C to the end."""

BUSY = 2.0
"""How much more CPU a process may be charged on a machine whose cores and caches are shared."""


def test_a_thousand_hosts_stop_within_two_seconds_and_all_are_named(tmp_path: Path) -> None:
    """Most were never reached; each has its record, its verdicts and its place in the report; exit code 4."""
    command = [sys.executable, "-m", "tests.scan.crowd", str(HOSTS), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        *summary, seconds = process.stdout.read().splitlines()
    assert process.returncode == 4
    assert float(seconds) < PROMISED * BUSY
    [folder] = tmp_path.glob("*-crowd")
    run, records, verdicts = history.read_run(folder), history.read_records(folder), history.read_verdicts(folder)
    assert run.ending is Ending.INTERRUPTED
    assert {record.host for record in records} == set(run.hosts)
    assert Counter(record.attempts for record in records) == {1: PLACES, 0: HOSTS - PLACES}
    assert Counter(verdict.host for verdict in verdicts) == dict.fromkeys(run.hosts, len(run.rules))
    assert any("1,000 of 1,000 hosts were not scanned" in line for line in summary)
    report = Block.of((folder / "report.html").read_text(encoding="utf-8"))
    assert set(report.hosts) == set(run.hosts)


class Calls:
    """Count the calls of functions, ours and others', while a scan runs."""

    def __init__(self) -> None:
        """Begin at 0."""
        self.number = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Count one event of the interpreter."""
        del frame, argument
        self.number += event in {"call", "c_call"}


def calls_of(count: int, out: Path, behaviour: Behaviour, *, stopped: bool) -> int:
    """Scan ``count`` hosts, and count the calls that it takes."""

    async def run() -> None:
        watch = Watch(PLACES)
        scanning = asyncio.ensure_future(scan(job_of(count, out, behaviour), watch))
        if stopped:
            await watch.begun.wait()
            signal.raise_signal(signal.SIGINT)
        await scanning

    calls = Calls()
    before = sys.getprofile()
    sys.setprofile(calls)
    try:
        asyncio.run(run())
    finally:
        sys.setprofile(before)
    return calls.number


@pytest.mark.parametrize(("behaviour", "stopped"), [(well, False), (working_for_ever, True)])
def test_each_host_is_as_much_work_as_the_last_one(tmp_path: Path, behaviour: Behaviour, stopped: bool) -> None:  # noqa: FBT001 - one of the cases
    """Nothing looks through the whole fleet for each of its hosts, from the first question to the report."""
    few, more, most = (calls_of(count, tmp_path, behaviour, stopped=stopped) for count in (80, 150, 220))
    assert most - more < 1.05 * (more - few)
