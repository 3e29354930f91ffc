"""Network data representation, little-endian, 32 bits: what a server reads and writes (C706, chapter 14).

Law: a reader never looks beyond the stub, whatever the stub says of its sizes; it raises :class:`BadStub`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_REFERENT = 0x00020000
_HANDLE_SIZE = 20


class BadStub(Exception):  # noqa: N818 - it is the client's fault, not ours
    """Say that a request's stub is not what its operation wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An ``RRP_UNICODE_STRING`` of a request (MS-RRP, 2.2.4): its text without NUL, and the room in bytes."""

    text: str
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """A byte array of a request: its room (maximum count) and what is in it."""

    room: int
    data: bytes


class Reader:
    """Reads one stub from its beginning."""

    def __init__(self, data: bytes) -> None:
        """Begin."""
        self._data = data
        self._at = 0

    def u16(self) -> int:
        """Read an unsigned short."""
        return self._number("<H", 2)

    def u32(self) -> int:
        """Read an unsigned long."""
        return self._number("<I", 4)

    def raw(self, count: int) -> bytes:
        """Read bytes as they are."""
        if count > len(self._data) - self._at:
            raise BadStub
        self._at += count
        return self._data[self._at - count : self._at]

    def handle(self) -> bytes:
        """Read a context handle."""
        self._align(4)
        return self.raw(_HANDLE_SIZE)

    def optional(self) -> int | None:
        """Read a unique pointer to an unsigned long."""
        there = bool(self.u32())
        return self.u32() if there else None

    def string(self) -> str:
        """Read a conformant varying string of UTF-16 code units."""
        return self._units().removesuffix("\x00")

    def octets(self) -> str:
        """Read a conformant varying string of UTF-8 bytes."""
        self.u32()
        self.u32()
        return self.raw(self.u32()).decode("utf-8", "replace").removesuffix("\x00")

    def optional_string(self) -> str | None:
        """Read a unique pointer to such a string."""
        return self.string() if self.u32() else None

    def text_head(self) -> tuple[int, bool]:
        """Read the fixed part of an ``RRP_UNICODE_STRING``: its room, and whether there is a text elsewhere."""
        self._align(4)
        self.u16()
        return self.u16(), bool(self.u32())

    def text(self) -> Text:
        """Read an ``RRP_UNICODE_STRING`` with its text right behind it."""
        room, there = self.text_head()
        return Text(text=self.string() if there else "", room=room)

    def optional_text(self) -> Text | None:
        """Read a unique pointer to an ``RRP_UNICODE_STRING``."""
        return self.text() if self.u32() else None

    def optional_buffer(self) -> Buffer | None:
        """Read a unique pointer to a conformant varying array of bytes."""
        if not self.u32():
            return None
        room = self.u32()
        self.u32()
        return Buffer(room=room, data=self.raw(self.u32()))

    def optional_time(self) -> bool:
        """Read a unique pointer to a FILETIME; tell whether there was one."""
        there = bool(self.u32())
        if there:
            self.u32(), self.u32()
        return there

    def _units(self) -> str:
        self.u32()
        self.u32()
        return self.raw(self.u32() * 2).decode("utf-16-le", "surrogatepass")

    def _number(self, form: str, size: int) -> int:
        self._align(size)
        value: int = struct.unpack(form, self.raw(size))[0]
        return value

    def _align(self, size: int) -> None:
        self._at += -self._at % size


class Writer:
    """Writes one stub."""

    def __init__(self) -> None:
        """Begin."""
        self._data = bytearray()
        self._referents = 0

    def __bytes__(self) -> bytes:
        """Give what was written."""
        return bytes(self._data)

    def u16(self, value: int) -> Writer:
        """Write an unsigned short."""
        self._align(2)
        self._data += struct.pack("<H", value)
        return self

    def u32(self, *values: int) -> Writer:
        """Write unsigned longs."""
        self._align(4)
        self._data += struct.pack(f"<{len(values)}I", *values)
        return self

    def raw(self, data: bytes) -> Writer:
        """Write bytes as they are."""
        self._data += data
        return self

    def pointer(self, *, there: bool) -> Writer:
        """Write a referent id, or null."""
        self._referents += 4 if there else 0
        return self.u32(_REFERENT + self._referents if there else 0)

    def optional(self, value: int, *, there: bool) -> Writer:
        """Write a unique pointer to an unsigned long."""
        self.pointer(there=there)
        return self.u32(value) if there else self

    def units(self, text: bytes, room: int) -> Writer:
        """Write a conformant varying array of UTF-16 code units; ``room`` in units."""
        return self.u32(room, 0, len(text) // 2).raw(text)

    def text(self, text: bytes, room: int) -> Writer:
        """Write an ``RRP_UNICODE_STRING`` with its text behind it; ``room`` in bytes."""
        self._align(4)
        return self.u16(len(text)).u16(room).pointer(there=True).units(text, room // 2)

    def optional_buffer(self, data: bytes, room: int, *, there: bool) -> Writer:
        """Write a unique pointer to a conformant varying array of bytes."""
        self.pointer(there=there)
        return self.u32(room, 0, len(data)).raw(data) if there else self

    def array(self, data: bytes, room: int) -> Writer:
        """Write a conformant array of bytes, filled up with zeros."""
        return self.u32(room).raw(data.ljust(room, b"\x00"))

    def time(self, moment: int) -> Writer:
        """Write a FILETIME: low part, high part."""
        return self.u32(moment & 0xFFFFFFFF, moment >> 32)

    def _align(self, size: int) -> None:
        self._data += bytes(-len(self._data) % size)


def utf16(text: str) -> bytes:
    """Encode a string as Windows stores it, with its NUL; lone surrogates stay what they are."""
    return f"{text}\x00".encode("utf-16-le", "surrogatepass")
