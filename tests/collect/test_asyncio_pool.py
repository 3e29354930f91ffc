"""The faults of asyncio-pool 0.6.0 because of which only ``fan_out`` may import it.

A test that fails here after an upgrade is good news: the fault is gone, and so may be its work-around.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any

import pytest
from asyncio_pool import AioPool

from tests.collect.loop import in_loop


async def forever() -> None:
    """Wait until cancelled."""
    await asyncio.Event().wait()


async def clean_up() -> None:
    """Cancel every other task of the loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@in_loop
async def test_spawn_swallows_a_cancellation_while_it_waits() -> None:
    """A caller that is cancelled while the pool is full goes on as if nothing had happened."""
    pool = AioPool(1)
    await pool.spawn(forever())
    caller = asyncio.ensure_future(pool.spawn(forever()))
    await asyncio.sleep(0)
    caller.cancel()
    future = await caller
    assert isinstance(future.exception(), asyncio.CancelledError)
    await clean_up()


@in_loop
async def test_spawn_swallows_a_timeout_while_it_waits() -> None:
    """A timeout around a full pool fires into the future: no TimeoutError, and the block goes on."""
    pool = AioPool(1)
    await pool.spawn(forever())
    async with asyncio.timeout(0.01) as limit:
        future = await pool.spawn(forever())
    assert limit.expired()
    assert isinstance(future.exception(), asyncio.CancelledError)
    await clean_up()


@in_loop
async def test_exec_leaves_its_task_running() -> None:
    """A cancelled exec leaves the inner task running and its place taken."""
    pool = AioPool(1)
    caller = asyncio.ensure_future(pool.exec(forever()))
    await asyncio.sleep(0.01)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert pool.n_active == 1
    await clean_up()


@in_loop
async def test_cancel_right_after_spawn_n_corrupts_the_counts() -> None:
    """Cancelled before it started, a task is counted for ever, and join never returns."""
    pool = AioPool(2)
    work = [forever() for _ in range(4)]
    for each in work:
        pool.spawn_n(each)
    await pool.cancel()
    await asyncio.sleep(0.01)
    assert not pool.is_empty
    for each in work:
        each.close()


@in_loop
async def test_map_refuses_an_empty_list() -> None:
    """Nothing to do is an error to map."""
    with pytest.raises(ValueError, match="empty"):
        await AioPool(1).map(lambda _: forever(), [])


@in_loop
async def test_itermap_is_eager() -> None:
    """Every coroutine exists before the first result."""
    made: list[int] = []

    def make(number: int) -> Coroutine[Any, Any, None]:
        made.append(number)
        return asyncio.sleep(0)

    async with aclosing(AioPool(1).itermap(make, range(50))) as results:
        async for _ in results:
            break
    assert len(made) == 50
    await clean_up()


@in_loop
async def test_a_callback_without_code_leaks_its_place() -> None:
    """A partial as callback breaks the pool's own task."""
    pool = AioPool(1)

    async def see(_: str, result: None) -> None:
        """Take the result."""

    problems: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    await pool.spawn(asyncio.sleep(0), partial(see, "x"))
    await asyncio.sleep(0.01)
    assert pool.n_active == 1
    await clean_up()


@in_loop
async def test_system_exit_ends_in_a_future() -> None:
    """A task that wants to end the process is not heard."""
    pool = AioPool(1)

    async def leave() -> None:
        raise SystemExit(3)

    future = await pool.spawn(leave())
    await pool.join()
    assert isinstance(future.exception(), SystemExit)


@in_loop
async def test_leaving_the_block_does_not_cancel() -> None:
    """An exception in the block waits for the tasks instead of ending them."""
    gate = asyncio.Event()

    async def block() -> None:
        async with AioPool(1) as pool:
            await pool.spawn(gate.wait())
            raise LookupError

    left = asyncio.ensure_future(block())
    await asyncio.sleep(0.01)
    assert not left.done()
    gate.set()
    with pytest.raises(LookupError):
        await left
