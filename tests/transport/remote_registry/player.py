"""A recorded conversation played again: the server's frames, each when the client has said as much as it had then.

What follows the logon is protected by the session's keys, and the client that knows them takes the old frames for the
server's, as long as not one bit of them is another.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Target
from fleetscan.transport.link import TOTAL_LIMIT, Link, Meter, Scissors
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.session import Session
from fleetscan.transport.remote_registry.stream import Stream
from tests.transport.remote_registry.relay import Frame, tapped, wired
from tests.transport.remote_registry.talk import session

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


Change = Callable[[int, bytes], bytes]
"""The number of a server's frame (0 is the first) and the frame with its length -> what comes in its place."""

_HOST = "127.0.0.1"
_SECONDS = 5.0


class Player(socket.socket):
    """The client's end of a connection to the recording. ``late`` counts our frames after a changed one came."""

    def __init__(self, frames: Sequence[Frame], change: Change) -> None:
        """Play frames, each of the server's as it is changed."""
        super().__init__()
        self._frames = frames
        self._change = change
        self._changed = False
        self._at = self._theirs = self._missing = 0
        self._rest = memoryview(b"")
        self.late = 0

    def send(self, data: ReadableBuffer, _flags: int = 0, /) -> int:
        """Take what the client says: how many frames there are counts."""
        words, start = bytes(data), 0
        while start < len(words):
            start += 4 + struct.unpack_from(">I", words, start)[0]
            self._missing -= 1
            self.late += self._changed
        return len(words)

    def recv_into(self, buffer: WriteableBuffer, _bytes: int = 0, _flags: int = 0, /) -> int:
        """Give the next piece of what the server says; nothing (it hangs up) when it would say nothing more."""
        while not self._rest and self._at < len(self._frames):
            frame = self._frames[self._at]
            if not frame.ours and self._missing > 0:
                break
            self._at += 1
            if frame.ours:
                self._missing += 1
            else:
                self._rest = memoryview(self._next(frame))
        view = memoryview(buffer)
        piece = self._rest[: len(view)]
        view[: len(piece)] = piece
        self._rest = self._rest[len(piece) :]
        return len(piece)

    def _next(self, frame: Frame) -> bytes:
        wire = wired(frame.data)
        data = self._change(self._theirs, wire)
        self._theirs += 1
        self._changed = self._changed or data != wire
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What was said after the logon, and the session as it was then."""

    session: Session
    frames: tuple[Frame, ...]

    @property
    def server(self) -> list[bytes]:
        """The server's frames, as they are on the wire."""
        return [wired(each.data) for each in self.frames if not each.ours]

    @contextlib.contextmanager
    def played(self, change: Change) -> Iterator[tuple[Channel, Player]]:
        """Open a channel to the recording."""
        player = Player(self.frames, change)
        deadline = Deadline(_SECONDS)
        stream = Stream(Link(player, deadline, Scissors(), Meter(TOTAL_LIMIT)), deadline)
        try:
            yield Channel(replace(self.session, stream=stream), _HOST), player
        finally:
            stream.close()


def record(target: Target, use: Callable[[Channel], None]) -> Recording:
    """Log on, use a channel, and keep all that was said on it."""
    with tapped(target) as (aim, heard), session(aim) as opened:
        before, kept = len(heard), replace(opened)
        use(Channel(opened, _HOST))
        return Recording(session=kept, frames=tuple(heard[before:]))


def record_logon(target: Target) -> tuple[Frame, ...]:
    """Log on, and keep what was said until then."""
    with tapped(target) as (aim, heard), session(aim):
        return tuple(heard)
