"""Draw how far a scan has come: one living line on a terminal, plain lines elsewhere.

Both go to standard error, so that standard output stays the result.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from fleetscan.collect import HostDone, HostStarted
from fleetscan.collect import Progress as Counts
from fleetscan.model import Status
from fleetscan.report.text import DETAIL_LIMIT, visible
from fleetscan.report.words import span

if TYPE_CHECKING:
    from rich.console import Console

EVERY = 10
"""Plain summary lines in one scan, at most: one each tenth of the fleet."""


def counts_line(counts: Counts) -> str:
    """Say counts, rate and time left in one line."""
    left = "" if counts.left is None or counts.done == counts.total else f", about {span(counts.left)} left"
    return (
        f"{counts.done}/{counts.total} hosts: {counts.complete} complete, {counts.partial} partial, "
        f"{counts.not_scanned} not scanned, {counts.rate:.1f}/s{left}"
    )


def host_line(event: HostDone) -> str:
    """Say in one line that a host is not complete, and why."""
    why = f": {event.failure.reason} ({visible(event.failure.detail, DETAIL_LIMIT)})" if event.failure else ""
    return f"{event.host.name} {event.status.replace('_', ' ')}{why}"


class PlainProgress:
    """Lines for a log: each host that is not complete, and a summary at each tenth of the fleet."""

    def __init__(self, console: Console) -> None:
        """Write to the console."""
        self._console = console
        self._told = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; everything was said."""

    def host_started(self, event: HostStarted) -> None:
        """Say nothing: a log is about what happened."""

    def host_done(self, event: HostDone) -> None:
        """Say what is not as it should be, and from time to time how far the scan is."""
        if event.status is not Status.COMPLETE:
            self._say(host_line(event))
        tenth = EVERY * event.progress.done // max(event.progress.total, 1)
        if tenth > self._told:
            self._told = tenth
            self._say(counts_line(event.progress))

    def _say(self, line: str) -> None:
        """Write it as it is: a stopped run says a thousand lines at once, which would take the console a second."""
        print(line, file=self._console.file)


class LiveProgress:
    """One living line: a bar, counts, rate and time left."""

    def __init__(self, console: Console) -> None:
        """Prepare the line; it appears on entry."""
        columns = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
        self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=False)
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        """Show the line."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the line away; the summary follows."""
        self._progress.stop()

    def host_started(self, event: HostStarted) -> None:
        """Draw again."""
        self._draw(event.progress)

    def host_done(self, event: HostDone) -> None:
        """Draw again."""
        self._draw(event.progress)

    def _draw(self, counts: Counts) -> None:
        self._progress.update(self._task, total=counts.total, completed=counts.done, description=counts_line(counts))


def progress_for(console: Console) -> PlainProgress | LiveProgress:
    """Choose by what the console is."""
    return LiveProgress(console) if console.is_terminal and not console.is_dumb_terminal else PlainProgress(console)
