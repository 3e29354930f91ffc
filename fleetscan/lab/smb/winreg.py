r"""The remote registry of one pretend machine (MS-RRP), as a user without rights to write sees it.

Laws: nothing is ever written. A mask beyond KEY_READ is refused with ERROR_ACCESS_DENIED, and recorded.
Where the specification leaves the form of a failed reply open, it is that of Samba's own \winreg.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from fleetscan.lab.registry import Path, physical
from fleetscan.lab.smb.faults import ACCESS_DENIED, Act, Endless, Moment, Shorten, Want
from fleetscan.lab.smb.interface import NULL_HANDLE, Handles, Interface, Operation, Win32
from fleetscan.lab.smb.ndr import Reader, Text, Writer, utf16
from fleetscan.lab.smb.regdata import Room, encoded, names, room, several, valued
from fleetscan.lab.smb.site import Site

T = TypeVar("T")

KEY_READ = 0x20019
BAD_DATABASE = 1009
"""ERROR_BADDB, which a key in error answers here: neither absent nor denied (MS-ERREF, 2.2)."""

_NOT_FOUND, _BAD_PATH, _MORE_DATA, _NO_MORE_ITEMS = 2, 161, 234, 259
_HIVES = {0: "HKCR", 1: "HKCU", 2: "HKLM", 4: "HKU"}
_VERSION = 6
_DESCRIPTOR_SIZE = 200
_A_FEW = 1024
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Key:
    """An open key: where it is in the tree, and its path as the client wrote it."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What BaseRegEnumKey brings along: room for a name, perhaps for a class and a time."""

    name: Text
    class_: Text | None
    timed: bool


class WinReg(Interface):
    """The interface, as one association uses it."""

    name = "winreg"
    uuid = UUID("338cd001-2244-31f1-aaaa-900038001003")
    version = 1
    bind = Moment.WINREG_BIND

    def __init__(self, site: Site) -> None:
        """Belong to a host."""
        roots = dict.fromkeys(_HIVES, Operation(moment=Moment.OPEN_ROOT, perform=self._open_root, failure=NULL_HANDLE))
        rows = {
            5: Operation(moment=Moment.CLOSE_KEY, perform=self._close_key, failure=NULL_HANDLE),
            9: Operation(moment=Moment.ENUM_KEY, perform=self._enum_key),
            10: Operation(moment=Moment.ENUM_VALUE, perform=self._enum_value),
            15: Operation(moment=Moment.OPEN_KEY, perform=self._open_key, failure=NULL_HANDLE),
            16: Operation(moment=Moment.QUERY_INFO, perform=self._query_info),
            17: Operation(moment=Moment.QUERY_VALUE, perform=self._query_value),
            26: Operation(moment=Moment.GET_VERSION, perform=self._get_version),
            29: Operation(moment=Moment.QUERY_VALUES, perform=self._query_values),
        }
        super().__init__(site, {**roots, **rows})
        self._registry = site.machine.registry
        self._keys: Handles[_Key] = Handles()
        self.handles = self._keys

    def _open_root(self, stub: Reader) -> Writer:
        if stub.u32():
            stub.u16()  # the first letter of a server's name, which no server reads (MS-RRP, 2.2.3)
        access = stub.u32()
        hive = _HIVES[self.opnum]
        self.asked(access=access, key=hive)
        _allowed(access)
        return Writer().raw(self._keys.open(_Key((hive,), hive)))

    def _close_key(self, stub: Reader) -> Writer:
        handle = stub.handle()
        self.asked(key=self._keys.get(handle).text)
        self._keys.close(handle)
        return Writer().raw(NULL_HANDLE)

    def _open_key(self, stub: Reader) -> Writer:
        parent, name = self._keys.get(stub.handle()), stub.text().text
        stub.u32()  # options
        access = stub.u32()
        text = "\\".join([parent.text, *(part for part in name.split("\\") if part)])
        # Paths are those of the tree itself: the service is a 64-bit process.
        key = _Key(physical(text, 64, self._registry.bits) or parent.path, text)
        self.asked(access=access, key=text)
        _allowed(access)
        if name.startswith("\\"):
            raise Win32(_BAD_PATH)
        refusal = self._site.machine.refused_key(key.path)
        if refusal is not None:
            raise Win32(ACCESS_DENIED if refusal.state == "denied" else BAD_DATABASE)
        if len(key.path) > 1 and self._registry.values(key.path) is None:
            raise Win32(_NOT_FOUND)
        return Writer().raw(self._keys.open(key))

    def _enum_key(self, stub: Reader) -> Writer:
        key, index = self._keys.get(stub.handle()), stub.u32()
        row = _Row(name=stub.text(), class_=stub.optional_text(), timed=stub.optional_time())
        with self.failing(self._named(b"", row)):
            act = self.asked(key=key.text)
            found = utf16(_at(self._registry.subkeys(key.path) or (), index, act))
            if _wants(act, len(found), row.name.room):
                raise Win32(_MORE_DATA)
        return self._named(found, row)

    def _named(self, found: bytes, row: _Row) -> Writer:
        reply = Writer().text(found, row.name.room).pointer(there=row.class_ is not None)
        if row.class_ is not None:
            reply.u16(0).u16(row.class_.room).u32(0)  # an empty class
        reply.pointer(there=row.timed)
        return reply.time(self._written()) if row.timed else reply

    def _enum_value(self, stub: Reader) -> Writer:
        key, index = self._keys.get(stub.handle()), stub.u32()
        name, asked = stub.text(), room(stub)
        with self.failing(valued(Writer().text(b"", name.room), asked, None, 0)):
            act = self.asked(key=key.text)
            datum = _at(self._registry.values(key.path) or (), index, act)
        data, named = _shortened(encoded(datum), act), utf16(datum.name)
        reply = Writer().text(named, name.room)
        if _wants(act, len(named), name.room) or _wants(act, len(data), asked.size):
            with self.failing(valued(reply, asked, datum, _needed(act, data, asked))):
                raise Win32(_MORE_DATA)
        return valued(reply, asked, datum, len(data), data)

    def _query_info(self, stub: Reader) -> Writer:
        key = self._keys.get(stub.handle())
        with self.failing(Writer().raw(bytes(44))):
            self.asked(key=key.text)
        subkeys = [len(utf16(name)) - 2 for name in self._registry.subkeys(key.path) or ()]
        values = self._registry.values(key.path) or ()
        reply = Writer().text(utf16(""), len(utf16("")))
        reply.u32(len(subkeys), max(subkeys, default=0), 0)
        reply.u32(len(values), max((len(utf16(datum.name)) - 2 for datum in values), default=0))
        reply.u32(max((len(encoded(datum)) for datum in values), default=0), _DESCRIPTOR_SIZE)
        return reply.time(self._written())

    def _query_value(self, stub: Reader) -> Writer:
        key, name, asked = self._keys.get(stub.handle()), stub.text().text, room(stub)
        with self.failing(valued(Writer(), asked, None, 0)):
            act = self.asked(key=key.text, value=name)
            datum = self._registry.value(key.path, name)
            if datum is None:
                raise Win32(_NOT_FOUND)
        data = _shortened(encoded(datum), act)
        if asked.data is None and not isinstance(act, Want):
            return valued(Writer(), asked, datum, len(data))
        if _wants(act, len(data), asked.size):
            with self.failing(valued(Writer(), asked, datum, _needed(act, data, asked))):
                raise Win32(_MORE_DATA)
        return valued(Writer(), asked, datum, len(data), data)

    def _get_version(self, stub: Reader) -> Writer:
        with self.failing(Writer().u32(0)):
            self.asked(key=self._keys.get(stub.handle()).text)
        return Writer().u32(_VERSION)

    def _query_values(self, stub: Reader) -> Writer:
        """Read several values; when one of them is missing, none is given (MS-RRP, 3.1.5.26)."""
        key, wanted = self._keys.get(stub.handle()), names(stub)
        buffer, size = stub.optional_buffer(), stub.u32()
        with self.failing(several(wanted, (), buffer, size)):
            for name in wanted:
                self.asked(key=key.text, value=name.text)
            read = [self._registry.value(key.path, name.text) for name in wanted]
            found = [datum for datum in read if datum is not None]
            if len(found) < len(wanted):
                raise Win32(_NOT_FOUND)
        needed = sum(len(encoded(datum)) for datum in found)
        if needed > size:
            with self.failing(several(wanted, (), buffer, needed)):
                raise Win32(_MORE_DATA)
        return several(wanted, found, buffer, needed)

    def _written(self) -> int:
        """When a key was written last, as a FILETIME: a machine keeps no such times, so it is the machine's moment."""
        return int((self._site.machine.now - _EPOCH).total_seconds()) * 10_000_000


def _allowed(access: int) -> None:
    """Refuse a mask that asks for more than to read."""
    if access & ~KEY_READ:
        raise Win32(ACCESS_DENIED)


def _at(rows: Sequence[T], index: int, act: Act | None) -> T:
    """Find the row at an index; an endless list begins again."""
    if isinstance(act, Endless) and rows:
        index %= len(rows)
    if index >= len(rows):
        raise Win32(_NO_MORE_ITEMS)
    return rows[index]


def _wants(act: Act | None, size: int, offered: int | None) -> bool:
    """Tell whether there is not enough room."""
    return isinstance(act, Want) or (offered is not None and size > offered)


def _needed(act: Act | None, data: bytes, asked: Room) -> int:
    """Say how much room would do."""
    if isinstance(act, Want):
        return act.need or (asked.size or 0) + _A_FEW
    return len(data)


def _shortened(data: bytes, act: Act | None) -> bytes:
    return data[:-1] if isinstance(act, Shorten) else data
