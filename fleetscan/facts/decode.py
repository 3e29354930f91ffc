"""From a raw answer to the value of a fact's type.

Law: the shape of an answer is never trusted. What comes out is Known with exactly the shape of the type (table below),
or Unknown: ``wrong_type`` when the host holds another type, ``malformed`` when the answer is not what its own type
promises, ``too_large`` when it was cut or does not fit. Nothing is converted on a guess: ``REG_SZ "12"`` is no number.

======== =======================================================================================================
type     value of Known
======== =======================================================================================================
bool     ``bool`` (CIM only)
int      ``int`` of 64 bits with sign; registry DWORD and QWORD, CIM integers, counts of files
string   ``str`` without trailing NULs; registry SZ and EXPAND_SZ (not expanded), CIM strings
strings  tuple of ``str``; registry MULTI_SZ, names of subkeys, CIM string arrays
version  ``str`` of numbers and dots as :mod:`fleetscan.facts.version` reads it, from a file version or a string
service  mapping with ``state`` and ``start``, and ``account``, ``display``, ``pid`` where the host gave them
services mapping of short name to such a record, without the instances that sessions have of per-user services
values   mapping of value name to ``{"type", "value"}``
stat     mapping with ``size`` (bytes) and ``modified`` (ISO 8601, UTC)
newest   the same, and ``name``
text     ``str``
======== =======================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias, assert_never

from fleetscan.facts.senses import ABSENT, brief, runs, unknown
from fleetscan.facts.version import format_version, parse_version
from fleetscan.model import (
    CimRows,
    FactType,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
    Value,
)

_Reader: TypeAlias = Callable[[Value], "Value | Unknown"]
_INT_LIMIT = 2**63
# The number of a logon; the lowest are those of the system itself, from 0x3e3 on (winnt.h).
_INSTANCE = re.compile(r"(.+)_[0-9a-f]{3,8}", re.IGNORECASE | re.DOTALL)
_REGISTRY_TYPES: Mapping[FactType, tuple[str, ...]] = MappingProxyType(
    {
        FactType.INT: ("REG_DWORD", "REG_QWORD"),
        FactType.STRING: ("REG_SZ", "REG_EXPAND_SZ"),
        FactType.STRINGS: ("REG_MULTI_SZ",),
        FactType.VERSION: ("REG_SZ", "REG_EXPAND_SZ"),
    }
)
_UNSIGNED = {"REG_DWORD": 2**32, "REG_QWORD": 2**64}
_ASPECT_TYPES = {
    FileAspect.VERSION: FactType.VERSION,
    FileAspect.STAT: FactType.STAT,
    FileAspect.NEWEST: FactType.NEWEST,
    FileAspect.COUNT: FactType.INT,
    FileAspect.TEXT: FactType.TEXT,
}
_LIST_TYPES = {"values": FactType.VALUES, "subkeys": FactType.STRINGS}
_TYPES: Mapping[type[Question], frozenset[FactType]] = MappingProxyType(
    {
        RegistryValue: frozenset(_REGISTRY_TYPES),
        Service: frozenset({FactType.SERVICE}),
        Services: frozenset({FactType.SERVICES}),
        CimRows: frozenset({FactType.BOOL, FactType.INT, FactType.STRING, FactType.STRINGS, FactType.VERSION}),
    }
)


def answerable(question: Question) -> frozenset[FactType]:
    """Name the types that the answer to a question can have."""
    match question:
        case RegistryList(list=what):
            return frozenset({_LIST_TYPES[what]})
        case File(aspect=aspect):
            return frozenset({_ASPECT_TYPES[aspect]})
        case RegistryValue() | Service() | Services() | CimRows():
            return _TYPES[type(question)]
        case _:
            assert_never(question)


def decode(kind: FactType, question: Question, property_name: str, raw: Known) -> Outcome:
    """Decode a raw answer; ``property_name`` picks the property of a CIM row and is empty elsewhere."""
    if kind not in answerable(question):
        return unknown(Reason.WRONG_TYPE, f"{question.where} cannot be read as {kind.value}")
    match question:
        case RegistryValue() if raw.type not in _REGISTRY_TYPES[kind]:
            return unknown(Reason.WRONG_TYPE, f"{raw.type[:20]} {brief(raw.value)} where {kind.value} was expected")
        case RegistryValue() if not _within(raw):
            return unknown(Reason.MALFORMED, f"{raw.type} cannot hold {brief(raw.value)}")
        case CimRows():
            return _cim(kind, question, property_name, raw)
    return _finish(raw, _READERS[kind](raw.value))


def _finish(raw: Known, value: Value | Unknown) -> Outcome:
    return value if isinstance(value, Unknown) else Known(value=value, type=raw.type)


def _within(raw: Known) -> bool:
    """Tell whether a registry number is one, and fits its own type; anything else is left to the readers."""
    limit = _UNSIGNED.get(raw.type)
    return limit is None or (isinstance(raw.value, int) and not isinstance(raw.value, bool) and 0 <= raw.value < limit)


def _cim(kind: FactType, question: CimRows, property_name: str, raw: Known) -> Outcome:
    match raw.value:
        case []:
            return ABSENT
        case [Mapping() as row] if property_name not in row:
            return ABSENT
        case [Mapping() as row]:
            pass
        case [_, _, *_] as rows:
            return unknown(Reason.MALFORMED, f"{len(rows)} rows of {question.cim_class} where one was expected")
        case other:
            return _shapeless(other)
    value = _READERS[kind](row[property_name])
    if isinstance(value, Unknown) and value.reason is Reason.MALFORMED:
        detail = f"{property_name} is {brief(row[property_name])} where {kind.value} was expected"
        return unknown(Reason.WRONG_TYPE, detail)
    return _finish(raw, value)


def _shapeless(value: object) -> Unknown:
    return unknown(Reason.MALFORMED, f"unexpected answer: {brief(value)}")


def _bool(value: Value) -> Value | Unknown:
    return value if isinstance(value, bool) else _shapeless(value)


def _int(value: Value) -> Value | Unknown:
    if isinstance(value, bool) or not isinstance(value, int):
        return _shapeless(value)
    if not -_INT_LIMIT <= value < _INT_LIMIT:
        return unknown(Reason.TOO_LARGE, f"{brief(value)} needs more than 64 bits with sign")
    return value


def _unsigned(value: Value) -> bool:
    """Tell whether this is a number that a registry value can hold, which is more than a fact can."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _UNSIGNED["REG_QWORD"]


def _count(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INT_LIMIT


def _sound(value: object) -> bool:
    """Tell whether this is text that can be written as UTF-8: half a surrogate pair cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _string(value: Value) -> Value | Unknown:
    return value.rstrip("\0") if isinstance(value, str) and _sound(value) else _shapeless(value)


def _strings(value: Value) -> Value | Unknown:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return _shapeless(value)
    texts = tuple(item.rstrip("\0") for item in value if isinstance(item, str) and _sound(item))
    return texts if len(texts) == len(value) else _shapeless(value)


def _version(value: Value) -> Value | Unknown:
    numbers = parse_version(value) if isinstance(value, str) else None
    if numbers is None:
        return unknown(Reason.MALFORMED, f"no version: {brief(value)}")
    return format_version(numbers)


def _service(value: Value) -> Value | Unknown:
    if not isinstance(value, Mapping):
        return _shapeless(value)
    record = {name: value[name] for name in ("state", "start", "account", "display", "pid") if name in value}
    pid = record.get("pid", 0)
    texts = [text for name, text in record.items() if name != "pid"]
    sound = {"state", "start"} <= record.keys() and all(map(_sound, texts)) and _count(pid)
    return record if sound else _shapeless(value)


def _each(value: Value, read: _Reader) -> Value | Unknown:
    """Read a mapping of names to records; one bad record makes the whole answer bad."""
    if not isinstance(value, Mapping):
        return _shapeless(value)
    records: dict[str, Value] = {}
    for name, item in value.items():
        record = read(item)
        if isinstance(record, Unknown) or not _sound(name):
            return _shapeless({name: item})
        records[name] = record
    return records


def _services(value: Value) -> Value | Unknown:
    """Leave out the instances of per-user services: ``CDPUserSvc_11dd2e`` beside ``CDPUserSvc`` is a session's own.

    Its suffix is another one after each logon, so it would look like a change from night to night (Microsoft, "Per-user
    services in Windows"). The answer does not say which services are made that way; so one beside a service that runs
    stays, because a template does not run, and what only has such a name is hidden by nothing.
    """
    records = _each(value, _service)
    if not isinstance(records, Mapping):
        return records
    templates = {name.casefold() for name, record in records.items() if not runs(record)}
    of_session = {name for name in records if (found := _INSTANCE.fullmatch(name)) and found[1].casefold() in templates}
    return {name: record for name, record in records.items() if name not in of_session}


def _values(value: Value) -> Value | Unknown:
    return _each(value, _datum)


def _datum(value: Value) -> Value | Unknown:
    if not isinstance(value, Mapping) or not _sound(value.get("type")) or "value" not in value:
        return _shapeless(value)
    data = value["value"]
    plain = _sound(data) or _unsigned(data) or not isinstance(_strings(data), Unknown)
    return {"type": value["type"], "value": data} if plain else _shapeless(value)


def _stat(value: Value) -> Value | Unknown:
    if not isinstance(value, Mapping) or not _count(value.get("size", -1)) or not _is_utc(value.get("modified")):
        return _shapeless(value)
    return {"size": value["size"], "modified": value["modified"]}


def _is_utc(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(value).utcoffset() == timedelta(0)
    except ValueError:
        return False


def _newest(value: Value) -> Value | Unknown:
    stat = _stat(value)
    if not isinstance(stat, Mapping) or not isinstance(value, Mapping) or not _sound(value.get("name")):
        return _shapeless(value)
    return {"name": value["name"], **stat}


def _text(value: Value) -> Value | Unknown:
    if not isinstance(value, Mapping) or not _sound(value.get("text")):
        return _shapeless(value)
    match value.get("truncated", False):
        case True:
            return unknown(Reason.TOO_LARGE, "the file is longer than what was read of it")
        case False:
            return value["text"]
        case _:
            return _shapeless(value)


_READERS: Mapping[FactType, _Reader] = MappingProxyType(
    {
        FactType.BOOL: _bool,
        FactType.INT: _int,
        FactType.STRING: _string,
        FactType.STRINGS: _strings,
        FactType.VERSION: _version,
        FactType.SERVICE: _service,
        FactType.SERVICES: _services,
        FactType.VALUES: _values,
        FactType.STAT: _stat,
        FactType.NEWEST: _newest,
        FactType.TEXT: _text,
    }
)
