"""The SMB2 messages that read files: CREATE, READ, QUERY_DIRECTORY and CLOSE as bodies, and what their replies hold.

Law: what leaves here opens what is there (FILE_OPEN) for its attributes or for reading, shares it with everybody and
asks for no oplock. Law: each offset and count of a reply is held against the reply before anything is taken out.

Layouts: MS-SMB2 2.2.13 to 2.2.16 (CREATE, CLOSE), 2.2.19 and 2.2.20 (READ), 2.2.33 and 2.2.34 (QUERY_DIRECTORY);
access and options: MS-SMB2 2.2.13, 2.2.13.1; attributes: MS-FSCC 2.6; times: MS-DTYP 2.3.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from fleetscan.model import Outcome, Reason, Unknown
from fleetscan.transport.remote_registry.flow import Code, Command, Reply

CHUNK = 65_536
"""Bytes asked for at once: what one credit pays for, and what every server of SMB 2.1 and later gives."""

_HEADER = 64
_CREATE = struct.Struct("<HBBIQQIIIIIHHII")
_CREATED = struct.Struct("<HBBIQQQQQQII16sII")
_READ = struct.Struct("<HBBIQ16sIIIHHx")
_HAS_READ = struct.Struct("<HBBIII")
_QUERY = struct.Struct("<HBBI16sHHI")
_QUERIED = struct.Struct("<HHI")
_CLOSE = struct.Struct("<HHI16s")

_IMPERSONATION = 2
_SHARE_EVERYTHING = 0x7
_FILE_OPEN = 1
_DIRECTORY = 0x10
_DIRECTORY_INFORMATION = 0x01
_EVERYTHING = "*".encode("utf-16-le")
_END = 2**63
_EPOCH = datetime(1601, 1, 1)  # noqa: DTZ001 - only its distance to other moments of UTC is used
_LAST_TICK = 2_650_467_743_999_999_999  # of the year 9999


class Off(Exception):  # noqa: N818 - it ends one question, not the program
    """Carry what a question's outcome is when its file could not be read; the one exception of the file modules."""

    def __init__(self, outcome: Outcome) -> None:
        """Keep the outcome."""
        super().__init__(str(outcome))
        self.outcome = outcome


def malformed(words: str) -> Off:
    """Say that a reply is not what the protocol says."""
    return Off(Unknown(reason=Reason.MALFORMED, detail=words))


class Purpose(Enum):
    """Why a file is opened: access mask and create options.

    ``LOOK``: its attributes, of a link those of the link itself (FILE_READ_ATTRIBUTES, FILE_OPEN_REPARSE_POINT), as
    ``GetFileAttributesEx`` does; ``READ``: a file's bytes; ``LIST``: a directory's entries.
    """

    LOOK = (0x80, 0x0020_0000)
    READ = (0x81, 0x40)
    LIST = (0x81, 0x01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a CREATE says of the file: its handle (16 bytes), size in bytes, last write in 100 ns since 1601."""

    handle: bytes
    size: int
    modified: int
    directory: bool


def create(path: str, purpose: Purpose) -> Command:
    r"""Open ``path`` (below the share, ``\`` between names, "" for its root) as it is."""
    access, options = purpose.value
    name = path.encode("utf-16-le", "surrogatepass")
    fixed = _CREATE.pack(
        57, 0, 0, _IMPERSONATION, 0, 0, access, 0, _SHARE_EVERYTHING, _FILE_OPEN, options,
        _HEADER + _CREATE.size, len(name), 0, 0,
    )  # fmt: skip
    return Command(Code.CREATE, fixed + (name or b"\0"))


def close(handle: bytes) -> Command:
    """Let go of a file; its attributes are not asked for."""
    return Command(Code.CLOSE, _CLOSE.pack(24, 0, 0, handle))


def read(handle: bytes, offset: int, length: int) -> Command:
    """Read at most ``length`` bytes, no more than a :data:`CHUNK`."""
    return Command(Code.READ, _READ.pack(49, _HEADER + _HAS_READ.size, 0, length, offset, handle, 0, 0, 0, 0, 0))


def query(handle: bytes) -> Command:
    """Ask for the next entries of a directory: all of them, because servers differ in how they match patterns."""
    fixed = _QUERY.pack(
        33, _DIRECTORY_INFORMATION, 0, 0, handle, _HEADER + _QUERY.size, len(_EVERYTHING), CHUNK
    )  # fmt: skip
    return Command(Code.QUERY_DIRECTORY, fixed + _EVERYTHING)


def opened(reply: Reply) -> Opened:
    """Read the successful reply to a CREATE. Raises Off (malformed)."""
    fields = _unpack(_CREATED, reply.body, 89)
    modified, size, attributes, handle = fields[6], fields[9], fields[10], fields[12]
    if size >= _END:
        message = f"a file of {size} bytes"
        raise malformed(message)
    return Opened(handle=handle, size=size, modified=modified, directory=bool(attributes & _DIRECTORY))


def has_read(reply: Reply, asked: int) -> bytes:
    """Take the bytes out of the successful reply to a READ of ``asked`` bytes. Raises Off (malformed)."""
    _, position, _, length, _, _ = _unpack(_HAS_READ, reply.body, 17)
    if length > asked:
        message = f"{length} bytes where {asked} were asked for"
        raise malformed(message)
    return _part(reply.body, position, length, _HAS_READ.size)


def queried(reply: Reply) -> bytes:
    """Take the entries out of the successful reply to a QUERY_DIRECTORY. Raises Off (malformed)."""
    _, position, length = _unpack(_QUERIED, reply.body, 9)
    return _part(reply.body, position, length, _QUERIED.size)


def moment(ticks: int) -> str:
    """Write a time as ISO 8601 in UTC; parts of a second are dropped, not rounded. Raises Off (malformed)."""
    if not 0 <= ticks <= _LAST_TICK:
        message = f"the time {ticks}"
        raise malformed(message)
    return (_EPOCH + timedelta(seconds=ticks // 10_000_000)).isoformat(timespec="seconds") + "Z"


def _unpack(form: struct.Struct, body: bytes, structure_size: int) -> tuple[Any, ...]:
    if len(body) < form.size:
        message = f"a reply of {len(body)} bytes, at least {form.size} were expected"
        raise malformed(message)
    fields = form.unpack_from(body)
    if fields[0] != structure_size:
        message = f"a reply with the structure size {fields[0]} instead of {structure_size}"
        raise malformed(message)
    return fields


def _part(body: bytes, position: int, length: int, least: int) -> bytes:
    """Cut a buffer out of a reply; ``position`` counts from the header, and the fixed part has ``least`` bytes."""
    start = position - _HEADER
    if length and not least <= start <= len(body) - length:
        message = f"{length} bytes at {position} of a reply that has {len(body) + _HEADER}"
        raise malformed(message)
    return body[start : start + length] if length else b""
