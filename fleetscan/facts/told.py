"""Facts that no documented place holds: the ways to an answer, in their order.

Law: never a value out of nothing. A value comes from a place that the environment names, from a person whose word
holds on the day of the reading, or from an outcome that speaks for it, and its type and place say from which. Each way
ends the search, or is passed over:

=========== ========================================= =========================================================
way         is passed over when                       ends the search with
=========== ========================================= =========================================================
locator     there is none; the host's version is      the value; unknown when the version is not known, or the
            known and out of its range                place was denied, was absent without a meaning, held
                                                      another type, or was not answered
attestation there is none; its last day is over; its  the value
            first day is to come
indirect    there is none; it does not know           the value
=========== ========================================= =========================================================

So a person's word never covers up a place that could not be read. When every way was passed over the fact is unknown,
not located, and says what would settle it. A further source (a directory) takes its place in ``_WAYS``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from fleetscan.facts.located import Passed, Resolved, Scene, read_located, told_value
from fleetscan.facts.table import DERIVATIONS
from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    INVENTORY,
    SETTLE,
    Absent,
    Attestation,
    Evidence,
    Fact,
    FactType,
    Host,
    Known,
    Locator,
    Outcome,
    Reason,
    Told,
    Unknown,
)

_USUAL_TERM: Final = timedelta(days=180)
"""How long the attestation that we suggest holds."""
_MOST_WHY: Final = 250
"""Characters of why the ways did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What the environment says of one host, by fact id; ``days`` overrides how old an indirect outcome may be."""

    locators: Mapping[str, Locator] = field(default_factory=dict)
    attestations: Mapping[str, Attestation] = field(default_factory=dict)
    days: Mapping[str, int] = field(default_factory=dict)


SILENCE: Final = Word()
"""An environment that says nothing."""


def word_of(host: Host) -> Word:
    """Gather what the inventory says of a host."""
    days: dict[str, int] = {}
    for fact, given in host.parameters.items():
        value = given.get("days")
        if isinstance(value, int) and not isinstance(value, bool):
            days[fact] = value
    return Word(locators=host.locators, attestations=host.attestations, days=days)


def resolve(fact: Fact, told: Told, word: Word, scene: Scene) -> Resolved:
    """Go the ways in their order to the first that ends the search, or to unknown with what would settle it."""
    whys: list[str] = []
    for way in _WAYS:
        match way(fact, told, word, scene):
            case Resolved() as resolved:
                return resolved
            case Passed(why):
                whys.append(why)
    why = "; ".join(filter(None, whys)) or "nobody has told it"
    outcome = Unknown(reason=Reason.NOT_LOCATED, detail=f"{why[:_MOST_WHY]}. {settle(fact, scene.at)}")
    return Resolved(outcome=outcome, where=told.where, asked=False)


def evidence(fact: Fact, resolved: Resolved, *, transport: str, credential: str, at: datetime) -> Evidence:
    """Make evidence of what was resolved; ``transport`` and ``credential`` are the host's."""
    return Evidence(
        fact=fact.id,
        outcome=resolved.outcome,
        where=resolved.where,
        transport=transport if resolved.asked else INVENTORY,
        credential=credential if resolved.asked else "",
        at=at,
    )


def settle(fact: Fact, at: datetime) -> str:
    """Say how to make a told fact known: YAML to paste, with the word in capitals to be replaced."""
    term = f"since: {at.date()}, until: {(at + _USUAL_TERM).date()}"
    attested = f"fleetscan_attested: {{{fact.id}: {{value: {_EXAMPLES[fact.type]}, by: NAME, {term}}}}}"
    return f"{SETTLE} {attested}, or find its place with fleetscan probe"


_EXAMPLES: Final[Mapping[FactType, str]] = {FactType.BOOL: "true", FactType.INT: "1", FactType.STRING: "TEXT"}
"""A value for each type that a told fact can have."""


def tinted(outcome: Outcome, inputs: Sequence[Outcome]) -> Outcome:
    """Carry over to what was derived that an input was attested or indirect, the weaker of the two."""
    if not isinstance(outcome, Known):
        return outcome
    kinds = {one.type for one in inputs if isinstance(one, Known)}
    return replace(outcome, type=next((kind for kind in (INDIRECT, ATTESTED) if kind in kinds), outcome.type))


def _located(fact: Fact, _told: Told, word: Word, scene: Scene) -> Resolved | Passed:
    locator = word.locators.get(fact.id)
    return Passed() if locator is None else read_located(fact, locator, scene)


def _attested(fact: Fact, _told: Told, word: Word, scene: Scene) -> Resolved | Passed:
    attestation = word.attestations.get(fact.id)
    if attestation is None:
        return Passed()
    today = scene.at.date()
    if today > attestation.until:
        return Passed(f"the attestation by {attestation.by} ended on {attestation.until}")
    if today < attestation.since:
        return Passed(f"the attestation by {attestation.by} begins on {attestation.since}")
    outcome = told_value(fact, attestation.value, ATTESTED)
    return Resolved(outcome=outcome, where=attestation.where, asked=False)


def _inferred(fact: Fact, told: Told, word: Word, scene: Scene) -> Resolved | Passed:
    indirect = told.indirect
    if indirect is None:
        return Passed()
    inputs = [scene.record[name].outcome for name in indirect.inputs]
    if indirect.days is not None:
        inputs.append(Known(value=word.days.get(fact.id, indirect.days), type="parameter"))
    match DERIVATIONS[indirect.derivation].function(inputs, scene.at):
        case Known(value=value):
            return Resolved(outcome=told_value(fact, value, INDIRECT), where=indirect.where, asked=True)
        case Unknown(detail=detail):
            return Passed(detail)
        case Absent():
            return Passed(f"{indirect.where} is absent")


_Way: TypeAlias = Callable[[Fact, Told, Word, Scene], Resolved | Passed]
_WAYS: Final[Sequence[_Way]] = (_located, _attested, _inferred)
