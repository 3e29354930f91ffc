"""From the outcome of a fact to the variables of a condition.

Law: only what is known is bound. A known value that does not have the shape of its type, or that the engine cannot
hold exactly (a NUL would cut a text short, a number over 64 bits does not fit), is unknown, never a near miss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, NoReturn, TypeAlias, assert_never

from fleetscan.model import Absent, FactType, Known, Outcome, Reason, Unknown, UnknownFact, Value
from fleetscan.rules.condition import Input
from fleetscan.rules.kinds import parse_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The variables of a fact that is known, or of a record that is known not to be there."""

    variables: Mapping[str, Input]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The thing is not there. ``record`` holds the variables of a record, for a rule that does not say otherwise."""

    record: Mapping[str, Input] | None


Binding: TypeAlias = Bound | Missing | UnknownFact

MOST_ITEMS: Final = 2_000
"""The longest list that is given to a condition: the engine stops at 9 999 steps of one evaluation."""

_Fields: TypeAlias = Mapping[str, Input]
_INT_LIMIT: Final = 2**63


def bind(fact: str, kind: FactType, outcome: Outcome, at: datetime) -> Binding:
    """Turn the outcome of one fact into variables; ``at`` is the moment of the reading (ages count back from it)."""
    match outcome:
        case Known(value=value):
            return bind_value(fact, kind, value, at)
        case Absent():
            fields = _NOT_THERE.get(kind)
            return Missing(record=None if fields is None else _named(fact, fields))
        case Unknown(reason=reason, detail=detail):
            return UnknownFact(fact=fact, reason=reason, detail=detail)
        case _:
            assert_never(outcome)


def bind_value(fact: str, kind: FactType, value: Value, at: datetime) -> Bound | UnknownFact:
    """Turn a known value into variables, or say why it does not have the shape of its type."""
    try:
        fields = _READERS[kind](value, at)
    except _UnfitError as unfit:
        return UnknownFact(fact=fact, reason=unfit.reason, detail=unfit.detail)
    return Bound(variables=_named(fact, fields))


def _named(fact: str, fields: _Fields) -> dict[str, Input]:
    return {f"{fact}{suffix}": value for suffix, value in fields.items()}


class _UnfitError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _refuse(reason: Reason, detail: str) -> NoReturn:
    raise _UnfitError(reason, detail)


def _wrong(wanted: str, value: Value) -> NoReturn:
    _refuse(Reason.WRONG_TYPE, f"{wanted} was expected, the value is {type(value).__name__}")


def _bool(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    _wrong("true or false", value)


def _int(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _wrong("a whole number", value)
    if not -_INT_LIMIT <= value < _INT_LIMIT:
        _refuse(Reason.TOO_LARGE, "the number needs more than 64 bits with sign")
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str):
        _wrong("text", value)
    value = value.rstrip("\0")  # registry texts may keep the terminator of C
    if "\0" in value:
        _refuse(Reason.MALFORMED, "the text holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        _refuse(Reason.MALFORMED, "the text is not valid Unicode")
    return value


def _texts(value: Value) -> list[str]:
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        _wrong("a list", value)
    return _few([_text(item) for item in value])


def _few(names: list[str]) -> list[str]:
    if len(names) > MOST_ITEMS:
        _refuse(Reason.TOO_LARGE, f"the list has {len(names)} items, {MOST_ITEMS} is the most")
    return names


def _version(value: Value) -> list[int]:
    numbers = parse_version(_text(value))
    if numbers is None:
        _refuse(Reason.MALFORMED, "this is not a version of numbers and dots")
    return numbers


def _record(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        _wrong("a record", value)
    return value


def _field(record: Mapping[str, Value], name: str) -> Value:
    if name not in record:
        _refuse(Reason.MALFORMED, f"the record has no {name}")
    return record[name]


def _is(word: str, value: Value) -> bool:
    return _text(value).casefold() == word.casefold()


def _service(value: Value, _at: datetime) -> _Fields:
    record = _record(value)
    state, start = _text(_field(record, "state")), _text(_field(record, "start"))
    return {".installed": True, ".started": _is(_RUNNING, state), ".state": state, ".start": start}


def _services(value: Value, _at: datetime) -> _Fields:
    records = {_text(name): _record(record) for name, record in _record(value).items()}
    _few(list(records))
    return {
        ".names": list(records),
        ".running": [name for name, record in records.items() if _is(_RUNNING, _field(record, "state"))],
        ".automatic": [name for name, record in records.items() if _is(_AUTOMATIC, _field(record, "start"))],
    }


def _stat(value: Value, _at: datetime) -> _Fields:
    record = _record(value)
    return {
        ".exists": True,
        ".size": _int(_field(record, "size")),
        ".modified": _text(_field(record, "modified")),
    }


def _newest(value: Value, at: datetime) -> _Fields:
    fields = dict(_stat(value, at))
    modified = _moment(str(fields[".modified"]))
    return fields | {".name": _text(_field(_record(value), "name")), ".age_days": (at - modified).days}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _refuse(Reason.MALFORMED, "the time of the file is not ISO 8601")
    if moment.tzinfo is None:
        _refuse(Reason.MALFORMED, "the time of the file has no time zone")
    return moment


def _values(value: Value, _at: datetime) -> _Fields:
    return {"": _few([_text(name) for name in _record(value)])}


def _file_text(value: Value, _at: datetime) -> _Fields:
    if not isinstance(value, Mapping):
        return {"": _text(value)}
    if _bool(_field(value, "truncated")):
        _refuse(Reason.TOO_LARGE, "the file is longer than what was read of it")
    return {"": _text(_field(value, "text"))}


def _one(read: Callable[[Value], Input]) -> Callable[[Value, datetime], _Fields]:
    return lambda value, _at: {"": read(value)}


_RUNNING: Final = "Running"
_AUTOMATIC: Final = "Auto"
_READERS: Final[Mapping[FactType, Callable[[Value, datetime], _Fields]]] = MappingProxyType(
    {
        FactType.BOOL: _one(_bool),
        FactType.INT: _one(_int),
        FactType.STRING: _one(_text),
        FactType.STRINGS: _one(_texts),
        FactType.VERSION: _one(_version),
        FactType.SERVICE: _service,
        FactType.SERVICES: _services,
        FactType.VALUES: _values,
        FactType.STAT: _stat,
        FactType.NEWEST: _newest,
        FactType.TEXT: _file_text,
    }
)
_NOT_THERE: Final[Mapping[FactType, _Fields]] = MappingProxyType(
    {
        FactType.SERVICE: {".installed": False, ".started": False, ".state": "", ".start": ""},
        FactType.SERVICES: {".names": [], ".running": [], ".automatic": []},
        FactType.STAT: {".exists": False},
        FactType.NEWEST: {".exists": False},
    }
)
