"""A TCP relay in front of a server: it hears all frames, and can do anything to those that the server sends."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from fleetscan.transport.interface import Target

Meddle = Callable[[int, bytes], "list[bytes] | None"]
"""The number of a server's frame (0 is the first) and the frame -> what is sent on; None ends the connection."""

Pass = Callable[[bytes], "bytes | None"]
"""A frame with the length before it -> the bytes that are sent on; None ends the connection."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without the length before it, and whose it is."""

    ours: bool
    data: bytes


def wired(data: bytes) -> bytes:
    """Put the length before a frame."""
    return struct.pack(">I", len(data)) + data


def flipped(frame: bytes, bit: int) -> bytes:
    """Flip one bit of a frame."""
    changed = bytearray(frame)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def at(number: int, change: Callable[[bytes], list[bytes] | None]) -> Meddle:
    """Do something to the frame of a number, and nothing to the others."""
    return lambda current, frame: change(frame) if current == number else [frame]


def before(target: Target, meddle: Meddle) -> contextlib.AbstractContextManager[Target]:
    """Put a relay before a server; give the target that leads through it. One connection at a time."""
    return between(target, lambda: (lambda wire: wire, _Meddler(meddle)))


@contextlib.contextmanager
def tapped(target: Target) -> Iterator[tuple[Target, list[Frame]]]:
    """Listen in, and change nothing: give the target, and all frames; none stands before the one that it answers."""
    heard: list[Frame] = []

    def hear(ours: bool, wire: bytes) -> bytes:  # noqa: FBT001 - a frame is ours or theirs
        heard.append(Frame(ours, wire[4:]))
        return wire

    with between(target, lambda: (lambda wire: hear(True, wire), lambda wire: hear(False, wire))) as through:  # noqa: FBT003 - as above
        yield through, heard


@contextlib.contextmanager
def between(target: Target, connected: Callable[[], tuple[Pass, Pass]]) -> Iterator[Target]:
    """Put a relay before a server; ``connected`` gives what is done to our frames and to the server's, each time."""
    listener = socket.create_server(("127.0.0.1", 0))
    place = (target.host.address, target.host.smb.port)
    thread = threading.Thread(target=_serve, args=(listener, place, connected), daemon=True)
    thread.start()
    try:
        smb = replace(target.host.smb, port=listener.getsockname()[1])
        yield replace(target, host=replace(target.host, address="127.0.0.1", smb=smb))
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


@dataclass(slots=True)
class _Meddler:
    meddle: Meddle
    number: int = field(default=-1)

    def __call__(self, wire: bytes) -> bytes | None:
        self.number += 1
        frames = self.meddle(self.number, wire[4:])
        return None if frames is None else b"".join(map(wired, frames))


def _serve(listener: socket.socket, place: tuple[str, int], connected: Callable[[], tuple[Pass, Pass]]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client = listener.accept()[0]
            with client, socket.create_connection(place) as server:
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ours, theirs = connected()
                up = threading.Thread(target=_pump, args=(client, server, ours), daemon=True)
                up.start()
                _pump(server, client, theirs)
                for each in (client, server):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)
                up.join(10)


def _pump(source: socket.socket, sink: socket.socket, change: Pass) -> None:
    with contextlib.suppress(OSError), source.makefile("rb") as stream:
        while len(prefix := stream.read(4)) == 4:
            wire = change(prefix + stream.read(struct.unpack(">I", prefix)[0]))
            if wire is None:
                return
            sink.sendall(wire)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
