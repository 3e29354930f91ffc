"""Say why a rule did or did not fire: each part of its conditions with its own answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from fleetscan.model import Evidence, Value
from fleetscan.rules.condition import Condition, Undecided
from fleetscan.rules.interface import FleetRule, Rule
from fleetscan.rules.judge import NO_OVERRIDES
from fleetscan.rules.sight import Binder

Part: TypeAlias = Literal["applies", "when", "compare"]
Result: TypeAlias = Literal["true", "false", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One part of a condition.

    ``part`` is the key of the rule it stands under, ``operator`` what joins it to its neighbours there (``&&``,
    ``||``, or ``""`` when it stands alone). ``facts`` are the facts and parameters that it names, each with the words
    for its value on this host.
    """

    part: Part
    operator: str
    text: str
    result: Result
    facts: Mapping[str, str]


def explain(
    rule: Rule | FleetRule, evidence: Mapping[str, Evidence], parameters: Mapping[str, Value] = NO_OVERRIDES
) -> tuple[Explanation, ...]:
    """Evaluate each outermost part of the rule's conditions by itself; arguments as for :func:`judge`.

    Of a fleet rule that is what it sees of this host, ``compare`` included where that is a condition. Raise
    ParameterError when an override does not fit.
    """
    binder = Binder(evidence)
    sight = binder.look(rule, parameters)
    return tuple(
        Explanation(
            part=part,
            operator=condition.operator,
            text=clause.text,
            result=_result(clause.evaluate(sight.variables)),
            facts={name: binder.shown(rule, sight, name) for name in clause.variables},
        )
        for part, condition in _conditions(rule)
        if condition is not None
        for clause in condition.clauses
    )


def _conditions(rule: Rule | FleetRule) -> tuple[tuple[Part, Condition | None], ...]:
    match rule:
        case Rule(when=when):
            return (("applies", rule.applies), ("when", when))
        case FleetRule(compare=Condition() as compare):
            return (("applies", rule.applies), ("compare", compare))
        case FleetRule():
            return (("applies", rule.applies),)
        case _:
            assert_never(rule)


def _result(answer: bool | Undecided) -> Result:  # noqa: FBT001 - the answer of a condition
    match answer:
        case Undecided():
            return "unknown"
        case True:
            return "true"
        case False:
            return "false"
