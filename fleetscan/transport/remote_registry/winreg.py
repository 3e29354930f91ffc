r"""The remote registry's operations as calls: what is sent, and what an answer holds (MS-RRP, 3.1.5). Pure.

Law: every key, the predefined ones too, is opened with 0x20019 (KEY_READ) and nothing more, and only operations that
read are here. Law: what the host says of sizes and types is held against what came.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from fleetscan.transport.remote_registry.ndr import NO_STRING, REFERENT, Malformed, Reader, counted, room, u32
from fleetscan.transport.remote_registry.pdu import Interface
from fleetscan.transport.remote_registry.pipe import Call
from fleetscan.transport.words import TEXT_LIMIT

WINREG = Interface(pipe="winreg", uuid="338cd001-2244-31f1-aaaa-900038001003", version=1)
"""MS-RRP, 1.9 and 2.1."""

KEY_READ = 0x20019
"""READ_CONTROL, KEY_QUERY_VALUE, KEY_ENUMERATE_SUB_KEYS, KEY_NOTIFY (MS-RRP, 2.2.3)."""

DATA_LIMIT = 2 * TEXT_LIMIT + 2
"""Bytes of one value that are read: the longest text in UTF-16, with its NUL."""

FIRST_BUFFER = 0x10000
"""Bytes that the first call for a value has room for; no room is sent, so that it costs nothing."""

_KEY_NAME = 1024
"""Bytes of room for a key's name or class: 255 characters and a NUL would need 512 (MS-RRP, 3.1.1.1)."""
_VALUE_NAME = 0x8000
"""Bytes of room for a value's name: 16,383 characters and a NUL (Microsoft, "Registry Element Size Limits")."""

SUCCESS, NOT_FOUND, MORE_DATA, NO_MORE_ITEMS = 0, 2, 234, 259
"""Win32 codes that are answers (MS-ERREF, 2.2)."""


class Hive(IntEnum):
    """The predefined keys, with the numbers of the operations that open them (MS-RRP, 3.1.5.1 to 3.1.5.5)."""

    CLASSES_ROOT = 0
    CURRENT_USER = 1
    LOCAL_MACHINE = 2
    USERS = 4


class _Operation(IntEnum):
    ENUM_KEY = 9
    ENUM_VALUE = 10
    OPEN_KEY = 15
    QUERY_INFO_KEY = 16
    QUERY_VALUE = 17


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer to an open: the Win32 code, and the handle when it is 0."""

    code: int
    handle: bytes


@dataclass(frozen=True, slots=True)
class Info:
    """What a key says of itself: the code, how many subkeys and values, and the bytes of its largest data."""

    code: int
    subkeys: int
    values: int
    largest: int


@dataclass(frozen=True, slots=True)
class Datum:
    """A value: the code, its name (empty for a query), its type and data; ``size`` is what the host would need."""

    code: int
    name: str
    kind: int
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Subkey:
    """A subkey's name, when the code is 0."""

    code: int
    name: str


def open_hive(hive: Hive) -> Call[Opened]:
    """Open a predefined key."""
    return Call(hive, u32(0, KEY_READ), opened)


def open_key(parent: bytes, path: str) -> Call[Opened]:
    """Open a key below an open one. Raises ValueError when ``path`` does not fit into a call."""
    return Call(_Operation.OPEN_KEY, parent + counted(path) + u32(0, KEY_READ), opened)


def query_info(key: bytes) -> Call[Info]:
    """Ask how much a key holds; its class is not asked for."""
    return Call(_Operation.QUERY_INFO_KEY, key + NO_STRING, _info)


def query_value(key: bytes, name: str, size: int = FIRST_BUFFER) -> Call[Datum]:
    """Read a value into ``size`` bytes. Raises ValueError when ``name`` does not fit into a call."""
    return Call(_Operation.QUERY_VALUE, key + counted(name) + _buffer(size), lambda reader: _datum(reader, "", size))


def enum_value(key: bytes, index: int, size: int) -> Call[Datum]:
    """Read the name and the data of one value by its place, into ``size`` bytes of data."""
    stub = key + u32(index) + room(_VALUE_NAME) + _buffer(size)
    return Call(
        _Operation.ENUM_VALUE,
        stub,
        lambda reader: _datum(reader, _name(reader, _VALUE_NAME), size),
    )


def enum_key(key: bytes, index: int) -> Call[Subkey]:
    """Read the name of one subkey by its place."""
    stub = key + u32(index) + room(_KEY_NAME) + u32(REFERENT) + room(_KEY_NAME) + u32(0)
    return Call(_Operation.ENUM_KEY, stub, _subkey)


def _buffer(size: int) -> bytes:
    """Ask for type, data and size of a value: no byte of the buffer is sent (MS-RRP, 3.1.5.17)."""
    return u32(REFERENT, 0, REFERENT, size, 0, 0, REFERENT, size, REFERENT, 0)


def opened(reader: Reader) -> Opened:
    """Read a handle and the code of an open, which all opens of both interfaces answer with."""
    handle, code = reader.handle(), _code(reader)
    if code == SUCCESS and not any(handle):
        message = "an open that succeeded and gave no handle"
        raise Malformed(message)
    return Opened(code, handle)


def _code(reader: Reader) -> int:
    return reader.u32()


def _name(reader: Reader, limit: int) -> str:
    return reader.counted(limit) or ""


def _info(reader: Reader) -> Info:
    """Read counts; the sizes of names and of the security descriptor, and the time, are of no use here."""
    reader.counted(_KEY_NAME)
    subkeys, _, _, values, _, largest, _, _, _ = (reader.u32() for _ in range(9))
    return Info(_code(reader), subkeys, values, largest)


def _datum(reader: Reader, name: str, limit: int) -> Datum:
    kind = reader.optional()
    data = reader.octets(limit) if reader.u32() else b""
    size, length = reader.optional(), reader.optional()
    code = _code(reader)
    if code == SUCCESS and (kind is None or length != len(data) or size != length):
        message = f"a value of {len(data)} bytes that says it has {length} of {size}"
        raise Malformed(message)
    return Datum(code, name, kind or 0, data, size or 0)


def _subkey(reader: Reader) -> Subkey:
    name = _name(reader, _KEY_NAME)
    if reader.u32():
        reader.counted(_KEY_NAME)
    if reader.u32():
        reader.skip(8)
    return Subkey(_code(reader), name)
