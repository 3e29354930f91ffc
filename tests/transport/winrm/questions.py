"""Hypothesis strategies: questions, and what a host may answer to each."""

from __future__ import annotations

from hypothesis import strategies as st

from fleetscan.model import (
    Absent,
    CimRows,
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

_NAMES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=6)
_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
_VALUES = st.builds(RegistryValue, key=_NAMES, value=_NAMES, view=st.sampled_from((64, 32)))
_LISTS = st.builds(RegistryList, key=_NAMES, list=st.sampled_from(("values", "subkeys")), view=st.just(64))
_FILES = st.builds(File, path=_NAMES, aspect=st.sampled_from(FileAspect), base=st.none() | _VALUES)
_CIM = st.builds(CimRows, cim_class=_NAMES, properties=st.just(("Alpha", "Beta")))
_SERVICES = st.builds(Service, name=_NAMES)
_PATTERNS = st.builds(Services, pattern=_NAMES.map(lambda name: f"{name}*"))

PLACED: st.SearchStrategy[RegistryValue | RegistryList | File | CimRows] = st.one_of(_VALUES, _LISTS, _FILES, _CIM)
"""Questions that are answered by position."""

QUESTIONS: st.SearchStrategy[Question] = st.one_of(PLACED, _SERVICES, _PATTERNS)
"""All kinds of questions."""

Item = dict[str, object]

_DATA: st.SearchStrategy[tuple[str, Value]] = st.one_of(
    st.tuples(st.sampled_from(("REG_SZ", "REG_EXPAND_SZ")), _TEXT),
    st.tuples(st.just("REG_MULTI_SZ"), st.lists(_TEXT, max_size=3)),
    st.tuples(st.just("REG_DWORD"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("REG_QWORD"), st.integers(0, 2**64 - 1)),
    st.tuples(st.sampled_from(("REG_BINARY", "REG_NONE")), st.binary(max_size=4).map(bytes.hex)),
)
_REFUSALS: st.SearchStrategy[tuple[Item, Outcome]] = st.sampled_from(
    (
        ({"s": "absent"}, Absent()),
        ({"s": "denied", "m": "no"}, Unknown(reason=Reason.DENIED, detail="no")),
        ({"s": "error", "m": "odd"}, Unknown(reason=Reason.UNSUPPORTED, detail="odd")),
        ({"s": "error", "late": True, "m": "late"}, Unknown(reason=Reason.TIMED_OUT, detail="late")),
    )
)
_STAMP = "2026-11-20T03:00:00Z"
_FILE: dict[FileAspect, tuple[Item, Value]] = {
    FileAspect.VERSION: ({"version": "15.2.1544.39"}, "15.2.1544.39"),
    FileAspect.STAT: ({"size": 7, "modified": _STAMP}, {"size": 7, "modified": _STAMP}),
    FileAspect.NEWEST: (
        {"name": "lpt$vpn.457", "size": 1, "modified": _STAMP},
        {"name": "lpt$vpn.457", "size": 1, "modified": _STAMP},
    ),
    FileAspect.COUNT: ({"count": 12}, 12),
    FileAspect.TEXT: ({"text": "x", "truncated": True}, {"text": "x", "truncated": True}),
}


def _value(pair: tuple[str, Value]) -> tuple[Item, Outcome]:
    kind, data = pair
    return {"s": "ok", "t": kind, "d": data}, Known(value=data, type=kind)


def _values(pairs: dict[str, tuple[str, Value]]) -> tuple[Item, Outcome]:
    told = {name: {"t": kind, "d": data} for name, (kind, data) in pairs.items()}
    read: dict[str, Value] = {name: {"type": kind, "value": data} for name, (kind, data) in pairs.items()}
    return {"s": "ok", "d": told}, Known(value=read, type="values")


def _subkeys(names: list[str]) -> tuple[Item, Outcome]:
    return {"s": "ok", "d": names}, Known(value=names, type="subkeys")


def _rows(numbers: list[int]) -> tuple[Item, Outcome]:
    told = [{"Alpha": number, "beta": "x", "Gamma": 0, "Delta": None} for number in numbers]
    read: list[Value] = [{"Alpha": number, "Beta": "x"} for number in numbers]
    return {"s": "ok", "rows": told}, Known(value=read, type="cim")


def answers(question: RegistryValue | RegistryList | File | CimRows) -> st.SearchStrategy[tuple[Item, Outcome]]:
    """Draw an item that a host may answer, and the outcome that it stands for."""
    match question:
        case RegistryValue():
            return _REFUSALS | _DATA.map(_value)
        case RegistryList(list="values"):
            return _REFUSALS | st.dictionaries(_TEXT, _DATA, max_size=3).map(_values)
        case RegistryList():
            return _REFUSALS | st.lists(_TEXT, max_size=3).map(_subkeys)
        case File():
            told, read = _FILE[question.aspect]
            return _REFUSALS | st.just(({"s": "ok", **told}, Known(value=read, type="file")))
        case CimRows():
            return _REFUSALS | st.lists(st.integers(0, 9), max_size=3).map(_rows)
