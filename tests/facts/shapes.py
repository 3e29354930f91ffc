"""What a hostile or broken host may answer, and what a known fact of each type must look like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hypothesis import strategies as st

from fleetscan.facts.version import format_version, parse_version
from fleetscan.model import (
    Asked,
    CimRows,
    Fact,
    FactType,
    File,
    FileAspect,
    Question,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Value,
)

WORDS = st.sampled_from(
    ["state", "start", "pid", "size", "modified", "name", "text", "truncated", "type", "value", "P", "REG_DWORD"]
)
TEXTS = st.text(max_size=8) | WORDS | st.sampled_from(["15.2.1.2", "2026-11-20T03:00:00Z", "\ud800", "a\0"])
SCALARS = st.booleans() | st.integers() | st.floats() | TEXTS
JSON: st.SearchStrategy[Value] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)
RAW_TYPES = st.sampled_from(
    ["REG_DWORD", "REG_QWORD", "REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_BINARY", "service", "file", "cim", ""]
)
QUESTIONS: tuple[Question, ...] = (
    RegistryValue(key=r"HKLM\K", value="V"),
    RegistryList(key=r"HKLM\K", list="values"),
    RegistryList(key=r"HKLM\K", list="subkeys"),
    Service(name="S"),
    Services(pattern="S*"),
    *(File(path=r"C:\f", aspect=aspect, pattern="*") for aspect in FileAspect),
    CimRows(cim_class="C", properties=("P",)),
)


def asked(name: str, kind: FactType, question: Question, property_name: str = "") -> Fact:
    """Make an asked fact."""
    return Fact(id=name, type=kind, origin=Asked(question=question, property=property_name))


def _text(value: Value) -> bool:
    return isinstance(value, str) and bool(value.encode() or True)


def _number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def _texts(value: Value) -> bool:
    return isinstance(value, tuple) and all(_text(item) for item in value)


def _version(value: Value) -> bool:
    numbers = parse_version(value) if isinstance(value, str) else None
    return numbers is not None and format_version(numbers) == value


def _service(value: Value) -> bool:
    return isinstance(value, Mapping) and _text(value["state"]) and _text(value["start"])


def _services(value: Value) -> bool:
    return isinstance(value, Mapping) and all(_text(name) and _service(item) for name, item in value.items())


def _values(value: Value) -> bool:
    return isinstance(value, Mapping) and all(
        _text(name) and isinstance(item, Mapping) and _text(item["type"]) for name, item in value.items()
    )


def _stat(value: Value) -> bool:
    if not isinstance(value, Mapping):
        return False
    modified = value["modified"]
    return _number(value["size"]) and isinstance(modified, str) and datetime.fromisoformat(modified).tzinfo is not None


def _newest(value: Value) -> bool:
    return _stat(value) and isinstance(value, Mapping) and _text(value["name"])


FITS = {
    FactType.BOOL: lambda value: isinstance(value, bool),
    FactType.INT: _number,
    FactType.STRING: _text,
    FactType.STRINGS: _texts,
    FactType.VERSION: _version,
    FactType.SERVICE: _service,
    FactType.SERVICES: _services,
    FactType.VALUES: _values,
    FactType.STAT: _stat,
    FactType.NEWEST: _newest,
    FactType.TEXT: _text,
}
"""Type -> whether a value has exactly its shape."""
