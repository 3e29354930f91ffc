"""Hold what an environment tells against the facts of the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from fleetscan.authored import kind_of, suggest
from fleetscan.model import (
    Attestation,
    Contains,
    Equals,
    Fact,
    FactType,
    Itself,
    Locator,
    Told,
    ToldValue,
)

Complaint: TypeAlias = tuple[str, str]
"""What is wrong, and what to do."""

_KINDS: Final[Mapping[FactType, str]] = {
    kind: kind_of(example) for kind, example in ((FactType.BOOL, True), (FactType.INT, 0), (FactType.STRING, ""))
}
"""The types that a told fact can have, in the words of a reader of YAML."""


def complain_of(facts: Mapping[str, Fact], told: Locator | Attestation) -> Complaint | None:
    """Say the first thing that does not fit: no such fact, one that hosts are asked for, another type, the versions."""
    return next(_complaints(facts, told), None)


def _complaints(facts: Mapping[str, Fact], told: Locator | Attestation) -> Iterator[Complaint]:
    fact = facts.get(told.fact)
    if fact is None:
        known = [one.id for one in facts.values() if isinstance(one.origin, Told)]
        yield f"there is no fact {told.fact}", suggest(told.fact, sorted(known))
    elif not isinstance(fact.origin, Told):
        yield f"the fact {fact.id} is read from the host and cannot be told", "remove it"
    elif isinstance(told, Attestation):
        yield from _wrong_value(fact, "value", told.value)
    else:
        yield from _wrong_locator(facts, fact, told)


def _wrong_locator(facts: Mapping[str, Fact], fact: Fact, locator: Locator) -> Iterator[Complaint]:
    yield from _wrong_reading(fact, locator)
    if locator.absent is not None:
        yield from _wrong_value(fact, "absent", locator.absent)
    if locator.versions is not None:
        yield from _wrong_versions(facts, locator.versions.fact)


def _wrong_value(fact: Fact, key: str, value: ToldValue) -> Iterator[Complaint]:
    given, wanted = kind_of(value), _KINDS[fact.type]
    if given != wanted:
        yield f"`{key}` must be {wanted}, because {fact.id} is {fact.type}; it is {given}", ""


def _wrong_reading(fact: Fact, locator: Locator) -> Iterator[Complaint]:
    compares = fact.type is FactType.BOOL
    match locator.reading:
        case Itself() if compares:
            yield f"{fact.id} is {fact.type}: the locator must say which value means yes", "add `is: VALUE`"
        case Equals() if not compares:
            yield (
                f"{fact.id} is {fact.type}: `is` goes with facts that are bool",
                "remove `is`; the value itself counts",
            )
        case Contains() if not compares:
            yield f"{fact.id} is {fact.type}: `contains` goes with facts that are bool", "name a registry value"
        case _:
            return


def _wrong_versions(facts: Mapping[str, Fact], name: str) -> Iterator[Complaint]:
    fact = facts.get(name)
    versions = [one.id for one in facts.values() if one.type is FactType.VERSION and not _rests_on_told(facts, one.id)]
    if fact is None:
        yield f"there is no fact {name}", suggest(name, sorted(versions))
    elif name not in versions:
        yield f"`versions` needs a fact that is a version read from the host; {name} is {fact.type}", ""


def _rests_on_told(facts: Mapping[str, Fact], name: str) -> bool:
    """Tell whether a fact is told, or worked out from one that is."""
    waiting, seen = [name], set[str]()
    while waiting:
        fact = facts.get(waiting.pop())
        if fact is not None and fact.id not in seen:
            if isinstance(fact.origin, Told):
                return True
            seen.add(fact.id)
            waiting.extend(fact.inputs)
    return False
