"""Say why a rule did or did not fire: each part of its conditions with its own answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fleetscan.model import Evidence, Value
from fleetscan.rules.condition import Condition, Undecided
from fleetscan.rules.interface import Rule
from fleetscan.rules.judge import NO_OVERRIDES
from fleetscan.rules.sight import Binder

Part: TypeAlias = Literal["applies", "when"]
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
    rule: Rule, evidence: Mapping[str, Evidence], parameters: Mapping[str, Value] = NO_OVERRIDES
) -> tuple[Explanation, ...]:
    """Evaluate each outermost part of ``applies`` and ``when`` by itself; arguments as for :func:`judge`.

    Raise ParameterError when an override does not fit.
    """
    binder = Binder(evidence)
    sight = binder.look(rule, parameters)
    conditions: tuple[tuple[Part, Condition | None], ...] = (("applies", rule.applies), ("when", rule.when))
    return tuple(
        Explanation(
            part=part,
            operator=condition.operator,
            text=clause.text,
            result=_result(clause.evaluate(sight.variables)),
            facts={name: binder.shown(rule, sight, name) for name in clause.variables},
        )
        for part, condition in conditions
        if condition is not None
        for clause in condition.clauses
    )


def _result(answer: bool | Undecided) -> Result:  # noqa: FBT001 - the answer of a condition
    match answer:
        case Undecided():
            return "unknown"
        case True:
            return "true"
        case False:
            return "false"
