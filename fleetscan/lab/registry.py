r"""The registry of a pretend machine: one tree, read through the 64-bit or the 32-bit view.

Law: the tree is never changed; :meth:`Registry.overlaid` gives another one that shares what is the same.
Outside fact: WOW64 sends the 32-bit view of ``HKLM\SOFTWARE`` to ``HKLM\SOFTWARE\Wow6432Node``; ``Policies``
and everything outside ``SOFTWARE`` is shared (Microsoft, "Registry Keys Affected by WOW64").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from fleetscan.lab.windows import Bits, fold

Data: TypeAlias = int | str | bytes | tuple[str, ...]

_HIVES = {
    "HKLM": "HKLM",
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKU": "HKU",
    "HKEY_USERS": "HKU",
    "HKCU": "HKCU",
    "HKEY_CURRENT_USER": "HKCU",
    "HKCR": "HKCR",
    "HKEY_CLASSES_ROOT": "HKCR",
}
_SOFTWARE = ("HKLM", "SOFTWARE")
_SHARED = {("POLICIES",), ("WOW6432NODE",)}
_WOW64 = (64, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One value: its name as written, the name of its type, its data.

    int for REG_DWORD and REG_QWORD (unsigned), str for REG_SZ and REG_EXPAND_SZ, a tuple for REG_MULTI_SZ,
    bytes for REG_BINARY and REG_NONE.
    """

    name: str
    type: str
    data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """One key: its own name as written, its values by folded name, its children by folded name."""

    name: str
    values: Mapping[str, Datum] = field(default_factory=dict)
    children: Mapping[str, str] = field(default_factory=dict)


Path: TypeAlias = tuple[str, ...]
"""A key's folded names from its hive down, in the tree itself (after WOW64)."""


def physical(key: str, view: Bits, bits: Bits) -> Path | None:
    r"""Find where a key of a view really lives; ``None`` when the text names no hive.

    ``bits`` is the machine's: a 32-bit Windows has one view only.
    """
    parts = tuple(fold(part) for part in key.split("\\") if part)
    if not parts or parts[0] not in _HIVES:
        return None
    path = (_HIVES[parts[0]], *parts[1:])
    redirected = (bits, view) == _WOW64 and path[:2] == _SOFTWARE and path[2:3] not in _SHARED
    return (*_SOFTWARE, "WOW6432NODE", *path[2:]) if redirected else path


class Registry:
    """A tree of keys. Keys and value names are compared without case, and shown as they were first written."""

    __slots__ = ("_keys", "bits")

    def __init__(self, keys: Mapping[str, Mapping[str, Datum]], *, bits: Bits = 64) -> None:
        r"""Build the tree from whole paths (``HKLM\SOFTWARE\...``, 64-bit view) to values by name."""
        self.bits: Bits = bits
        self._keys: dict[Path, _Key] = {}
        for key, values in keys.items():
            self._set(key, values)

    def overlaid(self, keys: Mapping[str, Mapping[str, Datum]]) -> Registry:
        """Give a tree with more keys, or with other values in the keys that are named."""
        other = Registry({}, bits=self.bits)
        other._keys = dict(self._keys)
        for key, values in keys.items():
            other._set(key, values)
        return other

    def values(self, path: Path) -> tuple[Datum, ...] | None:
        """List the values of a key, ``None`` when there is no such key."""
        found = self._keys.get(path)
        return None if found is None else tuple(found.values.values())

    def value(self, path: Path, name: str) -> Datum | None:
        """Read one value (``""`` is the default one), ``None`` when the key or the value is not there."""
        found = self._keys.get(path)
        return None if found is None else found.values.get(fold(name))

    def subkeys(self, path: Path) -> tuple[str, ...] | None:
        """List the names of the keys right below, ``None`` when there is no such key."""
        found = self._keys.get(path)
        return None if found is None else tuple(found.children.values())

    def _set(self, key: str, values: Mapping[str, Datum]) -> None:
        path = physical(key, 64, self.bits)
        if path is None:
            message = f"{key}: no registry hive"
            raise ValueError(message)
        names = [part for part in key.split("\\") if part]
        self._grow(path, names)
        old = self._keys[path]
        merged = {**old.values, **{fold(name): datum for name, datum in values.items()}}
        self._keys[path] = _Key(name=old.name, values=merged, children=old.children)

    def _grow(self, path: Path, names: list[str]) -> None:
        """Make the key and all its ancestors, each with its child."""
        for depth in range(1, len(path) + 1):
            self._keys.setdefault(path[:depth], _Key(name=names[depth - 1]))
            parent = self._keys.get(path[: depth - 1])
            if parent and path[depth - 1] not in parent.children:
                children = {**parent.children, path[depth - 1]: names[depth - 1]}
                self._keys[path[: depth - 1]] = _Key(name=parent.name, values=parent.values, children=children)
