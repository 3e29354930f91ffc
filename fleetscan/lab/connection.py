"""One accepted connection: bytes from the loop into a conversation, and its replies back, as the play wants them."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import assert_never

from fleetscan.lab.conversation import Conversation, Hold, Say, Step, Tally
from fleetscan.lab.faults import (
    Blurt,
    Drip,
    EndlessBody,
    Hang,
    Moment,
    NotFound,
    Play,
    Reset,
    ResetFirst,
    Wait,
)
from fleetscan.lab.http import BadRequest, HttpRequest, RequestParser, response
from fleetscan.lab.shell import Held
from fleetscan.lab.wsman import Service

_LINGER_NOT = struct.pack("ii", 1, 0)
_CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
_CHUNK_PAUSE = 0.01
_BEFORE_RESET = 0.05
"""Seconds between the last byte and an RST, so that the byte is read and not thrown away with the connection."""

_PAGE = b"<!DOCTYPE html><html><head><title>404 - Not Found</title></head><body><h1>404 - Not Found</h1></body></html>"


@dataclass(slots=True, kw_only=True)
class Site:
    """One host as its connections see it, and what they leave behind."""

    service: Service
    play: Play
    tally: Tally = field(default_factory=Tally)
    open: set[Connection] = field(default_factory=set)
    accepted: int = 0


class Connection(asyncio.Protocol):
    """A server's side of one TCP or TLS connection. Requests are served one after the other."""

    def __init__(self, site: Site, converse: Callable[[asyncio.Transport], Conversation]) -> None:
        """Belong to a host; ``converse`` makes the conversation once the transport is known."""
        self._site = site
        self._converse = converse
        self._parser = RequestParser()
        self._requests: deque[HttpRequest] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._held: Held | None = None
        self._deaf = False
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        self._conversation = self._converse(transport)
        self._site.open.add(self)
        self._site.accepted += 1
        self._first = self._site.accepted == 1
        self._deaf = isinstance(self._site.play.get(Moment.CONNECT), Hang)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it ended does not matter
        """End."""
        self._site.open.discard(self)
        self._deaf = True
        self._quiet()

    def data_received(self, data: bytes) -> None:
        """Take bytes; serve the requests that they complete."""
        if self._deaf:
            return
        match self._site.play.get(Moment.CONNECT):
            case Blurt(noise):
                self._end(noise)
                return
            case _:
                pass
        try:
            self._requests.extend(self._parser.feed(data))
        except BadRequest as bad:
            self._end(response(bad.status))
        self._pump()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def _pump(self) -> None:
        """Serve what waits."""
        while self._requests and not self._busy and not self._deaf:
            self._serve(self._requests.popleft())

    def _serve(self, request: HttpRequest) -> None:
        """Serve one request."""
        match self._site.play.get(Moment.REQUEST):
            case ResetFirst() if self._first:
                self._reset()
            case NotFound():
                self._transport.write(response(HTTPStatus.NOT_FOUND, [("Content-Type", "text/html")], _PAGE))
            case _:
                self._do(self._conversation.take(request))

    def _do(self, step: Step) -> None:
        """Send a reply, or wait for one."""
        match step:
            case Say(moment, data):
                self._say(moment, data)
            case Hold(held):
                self._busy = True
                self._held = held
                held.wake = partial(self._woken, held)
                self._after(held.request.timeout, partial(self._expired, held))
            case _:
                assert_never(step)

    def _woken(self, held: Held) -> None:
        """Look whether a held request has its answer now; its time goes on if not."""
        step = self._conversation.resume(held)
        if isinstance(step, Say):
            self._released(step)

    def _expired(self, held: Held) -> None:
        """Answer a held request whose time is over."""
        self._released(self._conversation.expire(held))

    def _released(self, step: Step) -> None:
        """Go on after a held request."""
        self._held = None
        self._free()
        self._do(step)
        self._pump()

    def _say(self, moment: Moment, data: bytes) -> None:
        """Send a reply as the play wants it."""
        match self._site.play.get(moment):
            case Hang():
                self._deaf = True
            case Reset(after):
                self._transport.write(data[: int(len(data) * after)])
                self._deaf = True
                self._after(_BEFORE_RESET if after else 0.0, self._reset)
            case Wait(seconds):
                self._busy = True
                self._after(seconds, lambda: self._late(data))
            case EndlessBody():
                self._deaf = True
                self._transport.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                self._pour()
            case _:
                self._write(data)

    def _late(self, data: bytes) -> None:
        """Send a reply after its wait."""
        self._free()
        self._write(data)
        self._pump()

    def _write(self, data: bytes) -> None:
        """Send bytes at the pace of this host."""
        match self._site.play.get(Moment.CONNECT):
            case Drip(seconds):
                self._busy = True
                self._drip(data, seconds)
            case _:
                self._transport.write(data)

    def _drip(self, data: bytes, pause: float) -> None:
        """Send one byte and come back for the next."""
        self._free()
        if data:
            self._busy = True
            self._transport.write(data[:1])
            self._after(pause, lambda: self._drip(data[1:], pause))
        else:
            self._pump()

    def _pour(self) -> None:
        """Send one more chunk of a reply without end, if the last one has gone."""
        if not self._transport.get_write_buffer_size():
            self._transport.write(_CHUNK)
        self._after(_CHUNK_PAUSE, self._pour)

    def _end(self, data: bytes) -> None:
        """Say something last and close."""
        self._deaf = True
        self._transport.write(data)
        self._transport.close()

    def _reset(self) -> None:
        """Close with an RST."""
        self._deaf = True
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        """Call something later; only one thing is ever due."""
        self._timer = asyncio.get_running_loop().call_later(seconds, call)

    def _free(self) -> None:
        """Be ready for the next request."""
        self._busy = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _quiet(self) -> None:
        """Let go of everything that is due."""
        self._free()
        if self._held is not None:
            self._conversation.drop(self._held)
