r"""How an inventory tells facts that no documented place of a host holds. Pydantic stops at this file's edge.

fleetscan_locators:
  scanmail.scheduled_update: {registry: 'HKLM\SOFTWARE\...', value: EnableUpdate, is: 1, absent: false,
                              versions: {fact: scanmail.version, from: '14.0', below: '15.0'}}
  scanmail.mass_mailing_action: {file: 'C:\Program Files\...', contains: 'MassMail=1'}
fleetscan_attested:
  exchange.mailboxes: {value: 350, by: J. Doe, since: 2026-10-01, until: 2027-03-31, note: counted by hand}

Whether a fact of that name exists, and which type it has, is for the shelf to say, not for this room.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal, NoReturn, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from fleetscan.authored import ABSOLUTE, Document, Position, Steps, file_path, registry_key, validate
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.model import (
    Attestation,
    Contains,
    Equals,
    File,
    FileAspect,
    Itself,
    Locator,
    RegistryValue,
    Value,
    Versions,
)

LOCATORS: Final = "fleetscan_locators"
ATTESTED: Final = "fleetscan_attested"
VERSION: Final = r"[0-9]{1,9}(\.[0-9]{1,9}){0,5}"
DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOST_WORDS: Final = 200
"""Characters of a name or a note."""
MOST_TEXT: Final = 4_000
"""Characters of a told text, which may be a list of folders."""
MOST_NUMBER: Final = 2**63 - 1


def _version(text: str) -> str:
    if not re.fullmatch(VERSION, text):
        _refuse("must be a version of numbers and dots, in quotes")
    return text


def _day(written: str) -> str:
    try:
        day = date.fromisoformat(written).isoformat()
    except ValueError:
        day = ""
    if day != written:
        _refuse("must be a day: year-month-day, such as 2027-03-31")
    return written


def _told(value: object) -> object:
    if isinstance(value, str):
        return _line(value, MOST_TEXT) if value else value
    if not isinstance(value, int) or abs(value) > MOST_NUMBER:
        _refuse("must be true, false, a whole number of 64 bits or text")
    return value


def _compared(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | str):
        _refuse("must be a whole number or text")
    return value


def _path(path: str) -> str:
    if not ABSOLUTE.match(path):
        _refuse("must be a path that begins with a drive or %VARIABLE%")
    return file_path(path, based=False)


def _words(text: str) -> str:
    return _line(text, MOST_WORDS)


def _line(text: str, most: int) -> str:
    if not text.strip() or not text.isprintable() or len(text) > most:
        _refuse(f"must be text on one line, at most {most} characters")
    return text


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


_Text: TypeAlias = Annotated[str, Field(min_length=1)]
_Words: TypeAlias = Annotated[str, AfterValidator(_words)]
_Day: TypeAlias = Annotated[str, AfterValidator(_day)]
_Version: TypeAlias = Annotated[str, AfterValidator(_version)]
_ToldValue: TypeAlias = Annotated[bool | int | str, BeforeValidator(_told)]
_Compared: TypeAlias = Annotated[int | str, BeforeValidator(_compared)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Versions(_Strict):
    """For which versions a locator is right."""

    fact: _Text
    at_least: _Version | None = Field(default=None, alias="from")
    below: _Version | None = None

    @model_validator(mode="after")
    def _fits(self) -> _Versions:
        bounds = [[int(number) for number in text.split(".")] for text in (self.at_least, self.below) if text]
        if not bounds:
            _refuse("must say `from`, `below` or both")
        if len(bounds) > 1 and _trimmed(bounds[0]) >= _trimmed(bounds[1]):
            _refuse("covers no version: `from` must be lower than `below`")
        return self

    def meaning(self) -> Versions:
        return Versions(fact=self.fact, at_least=self.at_least or "", below=self.below or "")


def _trimmed(numbers: list[int]) -> list[int]:
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


class _Place(_Strict):
    """What every locator may say beside its place."""

    absent: _ToldValue | None = None
    versions: _Versions | None = None


class _RegistryPlace(_Place):
    """A registry value: it is the fact's value, or it is compared with ``is``."""

    registry: Annotated[str, AfterValidator(registry_key)]
    value: str
    view: Literal[64, 32] = 64
    wanted: _Compared | None = Field(default=None, alias="is")

    def question(self) -> RegistryValue:
        return RegistryValue(key=self.registry, value=self.value, view=self.view)

    def reading(self) -> Itself | Equals:
        return Itself() if self.wanted is None else Equals(value=self.wanted)


class _FilePlace(_Place):
    """The text of a file, and what it contains when the fact is true."""

    file: Annotated[str, AfterValidator(_path)]
    contains: _Text

    def question(self) -> File:
        return File(path=self.file, aspect=FileAspect.TEXT)

    def reading(self) -> Contains:
        return Contains(text=self.contains)


class _Attestation(_Strict):
    """A person's word."""

    value: _ToldValue
    by: _Words
    since: _Day
    until: _Day
    note: _Words = ""

    @model_validator(mode="after")
    def _lasts(self) -> _Attestation:
        if self.until <= self.since:
            _refuse("ends before it begins: `until` must be after `since`")
        return self


_PLACES: Final[Mapping[str, TypeAdapter[_RegistryPlace | _FilePlace]]] = {
    "registry": TypeAdapter(_RegistryPlace),
    "file": TypeAdapter(_FilePlace),
}
_ATTESTATION: Final = TypeAdapter(_Attestation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A locator or an attestation as it stands in a file, and where."""

    told: Locator | Attestation
    place: Position


@dataclass(slots=True, kw_only=True)
class ToldEntries:
    """What was read of told facts: the good ones, the mistakes, and where days stand that YAML reads as dates."""

    written: list[Written] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    days: set[Position] = field(default_factory=set)


def is_told(variable: str) -> bool:
    """Tell whether a variable holds locators or attestations."""
    return variable in (LOCATORS, ATTESTED)


def read_told(document: Document, at: Steps) -> ToldEntries:
    """Read the locators or attestations at ``at``, whose last step is the variable; the value is a mapping."""
    entries = ToldEntries()
    read = _read_locator if at[-1] == LOCATORS else _read_attestation
    facts = document.at(at)
    for fact in facts if isinstance(facts, Mapping) else ():
        steps = (*at, fact)
        try:
            told = read(document, steps)
        except AuthoredError as error:
            entries.mistakes.extend(error.mistakes)
        else:
            entries.written.append(Written(told=told, place=document.position_of_key(steps)))
        entries.days.update(document.position((*steps, key)) for key in ("since", "until"))
    return entries


def locators_of(value: Value | None) -> Mapping[str, Locator]:
    """Make the locators of one host from a value that was found right."""
    told = () if value is None else _told_of(LOCATORS, json.dumps(value))
    return {one.fact: one for one in told if isinstance(one, Locator)}


def attestations_of(value: Value | None) -> Mapping[str, Attestation]:
    """Make the attestations of one host from a value that was found right."""
    told = () if value is None else _told_of(ATTESTED, json.dumps(value))
    return {one.fact: one for one in told if isinstance(one, Attestation)}


@lru_cache(maxsize=256)
def _told_of(variable: str, text: str) -> tuple[Locator | Attestation, ...]:
    """Read what thousands of hosts have in common once; the text is JSON, because a mapping is no key."""
    document = Document(file="", data={variable: json.loads(text)})
    return tuple(one.told for one in read_told(document, (variable,)).written)


def _read_locator(document: Document, steps: Steps) -> Locator:
    entry = document.at(steps)
    kinds = [kind for kind in _PLACES if isinstance(entry, Mapping) and kind in entry]
    if len(kinds) != 1:
        message = f"the locator of {steps[-1]} must name one place, a registry value or a file"
        raise AuthoredError([document.mistake(steps, message, _EXAMPLE)])
    place = validate(document, _PLACES[kinds[0]], steps)
    return Locator(
        fact=str(steps[-1]),
        question=place.question(),
        reading=place.reading(),
        absent=place.absent,
        versions=place.versions.meaning() if place.versions else None,
    )


_EXAMPLE: Final = "write `{registry: 'HKLM\\...', value: NAME}` or `{file: 'C:\\...', contains: TEXT}`"


def _read_attestation(document: Document, steps: Steps) -> Attestation:
    word = validate(document, _ATTESTATION, steps)
    return Attestation(
        fact=str(steps[-1]),
        value=word.value,
        by=word.by,
        since=date.fromisoformat(word.since),
        until=date.fromisoformat(word.until),
        note=word.note,
    )
