"""``fleetscan check``: is everybody reachable, is every credential accepted? Nothing is read.

The fleet is visited by the same code as in a scan, limits and lock-out breaker included; only the one verb differs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from fleetscan.collect import Collected, Unobserved, collect_fleet
from fleetscan.model import Answer, Failure, Question
from fleetscan.scan.job import ScanJob, opened, verify
from fleetscan.transport import StepObserver, Target, Transport, ignore_step


class Knocker:
    """A transport whose asking is knocking."""

    def __init__(self, inner: Transport) -> None:
        """Knock with the transport."""
        self.name = inner.name
        self._inner = inner

    def answers(self, question: Question) -> bool:
        """Say what the transport says."""
        return self._inner.answers(question)

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Say what the transport says."""
        return self._inner.beside(questions)

    async def ask(
        self, target: Target, questions: Sequence[Question], *, budget: float, on_step: StepObserver = ignore_step
    ) -> Answer:
        """Log on, whatever the questions are, and answer none."""
        del questions
        return Answer(failure=await self._inner.knock(target, budget=budget, on_step=on_step))

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """Reach as a scan does."""
        return await self._inner.reach(target, budget=budget)

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Knock as asked."""
        return await self._inner.knock(target, budget=budget, on_step=on_step)

    async def aclose(self) -> None:
        """Leave the closing to whoever opened the transport."""


async def preflight(job: ScanJob) -> AsyncGenerator[Collected, None]:
    """Yield one result per host, as they come; a result without ``answer.failure`` is a host that can be scanned.

    Raises OperatorError.
    """
    verify(job)
    async with opened(job) as transports:
        knockers = {name: Knocker(transport) for name, transport in transports.items()}
        fleet = collect_fleet(job.targets, (), knockers, limits=job.limits, observer=Unobserved(), stop=asyncio.Event())
        async with aclosing(fleet):
            async for collected in fleet:
                yield collected
