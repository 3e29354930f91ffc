"""How a derivation takes its inputs apart: known of the right shape, absent, or unknown with the input named.

Law: a derivation is total. A known value of a foreign shape is unknown (malformed), never an exception, never absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from fleetscan.facts.version import Version, format_version, parse_version
from fleetscan.model import Absent, FactType, Known, Outcome, Reason, Unknown, Value

ABSENT = Absent()


def unknown(reason: Reason, detail: str) -> Unknown:
    """Make an unknown outcome with bounded words."""
    return Unknown(reason=reason, detail=detail[:500])


def named(why: Unknown, name: str) -> Unknown:
    """Say which input was unknown, and keep its reason."""
    return unknown(why.reason, f"{name}: {why.detail or why.reason}")


def foreign(value: Value, name: str) -> Unknown:
    """Refuse a value whose shape the derivation cannot use."""
    return unknown(Reason.MALFORMED, f"{name} holds {brief(value)}")


def brief(value: object) -> str:
    """Show any value in at most 80 printable characters."""
    words = ascii(value)
    return words if len(words) <= 80 else f"{words[:77]}..."  # noqa: PLR2004 - the bound that the summary states


def number(outcome: Outcome, name: str) -> int | Absent | Unknown:
    """Take a whole number that is not negative."""
    match outcome:
        case Known(value=int() as value) if not isinstance(value, bool) and value >= 0:
            return value
        case Known(value=value):
            return foreign(value, name)
        case Unknown():
            return named(outcome, name)
        case Absent():
            return outcome
        case _:
            assert_never(outcome)


def text(outcome: Outcome, name: str) -> str | Absent | Unknown:
    """Take a text, without the blanks and NULs around it; nothing but those is absent."""
    match outcome:
        case Known(value=str() as value):
            return value.strip(" \t\r\n\0") or ABSENT
        case Known(value=value):
            return foreign(value, name)
        case Unknown():
            return named(outcome, name)
        case Absent():
            return outcome
        case _:
            assert_never(outcome)


def version(outcome: Outcome, name: str) -> Version | Absent | Unknown:
    """Take a version number."""
    words = text(outcome, name)
    if not isinstance(words, str):
        return words
    numbers = parse_version(words)
    return unknown(Reason.MALFORMED, f"{name} is no version: {brief(words)}") if numbers is None else numbers


def texts(outcome: Outcome, name: str) -> tuple[str, ...] | Absent | Unknown:
    """Take a list of texts."""
    match outcome:
        case Known(value=str() as value):
            return foreign(value, name)
        case Known(value=Sequence() as values):
            strings = tuple(item for item in values if isinstance(item, str))
            return strings if len(strings) == len(values) else foreign(values, name)
        case Known(value=value):
            return foreign(value, name)
        case Unknown():
            return named(outcome, name)
        case Absent():
            return outcome
        case _:
            assert_never(outcome)


def mapping(outcome: Outcome, name: str) -> Mapping[str, Value] | Absent | Unknown:
    """Take a mapping: registry values by name, services by name, or the fields of one service."""
    match outcome:
        case Known(value=Mapping() as value):
            return value
        case Known(value=value):
            return foreign(value, name)
        case Unknown():
            return named(outcome, name)
        case Absent():
            return outcome
        case _:
            assert_never(outcome)


def field_of(record: Value, field: str) -> str:
    """Read a text field of a record; empty when it is not there or no text."""
    value = record.get(field) if isinstance(record, Mapping) else None
    return value if isinstance(value, str) else ""


def runs(record: Value) -> bool:
    """Tell whether a service record is that of a running service, in the words of ``Win32_Service``."""
    return field_of(record, "state").casefold() == "running"


def a_text(value: str) -> Known:
    """Answer with a text."""
    return Known(value=value, type=FactType.STRING.value)


def some_texts(values: Sequence[str]) -> Known:
    """Answer with a list of texts."""
    return Known(value=tuple(values), type=FactType.STRINGS.value)


def a_bool(*, value: bool) -> Known:
    """Answer with yes or no."""
    return Known(value=value, type=FactType.BOOL.value)


YES, NO = a_bool(value=True), a_bool(value=False)


def a_version(numbers: Version) -> Known:
    """Answer with a version number."""
    return Known(value=format_version(numbers), type=FactType.VERSION.value)
