"""Replies of a file server, damaged in every way that chance knows, against the flows that read them."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass

from fleetscan.model import Absent, File, FileAspect, Known, Outcome, Question, Unknown
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.flow import Reply
from fleetscan.transport.remote_registry.refusals import ABSENT, FILES, NO_FILES
from tests.transport.remote_registry.programs import with_version
from tests.transport.remote_registry.scripted import ERROR_BODY, PLACE, Entry, Host, Node, converse

MOST_EXCHANGES = 40
"""Exchanges that a question may take here, where files are small and folders have two pages."""

_QUESTIONS = (
    File(path="C:\\program.exe", aspect=FileAspect.VERSION),
    File(path="C:\\text.txt", aspect=FileAspect.STAT),
    File(path="C:\\text.txt", aspect=FileAspect.TEXT, max_bytes=20),
    File(path="C:\\folder", aspect=FileAspect.NEWEST, pattern="a*"),
    File(path="C:\\folder", aspect=FileAspect.COUNT, pattern="*"),
)
_NODES: dict[str, Node | int] = {
    "program.exe": Node(data=with_version((15, 2, 1544, 39)).build()),
    "text.txt": Node(data=b"\xef\xbb\xbfsome text of 30 bytes or so"),
    "folder": Node(pages=((Entry("."), Entry("alpha", 1), Entry("a🙂", 2)), (Entry("another", 3),))),
}
_STATUSES = (*ABSENT, *FILES, *NO_FILES, 0, 0x103, 0x8000_0005, 0xC000_0011, 0xC000_00CC, 0xFFFF_FFFF)
_EDGES = (0, 1, 2, 0x7F, 0x80, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF)


@dataclass(slots=True)
class Damage:
    """Changes replies, and counts them."""

    chance: random.Random
    replies: int = 0

    def __call__(self, reply: Reply) -> Reply:
        """Change a reply, or leave it."""
        self.replies += 1
        match self._below(8):
            case 0 | 1:
                return reply
            case 2:
                body = (b"", ERROR_BODY, reply.body)[self._below(3)]
                return Reply(_STATUSES[self._below(len(_STATUSES))], body)
            case 3:
                return Reply(reply.status, reply.body[: self._below(len(reply.body) + 1)])
            case 4:
                return Reply(reply.status, reply.body + self.chance.randbytes(self._below(100)))
            case _:
                return Reply(reply.status, self._changed(reply.body))

    def _below(self, end: int) -> int:
        return int(self.chance.random() * end)

    def _changed(self, body: bytes) -> bytes:
        """Change some of its first bytes, where lengths and places are, or some of all."""
        changed = bytearray(body.ljust(4, b"\0"))
        for _ in range(1 + self._below(3)):
            reach = len(changed) if self._below(2) else min(len(changed), 160)
            place, width = self._below(reach - 3), (1, 2, 4)[self._below(3)]
            value = _EDGES[self._below(len(_EDGES))] if self._below(2) else self._below(2**32)
            changed[place : place + width] = struct.pack("<I", value)[:width]
        return bytes(changed)


def fuzz(replies: int, seed: int) -> dict[str, int]:
    """Put questions to a damaging host until it gave so many replies; count the outcomes by their kind.

    Raises AssertionError, or whatever escaped, when a question was left without an outcome or took too long.
    """
    damage = Damage(random.Random(seed))  # noqa: S311 - the same damage every time
    kinds = dict.fromkeys(("known", "absent", "unknown"), 0)
    while damage.replies < replies:
        question = _QUESTIONS[damage.replies % len(_QUESTIONS)]
        outcomes: dict[Question, Outcome] = {}
        host = Host({"C$": _NODES}, change=damage)
        exchanges = converse(host, file_flows([question], {}, PLACE, outcomes, 1))
        assert exchanges <= MOST_EXCHANGES
        kinds[_kind(outcomes[question])] += 1
    return kinds


def _kind(outcome: object) -> str:
    match outcome:
        case Known(value=value, type="file"):
            assert isinstance(value, str | int | dict)
            return "known"
        case Absent():
            return "absent"
        case Unknown(detail=detail):
            assert detail
            return "unknown"
        case _:
            raise AssertionError(outcome)
