"""The living line and the plain lines."""

from __future__ import annotations

import io

from rich.console import Console

from fleetscan.cli.progress import LiveProgress, PlainProgress, counts_line, progress_for
from fleetscan.collect import HostDone, HostStarted, Progress
from fleetscan.model import Failure, Host, Reason, Status

HOST = Host(name="ex01", address="127.0.0.1")


def counts(done: int, total: int = 20, left: float | None = 65.0) -> Progress:
    """Make a state in which every host that is done is complete."""
    return Progress(total=total, running=1, complete=done, partial=0, not_scanned=0, elapsed=1.0, rate=2.5, left=left)


def test_the_line_says_counts_rate_and_time_left() -> None:
    """The three things a waiting person wants."""
    assert counts_line(counts(3)) == "3/20 hosts: 3 complete, 0 partial, 0 not scanned, 2.5/s, about 1 min 5 s left"
    assert counts_line(counts(20)).endswith("2.5/s")
    assert counts_line(counts(0, left=None)).endswith("2.5/s")


def test_plain_lines_tell_each_tenth_and_each_host_that_is_not_complete() -> None:
    """Twenty good hosts are ten lines; a bad one is a line of its own, without control characters."""
    console = Console(file=io.StringIO(), width=200)
    with progress_for(console) as progress:
        assert isinstance(progress, PlainProgress)
        for number in range(1, 21):
            progress.host_started(HostStarted(host=HOST, progress=counts(number - 1)))
            progress.host_done(
                HostDone(host=HOST, status=Status.COMPLETE, failure=None, seconds=1, progress=counts(number))
            )
        failure = Failure(reason=Reason.DENIED, detail="\x1b[31mno")
        progress.host_done(
            HostDone(host=HOST, status=Status.NOT_SCANNED, failure=failure, seconds=1, progress=counts(20))
        )
        progress.host_done(HostDone(host=HOST, status=Status.PARTIAL, failure=None, seconds=1, progress=counts(20)))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert len(lines) == 12
    assert lines[10].startswith("ex01 not scanned: denied (")
    assert lines[11] == "ex01 partial"
    assert "\x1b" not in console.file.getvalue()


def test_a_terminal_gets_one_living_line() -> None:
    """The line is drawn and taken away."""
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    with progress_for(console) as progress:
        assert isinstance(progress, LiveProgress)
        progress.host_started(HostStarted(host=HOST, progress=counts(0)))
        progress.host_done(HostDone(host=HOST, status=Status.COMPLETE, failure=None, seconds=1, progress=counts(1)))
    assert isinstance(console.file, io.StringIO)
    assert "1/20 hosts" in console.file.getvalue()
