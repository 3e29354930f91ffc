"""Wait for a transport no longer than it promised.

Law: whatever a transport does - return late, never return, raise - its caller goes on within :data:`LATE` +
:data:`GRACE` seconds after the time it was given. (A transport that blocks the whole loop cannot be guarded here.)
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Coroutine
from typing import Any, TypeVar

from fleetscan.model import Failure, Reason

T = TypeVar("T")

LATE = 0.5
"""Seconds that a transport may be late with an answer of its own, which says more than a cut can."""

GRACE = 0.4
"""Seconds that a cancelled transport has to raise; then it is left to itself."""

_LEFT_TO_THEMSELVES: set[asyncio.Task[Any]] = set()
"""Tasks that ignored their cancellation. The loop holds tasks weakly: without this they would vanish with a warning."""


async def guarded(work: Coroutine[Any, Any, T], seconds: float) -> T | Failure:
    """Give what the work returns, or a Failure in the place of silence and of exceptions.

    Cancellation of the caller goes through to the work, and then on.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds + LATE)
    finally:
        ended = task.done()
        if not ended:
            await _cut(task)
    if not ended:
        return Failure(reason=Reason.TIMED_OUT, detail=f"no answer within {seconds:.0f} s; the transport was cut off")
    return _result(task)


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
