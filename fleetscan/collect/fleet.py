"""Ask a whole fleet.

Law: every host ends in exactly one Collected, also those that were not reached because the run was stopped or because
their credential was found to be wrong. After a stop all of them are there within two seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from fleetscan.collect.fanout import Failed, fan_out
from fleetscan.collect.limits import Lanes, Limits
from fleetscan.collect.lockout import Gates
from fleetscan.collect.one_host import Collected, HostVisit, untried
from fleetscan.collect.progress import HostDone, HostStarted, Observer, Tally
from fleetscan.collect.status import status_of
from fleetscan.model import Failure, Host, Question, Reason
from fleetscan.transport.interface import Target, Transport

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
            yield journey.reporter.ended(untried(target, NOT_REACHED), questions)
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
        visit = HostVisit(self._transports, target, self._questions, deadline=self._limits.deadline_of(target.host))
        if task is None or self._stop.is_set():
            return untried(target, NOT_REACHED)
        self._under_way.add(task)
        try:
            self.reporter.started(target.host)
            return await self._visit(visit, target)
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
            return visit.cut(CUT_OFF)
        finally:
            self._under_way.discard(task)

    async def _visit(self, visit: HostVisit, target: Target) -> Collected:
        gate = self._gates[target.credential.name]
        if gate.cautious and gate.refusal is None and not await visit.reachable():
            return visit.collected()
        permit = await gate.enter(target.host.name)
        if isinstance(permit, Failure):
            return untried(target, permit)
        try:
            return await visit.go(permit)
        finally:
            permit.leave()
