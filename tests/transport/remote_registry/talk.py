"""What the engine's tests say to a server: a session, and a few commands on it."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator

from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Step, Target, ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.link import TOTAL_LIMIT, Meter, Scissors
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.flow import RELATED_FILE, Code, Command, Exchange, Flow, Reply
from fleetscan.transport.remote_registry.route import route_to
from fleetscan.transport.remote_registry.session import Session
from fleetscan.transport.remote_registry.visit import connected, logged_on

SECONDS = 10.0


@contextlib.contextmanager
def session(
    target: Target, on_step: Callable[[Step], None] = ignore_step, seconds: float = SECONDS
) -> Iterator[Session]:
    """Log on, and close the connection in the end."""
    route = route_to(target, Tickets())
    stream = connected(route, Deadline(seconds), Scissors(), Meter(TOTAL_LIMIT))
    try:
        yield logged_on(stream, route, on_step)
    finally:
        stream.close()


@contextlib.contextmanager
def channel(target: Target, seconds: float = SECONDS) -> Iterator[Channel]:
    """Log on, and run flows."""
    with session(target, seconds=seconds) as opened:
        yield Channel(opened, target.host.address)


def create(name: str, access: int = 0x03) -> Command:
    """Open a file that is there, for reading and writing data unless told otherwise."""
    path = name.encode("utf-16-le")
    head = struct.pack("<HBBIQQIIIIIHHII", 57, 0, 0, 2, 0, 0, access, 0, 7, 1, 0, 120, len(path), 0, 0)
    return Command(Code.CREATE, head + (path or b"\0"))


def read(size: int, charge: int = 1, file: bytes = RELATED_FILE) -> Command:
    """Read from the beginning of a file."""
    return Command(Code.READ, struct.pack("<HBBIQ16sIIIHHB", 49, 80, 0, size, 0, file, 0, 0, 0, 0, 0, 0), charge)


def exchange(share: str, *commands: Command) -> Flow[tuple[Reply, ...]]:
    """Send some commands as one frame, and give the replies."""
    return (yield Exchange(share, commands))


def data(reply: Reply) -> bytes:
    """Take the data out of a reply to a read (MS-SMB2, 2.2.20)."""
    start, size = struct.unpack_from("<B1xI", reply.body, 2)
    return reply.body[start - 64 :][:size]
