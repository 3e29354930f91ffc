"""A short visit to a host, in a thread: nothing is read on it."""

from __future__ import annotations

from collections.abc import Callable

from fleetscan.model import Failure
from fleetscan.transport.failures import overdue
from fleetscan.transport.link import Scissors


class Visit:
    """One visit as a job; :attr:`result` says how it failed, None when it did not."""

    def __init__(self, go: Callable[[Scissors], None], failure_of: Callable[[Exception], Failure]) -> None:
        """Take the visit, a function that blocks, and what says why when it raises."""
        self._go = go
        self._failure_of = failure_of
        self._scissors = Scissors()
        self.result: Failure | None = None

    def run(self, settle: Callable[[], None]) -> None:
        """Go, and call ``settle`` once. Never raises."""
        try:
            self._go(self._scissors)
        except Exception as error:  # noqa: BLE001 - the transport's law: nothing escapes, failures names it
            self.result = self._failure_of(error)
        settle()

    def overdue(self) -> Failure:
        """Say that the thread itself is stuck."""
        return overdue(connected=self._scissors.holding)

    def cut(self) -> None:
        """Wake :meth:`run`, from any thread."""
        self._scissors.cut()
