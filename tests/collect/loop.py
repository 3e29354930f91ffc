"""Run a test inside an event loop that must be empty afterwards."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")

TOO_LONG = 30.0
"""Seconds after which a test hangs."""


def in_loop(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make a test of a coroutine function; it fails when it leaves a task behind."""

    async def watched(*args: P.args, **kwargs: P.kwargs) -> None:
        async with asyncio.timeout(TOO_LONG):
            await test(*args, **kwargs)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(watched(*args, **kwargs))

    return run
