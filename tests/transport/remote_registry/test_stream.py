from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from fleetscan.errors import HostFailure
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.link import Link, Meter, Scissors
from fleetscan.transport.remote_registry.frames import FRAME_LIMIT, framed
from fleetscan.transport.remote_registry.stream import Stream


@contextlib.contextmanager
def ends(seconds: float = 5.0, limit: int = 1_000_000) -> Iterator[tuple[Stream, socket.socket]]:
    """Open a stream and its other end."""
    ours, theirs = socket.socketpair()
    deadline = Deadline(seconds)
    with ours, theirs:
        yield Stream(Link(ours, deadline, Scissors(), Meter(limit)), deadline), theirs


def test_frames_are_cut_as_they_were_sent() -> None:
    """Neither frames in one piece nor a frame in many pieces make a difference."""
    with ends() as (stream, peer):
        peer.sendall(framed(b"one") + framed(b"two") + framed(b""))
        assert [stream.receive() for _ in range(3)] == [b"one", b"two", b""]

        def trickle() -> None:
            for byte in framed(b"slowly"):
                peer.sendall(bytes([byte]))

        thread = threading.Thread(target=trickle)
        thread.start()
        assert stream.receive() == b"slowly"
        thread.join()


def test_frames_leave_together_and_are_counted() -> None:
    """Each has its length before it."""
    with ends() as (stream, peer):
        stream.send([b"one", b"three"])
        assert peer.recv(100) == struct.pack(">I", 3) + b"one" + struct.pack(">I", 5) + b"three"
        assert stream.sends == 2


def test_patience_ends_without_a_failure() -> None:
    """Nothing came; what comes later, or in two halves, is not lost."""
    with ends() as (stream, peer):
        peer.sendall(framed(b"frame")[:6])
        assert stream.receive_within(0.02) is None
        peer.sendall(framed(b"frame")[6:])
        assert stream.receive_within(5) == b"frame"


def test_patience_does_not_outlast_the_deadline() -> None:
    """The time that there is counts, too."""
    with ends(seconds=0.05) as (stream, _):
        with pytest.raises(TimeoutError):
            stream.receive_within(10)
        with pytest.raises(TimeoutError):
            stream.receive_within(10)


def test_a_frame_without_end_is_not_kept() -> None:
    """A length beyond the limit is refused before its bytes are read, and so is too much in all."""
    with ends() as (stream, peer):
        peer.sendall(struct.pack(">I", FRAME_LIMIT + 1))
        with pytest.raises(HostFailure, match="too_large"):
            stream.receive()
    with ends(limit=1000) as (stream, peer):
        peer.sendall(framed(bytes(2000)))
        with pytest.raises(HostFailure, match="too_large"):
            stream.receive()


def test_a_host_that_hangs_up_is_a_cut_connection() -> None:
    """Also in the middle of a frame."""
    with ends() as (stream, peer):
        peer.sendall(framed(b"frame")[:6])
        peer.close()
        with pytest.raises(ConnectionError):
            stream.receive()
