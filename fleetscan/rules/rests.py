"""What a verdict rests on that no host said: a person's word, or an outcome that speaks for something else.

Law: a verdict that would not stand without such a fact names it, and says how it was had; and one that would not stand
without an indirect fact is itself inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    INVENTORY,
    SETTLE,
    Confidence,
    Evidence,
    Known,
    Reason,
    Ruling,
    Undetermined,
    UnknownFact,
)
from fleetscan.rules.interface import Rule
from fleetscan.rules.kinds import variables
from fleetscan.rules.sight import Sight
from fleetscan.rules.words import cut, printable

Judging: TypeAlias = Callable[[Rule, Sight], Ruling]

MOST_OF_REMARK: Final = 500
"""Characters of what is said of the facts that a verdict rests on."""


def rests_on(
    rule: Rule, sight: Sight, ruling: Ruling, evidence: Iterable[Evidence], judging: Judging
) -> tuple[Evidence, ...]:
    """Give the attested and indirect facts without which the rule would come to another ruling."""
    told = [one for one in evidence if isinstance(one.outcome, Known) and one.outcome.type in (ATTESTED, INDIRECT)]
    if not told or isinstance(ruling, Undetermined):
        return ()

    def decides(facts: Sequence[Evidence]) -> bool:
        return type(judging(rule, _without(rule, sight, facts))) is not type(ruling)

    alone = [one for one in told if decides([one])]
    others = [one for one in told if one not in alone]
    return tuple(told if others and decides(others) else alone)


def confidence_of(rule: Rule, rests: Iterable[Evidence]) -> Confidence:
    """Give the confidence of a verdict: the rule's, or inferred where it rests on an indirect fact."""
    indirect = any(isinstance(one.outcome, Known) and one.outcome.type == INDIRECT for one in rests)
    return Confidence.INFERRED if indirect else rule.confidence


def remark(rests: Sequence[Evidence]) -> str:
    """Say of each fact how it was had, to follow the sentence of a verdict; empty when there is none."""
    return cut(f" ({'; '.join(map(_how, rests))})", MOST_OF_REMARK) if rests else ""


def untold(unknown: Iterable[UnknownFact]) -> frozenset[str]:
    """Name the facts whose detail says how to settle them: told ones, and those that are derived from one.

    A host that answers with the same words gains a longer sentence, which is bounded all the same.
    """
    return frozenset(one.fact for one in unknown if SETTLE in one.detail)


def _how(evidence: Evidence) -> str:
    where = printable(evidence.where)
    if evidence.transport == INVENTORY:
        return f"{evidence.fact} is {where}"
    indirect = isinstance(evidence.outcome, Known) and evidence.outcome.type == INDIRECT
    return f"{evidence.fact} is {'indirect' if indirect else 'from what was attested'}: {where}"


def _without(rule: Rule, sight: Sight, facts: Iterable[Evidence]) -> Sight:
    """Take facts out of a sight, as if nobody had told them."""
    names = {one.fact for one in facts}
    gone = {variable for fact in names for variable in variables(fact, rule.types[fact])}
    nothing = {fact: UnknownFact(fact=fact, reason=Reason.NOT_ASKED, detail="") for fact in names}
    return Sight(
        variables={name: value for name, value in sight.variables.items() if name not in gone},
        unknown={**sight.unknown, **nothing},
    )
