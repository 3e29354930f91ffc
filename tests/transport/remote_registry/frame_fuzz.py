"""A host that holds the session's keys and says whatever chance wants, against the engine and all that runs over it.

Recorded conversations are played with a protection that verifies nothing, so that what was damaged gets as far as it
would when the host itself had signed it. The logon's messages, which nobody signs, are damaged as they are.
"""

from __future__ import annotations

import random
import struct
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from fleetscan.model import Absent, Failure, Known, Outcome, Question, SmbEncryption, Unknown
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Target, ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.link import TOTAL_LIMIT, Link, Meter, Scissors
from fleetscan.transport.remote_registry.failures import failure_of
from fleetscan.transport.remote_registry.frames import Response
from fleetscan.transport.remote_registry.route import route_to
from fleetscan.transport.remote_registry.session import open_session
from fleetscan.transport.remote_registry.shield import Signing
from fleetscan.transport.remote_registry.stream import Stream
from tests.transport.remote_registry.asking import put
from tests.transport.remote_registry.player import Player, Recording
from tests.transport.remote_registry.relay import Frame

MOST_SENDS = 2_000
"""Frames that a conversation may take; a sound one takes some 35."""

_EDGES = (0, 1, 2, 0x40, 0x7F, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_HEADER = 64


class Credulous(Signing):
    """A protection that verifies nothing and signs nothing."""

    def __init__(self) -> None:
        """Need no key."""
        super().__init__(lambda _: bytes(16))

    def verified(self, response: Response) -> Response:
        """Believe whatever comes."""
        return response


@dataclass(slots=True)
class Damage:
    """Changes some frames, and counts all. ``rate`` is how many of a hundred are changed."""

    chance: random.Random
    rate: int = 0
    frames: int = 0

    def __call__(self, _number: int, wire: bytes) -> bytes:
        """Change a frame, or leave it."""
        self.frames += 1
        if self.chance.randrange(100) >= self.rate:
            return wire
        data = self._changed(wire[4:])
        match self.chance.randrange(16):
            case 0:
                data = data[: self.chance.randrange(len(data) + 1)]
            case 1:
                data += self.chance.randbytes(self.chance.randrange(200))
            case 2:
                return wire[:4] + data[:-1]  # a length that lies
            case _:
                pass
        return struct.pack(">I", len(data)) + data

    def _changed(self, data: bytes) -> bytes:
        """Change some numbers or bytes, most of them behind the header, which ends a conversation soon."""
        changed = bytearray(data)
        for _ in range(1 + self.chance.randrange(3)):
            start, end = (0, _HEADER) if self.chance.randrange(8) == 0 else (_HEADER, len(changed) - 3)
            place = self.chance.randrange(start, max(start + 1, end))
            if self.chance.randrange(2):
                width = self.chance.choice((1, 2, 4))
                changed[place : place + width] = struct.pack("<I", self.chance.choice(_EDGES))[:width]
            else:
                changed[place] = self.chance.randrange(256)
        return bytes(changed)


def fuzz(recording: Recording, questions: Sequence[Question], replies: int, seed: int) -> tuple[int, Counter[str]]:
    """Play a signed conversation until so many frames came; count them, and outcomes and failures by their kinds.

    Raises AssertionError, or whatever escaped, when something ended as it must not.
    """
    damage = Damage(random.Random(seed))  # noqa: S311 - the same damage every time
    believing = replace(recording, session=replace(recording.session, shield=Credulous()))
    kinds: Counter[str] = Counter()
    while damage.frames < replies:
        damage.rate = damage.chance.choice((2, 5, 20, 60))
        outcomes: dict[Question, Outcome] = {}
        failure = None
        with believing.played(damage) as (channel, _):
            try:
                put(channel, questions, outcomes, 2)
            except Exception as error:  # noqa: BLE001 - a conversation names them all
                failure = failure_of(error)
            assert channel.session.stream.sends <= MOST_SENDS
        assert failure is not None or set(questions) <= outcomes.keys()
        kinds.update(_kind(each) for each in (*outcomes.values(), failure) if each is not None)
    return damage.frames, kinds


def fuzz_logon(target: Target, frames: Sequence[Frame], replies: int, seed: int) -> tuple[int, Counter[str]]:
    """Log on to what is left of a recorded logon, as often; no session may come of it."""
    damage = Damage(random.Random(seed), rate=60)  # noqa: S311 - the same damage every time
    kinds: Counter[str] = Counter()
    while damage.frames < replies:
        deadline = Deadline(5.0)
        player = Player(frames, damage)
        stream = Stream(Link(player, deadline, Scissors(), Meter(TOTAL_LIMIT)), deadline)
        with closing(stream):
            try:
                open_session(stream, route_to(target, Tickets()).logon, SmbEncryption.AUTO, ignore_step)
            except Exception as error:  # noqa: BLE001 - a conversation names them all
                kinds[_kind(failure_of(error))] += 1
            else:
                message = "a session came of a logon that was another one's"
                raise AssertionError(message)
    return damage.frames, kinds


def _kind(end: Outcome | Failure) -> str:
    match end:
        case Known():
            return "known"
        case Absent():
            return "absent"
        case Unknown(reason=reason, detail=detail):
            assert detail
            return f"unknown: {reason}"
        case Failure(reason=reason, detail=detail):
            assert detail
            assert "please report" not in detail, detail
            return f"failure: {reason}"
