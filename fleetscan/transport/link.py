"""One TCP connection, with or without TLS, that ends at a deadline and can be cut from another thread.

Law: every blocking call on the socket is given the time that is left, so that neither silence nor one byte a second
outlasts the deadline. Law: :meth:`Link.cut` wakes a thread that is blocked on the socket, at once.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
from typing import TYPE_CHECKING

from fleetscan.errors import HostFailure
from fleetscan.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import WriteableBuffer

    from fleetscan.transport.deadline import Deadline


CONNECT_SECONDS = 10.0
"""How long one address may take to accept a TCP connection."""


class Scissors:
    """Hold the socket in use, so that another thread can shut it down: now, and whatever is opened later."""

    def __init__(self) -> None:
        """Start with nothing to cut."""
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False

    def hold(self, sock: socket.socket) -> None:
        """Take a socket in hand; one that comes after the cut is shut at once."""
        with self._lock:
            self._socket = sock
            if self._cut:
                _shut(sock)

    def drop(self) -> None:
        """Let go of the socket, before it is closed and its number given to another one."""
        with self._lock:
            self._socket = None

    def cut(self) -> None:
        """Shut the socket; from any thread, any number of times."""
        with self._lock:
            self._cut = True
            if self._socket is not None:
                _shut(self._socket)

    @property
    def holding(self) -> bool:
        """Whether there is a socket in hand."""
        return self._socket is not None

    @property
    def used(self) -> bool:
        """Whether :meth:`cut` was called."""
        return self._cut


def _shut(sock: socket.socket) -> None:
    """Shut both directions below TLS: ``SSLSocket.shutdown`` would take the encryption off under the other thread."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)


TOTAL_LIMIT = 8 * 1024 * 1024
"""Bytes that one host may send in a conversation, headers and all."""


class Meter:
    """Count the bytes that a host sends, over all its connections, and end the conversation at a limit."""

    def __init__(self, limit: int) -> None:
        """Start at 0; ``limit`` is in bytes."""
        self._limit = limit
        self.received = 0

    def allow(self, count: int) -> None:
        """Let so many more bytes come from now on."""
        self._limit = self.received + count

    def add(self, count: int) -> None:
        """Count. Raises HostFailure (too large) when the limit is passed."""
        self.received += count
        if self.received > self._limit:
            message = f"the host sent more than {self._limit} bytes; the rest was not read"
            raise HostFailure(Reason.TOO_LARGE, message)


class Link:
    """A connected socket, in the form in which ``http.client`` reads from one."""

    def __init__(self, sock: socket.socket, deadline: Deadline, scissors: Scissors, meter: Meter) -> None:
        """Take over a connected socket."""
        self._sock = sock
        self._deadline = deadline
        self._scissors = scissors
        self._meter = meter

    def read_into(self, buffer: WriteableBuffer) -> int:
        """Read what is there, within the time that is left."""
        self._sock.settimeout(self._deadline.require())
        count = self._sock.recv_into(buffer)
        self._meter.add(count)
        return count

    def send_all(self, data: bytes) -> None:
        """Write everything within the time that is left."""
        view = memoryview(data)
        while view:
            self._sock.settimeout(self._deadline.require())
            view = view[self._sock.send(view) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Give a buffered reader over the same socket (``http.client.HTTPResponse`` asks for one per reply)."""
        return io.BufferedReader(_Stream(self), 65536)

    def peer_certificate(self) -> bytes | None:
        """Give the host's certificate as DER, or None without TLS."""
        return self._sock.getpeercert(binary_form=True) if isinstance(self._sock, ssl.SSLSocket) else None

    def renew(self, deadline: Deadline) -> None:
        """Go on under another deadline."""
        self._deadline = deadline

    def close(self) -> None:
        """Close the socket; more than once does no harm."""
        self._scissors.drop()
        self._sock.close()


class _Stream(io.RawIOBase):
    """A link as a raw stream; closing the stream leaves the link open for the next reply."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._link.read_into(buffer)


def connect(
    address: str, port: int, tls: ssl.SSLContext | None, deadline: Deadline, scissors: Scissors, meter: Meter
) -> Link:
    """Connect, and speak TLS if a context is given. Raises OSError of many kinds, TimeoutError among them.

    A host that does not even take the connection within :data:`CONNECT_SECONDS` ends in a HostFailure (unreachable).
    Resolving the name cannot be interrupted; whoever calls must be ready to walk away from the thread.
    """
    places = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
    try:
        sock = _first_open(places, deadline, scissors)
    except TimeoutError as error:
        message = "no TCP connection came about; is the host up, and does a firewall drop what goes to this port?"
        raise HostFailure(Reason.UNREACHABLE, message) from error
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            sock.settimeout(deadline.require())
            sock = _secure(sock, tls, address, deadline, scissors)
    except BaseException:
        scissors.drop()
        sock.close()
        raise
    return Link(sock, deadline, scissors, meter)


_Place = tuple[int, int, int, str, "tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]"]


def _first_open(places: Iterable[_Place], deadline: Deadline, scissors: Scissors) -> socket.socket:
    """Try the addresses in turn, each with its share of the time, and raise the last one's error."""
    left = list(places)
    while True:
        family, kind, protocol, _, place = left.pop(0)
        sock = socket.socket(family, kind, protocol)
        try:
            scissors.hold(sock)
            sock.settimeout(min(CONNECT_SECONDS, deadline.require() / (len(left) + 1)))
            sock.connect(place)
        except OSError:
            scissors.drop()
            sock.close()
            if not left or scissors.used:
                raise
        else:
            return sock


def _secure(
    sock: socket.socket, tls: ssl.SSLContext, name: str, deadline: Deadline, scissors: Scissors
) -> ssl.SSLSocket:
    """Shake hands step by step, so that a slow peer cannot stretch the deadline."""
    secure = tls.wrap_socket(sock, server_hostname=name, do_handshake_on_connect=False)
    try:
        scissors.hold(secure)
        secure.settimeout(deadline.require())
        secure.do_handshake()
    except BaseException:
        scissors.drop()
        secure.close()
        raise
    return secure


def reach(address: str, port: int, deadline: Deadline, scissors: Scissors) -> None:
    """Open and close a TCP connection. Raises OSError."""
    connect(address, port, None, deadline, scissors, Meter(0)).close()
