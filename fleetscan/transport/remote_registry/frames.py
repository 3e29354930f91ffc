"""SMB2 messages as bytes: headers, compounds, the length before each frame. Pure.

Law: whatever the bytes are, :func:`split` gives well-formed messages or raises HostFailure (malformed), and nothing
else. Numbers are little-endian (MS-SMB2, 2.2), but for the length before a frame (MS-SMB2, 2.1).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NoReturn

from fleetscan.errors import HostFailure
from fleetscan.model import Reason

NEGOTIATE, SESSION_SETUP, TREE_CONNECT = 0x00, 0x01, 0x03
"""The commands before and between flows (MS-SMB2, 2.2.1); the others are in :class:`flow.Code`."""

FROM_SERVER, ASYNC, RELATED, SIGNED = 0x01, 0x02, 0x04, 0x08
"""Bits of the flags (MS-SMB2, 2.2.1.1)."""

SUCCESS = 0
PENDING = 0x00000103
MORE_PROCESSING = 0xC0000016

HEADER_SIZE = 64
SIGNATURE = slice(48, 64)
"""Where the signature stands in a header."""

FRAME_LIMIT = 0x110000
"""Bytes that one frame may have: 1 MiB of data, which is the most that is asked for, and what surrounds it."""

_HEADER = struct.Struct("<4sHHIHHIIQIIQ16s")
_NEXT = struct.Struct("<I")
_NEXT_AT = 20
_MAGIC = b"\xfeSMB"
_LENGTH = struct.Struct(">I")
_STREAM_LIMIT = 0xFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request before it has its signature. ``credits`` is how many are asked for, ``charge`` how many it costs."""

    command: int
    body: bytes
    message_id: int
    charge: int = 1
    credits: int = 1
    tree_id: int = 0
    session_id: int = 0
    flags: int = 0

    def pack(self) -> bytes:
        """Write the 64 bytes of the header and the body."""
        head = _HEADER.pack(
            _MAGIC,
            HEADER_SIZE,
            self.charge,
            0,
            self.command,
            self.credits,
            self.flags,
            0,
            self.message_id,
            0,
            self.tree_id,
            self.session_id,
            b"",
        )
        return head + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response. ``raw`` is all of it, as it is signed; ``tree_id`` is 0 when it is asynchronous."""

    status: int
    command: int
    credits: int
    flags: int
    message_id: int
    tree_id: int
    session_id: int
    raw: bytes

    @property
    def body(self) -> bytes:
        """What follows the header."""
        return self.raw[HEADER_SIZE:]

    @property
    def interim(self) -> bool:
        """Whether it says only that the answer will come later (MS-SMB2, 3.3.4.2)."""
        return self.status == PENDING and bool(self.flags & ASYNC)


def chain(messages: list[bytes]) -> list[bytes]:
    """Make a compound: pad each message but the last to 8 bytes and write where the next one begins."""
    linked = []
    for message in messages[:-1]:
        padded = message + bytes(-len(message) % 8)
        linked.append(padded[:_NEXT_AT] + _NEXT.pack(len(padded)) + padded[_NEXT_AT + _NEXT.size :])
    return [*linked, messages[-1]]


def split(data: bytes) -> list[Response]:
    """Take a plain frame apart. Raises HostFailure (malformed)."""
    found = []
    start = 0
    while True:
        response, following = _response(data, start)
        found.append(response)
        if not following:
            return found
        start += following


def _response(data: bytes, start: int) -> tuple[Response, int]:
    """Read one response and where the next begins, counted from this one; 0 for none."""
    if len(data) - start < HEADER_SIZE:
        refuse("a message is shorter than its header")
    magic, size, _, status, command, granted, flags, following, message_id, _, tree_id, session_id, _ = (
        _HEADER.unpack_from(data, start)
    )
    if magic != _MAGIC or size != HEADER_SIZE or not flags & FROM_SERVER:
        refuse("what came is no SMB2 reply")
    if following and (following % 8 or following < HEADER_SIZE or start + following > len(data)):
        refuse("a compound reply is not made as it should be")
    response = Response(
        status=status,
        command=command,
        credits=granted,
        flags=flags,
        message_id=message_id,
        tree_id=0 if flags & ASYNC else tree_id,
        session_id=session_id,
        raw=data[start : start + following] if following else data[start:],
    )
    return response, following


def framed(data: bytes) -> bytes:
    """Put the length before a frame."""
    return _LENGTH.pack(len(data)) + data


def frame_length(prefix: bytes) -> int:
    """Read the length before a frame from its 4 bytes. Raises HostFailure (malformed, too large)."""
    length: int = _LENGTH.unpack(prefix)[0]
    if length > _STREAM_LIMIT:
        refuse("what came is no SMB over TCP")
    if length > FRAME_LIMIT:
        message = f"the host announced a frame of {length} bytes; at most {FRAME_LIMIT} are read"
        raise HostFailure(Reason.TOO_LARGE, message)
    return length


def refuse(what: str) -> NoReturn:
    """Break off, because of a stream that cannot be read. Raises HostFailure (malformed)."""
    message = f"a reply of the host could not be understood: {what}"
    raise HostFailure(Reason.MALFORMED, message)
