"""Ask one host.

Laws
1. The deadline is hard: first byte to last, every attempt and every pause included.
2. Whatever the transport does, the host ends as one Answer.
3. What was known after one attempt is never lost by the next one.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from fleetscan.collect.guard import guarded
from fleetscan.collect.status import explained
from fleetscan.model import Answer, Failure, Host, Question, Reason
from fleetscan.transport.interface import Step, StepObserver, Target, Transport, ignore_step

LEAST = 1.0
"""Seconds that must be left for another attempt to make sense."""


class Phase(StrEnum):
    """How far the conversation had come when it failed."""

    CONNECTING = "connecting"
    LOGGING_ON = "logging on"
    INSIDE = "inside"


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
class Collected:
    """What became of one host: ``started`` is aware and UTC, ``seconds`` is first byte to last.

    ``attempts`` is 0 when the host was not tried at all; ``credential`` is its name.
    """

    host: Host
    answer: Answer
    started: datetime
    seconds: float
    attempts: int
    transport: str
    credential: str


async def collect_host(
    transport: Transport,
    target: Target,
    questions: Sequence[Question],
    *,
    deadline: float,
    on_step: StepObserver = ignore_step,
    pause: Callable[[float, float], float] = random.uniform,
) -> Collected:
    """Ask a host all questions, again where that can help, within ``deadline`` plus one second.

    ``pause`` draws the seconds between two attempts. Only cancellation is raised.
    """
    started, began = datetime.now(UTC), time.monotonic()
    visit = _Visit(transport, target, questions, on_step, began + deadline)
    await visit.attempt()
    while (again := visit.again()) is not None and visit.left > (
        seconds := pause(again.shortest, again.longest)
    ) + LEAST:
        await asyncio.sleep(seconds)
        await visit.attempt()
    return Collected(
        host=target.host,
        answer=explained(visit.answer, questions),
        started=started,
        seconds=time.monotonic() - began,
        attempts=visit.attempts,
        transport=transport.name,
        credential=target.credential.name,
    )


class _Visit:
    """The attempts at one host."""

    def __init__(
        self, transport: Transport, target: Target, questions: Sequence[Question], on_step: StepObserver, end: float
    ) -> None:
        self.answer = Answer()
        self.attempts = 0
        self._transport = transport
        self._target = target
        self._questions = questions
        self._on_step = on_step
        self._end = end
        self._phase = Phase.CONNECTING

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def again(self) -> Again | None:
        failure = self.answer.failure
        return RETRIES.get((failure.reason, self._phase)) if failure and self.attempts == 1 else None

    async def attempt(self) -> None:
        """Ask for what is not known yet."""
        self.attempts += 1
        self._phase = Phase.CONNECTING
        wanted = [question for question in self._questions if question not in self.answer.outcomes]
        work = self._transport.ask(self._target, wanted, budget=self.left, on_step=self._step)
        result = await guarded(work, self.left)
        self.answer = _joined(self.answer, Answer(failure=result) if isinstance(result, Failure) else result)

    def _step(self, step: Step) -> None:
        if step is not Step.CONNECTED:
            self._phase = Phase.INSIDE
        elif self._phase is Phase.CONNECTING:
            self._phase = Phase.LOGGING_ON
        self._on_step(step)


def _joined(first: Answer, second: Answer) -> Answer:
    """Add up two attempts; the second one tells how it ended."""
    return Answer(
        outcomes={**first.outcomes, **second.outcomes},
        failure=second.failure,
        round_trips=first.round_trips + second.round_trips,
        bytes_received=first.bytes_received + second.bytes_received,
        notes=(*first.notes, *second.notes),
    )
