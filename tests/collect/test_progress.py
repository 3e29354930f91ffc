"""How far a scan has come."""

from __future__ import annotations

from dataclasses import dataclass

from fleetscan.collect.progress import Tally
from fleetscan.model import Status


@dataclass
class Clock:
    """A clock that a test sets."""

    now: float = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_nothing_is_known_at_the_beginning() -> None:
    """No rate, no time left."""
    progress = Tally(5, Clock()).progress()
    assert (progress.total, progress.running, progress.done, progress.rate, progress.left) == (5, 0, 0, 0.0, None)


def test_hosts_are_counted_as_they_begin_and_end() -> None:
    """A host that never began counts as ended only."""
    tally = Tally(4, Clock())
    for _ in range(3):
        tally.begin()
    tally.end(Status.COMPLETE, had_begun=True)
    tally.end(Status.PARTIAL, had_begun=True)
    tally.end(Status.NOT_SCANNED, had_begun=False)
    progress = tally.progress()
    assert (progress.running, progress.complete, progress.partial, progress.not_scanned) == (1, 1, 1, 1)
    assert progress.done == 3


def test_the_rate_gives_the_time_left() -> None:
    """Ten hosts in five seconds, ninety to come."""
    clock = Clock()
    tally = Tally(100, clock)
    clock.now += 5
    for _ in range(10):
        tally.begin()
        tally.end(Status.COMPLETE, had_begun=True)
    progress = tally.progress()
    assert (progress.elapsed, progress.rate, progress.left) == (5, 2, 45)


def test_the_rate_forgets_what_is_long_ago() -> None:
    """After a minute of silence there is no rate, and no promise."""
    clock = Clock()
    tally = Tally(100, clock)
    clock.now += 1
    tally.end(Status.COMPLETE, had_begun=False)
    clock.now += 60
    progress = tally.progress()
    assert (progress.rate, progress.left, progress.done) == (0, None, 1)
