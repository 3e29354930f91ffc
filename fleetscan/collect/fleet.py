"""Ask a whole fleet.

Law: every host ends in exactly one Collected, also those that were not reached because the run was stopped or because
their credential was found to be wrong. After a stop all of them are there within two seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from fleetscan.collect.fanout import Failed, fan_out
from fleetscan.collect.guard import guarded
from fleetscan.collect.limits import Lanes, Limits
from fleetscan.collect.lockout import Gates, Permit
from fleetscan.collect.one_host import Collected, collect_host
from fleetscan.collect.progress import HostDone, HostStarted, Observer, Tally
from fleetscan.collect.status import status_of
from fleetscan.model import Answer, Failure, Host, Question, Reason
from fleetscan.transport.interface import Target, Transport

REACH = 10.0
"""Seconds for finding out whether anybody listens at all."""

NOT_REACHED = Failure(reason=Reason.NOT_ASKED, detail="the run was stopped before this host")
CUT_OFF = Failure(reason=Reason.NOT_ASKED, detail="cut off when the run was stopped")


async def collect_fleet(
    targets: Sequence[Target],
    questions: Sequence[Question],
    transports: Mapping[str, Transport],
    *,
    limits: Limits,
    observer: Observer,
    stop: asyncio.Event,
) -> AsyncGenerator[Collected, None]:
    """Yield one Collected per target, in the order in which they end; leave it early through ``aclosing``.

    ``transports`` has every name that a host uses. Setting ``stop`` cuts off what is under way.
    """
    lanes = Lanes(targets, limits)
    journey = _Journey(questions, transports, limits, _Reporter(observer, Tally(len(targets))), stop)
    stopper = asyncio.ensure_future(_on_stop(stop, lanes, journey))
    try:
        async with aclosing(fan_out(lanes, journey.visit, size=limits.total)) as results:
            async for result in results:
                if isinstance(result, Failed):
                    raise result.error
                yield journey.reporter.ended(result.result, questions)
        for target in lanes.rest():
            yield journey.reporter.ended(_untried(target, NOT_REACHED), questions)
    finally:
        stopper.cancel()
        await asyncio.wait({stopper})


async def _on_stop(stop: asyncio.Event, lanes: Lanes, journey: _Journey) -> None:
    await stop.wait()
    lanes.close()
    journey.cut_off()


class _Reporter:
    """Count, and tell the observer."""

    def __init__(self, observer: Observer, tally: Tally) -> None:
        self._observer = observer
        self._tally = tally
        self._begun: set[str] = set()

    def started(self, host: Host) -> None:
        self._begun.add(host.name)
        self._tally.begin()
        self._observer.host_started(HostStarted(host=host, progress=self._tally.progress()))

    def ended(self, collected: Collected, questions: Sequence[Question]) -> Collected:
        host, failure = collected.host, collected.answer.failure
        status = status_of(collected.answer, questions)
        self._tally.end(status, had_begun=host.name in self._begun)
        self._begun.discard(host.name)
        event = HostDone(
            host=host, status=status, failure=failure, seconds=collected.seconds, progress=self._tally.progress()
        )
        self._observer.host_done(event)
        return collected


class _Journey:
    """What the visits of one run share."""

    def __init__(
        self,
        questions: Sequence[Question],
        transports: Mapping[str, Transport],
        limits: Limits,
        reporter: _Reporter,
        stop: asyncio.Event,
    ) -> None:
        self.reporter = reporter
        self._questions = questions
        self._transports = transports
        self._limits = limits
        self._gates = Gates(limits.caution)
        self._stop = stop
        self._under_way: set[asyncio.Task[object]] = set()

    def cut_off(self) -> None:
        """End every visit that is under way."""
        for task in self._under_way:
            task.cancel()

    async def visit(self, target: Target) -> Collected:
        """Visit one host; its cancellation after a stop is a result, any other goes on."""
        task = asyncio.current_task()
        if task is None or self._stop.is_set():
            return _untried(target, NOT_REACHED)
        self._under_way.add(task)
        started, began = datetime.now(UTC), time.monotonic()
        try:
            self.reporter.started(target.host)
            return await self._visit(target)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
            return _ended(target, CUT_OFF, started, time.monotonic() - began)
        finally:
            self._under_way.discard(task)

    async def _visit(self, target: Target) -> Collected:
        gate = self._gates[target.credential.name]
        transport = self._transports[target.host.transport]
        if gate.cautious and gate.refusal is None:
            started, began = datetime.now(UTC), time.monotonic()
            budget = min(REACH, self._limits.deadline_of(target.host))
            unreachable = await guarded(transport.reach(target, budget=budget), budget)
            if unreachable is not None:
                return _ended(target, unreachable, started, time.monotonic() - began)
        permit = await gate.enter(target.host.name)
        if isinstance(permit, Failure):
            return _untried(target, permit)
        return await self._ask(transport, target, permit)

    async def _ask(self, transport: Transport, target: Target, permit: Permit) -> Collected:
        failure: Failure | None = None
        try:
            deadline = self._limits.deadline_of(target.host)
            collected = await collect_host(transport, target, self._questions, deadline=deadline, on_step=permit.step)
            failure = collected.answer.failure
            return collected
        finally:
            permit.leave(failure)


def _untried(target: Target, failure: Failure) -> Collected:
    return replace(_ended(target, failure, datetime.now(UTC), 0.0), attempts=0)


def _ended(target: Target, failure: Failure, started: datetime, seconds: float) -> Collected:
    """Describe a host of which nothing was read."""
    return Collected(
        host=target.host,
        answer=Answer(failure=failure),
        started=started,
        seconds=seconds,
        attempts=1,
        transport=target.host.transport,
        credential=target.credential.name,
    )
