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
from fleetscan.facts.told_check import complain_of
from fleetscan.model import (
    Asked,
    CimRows,
    Derived,
    Fact,
    FactType,
    File,
    Locator,
    Question,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Told,
)

_KINDS: tuple[tuple[str, tuple[type[Question], ...]], ...] = (
    ("Registry", (RegistryValue, RegistryList)),
    ("Services", (Service, Services)),
    ("Files", (File,)),
    ("CIM", (CimRows,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Questions without repetition, in stable order; facts with every input before what is derived from it.

    ``locators`` are those of all hosts of the scan; their questions are among ``questions``.
    """

    questions: tuple[Question, ...]
    facts: tuple[Fact, ...]
    locators: tuple[Locator, ...] = ()
    _merged: Mapping[str, CimRows] = field(default_factory=dict, repr=False, compare=False)

    def asked_as(self, question: Question) -> Question:
        """Find the question of the plan that stands for a fact's own: CIM questions of one class are merged."""
        return self._merged[question.cim_class.casefold()] if isinstance(question, CimRows) else question

    def lines(self) -> tuple[str, ...]:
        """Name every place that will be read, one a line, indented below its kind and its count, sorted."""
        lines: list[str] = []
        for title, kinds in _KINDS:
            places = sorted(
                {self._place(question) for question in self.questions if isinstance(question, kinds)}, key=str.casefold
            )
            if places:
                lines += [f"{title} ({len(places)})", *(f"  {place}" for place in places)]
        return tuple(lines)

    def _place(self, question: Question) -> str:
        """Name a place, and the facts for which the inventory names it."""
        told = ", ".join(sorted({one.fact for one in self.locators if one.question == question}))
        return f"{question.where}  (located by the inventory: {told})" if told else question.where


def plan(facts: Iterable[Fact], wanted: Iterable[str] | None = None, *, locators: Iterable[Locator] = ()) -> Plan:
    """Plan the facts that are ``wanted`` (ids; ``None`` for all) and everything they are derived from.

    ``locators`` are those of every host of the scan; each is read of every host and counts for its own. Raises
    UsageError for an unknown id, a derivation that does not exist or does not fit its inputs, a question that cannot
    have the fact's type, a derivation that runs in a circle, and a locator that does not fit its fact.
    """
    shelf = {fact.id: fact for fact in facts}
    located = tuple(dict.fromkeys(locators))
    for locator in located:
        if complaint := complain_of(shelf, locator):
            raise UsageError(complaint[0])
    ordered = _ordered(shelf, tuple(shelf) if wanted is None else tuple(dict.fromkeys(wanted)), _guards(located))
    for fact in ordered:
        fault = _fault(fact, shelf)
        if fault:
            raise UsageError(fault)
    planned = {fact.id for fact in ordered}
    located = tuple(one for one in located if one.fact in planned)
    asked: list[Question] = [fact.origin.question for fact in ordered if isinstance(fact.origin, Asked)]
    asked += [one.question for one in located]
    merged = _merge(question for question in asked if isinstance(question, CimRows))
    questions = (merged[one.cim_class.casefold()] if isinstance(one, CimRows) else one for one in asked)
    return Plan(questions=tuple(dict.fromkeys(questions)), facts=ordered, locators=located, _merged=merged)


def _merge(questions: Iterable[CimRows]) -> dict[str, CimRows]:
    """Unite the properties of questions to the same class, in the order of first mention."""
    merged: dict[str, CimRows] = {}
    for question in questions:
        known = merged.setdefault(question.cim_class.casefold(), replace(question, properties=()))
        properties = tuple(dict.fromkeys((*known.properties, *question.properties)))
        merged[question.cim_class.casefold()] = replace(known, properties=properties)
    return merged


def _guards(locators: Iterable[Locator]) -> dict[str, tuple[str, ...]]:
    """Give the facts that must be known before a told one can be read: the versions that its locators are for."""
    guards: dict[str, tuple[str, ...]] = {}
    for one in locators:
        if one.versions is not None:
            guards[one.fact] = (*guards.get(one.fact, ()), one.versions.fact)
    return guards


def _ordered(
    shelf: Mapping[str, Fact], wanted: tuple[str, ...], guards: Mapping[str, tuple[str, ...]]
) -> tuple[Fact, ...]:
    """Collect the wanted facts and their inputs, inputs first."""
    graph: dict[str, tuple[str, ...]] = {}
    waiting = [(name, "") for name in reversed(wanted)]
    while waiting:
        name, reader = waiting.pop()
        if name not in shelf:
            message = f"no fact is called {name!r}{f', which {reader} is derived from' if reader else ''}"
            raise UsageError(message)
        if name not in graph:
            graph[name] = (*shelf[name].inputs, *guards.get(name, ()))
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
        case Derived(derivation=name):
            return _misfit(name, fact, shelf)
        case Told(indirect=indirect):
            if indirect is None:
                return ""
            days = () if indirect.days is None else (FactType.INT,)
            return _misfit(indirect.derivation, fact, shelf, days)
        case _:
            assert_never(fact.origin)


def _misfit(name: str, fact: Fact, shelf: Mapping[str, Fact], more: tuple[FactType, ...] = ()) -> str:
    """Say why a derivation does not fit a fact and its inputs, and what comes after them; empty when it does."""
    derivation = DERIVATIONS.get(name)
    if derivation is None:
        return f"{fact.id}: no derivation is called {name!r}"
    given = [*(shelf[one].type for one in fact.inputs), *more]
    wanted = list(derivation.inputs)
    if derivation.variadic:
        wanted += wanted[-1:] * (len(given) - len(wanted))
    if given != wanted:
        takes, has = (", ".join(kind.value for kind in kinds) for kinds in (wanted, given))
        return f"{fact.id}: {derivation.name} is made from ({takes}), not from ({has})"
    if fact.type is not derivation.result:
        return f"{fact.id}: {derivation.name} gives {derivation.result.value}, not {fact.type.value}"
    return ""
