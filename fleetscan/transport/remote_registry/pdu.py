"""Connection-oriented DCERPC 5.0: what is sent and what comes back, as bytes (C706, 12.6; MS-RPCE, 2.2.2). Pure.

Law: whatever comes, it is one whole answer to the call that was made, or :class:`Malformed` is raised. Nothing is read
past :data:`STUB_LIMIT`, and the work is in proportion to what came.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass
from enum import IntEnum

from fleetscan.transport.remote_registry.ndr import Malformed, Reader
from fleetscan.transport.words import TEXT_LIMIT

STUB_LIMIT = 2 * TEXT_LIMIT + 0x10000
"""Bytes that one answer may have: the largest value that is read (UTF-16), and what surrounds it."""

FRAGMENT_SIZE = 5840
"""Bytes of a fragment that are offered both ways, as Samba's client does; Windows sends less on a pipe."""

_SMALLEST = 1432
"""Bytes of a fragment that every implementation must take (C706, 12.6.3.1, MustRecvFragSize)."""


class Kind(IntEnum):
    """The kinds of PDU that this client sends or understands (C706, 12.6.4.1)."""

    REQUEST = 0
    RESPONSE = 2
    FAULT = 3
    BIND = 11
    BIND_ACK = 12
    BIND_NAK = 13


_FIRST, _LAST = 0x01, 0x02
_VERSION = 5
_LITTLE_ENDIAN = 0x10
_HEADER = struct.Struct("<BBBBIHHI")
_CALL = struct.Struct("<IHH")
_SIZES = struct.Struct("<HHI")
_NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
_CONTEXT = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """An interface and the pipe where it is found: name of the pipe, UUID, major version."""

    pipe: str
    uuid: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A binding that was accepted. ``fragment`` is how many bytes a fragment that is sent may have."""

    fragment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBound:
    """A binding that was turned down: the host's own number for the cause."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulted:
    """An answer that is a fault: its status (C706, 12.6.4.7 and appendix E)."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A whole answer to a call: its stub."""

    stub: bytes


def bind(interface: Interface, call_id: int) -> bytes:
    """Write the PDU that binds an interface in NDR 2.0, as the first and only context."""
    syntax = uuid.UUID(interface.uuid).bytes_le + struct.pack("<I", interface.version)
    contexts = struct.pack("<BxxxHBx", 1, _CONTEXT, 1) + syntax + _NDR
    return _pdu(Kind.BIND, _FIRST | _LAST, call_id, _SIZES.pack(FRAGMENT_SIZE, FRAGMENT_SIZE, 0) + contexts)


def request(call_id: int, opnum: int, stub: bytes, fragment: int) -> list[bytes]:
    """Write one call as fragments of at most ``fragment`` bytes each, at least one."""
    size = (fragment - _HEADER.size - _CALL.size) & ~7
    pieces = [stub[start : start + size] for start in range(0, len(stub), size)] or [b""]
    found = []
    for index, piece in enumerate(pieces):
        flags = (_FIRST if index == 0 else 0) | (_LAST if index == len(pieces) - 1 else 0)
        hint = len(stub) - index * size
        found.append(_pdu(Kind.REQUEST, flags, call_id, _CALL.pack(hint, _CONTEXT, opnum) + piece))
    return found


def _pdu(kind: Kind, flags: int, call_id: int, body: bytes) -> bytes:
    return _HEADER.pack(_VERSION, 0, kind, flags, _LITTLE_ENDIAN, _HEADER.size + len(body), 0, call_id) + body


class Inbox:
    """Puts the bytes that a pipe gives together to the one answer to a call, fragment by fragment."""

    __slots__ = ("_begun", "_buffer", "_call_id", "_stub")

    def __init__(self, call_id: int) -> None:
        """Expect the answer to this call, and nothing else."""
        self._call_id = call_id
        self._buffer = bytearray()
        self._stub = bytearray()
        self._begun = False

    def feed(self, data: bytes) -> Bound | NotBound | Faulted | Returned | None:
        """Take what came: the whole answer, or ``None`` while more is to come. Raises Malformed."""
        self._buffer += data
        answer = None
        while answer is None and (size := self._next()):
            pdu = bytes(self._buffer[:size])
            del self._buffer[:size]
            answer = self._read(pdu)
        if answer is not None and self._buffer:
            message = "more came than the answer to the call"
            raise Malformed(message)
        return answer

    def _next(self) -> int:
        """Find how long the next PDU is; 0 while it is not there as a whole."""
        if len(self._buffer) < _HEADER.size:
            return 0
        version, minor, _, _, order, size, authentication, call_id = _HEADER.unpack_from(self._buffer)
        if (version, minor, order & 0xFF) != (_VERSION, 0, _LITTLE_ENDIAN) or authentication or size < _HEADER.size:
            message = "what came is no answer of DCERPC 5.0"
            raise Malformed(message)
        if call_id != self._call_id:
            message = f"an answer to the call {call_id} instead of {self._call_id}"
            raise Malformed(message)
        return int(size) if len(self._buffer) >= size else 0

    def _read(self, pdu: bytes) -> Bound | NotBound | Faulted | Returned | None:
        kind, flags, body = pdu[2], pdu[3], pdu[_HEADER.size :]
        match kind:
            case Kind.BIND_ACK:
                return _bind_ack(body)
            case Kind.BIND_NAK:
                return NotBound(cause=f"rejected, reason {Reader(body).u16()}")
            case Kind.FAULT:
                reader = Reader(body)
                reader.skip(_CALL.size)
                return Faulted(status=reader.u32())
            case Kind.RESPONSE:
                return self._response(flags, body)
            case _:
                message = f"a PDU of the kind {kind}"
                raise Malformed(message)

    def _response(self, flags: int, body: bytes) -> Returned | None:
        if bool(flags & _FIRST) == self._begun or len(body) < _CALL.size:
            message = "the fragments of an answer do not follow each other"
            raise Malformed(message)
        self._begun = True
        self._stub += body[_CALL.size :]
        if len(self._stub) > STUB_LIMIT:
            message = f"an answer of more than {STUB_LIMIT} bytes"
            raise Malformed(message)
        return Returned(stub=bytes(self._stub)) if flags & _LAST else None


def _bind_ack(body: bytes) -> Bound | NotBound:
    """Read which fragments the host takes, and whether it took the interface (C706, 12.6.4.4)."""
    reader = Reader(body)
    reader.skip(2)
    fragment = reader.u16()
    reader.skip(4)
    reader.skip(reader.u16())
    if reader.u32() & 0xFF != 1:
        message = "the binding of one interface was not answered by one result"
        raise Malformed(message)
    result, cause, syntax = reader.u16(), reader.u16(), reader.take(len(_NDR))
    if result:
        return NotBound(cause=f"result {result}, reason {cause}")
    if syntax != _NDR or fragment < _SMALLEST:
        message = f"a binding with fragments of {fragment} bytes, or in another transfer syntax"
        raise Malformed(message)
    return Bound(fragment=min(fragment, FRAGMENT_SIZE))
