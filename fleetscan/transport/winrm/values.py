"""The values inside an answer of the collector, each held against the type that the contract gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, assert_never

from fleetscan.model import File, FileAspect, Reason, Value
from fleetscan.transport.words import TEXT_LIMIT, plain, valid

Item = Mapping[str, object]

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_VERSION = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,10}){1,3}")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z", re.ASCII)
_DWORD = 2**32
_QWORD = 2**64


class Off(Exception):  # noqa: N818 - it says what a value is, and never leaves this room
    """A value that is not what the contract says."""

    def __init__(self, message: str, reason: Reason = Reason.MALFORMED) -> None:
        """Keep the reason for which the question stays unknown."""
        super().__init__(message)
        self.reason = reason


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = "a text was expected"
        raise Off(message)
    if len(value) > TEXT_LIMIT:
        message = f"a text of {len(value)} characters; at most {TEXT_LIMIT} are read"
        raise Off(message, Reason.TOO_LARGE)
    return valid(value)


def _number(value: object, end: int = _QWORD) -> int:
    if type(value) is not int or not 0 <= value < end:
        message = f"a whole number below {end} was expected"
        raise Off(message)
    return value


def _dword(value: object) -> int:
    return _number(value, _DWORD)


def _hexadecimal(value: object) -> str:
    """Read bytes; .NET writes their digits in upper case, we in lower."""
    return _matching(value, _HEX, "hexadecimal bytes were expected").lower()


def _matching(value: object, pattern: re.Pattern[str], message: str) -> str:
    text = _text(value)
    if not pattern.fullmatch(text):
        raise Off(message)
    return text


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        message = "a list was expected"
        raise Off(message)
    return value


def _texts(value: object) -> list[str]:
    return [_text(each) for each in _list(value)]


def _object(value: object) -> Item:
    if not isinstance(value, dict):
        message = "an object was expected"
        raise Off(message)
    return value


_REGISTRY: Mapping[str, Callable[[object], Value]] = {
    "REG_SZ": _text,
    "REG_EXPAND_SZ": _text,
    "REG_MULTI_SZ": _texts,
    "REG_DWORD": _dword,
    "REG_QWORD": _number,
    "REG_BINARY": _hexadecimal,
    "REG_NONE": _hexadecimal,
}


def registry_value(item: Item) -> tuple[str, Value]:
    """Read ``{"t", "d"}``: the type's name and the data. Raises Off."""
    kind = item.get("t")
    if not isinstance(kind, str) or kind not in _REGISTRY:
        message = f"the registry type {plain(repr(kind), 40)} is not in the contract"
        raise Off(message)
    return kind, _REGISTRY[kind](item.get("d"))


def registry_list(data: object, what: Literal["values", "subkeys"]) -> Value:
    """Read the values of a key (name -> ``{"type", "value"}``) or the names of its subkeys. Raises Off."""
    if what == "subkeys":
        return _texts(data)
    found: dict[str, Value] = {}
    for name, each in _object(data).items():
        kind, value = registry_value(_object(each))
        found[valid(name)] = {"type": kind, "value": value}
    return found


def service_record(item: Item) -> Value:
    """Read one service: ``state`` and ``start``, and ``account``, ``display``, ``pid`` where given. Raises Off."""
    record: dict[str, Value] = {name: _text(item.get(name)) for name in ("state", "start")}
    for name, read in (("account", _text), ("display", _text), ("pid", _dword)):
        if item.get(name) is not None:
            record[name] = read(item[name])
    return record


def file_value(item: Item, question: File) -> Value:
    """Read what was asked of a file. Raises Off."""
    match question.aspect:
        case FileAspect.VERSION:
            return _matching(item.get("version"), _VERSION, "a version of two to four numbers was expected")
        case FileAspect.STAT:
            return {"size": _number(item.get("size")), "modified": _moment(item)}
        case FileAspect.NEWEST:
            return {"name": _text(item.get("name")), "size": _number(item.get("size")), "modified": _moment(item)}
        case FileAspect.COUNT:
            return _number(item.get("count"))
        case FileAspect.TEXT:
            text = _text(item.get("text"))
            if len(text) > question.max_bytes:
                message = "more text than asked for"
                raise Off(message)
            return {"text": text, "truncated": item.get("truncated") is True}
        case _ as never:
            assert_never(never)


def _moment(item: Item) -> str:
    return _matching(item.get("modified"), _UTC, "a time in UTC was expected")


def cim_rows(rows: object, properties: tuple[str, ...]) -> Value:
    """Read rows of the named properties; one that is null is left out. Raises Off."""
    names = {name.casefold(): name for name in properties}
    return [_row(_object(row), names) for row in _list(rows)]


def _row(row: Item, names: Mapping[str, str]) -> Value:
    return {
        names[name.casefold()]: _scalar_or_list(value)
        for name, value in row.items()
        if name.casefold() in names and value is not None
    }


def _scalar_or_list(value: object) -> Value:
    return [_scalar(each) for each in value] if isinstance(value, list) else _scalar(value)


def _scalar(value: object) -> Value:
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < _QWORD):
        return value
    return _text(value)
