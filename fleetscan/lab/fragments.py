"""PSRP messages cut into fragments the way Windows cuts them ([MS-PSRP] 2.2.4).

psrpcore gives each message whole. Windows marks a message's text as UTF-8, sends at most 32 KiB in one fragment,
and less where the envelope has no room for more.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

FRAGMENT = 32 * 1024
"""Bytes of one fragment with its header, at most."""

HEADER = struct.Struct(">QQBI")
"""Object id, fragment id, flags, length of what follows."""

_FIRST, _LAST = 1, 2
_MESSAGE_HEADER = 40
_MARK = b"\xef\xbb\xbf"
_LEAST = 1024
"""Bytes below which a fragment is not worth its envelope's rest."""


@dataclass(slots=True)
class Message:
    """What is left of one message. One ``without_end`` begins like any other and is filled up for ever."""

    object_id: int
    data: bytes
    without_end: bool = False
    _number: int = 0

    def cut(self, size: int) -> bytes:
        """Cut the next fragment, of at most ``size`` bytes."""
        room = size - HEADER.size
        if self.without_end:
            self.data += b"x" * room
        chunk, self.data = self.data[:room], self.data[room:]
        flags = (0 if self._number else _FIRST) | (0 if self.data or self.without_end else _LAST)
        header = HEADER.pack(self.object_id, self._number, flags, len(chunk))
        self._number += 1
        return header + chunk

    @property
    def text(self) -> bytes:
        """What a whole message says, without header and mark; can be replaced."""
        return self.data[_MESSAGE_HEADER + len(_MARK) :]

    @text.setter
    def text(self, text: bytes) -> None:
        self.data = self.data[:_MESSAGE_HEADER] + _MARK + text

    @property
    def spent(self) -> bool:
        """Tell whether nothing is left."""
        return not self.data and not self.without_end


def messages(payload: bytes) -> Iterator[Message]:
    """Read psrpcore's output, one fragment for each message, and mark the text of each."""
    at = 0
    while at < len(payload):
        object_id, _, _, length = HEADER.unpack_from(payload, at)
        at += HEADER.size
        data = payload[at : at + length]
        at += length
        if length > _MESSAGE_HEADER:
            data = data[:_MESSAGE_HEADER] + _MARK + data[_MESSAGE_HEADER:]
        yield Message(object_id, data)


@dataclass(slots=True)
class Outbox:
    """Messages on their way to the client, in order."""

    _waiting: deque[Message] = field(default_factory=deque)

    def put(self, message: Message) -> None:
        """Send one more."""
        self._waiting.append(message)

    def clear(self) -> None:
        """Send nothing of what waits."""
        self._waiting.clear()

    @property
    def empty(self) -> bool:
        """Tell whether nothing waits."""
        return not self._waiting

    def take(self, room: int) -> list[bytes]:
        """Take fragments of ``room`` bytes in all; the first may be larger than a room that has no use."""
        taken: list[bytes] = []
        while self._waiting and (room >= _LEAST or not taken):
            message = self._waiting[0]
            taken.append(message.cut(min(FRAGMENT, max(room, _LEAST))))
            room -= len(taken[-1])
            if message.spent:
                self._waiting.popleft()
        return taken
