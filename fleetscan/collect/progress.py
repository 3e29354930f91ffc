"""How far a scan has come, as data. Drawing it is the command line's business."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fleetscan.model import Failure, Host, Status

WINDOW = 30.0
"""Seconds over which the rate is taken: long enough to be steady, short enough to follow a slow site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of hosts, hosts per second over the last :data:`WINDOW` seconds, seconds since the start and left.

    ``left`` is ``None`` while nothing has ended yet.
    """

    total: int
    running: int
    complete: int
    partial: int
    not_scanned: int
    elapsed: float
    rate: float
    left: float | None

    @property
    def done(self) -> int:
        """Count the hosts that have ended."""
        return self.complete + self.partial + self.not_scanned


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStarted:
    """A host is being asked from now on."""

    host: Host
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDone:
    """A host ended: how complete, and what went wrong, if anything did."""

    host: Host
    status: Status
    failure: Failure | None
    seconds: float
    progress: Progress


class Observer(Protocol):
    """Who watches a scan. Called on the loop's thread; must return at once. An exception ends the scan."""

    def host_started(self, event: HostStarted) -> None:
        """See a host begin."""
        ...

    def host_done(self, event: HostDone) -> None:
        """See a host end."""
        ...


class Unobserved:
    """Watch nothing."""

    def host_started(self, event: HostStarted) -> None:
        """Ignore it."""

    def host_done(self, event: HostDone) -> None:
        """Ignore it."""


class Tally:
    """Count hosts as they begin and end."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Start the clock, which gives seconds."""
        self._total = total
        self._clock = clock
        self._began = clock()
        self._running = 0
        self._ended: Counter[Status] = Counter()
        self._recent: deque[float] = deque()

    def begin(self) -> None:
        """Count a host that begins."""
        self._running += 1

    def end(self, status: Status, *, had_begun: bool) -> None:
        """Count a host that ended; it may never have begun."""
        self._running -= had_begun
        self._ended[status] += 1
        self._recent.append(self._clock())

    def progress(self) -> Progress:
        """Sum up."""
        now = self._clock()
        while self._recent and now - self._recent[0] > WINDOW:
            self._recent.popleft()
        elapsed = now - self._began
        rate = len(self._recent) / min(elapsed, WINDOW) if elapsed > 0 else 0.0
        waiting = self._total - self._ended.total()
        return Progress(
            total=self._total,
            running=self._running,
            complete=self._ended[Status.COMPLETE],
            partial=self._ended[Status.PARTIAL],
            not_scanned=self._ended[Status.NOT_SCANNED],
            elapsed=elapsed,
            rate=rate,
            left=waiting / rate if rate else None,
        )
