"""Read a told fact where the environment's locator points.

Law: a locator answers only where its versions fit and the place said something. A version that is not known, an
absence without a meaning, another type than the locator compares with: unknown, never no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from fleetscan.facts.decode import decode
from fleetscan.facts.senses import brief, unknown, version
from fleetscan.facts.version import Version, compare_versions, parse_version
from fleetscan.model import (
    LOCATED,
    Absent,
    Contains,
    Equals,
    Evidence,
    Fact,
    FactType,
    Itself,
    Known,
    Locator,
    Outcome,
    Question,
    Reading,
    Reason,
    Unknown,
    Value,
    Versions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What can be looked at: the raw answers of the host, the facts that come before, the moment (aware, UTC)."""

    ask: Callable[[Question], Outcome]
    record: Mapping[str, Evidence]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The end of the search. ``asked`` tells that the host was asked; else the inventory alone speaks."""

    outcome: Known | Unknown
    where: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """This way has no answer; why, in words, or nothing to say."""

    why: str = ""


def read_located(fact: Fact, locator: Locator, scene: Scene) -> Resolved | Passed:
    """Read the place of a locator; passed over only where the host's version is known and out of its range."""
    where = locator.question.where
    if locator.versions is not None:
        match _fits(locator.versions, scene):
            case Unknown() as why:
                return Resolved(outcome=why, where=where, asked=True)
            case False:
                return Passed(f"the locator is for another {locator.versions.fact}")
    match scene.ask(locator.question):
        case Known() as raw:
            return _read(fact, locator, raw)
        case Unknown() as why:
            return Resolved(outcome=why, where=where, asked=True)
        case Absent():
            return Resolved(outcome=_absence(fact, locator), where=where, asked=True)
        case other:
            assert_never(other)


def told_value(fact: Fact, value: Value, kind: str) -> Known | Unknown:
    """Take a value for a told fact if it has the fact's type; ``kind`` says how it was had."""
    fits = {
        FactType.BOOL: isinstance(value, bool),
        FactType.INT: isinstance(value, int) and not isinstance(value, bool),
        FactType.STRING: isinstance(value, str),
    }
    if fits.get(fact.type, False):
        return Known(value=value, type=kind)
    return unknown(Reason.WRONG_TYPE, f"{brief(value)} was told where {fact.type} was expected")


def _fits(versions: Versions, scene: Scene) -> bool | Unknown:
    """Tell whether the host's version is in the range; one that is not known, or absent, is neither in nor out."""
    evidence = scene.record.get(versions.fact)
    if evidence is None:
        return unknown(Reason.NOT_ASKED, f"{versions.fact} was not read, and the locator is for some versions only")
    match version(evidence.outcome, versions.fact):
        case Unknown() as why:
            return why
        case Absent():
            return unknown(Reason.NOT_LOCATED, f"{versions.fact} is absent, and the locator is for some versions only")
        case numbers:
            return _within(numbers, versions)


def _within(numbers: Version, versions: Versions) -> bool:
    floor, ceiling = parse_version(versions.at_least), parse_version(versions.below)
    above_floor = floor is None or compare_versions(numbers, floor) >= 0
    return above_floor and (ceiling is None or compare_versions(numbers, ceiling) < 0)


def _absence(fact: Fact, locator: Locator) -> Known | Unknown:
    if locator.absent is not None:
        return told_value(fact, locator.absent, LOCATED)
    why = "it is not there, and the locator does not say what that means: add `absent: VALUE` to it"
    return unknown(Reason.NOT_LOCATED, why)


def _read(fact: Fact, locator: Locator, raw: Known) -> Resolved:
    """Turn the answer into the value; where it was only compared, the place goes on to say what it holds."""
    place = locator.question.where
    decoded = decode(_kind(fact, locator.reading), locator.question, "", raw)
    if isinstance(decoded, Known):
        value, says = _said(locator.reading, decoded.value)
        return Resolved(outcome=told_value(fact, value, LOCATED), where=f"{place}{says}", asked=True)
    why = decoded if isinstance(decoded, Unknown) else _absence(fact, locator)
    return Resolved(outcome=why, where=place, asked=True)


def _kind(fact: Fact, reading: Reading) -> FactType:
    """Tell what the answer must be for this reading to understand it."""
    match reading:
        case Itself():
            return fact.type
        case Equals(value=value):
            return FactType.STRING if isinstance(value, str) else FactType.INT
        case Contains():
            return FactType.TEXT
        case _:
            assert_never(reading)


def _said(reading: Reading, value: Value) -> tuple[Value, str]:
    """Give the value of the fact, and what to add to the place of a raw value that the fact does not show."""
    match reading:
        case Itself():
            return value, ""
        case Equals(value=wanted):
            return value == wanted, f" holds {brief(value)}"
        case Contains(text=text):
            holds = text in str(value)
            return holds, f" {'contains' if holds else 'does not contain'} {brief(text)}"
        case _:
            assert_never(reading)
