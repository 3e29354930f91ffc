"""What can end a run early: Ctrl-C, the service manager, the run's own deadline, a full disk.

Law: the first signal ends the run in good order; a second one is the system's own again and ends the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

from fleetscan.errors import BrokenOffError, OperatorError
from fleetscan.model import Ending

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Whether the run is to stop, and why: the first reason counts."""

    def __init__(self) -> None:
        """Begin with a run that is to finish."""
        self.event = asyncio.Event()
        self.ending = Ending.FINISHED

    def set(self, ending: Ending) -> None:
        """Stop the run."""
        if not self.event.is_set():
            self.ending = ending
            self.event.set()


@contextlib.contextmanager
def stopping(deadline: float | None) -> Iterator[Stop]:
    """Listen to signals and to the clock (seconds) inside the block; on the main thread, inside the event loop."""
    loop = asyncio.get_running_loop()
    stop = Stop()
    timer = None if deadline is None else loop.call_later(deadline, stop.set, Ending.DEADLINE)

    def heed() -> None:
        """Stop, and give the signals back."""
        _give_back(loop)
        stop.set(Ending.INTERRUPTED)

    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            loop.add_signal_handler(number, heed)
    try:
        yield stop
    finally:
        _give_back(loop)
        if timer:
            timer.cancel()


@contextlib.contextmanager
def under_way() -> Iterator[None]:
    """Say of what the operator can mend that hosts were touched already. Raises BrokenOffError."""
    try:
        yield
    except OperatorError as error:
        message = f"{error}\nWhat was collected until then is kept; the same command with --resume goes on."
        raise BrokenOffError(message) from error


def _give_back(loop: asyncio.AbstractEventLoop) -> None:
    for number in SIGNALS:
        loop.remove_signal_handler(number)
