"""A registry tree as it was seen: every key that was read, and for what was not read the reason.

Law: nothing unseen is called gone. A key is missing only where the list of its parent was read and does not name it, or
where the host said so itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from fleetscan.model import Absent, Known, Reason, Unknown, View

Data: TypeAlias = int | str | tuple[str, ...]
"""The data of a value: int of DWORD and QWORD, lines of MULTI_SZ, hexadecimal digits of BINARY and NONE, text else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One registry value: the name of its type (``REG_DWORD``) and its data."""

    type: str
    data: Data


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a key, by name as the host writes it."""

    data: Mapping[str, Datum]


@dataclass(frozen=True, slots=True)
class Subkeys:
    """The names of the keys right below a key."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What was learnt of one key: its values and its subkeys, or why not."""

    values: Values | Absent | Unknown
    subkeys: Subkeys | Absent | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of a tree is read: keys, levels below the first one, and characters of all names and data."""

    keys: int = 2_000
    depth: int = 16
    characters: int = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A tree of one host. ``at`` is aware and UTC; ``transport`` names the ways that were used, in their order.

    ``cut`` says why the tree is not whole, one sentence each; a single key that was denied is no cut.
    """

    host: str
    key: str
    view: View
    transport: str
    credential: str
    at: datetime
    cut: tuple[str, ...]
    keys: Mapping[str, Key]

    @property
    def complete(self) -> bool:
        """Tell whether the whole tree was read."""
        return not (self.cut or self.unknown)

    @property
    def unknown(self) -> int:
        """Count the keys of which something could not be read."""
        return sum(isinstance(key.values, Unknown) or isinstance(key.subkeys, Unknown) for key in self.keys.values())

    @property
    def values(self) -> int:
        """Count the values that were read."""
        return sum(len(key.values.data) for key in self.keys.values() if isinstance(key.values, Values))


def fold(name: str) -> str:
    """Give what is equal for names that Windows takes for one: upper case, character by character, never more."""
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in name)


def parent_of(path: str) -> str:
    """Name the key above a key."""
    return path.rpartition("\\")[0]


class Presence(StrEnum):
    """Whether a key was there."""

    THERE = "there"
    GONE = "gone"
    UNSEEN = "unseen"


UNREAD = Unknown(reason=Reason.NOT_ASKED, detail="beyond the bounds of the snapshot")
"""What is known of a key that its parent names and that was not read."""


class Sight:
    """Look things up in a snapshot, without case."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Index the tree."""
        self.snapshot = snapshot
        self._keys = {fold(path): key for path, key in snapshot.keys.items()}
        self.names = {fold(path): path for path in self._named()}

    def _named(self) -> list[str]:
        """Name every key that was read, and every one that a list names; the host's own spelling comes last."""
        read = list(self.snapshot.keys)
        listed = (
            (path, key.subkeys.names) for path, key in self.snapshot.keys.items() if isinstance(key.subkeys, Subkeys)
        )
        return [*read, *(f"{path}\\{name}" for path, names in listed for name in names)]

    def key(self, path: str) -> Key:
        """Give what is known of a key; one that was not read is unknown."""
        return self._keys.get(fold(path), Key(values=UNREAD, subkeys=UNREAD))

    def presence(self, path: str) -> Presence:
        """Tell whether a key was there."""
        folded = fold(path)
        match self._keys.get(folded):
            case Key(values=Values()) | Key(subkeys=Subkeys()):
                return Presence.THERE
            case Key(values=Absent(), subkeys=Absent()):
                return Presence.GONE
            case _ if folded == fold(self.snapshot.key):
                return Presence.UNSEEN
            case _:
                return self._by_parent(path)

    def _by_parent(self, path: str) -> Presence:
        if fold(path) in self.names:
            return Presence.THERE
        parent = parent_of(path)
        match self.presence(parent):
            case Presence.GONE:
                return Presence.GONE
            case Presence.UNSEEN:
                return Presence.UNSEEN
            case Presence.THERE:
                return Presence.GONE if isinstance(self.key(parent).subkeys, Subkeys) else Presence.UNSEEN
            case other:
                assert_never(other)


def is_of_session(sight: Sight, path: str) -> bool:
    """Tell whether a key is, or is below, that of a session's own instance of a per-user service.

    Outside facts: Windows makes such a service at each logon from a template, and names it like the template with ``_``
    and the number of the logon behind it (Microsoft, "Per-user services in Windows"); the template has the bit 0x40 in
    its ``Type``, SERVICE_USER_SERVICE, and the instance 0x80 besides, SERVICE_USERSERVICE_INSTANCE (winnt.h). All three
    must be seen: a name alone hides nothing.
    """
    while path and fold(path) != fold(sight.snapshot.key):
        template = _INSTANCE.fullmatch(path)
        if template and _type(sight, path) & _BOTH == _BOTH and _type(sight, template[1]) & _BOTH == _TEMPLATE:
            return True
        path = parent_of(path)
    return False


_INSTANCE: Final = re.compile(r"(.*[^\\])_[0-9A-Fa-f]{1,8}", re.DOTALL)
_TEMPLATE: Final = 0x40
_BOTH: Final = 0xC0


def _type(sight: Sight, path: str) -> int:
    """Read the type of a service; 0 when it was not seen."""
    values = sight.key(path).values
    data = {fold(name): datum for name, datum in values.data.items()} if isinstance(values, Values) else {}
    match data.get("TYPE"):
        case Datum(type="REG_DWORD", data=int() as number):
            return number
        case _:
            return 0


def unknown_words(unknown: Unknown) -> str:
    """Say why something is not known."""
    return f"{unknown.reason}: {unknown.detail}" if unknown.detail else str(unknown.reason)


def datum_of(value: object) -> Datum | None:
    """Take the ``{"type", "value"}`` of a transport, or of a file; None when it is not one."""
    match value:
        case {"type": str(kind), "value": bool()}:
            return None
        case {"type": str(kind), "value": int() | str() as data}:
            return Datum(type=kind, data=data)
        case {"type": str(kind), "value": [*lines]} if all(isinstance(line, str) for line in lines):
            return Datum(type=kind, data=tuple(str(line) for line in lines))
        case _:
            return None


def values_of(outcome: Known | Absent | Unknown) -> Values | Absent | Unknown:
    """Take the answer to a list of values."""
    if not isinstance(outcome, Known):
        return outcome
    match outcome.value:
        case {**entries}:
            data = {str(name): datum for name, value in entries.items() if (datum := datum_of(value)) is not None}
            if len(data) == len(entries):
                return Values(data)
    return Unknown(reason=Reason.MALFORMED, detail="this is no list of values")


def subkeys_of(outcome: Known | Absent | Unknown) -> Subkeys | Absent | Unknown:
    """Take the answer to a list of subkeys."""
    if not isinstance(outcome, Known):
        return outcome
    match outcome.value:
        case [*names] if all(isinstance(name, str) and name and "\\" not in name for name in names):
            return Subkeys(tuple(str(name) for name in names))
    return Unknown(reason=Reason.MALFORMED, detail="this is no list of subkeys")
