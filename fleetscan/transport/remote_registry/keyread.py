"""The questions about one key -> outcomes, over one line to the remote registry. Pure.

Law: absent is what the host said of this very key or value (code 2), and nothing else. Law: what is read is bounded: a
value by DATA_LIMIT, a list by :data:`LIST_LIMIT` entries and :data:`LIST_BYTES` bytes, each entry by two calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fleetscan.model import Absent, Known, Outcome, Question, Reason, RegistryList, RegistryValue, Unknown, Value
from fleetscan.transport.remote_registry import winreg
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.line import Line, Queue, Rack
from fleetscan.transport.remote_registry.ndr import Malformed, fits
from fleetscan.transport.remote_registry.pipe import Fault
from fleetscan.transport.remote_registry.troubles import code_outcome
from fleetscan.transport.remote_registry.values import registry_value
from fleetscan.transport.remote_registry.winreg import Hive
from fleetscan.transport.remote_registry.wow64 import Location
from fleetscan.transport.words import plain, valid

KeyQuestion: TypeAlias = RegistryValue | RegistryList

LIST_LIMIT = 4096
"""Entries that one list may have."""

LIST_BYTES = 2 * winreg.DATA_LIMIT
"""Bytes of data and names that one list may have."""

_PIPE = winreg.WINREG.pipe


@dataclass(frozen=True, slots=True)
class KeyWork:
    """A key, and what is asked of it."""

    location: Location
    questions: list[KeyQuestion]


def key_flows(works: Sequence[KeyWork], outcomes: dict[Question, Outcome], pipes: int, rack: Rack) -> list[Flow[None]]:
    """Make at most ``pipes`` flows that share the keys and write each outcome as soon as it is known."""
    count = min(pipes, len(works))
    queue = key_queue(works, outcomes, count)
    return [key_flow(queue, Line(winreg.WINREG, rack), outcomes) for _ in range(count)]


def key_flow(queue: Queue[KeyWork], line: Line, outcomes: dict[Question, Outcome]) -> Flow[None]:
    """Read keys of a queue over one line, until there are none or the line is dead."""
    yield from queue.serve(line, lambda work: read_key(line, work, outcomes))
    queue.leave(line.trouble)
    line.leave()


def key_queue(works: Sequence[KeyWork], outcomes: dict[Question, Outcome], flows: int) -> Queue[KeyWork]:
    """Line up keys for so many flows; what none of them can read becomes unknown."""

    def lose(work: KeyWork, outcome: Unknown) -> None:
        outcomes.update((question, outcome) for question in work.questions if question not in outcomes)

    return Queue(works, flows, lose)


class _Full(Exception):  # noqa: N818 - it says what the list is
    """A list that is longer than what is read."""


def read_key(line: Line, work: KeyWork, outcomes: dict[Question, Outcome]) -> Flow[None]:
    """Open a key and answer what is asked of it and not yet answered. Raises PipeTrouble."""
    key = yield from open_location(line, work.location)
    for question in work.questions:
        if question not in outcomes:
            outcomes[question] = (yield from answer(line, key, question)) if isinstance(key, bytes) else key


def open_location(line: Line, location: Location) -> Flow[bytes | Absent | Unknown]:
    """Open a key: its handle, or why there is none. Raises PipeTrouble."""
    if not fits(location.path):
        return Unknown(reason=Reason.UNSUPPORTED, detail="no key can have such a path")
    try:
        root = yield from _hive(line, location.hive)
        if isinstance(root, Unknown) or not location.path:
            return root
        opened = yield from line.call(winreg.open_key(root, location.path))
    except (Malformed, Fault) as off:
        return off.outcome
    if opened.code == winreg.NOT_FOUND:
        return Absent()
    return code_outcome(_PIPE, opened.code) if opened.code else opened.handle


def _hive(line: Line, hive: Hive) -> Flow[bytes | Unknown]:
    """Open a predefined key, once for all keys below it."""
    handles = yield from line.handles()
    if hive.name not in handles:
        opened = yield from line.call(winreg.open_hive(hive))
        handles[hive.name] = code_outcome(_PIPE, opened.code) if opened.code else opened.handle
    return handles[hive.name]


def answer(line: Line, key: bytes, question: KeyQuestion) -> Flow[Outcome]:
    """Answer one question about an open key. Raises PipeTrouble."""
    try:
        match question:
            case RegistryValue(value=name):
                return (yield from _value(line, key, name))
            case RegistryList(list="values"):
                return (yield from _values(line, key))
            case RegistryList():
                return (yield from _subkeys(line, key))
    except (Malformed, Fault) as off:
        return off.outcome
    except _Full:
        detail = f"a list of more than {LIST_LIMIT} entries or {LIST_BYTES} bytes"
        return Unknown(reason=Reason.TOO_LARGE, detail=detail)


def _value(line: Line, key: bytes, name: str) -> Flow[Outcome]:
    if not fits(name):
        return Unknown(reason=Reason.UNSUPPORTED, detail="no value can have such a name")
    datum = yield from line.call(winreg.query_value(key, name))
    if winreg.FIRST_BUFFER < datum.size <= winreg.DATA_LIMIT and datum.code == winreg.MORE_DATA:
        datum = yield from line.call(winreg.query_value(key, name, datum.size))
    return Absent() if datum.code == winreg.NOT_FOUND else _outcome(datum)


def _outcome(datum: winreg.Datum) -> Known | Unknown:
    if datum.code == winreg.MORE_DATA and datum.size > winreg.DATA_LIMIT:
        detail = f"a value of {datum.size} bytes; at most {winreg.DATA_LIMIT} are read"
        return Unknown(reason=Reason.TOO_LARGE, detail=detail)
    return code_outcome(_PIPE, datum.code) if datum.code else registry_value(datum.kind, datum.data)


def _values(line: Line, key: bytes) -> Flow[Outcome]:
    info = yield from _info(line, key)
    if isinstance(info, Unknown):
        return info
    if info.values > LIST_LIMIT:
        raise _Full
    size = min(max(info.largest, winreg.FIRST_BUFFER), winreg.DATA_LIMIT)
    found: dict[str, Value] = {}
    left = LIST_BYTES
    for index in range(LIST_LIMIT + 1):
        datum = yield from _entry(line, key, index, size)
        if datum.code == winreg.NO_MORE_ITEMS:
            return Known(value=found, type="values")
        outcome = _outcome(datum)
        if isinstance(outcome, Unknown):
            return Unknown(reason=outcome.reason, detail=f"{plain(datum.name, 80) or '(default)'}: {outcome.detail}")
        left -= len(datum.data) + len(datum.name)
        if left < 0:
            raise _Full
        _add(found, valid(datum.name), {"type": outcome.type, "value": outcome.value})
    raise _Full


def _entry(line: Line, key: bytes, index: int, size: int) -> Flow[winreg.Datum]:
    """Read one value by its place, once more when the host names the room that it needs."""
    datum = yield from line.call(winreg.enum_value(key, index, size))
    if datum.code == winreg.MORE_DATA and size < datum.size <= winreg.DATA_LIMIT:
        datum = yield from line.call(winreg.enum_value(key, index, datum.size))
    return datum


def _add(found: dict[str, Value], name: str, value: Value) -> None:
    if name in found:
        message = "a list has a name twice"
        raise Malformed(message)
    found[name] = value


def _subkeys(line: Line, key: bytes) -> Flow[Outcome]:
    info = yield from _info(line, key)
    if isinstance(info, Unknown):
        return info
    if info.subkeys > LIST_LIMIT:
        raise _Full
    found: dict[str, Value] = {}
    for index in range(LIST_LIMIT + 1):
        subkey = yield from line.call(winreg.enum_key(key, index))
        if subkey.code == winreg.NO_MORE_ITEMS:
            return Known(value=list(found), type="subkeys")
        if subkey.code:
            return code_outcome(_PIPE, subkey.code)
        _add(found, valid(subkey.name), True)  # noqa: FBT003 - a set that keeps its order
    raise _Full


def _info(line: Line, key: bytes) -> Flow[winreg.Info | Unknown]:
    """Ask how much a key holds. When its class does not fit, nothing is known of the rest, and nothing is lost."""
    info = yield from line.call(winreg.query_info(key))
    if info.code == winreg.MORE_DATA:
        return winreg.Info(info.code, 0, 0, 0)
    return code_outcome(_PIPE, info.code) if info.code else info
