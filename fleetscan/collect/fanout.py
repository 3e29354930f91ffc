"""Run one worker over many items, a limited number at a time. The only import of asyncio-pool.

Laws
1. Cancellation and timeouts of the consumer are honoured at once; nothing here catches them.
2. However the iterator is left, no worker runs on.
3. A worker that fails is one result; the others are not touched.
4. At most ``size`` items are under way or waiting to be consumed, so memory does not grow with the fleet.

Of the pool only ``spawn_n`` and ``join`` are used, and only within its size. ``spawn`` and ``exec`` swallow
cancellation while they wait, ``cancel`` corrupts the counts when a task has not started yet, ``itermap`` starts
everything at once, and callbacks can leak places: ``tests/collect/test_asyncio_pool.py`` shows each fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from asyncio_pool import AioPool

T = TypeVar("T")
R = TypeVar("R")


class Source(Protocol[T]):
    """Where items come from: one at a time, when there is room for one."""

    def take(self) -> T | None:
        """Give the next item that may start now; ``None`` when there is none until one is released, or at all."""
        ...

    def release(self, item: T) -> None:
        """Learn that the work on an item is over, whatever came of it."""
        ...


class Listed(Generic[T]):
    """A source that gives the items of an iterable in their order."""

    def __init__(self, items: Iterable[T]) -> None:
        """Draw from the items lazily."""
        self._items = iter(items)

    def take(self) -> T | None:
        """Give the next item, or ``None`` at the end."""
        return next(self._items, None)

    def release(self, item: T) -> None:
        """Do nothing: no item waits for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[T, R]):
    """The worker returned."""

    item: T
    result: R


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Generic[T]):
    """The worker raised."""

    item: T
    error: BaseException


async def fan_out(
    source: Source[T], worker: Callable[[T], Awaitable[R]], *, size: int
) -> AsyncGenerator[Done[T, R] | Failed[T], None]:
    """Yield one result per item, in the order in which the work ends.

    Leave it early through ``contextlib.aclosing`` (or cancellation): it then cancels what is under way and waits
    for its end. KeyboardInterrupt and SystemExit in a worker are raised here, at once.
    """
    crew = _Crew(source, worker, size)
    try:
        while crew.hire():
            result = await crew.results.get()
            crew.unconsumed -= 1
            if isinstance(result, Failed) and isinstance(result.error, KeyboardInterrupt | SystemExit):
                raise result.error
            yield result
    finally:
        await crew.dismiss()


class _Crew(Generic[T, R]):
    """The state of one fan-out."""

    def __init__(self, source: Source[T], worker: Callable[[T], Awaitable[R]], size: int) -> None:
        self.results: asyncio.Queue[Done[T, R] | Failed[T]] = asyncio.Queue()
        self.unconsumed = 0
        self._source = source
        self._worker = worker
        self._size = size
        self._pool = AioPool(size)
        self._started: set[asyncio.Task[object]] = set()
        self._leaving = False

    def hire(self) -> bool:
        """Start as much as there is room for; say whether a result is still to come."""
        while self.unconsumed < self._size and (item := self._source.take()) is not None:
            self._pool.spawn_n(self._work(item))
            self.unconsumed += 1
        return self.unconsumed > 0

    async def _work(self, item: T) -> None:
        """Do one item. Never raises: the pool would keep the exception in a future that nobody reads."""
        task = asyncio.current_task()
        if task is None or self._leaving:
            return
        self._started.add(task)
        result: Done[T, R] | Failed[T]
        try:
            result = Done(item=item, result=await self._worker(item))
        except BaseException as error:  # noqa: BLE001 - law 3; cancellation reaches a worker only from dismiss()
            result = Failed(item=item, error=error)
        self._started.discard(task)
        self._source.release(item)
        self.results.put_nowait(result)

    async def dismiss(self) -> None:
        """Cancel what has started, let what has not started return, and wait for both."""
        self._leaving = True
        for task in self._started:
            task.cancel()
        await self._pool.join()
