"""The server's side of one DCERPC association over one pipe: bytes in, replies out; no socket, no clock.

Law: an association serves one interface with one transfer syntax (NDR), and no security of its own: that is SMB's.
Outside facts: C706, chapters 12 and 13; MS-RPCE, 2.2.2. Samba and Windows use fragments of 4280 bytes on pipes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fleetscan.lab.smb.faults import Blurt, Crumble, Halve, Misnumber, Moment, Throw
from fleetscan.lab.smb.interface import Interface, RpcFault

_HEADER = struct.Struct("<BBBB4sHHI")
_DREP = b"\x10\x00\x00\x00"
_REQUEST, _RESPONSE, _FAULT, _BIND, _BIND_ACK, _BIND_NAK, _ALTER, _ALTER_ACK = 0, 2, 3, 11, 12, 13, 14, 15
_ACKS = {_BIND: _BIND_ACK, _ALTER: _ALTER_ACK}
_FIRST, _LAST, _OBJECT = 0x01, 0x02, 0x80
_FRAGMENT = 4280
_LEAST = 1432  # MustRecvFragSize (C706, 12.6.3.1)
_HEAD_SIZE, _CALL_HEAD = 16, 8
_NDR = UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
_NO_SYNTAX = bytes(20)
_ACCEPTED, _REJECTED = 0, 2
_NO_INTERFACE, _NO_TRANSFER = 1, 2
_REASON_NOT_SPECIFIED, _BAD_AUTHENTICATION = 0, 8
_PROTOCOL_ERROR = 0x1C01000B
_UNKNOWN_INTERFACE = 0x1C010003
_MOST = 1 << 20
"""Bytes of one request; nothing that only reads sends as much."""


class BrokenStream(Exception):  # noqa: N818 - the client broke it
    """Say that what came is no DCERPC; the pipe is to be closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent for one message, and the moment that it answers."""

    moment: Moment
    pdus: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Pdu:
    """One fragment as it came."""

    kind: int
    flags: int
    call: int
    signed: bool
    body: bytes


class Association:
    """One client's association on one pipe."""

    def __init__(self, interface: Interface) -> None:
        """Serve an interface."""
        self._interface = interface
        self._buffer = b""
        self._request = b""
        self._contexts: set[int] = set()
        self._fragment = _FRAGMENT

    def take(self, data: bytes) -> Iterator[Answer]:
        """Take bytes, give the answers to the messages that they complete. BrokenStream when they are no messages."""
        self._buffer += data
        while (pdu := self._next()) is not None:
            answer = self._answered(pdu)
            if answer is not None:
                yield answer

    def _next(self) -> _Pdu | None:
        if len(self._buffer) < _HEAD_SIZE:
            return None
        version, _, kind, flags, drep, size, signed, call = _HEADER.unpack_from(self._buffer)
        if (version, drep) != (5, _DREP) or size < _HEAD_SIZE or (signed and kind == _REQUEST):
            raise BrokenStream
        if len(self._buffer) < size:
            return None
        body, self._buffer = self._buffer[_HEAD_SIZE:size], self._buffer[size:]
        return _Pdu(kind, flags, call, bool(signed), body)

    def _answered(self, pdu: _Pdu) -> Answer | None:
        if pdu.kind == _REQUEST:
            return self._asked(pdu)
        if pdu.kind not in _ACKS:
            raise BrokenStream
        return Answer(self._interface.bind, (self._bound(pdu),))

    def _bound(self, pdu: _Pdu) -> bytes:
        """Answer a bind: accept our interface with NDR, reject every other proposal."""
        if pdu.signed:
            return _nak(pdu.call, _BAD_AUTHENTICATION)
        if isinstance(self._interface.act(self._interface.bind), Throw):
            return _nak(pdu.call, _REASON_NOT_SPECIFIED)
        try:
            _, receives, group, count = struct.unpack_from("<HHIB", pdu.body)
            results = list(self._judged(pdu.body, count))
        except struct.error as error:
            raise BrokenStream from error
        self._fragment = max(_LEAST, min(_FRAGMENT, receives))
        address = f"\\PIPE\\{self._interface.name}\0".encode()
        body = struct.pack("<HHIH", _FRAGMENT, _FRAGMENT, group or 1, len(address)) + address
        body += bytes(-len(body) % 4) + struct.pack("<I", len(results))
        body += b"".join(struct.pack("<HH", result, reason) + syntax for result, reason, syntax in results)
        return _pdu(_ACKS[pdu.kind], _FIRST | _LAST, pdu.call, body)

    def _judged(self, body: bytes, count: int) -> Iterator[tuple[int, int, bytes]]:
        """Judge each proposed context (C706, 12.6.3.1)."""
        at = 12
        for _ in range(count):
            context, transfers, abstract, major = struct.unpack_from("<HBx16sH", body, at)
            offered = {body[at + 24 + 20 * n : at + 44 + 20 * n] for n in range(transfers)}
            at += 24 + 20 * transfers
            if (abstract, major) != (self._interface.uuid.bytes_le, self._interface.version):
                yield _REJECTED, _NO_INTERFACE, _NO_SYNTAX
            elif _NDR not in offered:
                yield _REJECTED, _NO_TRANSFER, _NO_SYNTAX
            else:
                self._contexts.add(context)
                yield _ACCEPTED, 0, _NDR

    def _asked(self, pdu: _Pdu) -> Answer | None:
        """Take one fragment of a request; answer when it is the last."""
        if len(pdu.body) < _CALL_HEAD:
            raise BrokenStream
        _, context, opnum = struct.unpack_from("<IHH", pdu.body)
        stub = pdu.body[_CALL_HEAD + (16 if pdu.flags & _OBJECT else 0) :]
        self._request = stub if pdu.flags & _FIRST else self._request + stub
        if len(self._request) > _MOST:
            raise BrokenStream
        if not pdu.flags & _LAST:
            return None
        if context not in self._contexts:
            status = _UNKNOWN_INTERFACE if self._contexts else _PROTOCOL_ERROR
            return Answer(Moment.OTHER, (_fault(pdu.call, context, status),))
        moment = self._interface.moment(opnum)
        try:
            reply = self._interface.perform(opnum, self._request)
        except RpcFault as fault:
            return Answer(moment, (_fault(pdu.call, context, fault.status),))
        return Answer(moment, tuple(self._response(pdu.call, context, reply)))

    def _response(self, call: int, context: int, stub: bytes) -> Iterator[bytes]:
        """Cut a reply into fragments, as the play wants it."""
        size = self._fragment - _HEAD_SIZE - _CALL_HEAD
        match self._interface.act(Moment.REPLY):
            case Misnumber():
                call += 1
            case Halve():
                stub = stub[: len(stub) // 2]
            case Crumble():
                size = 1
            case Blurt(noise):
                yield noise
                return
            case _:
                pass
        for at in range(0, len(stub) or 1, size):
            flags = (_FIRST if at == 0 else 0) | (_LAST if at + size >= len(stub) else 0)
            head = struct.pack("<IHBx", len(stub) - at, context, 0)
            yield _pdu(_RESPONSE, flags, call, head + stub[at : at + size])


def _pdu(kind: int, flags: int, call: int, body: bytes) -> bytes:
    return _HEADER.pack(5, 0, kind, flags, _DREP, _HEAD_SIZE + len(body), 0, call) + body


def _fault(call: int, context: int, status: int) -> bytes:
    return _pdu(_FAULT, _FIRST | _LAST, call, struct.pack("<IHBxII", 32, context, 0, status, 0))


def _nak(call: int, reason: int) -> bytes:
    """Turn a bind down; the version we speak goes with it."""
    return _pdu(_BIND_NAK, _FIRST | _LAST, call, struct.pack("<HBBB", reason, 1, 5, 0))
