"""NDR, version 2.0 of the transfer syntax, as the two interfaces need it (C706, chapter 14). Pure.

Law: reading never goes past what came. Every count, referent and length is held against the bytes that are there and
against the limits of the caller; what does not fit raises :class:`Malformed`, and nothing else is raised.
Numbers are little-endian and stand at multiples of their size, counted from the start of the stub (C706, 14.2.2).
"""

from __future__ import annotations

import struct

from fleetscan.model import Reason, Unknown

_U16 = struct.Struct("<H")
_U32 = struct.Struct("<I")
_STRING = struct.Struct("<HHI")
_COUNTS = struct.Struct("<III")
_UNIT = 2
_ALIGN = 4
_HANDLE = 20
REFERENT = 0x00020000
"""What a pointer that is not null carries; its value means nothing (C706, 14.3.10)."""

NAME_LIMIT = 0xFFFE
"""Bytes that a counted string can have: its length is a 16-bit number (MS-DTYP, 2.3.10)."""


class Malformed(Exception):  # noqa: N818 - it says what the host's bytes are, and never leaves this room
    """Bytes of the host that are not what the protocol says. ``outcome`` is what becomes of the question."""

    @property
    def outcome(self) -> Unknown:
        """Say it as an outcome."""
        return Unknown(reason=Reason.MALFORMED, detail=f"an answer of the host could not be understood: {self}")


class Reader:
    """Reads one stub from its start, each thing once, in order."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        """Take a whole stub."""
        self._data = memoryview(data)
        self._at = 0

    def take(self, size: int) -> bytes:
        """Read ``size`` bytes as they are."""
        end = self._at + size
        if size < 0 or end > len(self._data):
            message = f"it ends where {size} more bytes should stand"
            raise Malformed(message)
        found = bytes(self._data[self._at : end])
        self._at = end
        return found

    def skip(self, size: int) -> None:
        """Leave ``size`` bytes out."""
        self.take(size)

    def align(self) -> None:
        """Go to the next multiple of four."""
        self.take(-self._at % _ALIGN)

    def u16(self) -> int:
        """Read a 16-bit number, which stands where the last thing ended."""
        (number,) = _U16.unpack(self.take(_U16.size))
        return int(number)

    def u32(self) -> int:
        """Read a 32-bit number at the next multiple of four."""
        self.align()
        (number,) = _U32.unpack(self.take(_U32.size))
        return int(number)

    def handle(self) -> bytes:
        """Read a context handle as it is (C706, 14.2.16.6: 20 bytes)."""
        return self.take(_HANDLE)

    def optional(self) -> int | None:
        """Read a unique pointer to a 32-bit number: the number, or ``None`` for a null pointer."""
        referent = self.u32()
        return self.u32() if referent else None

    def octets(self, limit: int) -> bytes:
        """Read a conformant and varying array of at most ``limit`` bytes (C706, 14.3.3.4)."""
        return self.take(self._varying(limit))

    def conformant(self, limit: int) -> bytes:
        """Read a conformant array of at most ``limit`` bytes (C706, 14.3.3.2)."""
        count = self.u32()
        if count > limit:
            message = f"an array of {count} bytes where at most {limit} were asked for"
            raise Malformed(message)
        return self.take(count)

    def wide(self, limit: int) -> str:
        """Read a conformant and varying string of at most ``limit`` UTF-16 units, up to its first NUL."""
        return _units(self.take(self._varying(limit) * _UNIT)).partition("\0")[0]

    def counted(self, limit: int) -> str | None:
        """Read an RPC_UNICODE_STRING of at most ``limit`` bytes; ``None`` for a null buffer.

        The NUL at its end is no part of it; one before that is: names in the registry can have some.
        """
        self.align()
        length, _, referent = _STRING.unpack(self.take(_STRING.size))
        if not referent:
            return None
        count = self._varying(limit // _UNIT)
        if count * _UNIT != length:
            message = f"a string of {length} bytes that has {count} characters"
            raise Malformed(message)
        return _units(self.take(length)).removesuffix("\0")

    def _varying(self, limit: int) -> int:
        """Read the three counts before an array that is conformant and varying: how many elements follow."""
        self.align()
        maximum, offset, actual = _COUNTS.unpack(self.take(_COUNTS.size))
        if offset or actual > maximum or actual > limit:
            message = f"an array of {actual} elements at {offset} in {maximum}, where at most {limit} were asked for"
            raise Malformed(message)
        return int(actual)


def _units(data: bytes) -> str:
    return data.decode("utf-16-le", "surrogatepass")


def u32(*numbers: int) -> bytes:
    """Write 32-bit numbers; what stands before them must end at a multiple of four."""
    return struct.pack(f"<{len(numbers)}I", *numbers)


def units(text: str) -> bytes:
    """Write a text in UTF-16 with its NUL."""
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def counted(text: str) -> bytes:
    """Write an RRP_UNICODE_STRING with its NUL, padded to four bytes (MS-RRP, 2.2.4).

    Raises ValueError for a text that does not fit into one; see :func:`fits`.
    """
    data = units(text)
    if len(data) > NAME_LIMIT:
        message = "a text is too long for a counted string"
        raise ValueError(message)
    count = len(data) // _UNIT
    return _padded(_STRING.pack(len(data), len(data), REFERENT) + _COUNTS.pack(count, 0, count) + data)


def fits(text: str) -> bool:
    """Tell whether a text can be sent as a counted string, and would arrive as it is."""
    return len(units(text)) <= NAME_LIMIT and "\0" not in text


def room(size: int) -> bytes:
    """Write an empty RRP_UNICODE_STRING whose buffer has room for ``size`` bytes; none of them is sent."""
    return _STRING.pack(0, size, REFERENT) + _COUNTS.pack(size // _UNIT, 0, 0)


NO_STRING = _STRING.pack(0, 0, 0)
"""An RRP_UNICODE_STRING without a buffer."""


def wide(text: str) -> bytes:
    """Write a conformant and varying string with its NUL, padded to four bytes."""
    data = units(text)
    count = len(data) // _UNIT
    return _padded(_COUNTS.pack(count, 0, count) + data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGN)
