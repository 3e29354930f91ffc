"""The other end of a session, played by a test: it reads our requests and says whatever it likes, signed."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from fleetscan.transport.deadline import Deadline
from fleetscan.transport.link import TOTAL_LIMIT, Link, Meter, Scissors
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.frames import ASYNC, FROM_SERVER, PENDING, SIGNED
from fleetscan.transport.remote_registry.keys import DIALECT_311, signed, signer
from fleetscan.transport.remote_registry.negotiate import LARGE_MTU, Terms
from fleetscan.transport.remote_registry.session import Session
from fleetscan.transport.remote_registry.shield import Signing
from fleetscan.transport.remote_registry.stream import Stream

SESSION, TREE = 0x1122334455, 5
SIGN = signer(DIALECT_311, bytes(16), b"")
_HEADER = struct.Struct("<4sHHIHHIIQIIQ16s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a request matters to the other end."""

    command: int
    charge: int
    credits: int
    flags: int
    message_id: int
    tree_id: int
    body: bytes


def reply(  # noqa: PLR0913 - each field of a header can be wrong
    asked: Asked,
    body: bytes = bytes(8),
    *,
    status: int = 0,
    credits: int = 1,  # noqa: A002 - the protocol's word
    command: int | None = None,
    message_id: int | None = None,
    tree_id: int | None = None,
    session_id: int = SESSION,
    flags: int = FROM_SERVER | SIGNED,
) -> bytes:
    """Make a signed reply, each of whose fields can be made wrong."""
    head = _HEADER.pack(
        b"\xfeSMB",
        64,
        1,
        status,
        asked.command if command is None else command,
        credits,
        flags,
        0,
        asked.message_id if message_id is None else message_id,
        0,
        asked.tree_id if tree_id is None else tree_id,
        session_id,
        b"",
    )
    return signed(head + body, SIGN) if flags & SIGNED else head + body


def interim(asked: Asked, *, credits: int = 1, flags: int = FROM_SERVER | ASYNC | SIGNED) -> bytes:  # noqa: A002
    """Say that it will take a moment."""
    return reply(asked, bytes(9), status=PENDING, credits=credits, flags=flags)


def tree(asked: Asked, *, flags: int = 0, tree_id: int = TREE, size: int = 16) -> bytes:
    """Give a share."""
    return reply(asked, struct.pack("<HBBIII", 16, 2, 0, flags, 0, 0)[:size], tree_id=tree_id)


class Peer:
    """The other end's socket."""

    def __init__(self, sock: socket.socket, stream: BinaryIO) -> None:
        """Take it over, and what reads from it."""
        self._sock = sock
        self._stream = stream

    def read(self) -> list[Asked]:
        """Read one frame of ours."""
        (size,) = struct.unpack(">I", self._stream.read(4))
        frame, found, start, following = self._stream.read(size), [], 0, 1
        while following:
            _, _, charge, _, command, wanted, flags, following, message_id, _, tree_id, _, _ = _HEADER.unpack_from(
                frame, start
            )
            body = frame[start + 64 : start + following if following else None]
            found.append(
                Asked(
                    command=command,
                    charge=charge,
                    credits=wanted,
                    flags=flags,
                    message_id=message_id,
                    tree_id=tree_id,
                    body=body,
                )
            )
            start += following
        return found

    def write(self, *frames: bytes) -> None:
        """Send frames."""
        self._sock.sendall(b"".join(struct.pack(">I", len(each)) + each for each in frames))

    def close(self) -> None:
        """Hang up."""
        self._sock.shutdown(socket.SHUT_RDWR)

    def share(self) -> None:
        """Give the share that is asked for first."""
        (asked,) = self.read()
        self.write(tree(asked))


@contextlib.contextmanager
def talking(
    play: Callable[[Peer], None],
    *,
    granted: int = 64,
    capabilities: int = LARGE_MTU,
    seconds: float = 5.0,
) -> Iterator[Channel]:
    """Open a channel to a peer that plays a part; what goes wrong in the part is raised in the end."""
    ours, theirs = socket.socketpair()
    troubles: list[BaseException] = []

    def part() -> None:
        try:
            with theirs.makefile("rb") as words:
                play(Peer(theirs, words))
        except BaseException as trouble:  # noqa: BLE001 - raised again below
            troubles.append(trouble)

    thread = threading.Thread(target=part, daemon=True)
    thread.start()
    deadline = Deadline(seconds)
    with ours, theirs:
        stream = Stream(Link(ours, deadline, Scissors(), Meter(TOTAL_LIMIT)), deadline)
        yield Channel(_session(stream, granted, capabilities), "host")
        thread.join(5)
    if troubles:
        raise troubles[0]


def _session(stream: Stream, granted: int, capabilities: int) -> Session:
    terms = Terms(dialect=DIALECT_311, server_guid=bytes(16), security_mode=3, capabilities=capabilities, cipher=None)
    return Session(
        stream=stream,
        terms=terms,
        guid=bytes(16),
        session_id=SESSION,
        shield=Signing(SIGN),
        credits=granted,
        next_id=3,
        seconds=0.001,
    )
