"""Wait for a transport no longer than it promised.

Law: whatever a transport does - return late, never return, raise - its caller goes on within :data:`LATE` +
:data:`GRACE` seconds after the time it was given. (A transport that blocks the whole loop cannot be guarded here.)
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from fleetscan.model import Failure, Reason

T = TypeVar("T")

LATE = 0.5
"""Seconds that a transport may be late with an answer of its own, which says more than a cut can."""

GRACE = 0.4
"""Seconds that a cancelled transport has to raise; then it is left to itself."""

_LEFT_TO_THEMSELVES: set[asyncio.Task[Any]] = set()
"""Tasks that ignored their cancellation. The loop holds tasks weakly: without this they would vanish with a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How many seconds to wait for a sign of life, whether it was there, and what to say of a host that gave none."""

    seconds: float
    seen: Callable[[], bool]
    lost: Failure


async def guarded(work: Coroutine[Any, Any, T], seconds: float, patience: Patience | None = None) -> T | Failure:
    """Give what the work returns, or a Failure in the place of silence and of exceptions.

    Work that shows no sign of life as long as ``patience`` lasts is cut off. Cancellation of the caller goes through to
    the work, and then on.
    """
    task = asyncio.ensure_future(work)
    failure = Failure(reason=Reason.TIMED_OUT, detail=f"no answer within {seconds:.0f} s; the transport was cut off")
    end = asyncio.get_running_loop().time() + seconds + LATE
    try:
        if patience is not None:
            await asyncio.wait({task}, timeout=min(patience.seconds, seconds + LATE))
        if patience is None or patience.seen():
            await asyncio.wait({task}, timeout=end - asyncio.get_running_loop().time())
        else:
            failure = patience.lost
    finally:
        ended = task.done()
        if not ended:
            await _cut(task)
    return _result(task) if ended else failure


async def _cut(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task}, timeout=GRACE)
    if not task.done():
        _LEFT_TO_THEMSELVES.add(task)
        task.add_done_callback(_LEFT_TO_THEMSELVES.discard)
    task.add_done_callback(_read)


def _read(task: asyncio.Task[Any]) -> None:
    """Look at the exception, so that the loop does not report it as never retrieved."""
    if not task.cancelled():
        task.exception()


def _result(task: asyncio.Task[T]) -> T | Failure:
    if task.cancelled():
        return Failure(reason=Reason.TIMED_OUT, detail="the transport cancelled itself (a defect of fleetscan)")
    error = task.exception()
    if error is None:
        return task.result()
    if not isinstance(error, Exception):
        raise error
    return Failure(reason=Reason.MALFORMED, detail=f"{_place(error)} (a defect of fleetscan)")


def _place(error: Exception) -> str:
    """Name the exception and where it was raised, but not its text, which may quote the host or a secret."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"the transport raised {type(error).__name__} in {last.name}, line {last.lineno}"
