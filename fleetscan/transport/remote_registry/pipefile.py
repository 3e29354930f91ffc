"""The SMB2 commands on a named pipe, as bytes: open, transceive, write, read (MS-SMB2, 2.2.13 to 2.2.32). Pure.

Law: an open asks to read and to write data (0x3), of a pipe that is there, and for nothing else. Law: an offset or a
length that a reply gives is held against the reply.
"""

from __future__ import annotations

import struct

from fleetscan.transport.remote_registry.flow import Code, Command
from fleetscan.transport.remote_registry.ndr import Malformed

TRANSCEIVE = 0x0011C017
"""FSCTL_PIPE_TRANSCEIVE (MS-SMB2, 2.2.31)."""

READ_SIZE = 0x10000
"""Bytes that are asked for at once; one credit's worth (MS-SMB2, 3.2.4.1.5)."""

_HEADER = 64
_CREATE = struct.Struct("<HBBIQQIIIIIHHII")
_IOCTL = struct.Struct("<HHI16sIIIIIIII")
_WRITE = struct.Struct("<HHIQ16sIIHHI")
_READ = struct.Struct("<HBBIQ16sIIIHHx")

_IMPERSONATION = 2
_READ_AND_WRITE_DATA = 0x3
_SHARE_READ = 1
_OPEN = 1
_NOT_A_DIRECTORY = 0x40
_IS_FSCTL = 1

_FILE_ID = slice(64, 80)
_IOCTL_OUTPUT = struct.Struct("<32xII")
_READ_OUTPUT = struct.Struct("<2xBxI")
_WRITTEN = struct.Struct("<4xI")


def create(name: str) -> Command:
    """Open a pipe on ``IPC$`` by its name."""
    path = name.encode("utf-16-le")
    at = _HEADER + _CREATE.size
    fixed = _CREATE.pack(
        _CREATE.size + 1,
        0,
        0,
        _IMPERSONATION,
        0,
        0,
        _READ_AND_WRITE_DATA,
        0,
        _SHARE_READ,
        _OPEN,
        _NOT_A_DIRECTORY,
        at,
        len(path),
        0,
        0,
    )
    return Command(Code.CREATE, fixed + path)


def transceive(file_id: bytes, data: bytes) -> Command:
    """Write one message to a pipe and read the answer."""
    at = _HEADER + _IOCTL.size
    fixed = _IOCTL.pack(_IOCTL.size + 1, 0, TRANSCEIVE, file_id, at, len(data), 0, 0, 0, READ_SIZE, _IS_FSCTL, 0)
    return Command(Code.IOCTL, fixed + data)


def write(file_id: bytes, data: bytes) -> Command:
    """Write one message to a pipe."""
    at = _HEADER + _WRITE.size
    return Command(Code.WRITE, _WRITE.pack(_WRITE.size + 1, at, len(data), 0, file_id, 0, 0, 0, 0, 0) + data)


def read(file_id: bytes) -> Command:
    """Read what a pipe has."""
    return Command(Code.READ, _READ.pack(_READ.size, 0, 0, READ_SIZE, 0, file_id, 0, 0, 0, 0, 0))


def opened(body: bytes) -> bytes:
    """Take the file id out of the reply to :func:`create`. Raises Malformed."""
    file_id = body[_FILE_ID]
    if len(file_id) != _FILE_ID.stop - _FILE_ID.start:
        message = "the reply to an open has no file id"
        raise Malformed(message)
    return file_id


def transceived(body: bytes) -> bytes:
    """Take the output out of the reply to :func:`transceive`. Raises Malformed."""
    return _slice(body, *_unpack(_IOCTL_OUTPUT, body))


def data_read(body: bytes) -> bytes:
    """Take the data out of the reply to :func:`read`. Raises Malformed."""
    return _slice(body, *_unpack(_READ_OUTPUT, body))


def written(body: bytes) -> int:
    """Take how many bytes were written out of the reply to :func:`write`. Raises Malformed."""
    return _unpack(_WRITTEN, body)[0]


def _unpack(shape: struct.Struct, body: bytes) -> tuple[int, ...]:
    if len(body) < shape.size:
        message = "a reply is shorter than it may be"
        raise Malformed(message)
    return shape.unpack_from(body)


def _slice(body: bytes, offset: int, length: int) -> bytes:
    start = offset - _HEADER
    if length > READ_SIZE or (length and (start < 0 or start + length > len(body))):
        message = "a reply places its data outside of itself"
        raise Malformed(message)
    return body[start : start + length] if length else b""
