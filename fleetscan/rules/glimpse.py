"""What one fleet rule sees of one host, before it is held against the others.

Law: what is not known of a host is not left out of the comparison. It is Dark, and stays a possible peer of all that it
may belong with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never

from fleetscan.model import Broken, Evidence, FactType, Reason, Undetermined, UnknownFact, Value
from fleetscan.rules.bind import Bound, Missing
from fleetscan.rules.compare import LEAST_PEERS, Key, key_of
from fleetscan.rules.condition import Input, Undecided
from fleetscan.rules.interface import FleetRule
from fleetscan.rules.judge import undecided
from fleetscan.rules.kinds import variables
from fleetscan.rules.parameters import PREFIX, ParameterError
from fleetscan.rules.sight import Binder, Sight
from fleetscan.rules.words import placeholders, show

ALL: Final = "the fleet"
"""The name of the group that all hosts are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The rule is not about this host: it does not apply, or the host is in no group."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dark:
    """The host may be a peer of others, and nobody knows its value, or whether it is one.

    ``ruling`` is what is said of the host itself. ``group`` is empty when the host may belong to any.
    """

    evidence: tuple[Evidence, ...]
    ruling: Undetermined | Broken
    group: str

    def why(self, rule: FleetRule) -> UnknownFact:
        """Give the fact that stands in the way of its peers, the first of several."""
        match self.ruling:
            case Undetermined(facts=facts):
                return facts[0]
            case Broken(fault=fault):
                return UnknownFact(fact=rule.reads[0], reason=Reason.MALFORMED, detail=f"the rule is broken: {fault}")
            case _:
                assert_never(self.ruling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lit:
    """All is known: the group (without case, and as this host spells it), the value and how it is shown.

    ``items`` are those of a list, as the host spells them.
    ``words`` are those for the placeholders of the summary, ``least`` the host's own threshold, ``at`` the moment of
    the reading.
    """

    evidence: tuple[Evidence, ...]
    group: str
    spelled: str
    value: Key
    shown: str
    items: tuple[str, ...]
    words: Mapping[str, str]
    least: int
    at: datetime


Glimpse: TypeAlias = Outside | Dark | Lit


def glance(rule: FleetRule, binder: Binder, overrides: Mapping[str, Value], at: datetime) -> Glimpse:
    """Look at one host, with its own thresholds; ``at`` is when it was asked."""
    evidence = binder.evidence(rule)
    place = _place(rule, binder)
    if place is None:
        return Outside(evidence=evidence)
    group = place.casefold() if isinstance(place, str) else ""
    try:
        sight = binder.look(rule, overrides)
    except ParameterError as error:
        return Dark(evidence=evidence, ruling=Broken(fault=str(error)), group=group)
    seen = _seen(rule, sight, place)
    if seen is None:
        return Outside(evidence=evidence)
    if isinstance(seen, Undetermined | Broken):
        return Dark(evidence=evidence, ruling=seen, group=group)
    return Lit(
        evidence=evidence,
        group=group,
        spelled=show(str(place)),
        value=key_of(seen),
        shown=binder.shown(rule, sight, rule.compare) if isinstance(rule.compare, str) else show(seen),
        items=tuple(map(str, seen)) if isinstance(seen, list) else (),
        words={name: binder.shown(rule, sight, name) for name in placeholders(rule.summary)},
        least=_least(sight),
        at=at,
    )


def _place(rule: FleetRule, binder: Binder) -> str | UnknownFact | None:
    """Name the group of the host; None when it is in none."""
    if not rule.group:
        return ALL
    match binder.binding(rule.group, FactType.STRING):
        case Bound(variables=bound):
            return str(bound[rule.group])
        case Missing():
            return None
        case UnknownFact() as unknown:
            return unknown


def _seen(rule: FleetRule, sight: Sight, place: str | UnknownFact) -> Input | Undetermined | Broken | None:
    """Give the value that is compared, or what stands in the way; None when the rule is not about the host."""
    answer = True if rule.applies is None else rule.applies.evaluate(sight.variables)
    if answer is False:
        return None
    if isinstance(place, UnknownFact):
        return Undetermined(facts=(place,))
    if rule.applies is not None and isinstance(answer, Undecided):
        return undecided(rule.applies, sight, answer)
    if isinstance(rule.compare, str):
        return _variable(rule, sight, rule.compare)
    met = rule.compare.evaluate(sight.variables)
    return undecided(rule.compare, sight, met) if isinstance(met, Undecided) else met


def _variable(rule: FleetRule, sight: Sight, name: str) -> Input | Undetermined | Broken:
    if name in sight.variables:
        return sight.variables[name]
    owner = next(fact for fact in rule.reads if name in variables(fact, rule.types[fact]))
    if owner in sight.unknown:
        return Undetermined(facts=(sight.unknown[owner],))
    return Broken(fault=f"{name} has no value")


def _least(sight: Sight) -> int:
    least = sight.variables.get(f"{PREFIX}{LEAST_PEERS}")
    return least if isinstance(least, int) else 0
