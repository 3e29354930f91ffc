"""How the remote registry sends values: their numbers, their bytes, the buffers around them (MS-RRP, 2.2, 3.1.5)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from fleetscan.lab.registry import Datum
from fleetscan.lab.smb.ndr import Buffer, Reader, Text, Writer, utf16

_TYPES = {
    "REG_NONE": 0,
    "REG_SZ": 1,
    "REG_EXPAND_SZ": 2,
    "REG_BINARY": 3,
    "REG_DWORD": 4,
    "REG_DWORD_BIG_ENDIAN": 5,
    "REG_LINK": 6,
    "REG_MULTI_SZ": 7,
    "REG_RESOURCE_LIST": 8,
    "REG_FULL_RESOURCE_DESCRIPTOR": 9,
    "REG_RESOURCE_REQUIREMENTS_LIST": 10,
    "REG_QWORD": 11,
}
"""Numbers of the types (MS-RRP, 3.1.1.5)."""

_NUMBERS = {"REG_DWORD": "<I", "REG_DWORD_BIG_ENDIAN": ">I", "REG_QWORD": "<Q"}
_MANY = 1024
"""Values of one question; nobody asks for as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The four pointers behind a value's name in a request; a reply has the same ones, filled or null."""

    type: int | None
    data: Buffer | None
    size: int | None
    length: int | None


def room(stub: Reader) -> Room:
    """Read the four pointers."""
    kind, data = stub.optional(), stub.optional_buffer()
    return Room(type=kind, data=data, size=stub.optional(), length=stub.optional())


def encoded(datum: Datum) -> bytes:
    """Encode a value's data as it lies in the registry; bytes are taken as they are, whatever the type says."""
    match datum.data:
        case bytes(data):
            return data
        case int(number):
            return struct.pack(_NUMBERS.get(datum.type, "<I"), number)
        case str(text):
            return utf16(text)
        case tuple(texts):
            return b"".join(map(utf16, texts)) + utf16("")
        case other:
            assert_never(other)


def valued(reply: Writer, asked: Room, datum: Datum | None, size: int, data: bytes = b"") -> Writer:
    """Write the four pointers back; ``size`` is what there is, ``data`` what is sent of it."""
    kind = 0 if datum is None else _TYPES[datum.type]
    reply.optional(kind, there=asked.type is not None)
    reply.optional_buffer(data, size, there=asked.data is not None)
    reply.optional(size, there=asked.size is not None)
    return reply.optional(len(data), there=asked.length is not None)


def names(stub: Reader) -> list[Text]:
    """Read the names of BaseRegQueryMultipleValues: first the rows, then the texts of those that have one."""
    stub.u32(), stub.u32()
    count = stub.u32()
    there = [(stub.u32(), stub.u32(), stub.u32(), stub.u32())[0] for _ in range(min(count, _MANY))]
    found = [stub.text() for pointer in there if pointer]
    stub.u32()
    return found


def several(asked: Sequence[Text], found: Sequence[Datum], buffer: Buffer | None, size: int) -> Writer:
    """Write the reply of BaseRegQueryMultipleValues: the rows, the names, the data one behind the other.

    ``size`` is what is said to be needed, or to be there; without values only that is said.
    """
    reply = Writer().u32(len(asked), 0, len(asked))
    data = b""
    for index, _ in enumerate(asked):
        reply.pointer(there=True)
        there = found[index : index + 1]
        part = b"".join(encoded(datum) for datum in there)
        reply.u32(len(part), len(data) if there else 0, _TYPES[there[0].type] if there else 0)
        data += part
    for name in asked:
        reply.text(utf16(name.text), len(utf16(name.text)))
    reply.optional_buffer(data, size, there=buffer is not None)
    return reply.u32(size)
