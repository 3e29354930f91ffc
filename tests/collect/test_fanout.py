"""What the wrapper promises, fault by fault of the library underneath."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import pytest

from fleetscan.collect.fanout import Done, Failed, Listed, fan_out
from tests.collect.loop import in_loop

Results = AsyncGenerator[Done[int, int] | Failed[int], None]


async def double(number: int) -> int:
    """Give a result after a turn of the loop."""
    await asyncio.sleep(0)
    return 2 * number


async def forever(_: int) -> int:
    """Wait until cancelled."""
    await asyncio.Event().wait()
    return 0


async def drain(results: Results) -> list[Done[int, int] | Failed[int]]:
    """Take every result."""
    async with aclosing(results):
        return [result async for result in results]


def others() -> set[asyncio.Task[object]]:
    """Give every task but the one that asks and the test itself."""
    return {task for task in asyncio.all_tasks() if "_wrap" in repr(task) or "_spawn" in repr(task)}


@in_loop
async def test_every_item_has_one_result() -> None:
    """Ten items give ten results."""
    results = await drain(fan_out(Listed(range(10)), double, size=3))
    assert sorted((result.item, result.result) for result in results if isinstance(result, Done)) == [
        (number, 2 * number) for number in range(10)
    ]


@in_loop
async def test_nothing_to_do_is_no_error() -> None:
    """An empty list ends at once."""
    assert await drain(fan_out(Listed([]), double, size=3)) == []


@in_loop
async def test_no_more_than_the_size_at_once() -> None:
    """The limit is reached and never passed."""
    running = 0
    most = 0

    async def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return number

    await drain(fan_out(Listed(range(100)), work, size=7))
    assert most == 7


@in_loop
async def test_ten_thousand_items_are_drawn_as_there_is_room() -> None:
    """The items are never ahead of the results by more than the size."""
    drawn = 0
    seen = 0

    def items() -> Iterator[int]:
        nonlocal drawn
        for number in range(10_000):
            drawn += 1
            yield number

    async with aclosing(fan_out(Listed(items()), double, size=64)) as results:
        async for _ in results:
            seen += 1
            assert drawn - seen <= 64
    assert seen == 10_000


@in_loop
async def test_a_consumer_that_stops_taking_stops_the_drawing() -> None:
    """What has ended and was not taken counts against the size."""
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            drawn.append(number)
            yield number

    async with aclosing(fan_out(Listed(items()), double, size=5)) as results:
        await anext(results)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(drawn) == 5


@in_loop
async def test_results_come_in_the_order_of_their_ends() -> None:
    """A slow first item does not hold back the others."""
    slow = asyncio.Event()

    async def work(number: int) -> int:
        if number == 0:
            await slow.wait()
        return number

    order = []
    async with aclosing(fan_out(Listed(range(5)), work, size=2)) as results:
        async for result in results:
            order.append(result.item)
            if len(order) == 4:
                slow.set()
    assert order == [1, 2, 3, 4, 0]


@in_loop
async def test_a_failing_worker_does_not_lose_others() -> None:
    """An exception is the result of its item."""

    async def work(number: int) -> int:
        if number % 2:
            raise LookupError(number)
        return await double(number)

    results = await drain(fan_out(Listed(range(10)), work, size=3))
    failed = [result for result in results if isinstance(result, Failed)]
    assert sorted(result.item for result in failed) == [1, 3, 5, 7, 9]
    assert all(isinstance(result.error, LookupError) for result in failed)
    assert len(results) == 10


@in_loop
async def test_a_worker_that_cancels_itself_is_a_failure_of_its_item() -> None:
    """A CancelledError from inside does not end the fan-out."""

    async def work(number: int) -> int:
        if number == 3:
            raise asyncio.CancelledError
        return await double(number)

    results = await drain(fan_out(Listed(range(6)), work, size=2))
    assert [result.item for result in results if isinstance(result, Failed)] == [3]


@in_loop
async def test_a_cancelled_consumer_stops_at_once() -> None:
    """Cancelling while the pool is full is not swallowed, and no worker runs on."""
    consumer = asyncio.ensure_future(drain(fan_out(Listed(range(100)), forever, size=5)))
    await asyncio.sleep(0.01)
    assert len(others()) == 5
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer
    assert not others()


@in_loop
async def test_a_timeout_around_a_full_pool_fires() -> None:
    """The nightly deadline is honoured."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await drain(fan_out(Listed(range(100)), forever, size=5))
    assert not others()


@in_loop
async def test_an_exception_in_the_block_cancels_the_workers() -> None:
    """A failing observer ends the run instead of waiting for everybody."""

    async def work(number: int) -> int:
        return 0 if number == 0 else await forever(number)

    with contextlib.suppress(LookupError):
        async with aclosing(fan_out(Listed(range(10)), work, size=4)) as results:
            async for _ in results:
                raise LookupError
    assert not others()


@in_loop
async def test_leaving_before_the_workers_started_leaves_nothing() -> None:
    """Left in the very turn in which workers were hired, the fan-out still ends: none of them does any work."""
    begun: list[int] = []

    async def work(number: int) -> int:
        begun.append(number)
        return number

    consumer = asyncio.ensure_future(drain(fan_out(Listed(range(10)), work, size=4)))
    await asyncio.sleep(0)  # the workers are hired now, and none has started
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer
    assert begun == []
    assert not others()


@in_loop
async def test_breaking_out_leaves_nothing_running() -> None:
    """Who takes one result and goes leaves no worker behind."""

    async def work(number: int) -> int:
        return 0 if number == 0 else await forever(number)

    async with aclosing(fan_out(Listed(range(10)), work, size=4)) as results:
        async for result in results:
            assert result.item == 0
            break
    assert not others()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_an_exit_in_a_worker_reaches_the_consumer(error: BaseException) -> None:
    """SystemExit and KeyboardInterrupt are not results."""

    @in_loop
    async def attempt() -> None:
        async def work(number: int) -> int:
            if number == 2:
                raise error
            return await forever(number)

        await drain(fan_out(Listed(range(4)), work, size=4))

    with pytest.raises(type(error)):
        attempt()


@in_loop
async def test_five_hundred_hung_workers_with_their_own_deadline_are_all_freed() -> None:
    """Timeouts inside the workers free every place."""

    async def work(number: int) -> int:
        async with asyncio.timeout(0.02):
            return await forever(number)

    results = await drain(fan_out(Listed(range(500)), work, size=100))
    assert len(results) == 500
    assert all(isinstance(result, Failed) and isinstance(result.error, TimeoutError) for result in results)
