"""What the catalogue says of a rule, for a report without one beside it: when it fires, what absence means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from fleetscan.model import Fact
from fleetscan.report.nouns import Term
from fleetscan.report.text import AUTHORED_LIMIT, visible
from fleetscan.rules.catalogue import absence, comparison
from fleetscan.rules.interface import FleetRule, Rule
from fleetscan.rules.words import show


def terms(rule: Rule | FleetRule) -> Iterator[Term]:
    """Say when a rule applies and fires, and which of its thresholds an environment can override."""
    yield from _conditions(rule)
    for parameter in rule.parameters.values():
        default = f"{show(parameter.default)} {parameter.unit}".strip()
        yield _term(f"Parameter {parameter.name}", f"{default}, unless the inventory says otherwise. {parameter.about}")


def when(rule: Rule | FleetRule) -> str:
    """Say when a rule applies and fires in one line."""
    return "; ".join(f"{term.title[0].lower()}{term.title[1:]} {term.text}" for term in _conditions(rule))


def _conditions(rule: Rule | FleetRule) -> Iterator[Term]:
    if rule.applies is not None:
        yield _term("Applies when", rule.applies.text, code=True)
    match rule:
        case Rule(when=when):
            yield _term("Fires when", when.text, code=True)
        case FleetRule():
            yield _term("Compares", comparison(rule))
        case _:
            assert_never(rule)


def _term(title: str, text: str, *, code: bool = False) -> Term:
    return Term(title=visible(title), text=visible(" ".join(text.split()), AUTHORED_LIMIT), code=code)


def absences(rule: Rule | FleetRule, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Say of each fact that a rule reads what it means when the thing is not there; by the id as it is shown."""
    return {visible(name): visible(absence(rule, facts[name])) for name in rule.reads if name in facts}
