"""Both interfaces from the host's side, as bytes: calls are taken apart, answers put together. Strict.

Law: it takes nothing but what may leave a reader: reading operations with the access masks 0x20019, 0x1, 0x5 and 0x4.
Anything else is an AssertionError, not an answer. Layouts: MS-RRP 3.1.5, MS-SCMR 3.1.4, C706 14; test_winreg.py and
test_svcctl.py hold them against impacket's.
"""

from __future__ import annotations

import struct

POINTER = 0x00020004


def padded(data: bytes) -> bytes:
    """Fill up to four bytes."""
    return data + bytes(-len(data) % 4)


def handle(number: int) -> bytes:
    """Make a context handle."""
    return struct.pack("<I16x", number) if number else bytes(20)


class Taken:
    """A stub that is read from its start."""

    def __init__(self, stub: bytes) -> None:
        """Take it."""
        self.stub = stub
        self.at = 0

    def u32(self) -> int:
        """Read one number."""
        (number,) = struct.unpack_from("<I", self.stub, self.at)
        self.at += 4
        return int(number)

    def handle(self) -> int:
        """Read the number of a handle."""
        number = self.u32()
        self.at += 16
        return number

    def units(self) -> str:
        """Read a string with its three counts and its NUL."""
        maximum, offset, actual = self.u32(), self.u32(), self.u32()
        assert (offset, actual) == (0, maximum)
        data = self.stub[self.at : self.at + 2 * actual]
        self.at += len(padded(data))
        text = data.decode("utf-16-le", "surrogatepass")
        assert text.endswith("\0")
        return text[:-1]

    def counted(self) -> str:
        """Read an RRP_UNICODE_STRING that carries a text."""
        length, room = struct.unpack_from("<HH", self.stub, self.at)
        self.at += 4
        assert self.u32()
        text = self.units()
        assert length == room == len((text + "\0").encode("utf-16-le", "surrogatepass"))
        return text

    def room(self) -> int:
        """Read an RRP_UNICODE_STRING that is only room."""
        length, size = struct.unpack_from("<HH", self.stub, self.at)
        self.at += 4
        assert self.u32()
        assert (self.u32(), self.u32(), self.u32(), length) == (size // 2, 0, 0, 0)
        return int(size)

    def buffer(self) -> int:
        """Read what asks for the data of a value, of which no byte is sent."""
        assert self.u32()
        assert self.u32() == 0
        assert self.u32()
        size = self.u32()
        assert (self.u32(), self.u32()) == (0, 0)
        assert self.u32()
        assert self.u32() == size
        assert self.u32()
        assert self.u32() == 0
        return size

    def end(self) -> None:
        """Make sure that nothing is left."""
        assert self.at == len(self.stub)


def opened(number: int, code: int) -> bytes:
    """Answer an open."""
    return handle(number) + struct.pack("<I", code)


def counted(text: str | None, room: int) -> bytes:
    """Write an RRP_UNICODE_STRING with its NUL into so much room; ``None`` for a null buffer."""
    if text is None:
        return bytes(8)
    data = (text + "\0").encode("utf-16-le", "surrogatepass")
    head = struct.pack("<HHI", len(data), room, POINTER)
    return head + padded(struct.pack("<III", room // 2, 0, len(data) // 2) + data)


def data_of_value(kind: int, data: bytes | None, size: int, room: int, code: int) -> bytes:
    """Answer with a value's type, data and size; ``None`` for a null buffer."""
    head = struct.pack("<II", POINTER, kind)
    count = 0 if data is None else len(data)
    body = struct.pack("<I", 0) if data is None else struct.pack("<IIII", POINTER, room, 0, count) + padded(data)
    return head + body + struct.pack("<IIIII", POINTER, size, POINTER, count, code)


def info(subkeys: int, values: int, largest: int, code: int = 0) -> bytes:
    """Answer how much a key holds."""
    return bytes(8) + struct.pack("<10I", subkeys, 64, 0, values, 64, largest, 100, 0, 0, code)


def subkey(name: str | None, room: int, code: int) -> bytes:
    """Answer with a subkey's name, its class and its time."""
    cls = struct.pack("<I", POINTER) + counted("", 2)
    time = struct.pack("<IQ", POINTER, 0x01DC000000000000)
    return counted(name, room) + cls + time + struct.pack("<I", code)


def status(kind: int, state: int) -> bytes:
    """Write SERVICE_STATUS (MS-SCMR, 2.2.47)."""
    return struct.pack("<7I", kind, state, 1, 0, 0, 0, 0)


def status_ex(kind: int, state: int, pid: int, room: int, code: int = 0) -> bytes:
    """Answer with SERVICE_STATUS_PROCESS (MS-SCMR, 2.2.49)."""
    data = (status(kind, state) + struct.pack("<II", pid, 0))[:room]
    return struct.pack("<I", len(data)) + padded(data) + struct.pack("<II", 36, code)


def config(kind: int, start: int, account: str | None, display: str | None, code: int = 0) -> bytes:
    """Answer with QUERY_SERVICE_CONFIGW (MS-SCMR, 2.2.15)."""
    texts = ["C:\\x.exe", None, "a\0b\0", account, display]
    path, group, dependencies, owner, name = (POINTER if text is not None else 0 for text in texts)
    head = struct.pack("<9I", kind, start, 1, path, group, 0, dependencies, owner, name)
    return head + b"".join(wide(text) for text in texts if text is not None) + struct.pack("<II", 200, code)


def wide(text: str) -> bytes:
    """Write a string with its three counts and its NUL."""
    data = (text + "\0").encode("utf-16-le", "surrogatepass")
    return padded(struct.pack("<III", len(data) // 2, 0, len(data) // 2) + data)
