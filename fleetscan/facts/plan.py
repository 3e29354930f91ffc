"""What a scan will ask: every question once, and the facts in the order in which they can be worked out.

Law: the plan is all that is read. Nothing outside ``Plan.questions`` is ever asked of a host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import assert_never

from fleetscan.errors import UsageError
from fleetscan.facts.decode import answerable
from fleetscan.facts.table import DERIVATIONS
from fleetscan.model import (
    Asked,
    CimRows,
    Derivation,
    Derived,
    Fact,
    FactType,
    File,
    Question,
    RegistryList,
    RegistryValue,
    Service,
    Services,
)

_KINDS: tuple[tuple[str, tuple[type[Question], ...]], ...] = (
    ("Registry", (RegistryValue, RegistryList)),
    ("Services", (Service, Services)),
    ("Files", (File,)),
    ("CIM", (CimRows,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Questions without repetition, in stable order; facts with every input before what is derived from it."""

    questions: tuple[Question, ...]
    facts: tuple[Fact, ...]
    _merged: Mapping[str, CimRows] = field(default_factory=dict, repr=False, compare=False)

    def asked_as(self, question: Question) -> Question:
        """Find the question of the plan that stands for a fact's own: CIM questions of one class are merged."""
        return self._merged[question.cim_class.casefold()] if isinstance(question, CimRows) else question

    def lines(self) -> tuple[str, ...]:
        """Name every place that will be read, one a line, indented below its kind and its count, sorted."""
        lines: list[str] = []
        for title, kinds in _KINDS:
            places = sorted(
                {question.where for question in self.questions if isinstance(question, kinds)}, key=str.casefold
            )
            if places:
                lines += [f"{title} ({len(places)})", *(f"  {place}" for place in places)]
        return tuple(lines)


def plan(facts: Iterable[Fact], wanted: Iterable[str] | None = None) -> Plan:
    """Plan the facts that are ``wanted`` (ids; ``None`` for all) and everything they are derived from.

    Raises UsageError for an unknown id, a derivation that does not exist or does not fit its inputs, a question that
    cannot have the fact's type, and a derivation that runs in a circle.
    """
    shelf = {fact.id: fact for fact in facts}
    ordered = _ordered(shelf, tuple(shelf) if wanted is None else tuple(dict.fromkeys(wanted)))
    for fact in ordered:
        fault = _fault(fact, shelf)
        if fault:
            raise UsageError(fault)
    asked = [fact.origin.question for fact in ordered if isinstance(fact.origin, Asked)]
    merged = _merge(question for question in asked if isinstance(question, CimRows))
    questions = (merged[one.cim_class.casefold()] if isinstance(one, CimRows) else one for one in asked)
    return Plan(questions=tuple(dict.fromkeys(questions)), facts=ordered, _merged=merged)


def _merge(questions: Iterable[CimRows]) -> dict[str, CimRows]:
    """Unite the properties of questions to the same class, in the order of first mention."""
    merged: dict[str, CimRows] = {}
    for question in questions:
        known = merged.setdefault(question.cim_class.casefold(), replace(question, properties=()))
        properties = tuple(dict.fromkeys((*known.properties, *question.properties)))
        merged[question.cim_class.casefold()] = replace(known, properties=properties)
    return merged


def _inputs(fact: Fact) -> tuple[str, ...]:
    return fact.origin.inputs if isinstance(fact.origin, Derived) else ()


def _ordered(shelf: Mapping[str, Fact], wanted: tuple[str, ...]) -> tuple[Fact, ...]:
    """Collect the wanted facts and their inputs, inputs first."""
    graph: dict[str, tuple[str, ...]] = {}
    waiting = [(name, "") for name in reversed(wanted)]
    while waiting:
        name, reader = waiting.pop()
        if name not in shelf:
            message = f"no fact is called {name!r}{f', which {reader} is derived from' if reader else ''}"
            raise UsageError(message)
        if name not in graph:
            graph[name] = _inputs(shelf[name])
            waiting += [(needed, name) for needed in reversed(graph[name])]
    try:
        return tuple(shelf[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        message = f"facts are derived from each other in a circle: {' <- '.join(error.args[1])}"
        raise UsageError(message) from error


def _fault(fact: Fact, shelf: Mapping[str, Fact]) -> str:
    """Say what is wrong with a fact by itself; empty when nothing is."""
    match fact.origin:
        case Asked(question=question, property=name):
            if fact.type not in answerable(question):
                return f"{fact.id}: {question.where} cannot be read as {fact.type.value}"
            if isinstance(question, CimRows) and name not in question.properties:
                return f"{fact.id}: the question does not ask for the property {name!r}"
            return ""
        case Derived(derivation=name, inputs=inputs):
            derivation = DERIVATIONS.get(name)
            if derivation is None:
                return f"{fact.id}: no derivation is called {name!r}"
            return _misfit(derivation, fact.type, [shelf[one].type for one in inputs], fact.id)
        case _:
            assert_never(fact.origin)


def _misfit(derivation: Derivation, result: FactType, given: list[FactType], name: str) -> str:
    """Say why a derivation does not fit a fact called ``name``; empty when it does."""
    wanted = list(derivation.inputs)
    if derivation.variadic:
        wanted += wanted[-1:] * (len(given) - len(wanted))
    if given != wanted:
        takes, has = (", ".join(kind.value for kind in kinds) for kinds in (wanted, given))
        return f"{name}: {derivation.name} is made from ({takes}), not from ({has})"
    if result is not derivation.result:
        return f"{name}: {derivation.name} gives {derivation.result.value}, not {result.value}"
    return ""
