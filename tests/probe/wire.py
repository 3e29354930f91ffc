"""A way to a host that answers lists of keys from a table, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.model import Absent, Answer, Failure, Host, Known, Outcome, Question, Reason, RegistryList
from fleetscan.transport import Step, StepObserver, Target, ignore_step

Tree = Callable[[RegistryList], Outcome | None]


@dataclass
class Wire:
    """Answer by ``tree``; None leaves a question out. ``failures`` are the ends of the conversations, in turn."""

    tree: Tree
    name: str = "wire"
    failures: Sequence[Failure | None] = ()
    accepts: bool = True
    unreachable: Failure | None = None
    reached: int = 0
    asked: list[tuple[Question, ...]] = field(default_factory=list)

    def answers(self, question: Question) -> bool:
        """Take lists of keys."""
        return isinstance(question, RegistryList)

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Read nothing beside."""
        del questions
        return ()

    async def ask(
        self, target: Target, questions: Sequence[Question], *, budget: float, on_step: StepObserver = ignore_step
    ) -> Answer:
        """Answer what the tree holds."""
        del target, budget
        failure = self.failures[len(self.asked)] if len(self.asked) < len(self.failures) else None
        self.asked.append(tuple(questions))
        on_step(Step.CONNECTED)
        on_step(Step.PROVING)
        if self.accepts:
            on_step(Step.AUTHENTICATED)
        found = {one: self.tree(one) for one in questions if isinstance(one, RegistryList)}
        return Answer(outcomes={one: said for one, said in found.items() if said is not None}, failure=failure)

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """Listen, or not."""
        del target, budget
        self.reached += 1
        return self.unreachable

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Accept."""
        del target, budget, on_step
        return None

    async def aclose(self) -> None:
        """Hold nothing."""


def target(*ways: str) -> Target:
    """Aim at a host with these ways."""
    credential = Credential(name="reader", user="a", auth=Auth.NTLM, secret=Secret("b"))
    return Target(host=Host(name="ex01", address="127.0.0.1", transports=ways or ("wire",)), credential=credential)


def tree_of(names: Mapping[str, Sequence[str]], values: Mapping[str, Mapping[str, int]] | None = None) -> Tree:
    """Answer from the names below each key; a key that is not there is absent."""

    def answer(question: RegistryList) -> Outcome:
        if question.key not in names:
            return Absent()
        if question.list == "subkeys":
            return Known(value=list(names[question.key]), type="subkeys")
        held = (values or {}).get(question.key, {})
        return Known(value={name: {"type": "REG_DWORD", "value": data} for name, data in held.items()}, type="values")

    return answer


REJECTED = Failure(reason=Reason.AUTH_FAILED, detail="the host does not accept the logon")
"""What a wrong password ends with."""
