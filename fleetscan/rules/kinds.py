"""What a condition sees of each type of fact: its variables and their kinds.

Law: a type with fields is a record, and a record says for itself whether the thing is there. Every other type has
one variable, named like the fact, and the rule says what absence means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from fleetscan.model import FactType


class Kind(StrEnum):
    """The kinds of values a condition can hold."""

    BOOL = "bool"
    INT = "int"
    STRING = "string"
    STRINGS = "list of strings"
    VERSION = "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One variable of a fact: what is appended to the fact's id, its kind, and what it says."""

    suffix: str
    kind: Kind
    about: str


def _one(kind: Kind, about: str) -> tuple[Field, ...]:
    return (Field(suffix="", kind=kind, about=about),)


FIELDS: Final[Mapping[FactType, tuple[Field, ...]]] = MappingProxyType(
    {
        FactType.BOOL: _one(Kind.BOOL, "true or false"),
        FactType.INT: _one(Kind.INT, "a whole number of 64 bits"),
        FactType.STRING: _one(Kind.STRING, "text; compared with case, `matches('(?i)^...$')` compares without"),
        FactType.STRINGS: _one(Kind.STRINGS, "a list of texts"),
        FactType.VERSION: _one(Kind.VERSION, "only for `versionAtLeast(v, '1.2.3')` and `versionBelow(v, '1.2.3')`"),
        FactType.TEXT: _one(Kind.STRING, "the text of the file"),
        FactType.VALUES: _one(Kind.STRINGS, "the names of the values under the key"),
        FactType.SERVICE: (
            Field(suffix=".installed", kind=Kind.BOOL, about="the service is there"),
            Field(suffix=".started", kind=Kind.BOOL, about="its state is Running"),
            Field(suffix=".state", kind=Kind.STRING, about="Running, Stopped, ...; empty when not installed"),
            Field(suffix=".start", kind=Kind.STRING, about="Auto, Manual, Disabled, ...; empty when not installed"),
        ),
        FactType.SERVICES: (
            Field(suffix=".names", kind=Kind.STRINGS, about="the short names that matched"),
            Field(suffix=".running", kind=Kind.STRINGS, about="those whose state is Running"),
            Field(suffix=".automatic", kind=Kind.STRINGS, about="those whose start type is Auto"),
        ),
        FactType.STAT: (
            Field(suffix=".exists", kind=Kind.BOOL, about="the file or folder is there"),
            Field(suffix=".size", kind=Kind.INT, about="bytes; only with `.exists &&` before it"),
            Field(suffix=".modified", kind=Kind.STRING, about="ISO 8601, UTC; only with `.exists &&` before it"),
        ),
        FactType.NEWEST: (
            Field(suffix=".exists", kind=Kind.BOOL, about="a file matched"),
            Field(suffix=".name", kind=Kind.STRING, about="its name; only with `.exists &&` before it"),
            Field(suffix=".size", kind=Kind.INT, about="bytes; only with `.exists &&` before it"),
            Field(suffix=".modified", kind=Kind.STRING, about="ISO 8601, UTC; only with `.exists &&` before it"),
            Field(
                suffix=".age_days", kind=Kind.INT, about="whole days, rounded down; only with `.exists &&` before it"
            ),
        ),
    }
)
"""Every fact type and the variables it gives to a condition."""

RECORDS: Final = frozenset(kind for kind, fields in FIELDS.items() if fields[0].suffix)
"""The types that say for themselves whether the thing is there, so that no ``absent`` is needed."""


def variables(fact: str, kind: FactType) -> dict[str, Kind]:
    """Name the variables that a fact of this type gives to a condition, with their kinds."""
    return {f"{fact}{field.suffix}": field.kind for field in FIELDS[kind]}


def parse_version(text: str) -> list[int] | None:
    """Read ``"15.2.1544.39"`` as numbers, trailing zeros left out: 12.0 equals 12.0.0.0; None when it is none."""
    parts = text.split(".")
    if len(parts) > _MOST_PARTS or not all(
        part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS for part in parts
    ):
        return None
    numbers = [int(part) for part in parts]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


_MOST_PARTS: Final = 8
_MOST_DIGITS: Final = 10
