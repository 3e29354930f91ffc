"""Small transports for tests: each host behaves as its coroutine says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fleetscan.credentials.interface import Credential
from fleetscan.model import Absent, Answer, Failure, Host, Known, Outcome, Question, Reason, Service
from fleetscan.transport.interface import Step, StepObserver, Target, ignore_step

QUESTIONS: tuple[Question, ...] = (Service(name="A"), Service(name="B"))


@dataclass
class Conversation:
    """What a host sees of one attempt."""

    target: Target
    questions: Sequence[Question]
    budget: float
    step: StepObserver
    attempt: int


Behaviour = Callable[[Conversation], Awaitable[Answer]]


@dataclass
class Wire:
    """A transport; hosts that are not named behave well."""

    hosts: Mapping[str, Behaviour] = field(default_factory=dict)
    unreachable: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    closed: bool = False
    name: str = "wire"
    beyond: frozenset[Question] = frozenset()

    def answers(self, question: Question) -> bool:
        """Take every question."""
        return question not in self.beyond

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Read nothing else."""
        del questions
        return ()

    async def ask(
        self, target: Target, questions: Sequence[Question], *, budget: float, on_step: StepObserver = ignore_step
    ) -> Answer:
        """Behave."""
        name = target.host.name
        self.asked.append(name)
        conversation = Conversation(target, questions, budget, on_step, self.asked.count(name))
        return await self.hosts.get(name, well)(conversation)

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """Say whether the host is there."""
        assert budget > 0
        self.reached.append(target.host.name)
        await asyncio.sleep(0)
        return REFUSED if target.host.name in self.unreachable else None

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Log on and read nothing."""
        return (await self.ask(target, (), budget=budget, on_step=on_step)).failure

    async def aclose(self) -> None:
        """Remember it."""
        self.closed = True


REFUSED = Failure(reason=Reason.UNREACHABLE, detail="refused")
REJECTED = Failure(reason=Reason.AUTH_FAILED, detail="wrong password")
RESET = Failure(reason=Reason.UNREACHABLE, detail="reset")


def target(
    name: str,
    *,
    site: str = "",
    credential: str = "reader",
    deadline: float | None = None,
    ways: tuple[str, ...] = ("wire",),
) -> Target:
    """Make a target."""
    host = Host(name=name, address="127.0.0.1", site=site, transports=ways, credential=credential, deadline=deadline)
    return Target(host=host, credential=Credential(name=credential))


def answers(questions: Sequence[Question]) -> dict[Question, Outcome]:
    """Answer every question."""
    return {question: Absent() for question in questions}


async def well(conversation: Conversation) -> Answer:
    """Accept the logon and answer everything."""
    conversation.step(Step.CONNECTED)
    await asyncio.sleep(0)
    conversation.step(Step.AUTHENTICATED)
    await asyncio.sleep(0)
    return Answer(outcomes=answers(conversation.questions), round_trips=9, bytes_received=100)


async def rejecting(conversation: Conversation) -> Answer:
    """Reject the logon."""
    conversation.step(Step.CONNECTED)
    await asyncio.sleep(0)
    return Answer(failure=REJECTED, round_trips=3)


async def hung(conversation: Conversation) -> Answer:
    """Accept the connection and say nothing until the budget is spent."""
    conversation.step(Step.CONNECTED)
    await asyncio.sleep(conversation.budget)
    return Answer(failure=Failure(reason=Reason.TIMED_OUT, detail="silence"))


async def working_for_ever(conversation: Conversation) -> Answer:
    """Accept the logon, then work until cancelled."""
    conversation.step(Step.CONNECTED)
    conversation.step(Step.AUTHENTICATED)
    await asyncio.Event().wait()
    return Answer()


KNOWN = Known(value="x", type="REG_SZ")
