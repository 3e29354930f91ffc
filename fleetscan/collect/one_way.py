"""Ask one host over one way.

Laws
1. The end is hard: every attempt and every pause included.
2. Whatever the transport does, the way ends as one Answer.
3. What was known after one attempt is never lost by the next one.
4. No attempt follows one that may have left an unanswered proof of a password behind, unless that does no harm.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from fleetscan.collect.guard import Patience, guarded
from fleetscan.collect.lockout import Permit
from fleetscan.collect.ways import Tried
from fleetscan.model import Answer, Failure, Question, Reason
from fleetscan.transport.interface import Step, Target, Transport

LEAST = 1.0
"""Seconds that must be left for another attempt to make sense."""

CONNECTING = 5.0
"""Seconds that a host with several ways has to take the connection on one of them: three SYNs of the usual TCP."""


class Phase(StrEnum):
    """How far the conversation had come when it failed."""

    CONNECTING = "connecting"
    LOGGING_ON = "logging on"
    INSIDE = "inside"


PHASES: Mapping[Step, Phase] = MappingProxyType(
    {
        Step.CONNECTED: Phase.LOGGING_ON,
        Step.PROVING: Phase.LOGGING_ON,
        Step.AUTHENTICATED: Phase.INSIDE,
        Step.OPENED: Phase.INSIDE,
        Step.ANSWERED: Phase.INSIDE,
        Step.CLOSED: Phase.CONNECTING,
    }
)
"""What each step leads to, if the conversation is not further yet: a later connection is part of what goes on inside,
and the end of a conversation, which also one has that never came to a connection, leads nowhere.
"""

_ORDER = tuple(Phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Try once more, after a pause drawn between two bounds in seconds, so that a fleet does not come back as one."""

    shortest: float
    longest: float


RETRIES: Mapping[tuple[Reason, Phase], Again] = MappingProxyType(
    {
        # The host was there and the connection broke: a restarted service, a firewall that forgot, a full table.
        (Reason.UNREACHABLE, Phase.LOGGING_ON): Again(shortest=0.3, longest=0.9),
        (Reason.UNREACHABLE, Phase.INSIDE): Again(shortest=0.3, longest=0.9),
    }
)
"""What a second attempt may cure. What is not here is never tried again:

refused or no route (nobody will be there a second later), a wrong password (it would only count twice), denied,
timed out (its time is spent), too large, malformed and unsupported (it would only answer the same).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a way is to be tried: until when (on the monotonic clock), with how many seconds for connecting at most.

    ``pause`` draws the seconds between two attempts.
    """

    end: float
    connecting: float | None
    pause: Callable[[float, float], float]

    @property
    def left(self) -> float:
        """Count the seconds left, never below 0."""
        return max(0.0, self.end - time.monotonic())


class OneWay:
    """The attempts at one host over one way; ``name`` is that of the way in the inventory."""

    def __init__(
        self,
        name: str,
        transport: Transport,
        target: Target,
        questions: Sequence[Question],
        permit: Permit,
        terms: Terms,
    ) -> None:
        """Ask nothing yet."""
        self._name = name
        self._transport = transport
        self._target = target
        self._questions = questions
        self._permit = permit
        self._terms = terms
        self._answer = Answer()
        self._attempts = 0
        self._phase = Phase.CONNECTING

    def tried(self) -> Tried:
        """Say what came of it so far."""
        return Tried(way=self._name, asked=self._questions, answer=self._answer, attempts=self._attempts)

    def cut(self, failure: Failure) -> Tried:
        """Say what came of it when it was cut off under way."""
        return replace(self.tried(), answer=replace(self._answer, failure=failure))

    async def go(self) -> None:
        """Ask, again where that can help. Only cancellation is raised."""
        await self._attempt()
        while (again := self._again()) is not None and self._terms.left > (
            seconds := self._terms.pause(again.shortest, again.longest)
        ) + LEAST:
            await asyncio.sleep(seconds)
            await self._attempt()

    def _again(self) -> Again | None:
        failure = self._answer.failure
        if failure is None or self._attempts > 1 or self._permit.hindrance() is not None:
            return None
        return RETRIES.get((failure.reason, self._phase))

    async def _attempt(self) -> None:
        """Ask for what is not known yet."""
        self._attempts += 1
        self._phase = Phase.CONNECTING
        wanted = [question for question in self._questions if question not in self._answer.outcomes]
        left = self._terms.left
        work = self._transport.ask(self._target, wanted, budget=left, on_step=self._step)
        result = await guarded(work, left, self._patience())
        answer = Answer(failure=result) if isinstance(result, Failure) else result
        self._permit.heard(answer.failure)
        self._answer = _added(self._answer, answer)

    def _patience(self) -> Patience | None:
        seconds = self._terms.connecting
        if seconds is None:
            return None
        text = (
            f"no connection came about within {seconds:g} s; is the host up, and does a firewall drop what goes there?"
        )
        lost = Failure(reason=Reason.UNREACHABLE, detail=text)
        return Patience(seconds=seconds, seen=lambda: self._phase is not Phase.CONNECTING, lost=lost)

    def _step(self, step: Step) -> None:
        self._phase = max(self._phase, PHASES[step], key=_ORDER.index)
        self._permit.step(step)


def _added(first: Answer, second: Answer) -> Answer:
    """Add up two attempts; the second one tells how it ended."""
    return Answer(
        outcomes={**first.outcomes, **second.outcomes},
        failure=second.failure,
        round_trips=first.round_trips + second.round_trips,
        bytes_received=first.bytes_received + second.bytes_received,
        notes=(*first.notes, *second.notes),
    )
