"""Every place that a scan reads, way by way: what the plan asks, and what a way reads beside it or cannot ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fleetscan.facts import Plan
from fleetscan.model import Question
from fleetscan.transport.registry import Factory, factories


async def places(plan: Plan, transports: Mapping[str, Factory] | None = None) -> tuple[str, ...]:
    """Name the places, one a line, indented below a title; the transports themselves say what is theirs.

    Contacts nobody. Raises UsageError when a plug-in is broken.
    """
    lines = list(plan.lines())
    for name, make in (factories() if transports is None else transports).items():
        transport = make(workers=1)
        beside = set(transport.beside(plan.questions)) - set(plan.questions)
        beyond = [question for question in plan.questions if not transport.answers(question)]
        await transport.aclose()
        lines += _listed(f"Over {name} besides", sorted(beside, key=_place))
        lines += _listed(f"Not over {name}", sorted(beyond, key=_place))
    return tuple(lines)


def _place(question: Question) -> str:
    return question.where.casefold()


def _listed(title: str, questions: Sequence[Question]) -> Iterator[str]:
    if questions:
        yield f"{title} ({len(questions)})"
        yield from (f"  {question.where}" for question in questions)
