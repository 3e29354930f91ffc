"""The section ``registry``: values, lists of values, lists of subkeys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleetscan.lab.collector.items import Item, error, refused, text
from fleetscan.lab.machine import Machine
from fleetscan.lab.registry import Datum, Path, physical


def _located(machine: Machine, item: Mapping[str, object]) -> Path | Item:
    """Find the key of an item, or say why it cannot be read."""
    key, view = text(item, "key"), item.get("view")
    path = physical(key, view, machine.registry.bits) if view in (32, 64) else None
    if path is None:
        return error(f"no registry key: {key!r} in view {view!r}")
    refusal = machine.refused_key(path)
    return path if refusal is None else refused(refusal)


def registry_item(machine: Machine, item: Item) -> Item:
    """Answer one item of the section ``registry``, or the ``base`` of a file."""
    path = _located(machine, item)
    if isinstance(path, dict):
        return path
    match item:
        case {"value": str(name)}:
            return _value(machine.registry.value(path, name))
        case {"list": "values"}:
            return _ok_or_absent(_values(machine.registry.values(path)))
        case {"list": "subkeys"}:
            names = machine.registry.subkeys(path)
            return _ok_or_absent(None if names is None else list(names))
        case _:
            return error("a registry item asks for a value, or lists values or subkeys")


def _value(datum: Datum | None) -> Item:
    return {"s": "absent"} if datum is None else {"s": "ok", **_typed(datum)}


def _typed(datum: Datum) -> Item:
    return {"t": datum.type, "d": _plain(datum)}


def _plain(datum: Datum) -> object:
    match datum.data:
        case bytes(data):
            return data.hex()
        case tuple(lines):
            return list(lines)
        case data:
            return data


def _values(data: Sequence[Datum] | None) -> Item | None:
    return None if data is None else {datum.name: _typed(datum) for datum in data}


def _ok_or_absent(data: object) -> Item:
    return {"s": "absent"} if data is None else {"s": "ok", "d": data}
