from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable

import pytest

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.link import Link, Meter, Scissors, connect
from tests.transport.winrm.world import serving


def _hang(connection: socket.socket) -> None:
    connection.recv(1)
    time.sleep(10)


def _cut_soon(scissors: Scissors) -> None:
    threading.Timer(0.2, scissors.cut).start()


def _timed(what: Callable[[], object]) -> float:
    start = time.monotonic()
    what()
    return time.monotonic() - start


def _open(port: int, seconds: float, scissors: Scissors | None = None) -> Link:
    return connect("127.0.0.1", port, None, Deadline(seconds), scissors or Scissors(), Meter(1000))


def test_silence_ends_at_the_deadline() -> None:
    """A read gets the time that is left."""
    with serving(_hang) as port:
        link = _open(port, 0.3)
        with pytest.raises(TimeoutError):
            link.read_into(bytearray(10))
        with pytest.raises(TimeoutError, match=r"0\.3 s are spent"):
            link.send_all(b"x")
        link.close()
        link.close()


def test_a_cut_wakes_a_thread_that_reads() -> None:
    """At once, and the thread reads the end of the stream."""
    with serving(_hang) as port:
        scissors = Scissors()
        link = _open(port, 10, scissors)
        _cut_soon(scissors)
        assert _timed(lambda: link.read_into(bytearray(10))) < 1
        assert scissors.used
        link.close()
        assert not scissors.holding


def test_a_cut_wakes_a_thread_that_shakes_hands() -> None:
    """TLS with somebody who never answers."""
    with serving(_hang) as port:
        scissors = Scissors()
        _cut_soon(scissors)
        start = time.monotonic()
        with pytest.raises(OSError, match=r".*"):
            connect("127.0.0.1", port, ssl.create_default_context(), Deadline(10), scissors, Meter(1000))
        assert time.monotonic() - start < 1


def test_a_connection_after_the_cut_is_shut_at_once() -> None:
    """A cut that comes while the name is being resolved is not lost."""
    with serving(_hang) as port:
        scissors = Scissors()
        scissors.cut()
        start = time.monotonic()
        with contextlib.suppress(OSError):
            link = _open(port, 10, scissors)
            with contextlib.closing(link):
                link.read_into(bytearray(1))
        assert time.monotonic() - start < 1


def test_a_handshake_that_takes_too_long_is_a_timeout() -> None:
    """The host took the connection, so it is reachable, and late."""
    with serving(_hang) as port, pytest.raises(TimeoutError):
        connect("127.0.0.1", port, ssl.create_default_context(), Deadline(0.3), Scissors(), Meter(1000))


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a dead address first."""
    with serving(_hang) as port:
        places = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: places)
        _open(port, 5).close()


def test_the_meter_ends_a_conversation_that_brings_too_much() -> None:
    """Bytes are counted as they come, and more can be allowed for a clean-up."""

    def flood(connection: socket.socket) -> None:
        connection.sendall(bytes(3000))
        time.sleep(1)

    meter = Meter(1000)
    with serving(flood) as port:
        link = connect("127.0.0.1", port, None, Deadline(5), Scissors(), meter)
        with pytest.raises(HostFailure) as caught:
            link.read_into(bytearray(3000))
        meter.allow(2000)
        assert caught.value.reason is Reason.TOO_LARGE
        link.close()


def test_a_large_message_is_sent_within_the_time() -> None:
    """Somebody who does not read cannot hold a writer."""
    with serving(_hang) as port:
        link = _open(port, 0.3)
        with pytest.raises(TimeoutError):
            link.send_all(bytes(50_000_000))
        link.close()
