"""Pipes as smbd hands them over: a Unix socket per name, a hello that tells for whom, then messages.

Laws: a message to smbd never goes out before its hello was answered. What has no host here is closed at once.
Outside fact: ``librpc/idl/named_pipe_auth.idl`` and ``libcli/named_pipe_auth/npa_tstream.c`` of Samba 4.17. The hello
is its length (big-endian) and the NDR of a ``named_pipe_auth_req``; after a reply of 36 bytes, each message has its
length (little-endian, 16 bits) before it. The status in the reply is not looked at, only its level and its type.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fleetscan.lab.smb.closing import Connection
from fleetscan.lab.smb.faults import Act, Drop, Hang, Moment, Shut, Single, Wait
from fleetscan.lab.smb.interface import Interface
from fleetscan.lab.smb.ndr import BadStub, Reader
from fleetscan.lab.smb.rpc import Answer, Association, BrokenStream
from fleetscan.lab.smb.site import OpenPipe, Site
from fleetscan.lab.smb.sockets import End, established

_MAGIC = b"NPAM"
_LEAST_LEVEL = 7
_MESSAGE_MODE, _STATE, _ALLOCATION = 2, 0x05FF, 4096
_PEER = struct.Struct("3i")
_MOST = 1 << 20
_WATCH = 0.1
_BEGINNING = {Moment.WINREG_PIPE, Moment.SVCCTL_PIPE, Moment.WINREG_BIND, Moment.SVCCTL_BIND}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What smbd says when a client opens a pipe: the level of its structure, and both ends of the connection."""

    level: int
    client: End
    server: End


def hello(data: bytes) -> Hello:
    """Read a hello without its length. BadStub when it is none, or one of a level before 4.16."""
    stub = Reader(data)
    magic, level, _ = stub.raw(4), stub.u32(), stub.u32()
    if magic != _MAGIC or level < _LEAST_LEVEL:
        raise BadStub
    stub.u32()  # the transport
    client, server = _end(stub), _end(stub)
    stub.u32()  # who logged on, which stands behind the names
    return Hello(
        level=level, client=(_address(stub, *client), client[-1]), server=(_address(stub, *server), server[-1])
    )


def _end(stub: Reader) -> tuple[bool, int]:
    """Read one end of the connection: whether it has a name, and its port."""
    named, _ = bool(stub.u32()), stub.u32()
    return named, stub.u16()


def _address(stub: Reader, named: bool, _port: int) -> str:  # noqa: FBT001 - what _end read
    """Read the texts of one end: its name, when it has one, and its address."""
    if named:
        stub.octets()
    return stub.octets()


def welcome(level: int) -> bytes:
    """Make the reply to a hello: a pipe in message mode."""
    body = _MAGIC + struct.pack("<IIHH4xQI", level, level, _MESSAGE_MODE, _STATE, _ALLOCATION, 0)
    return struct.pack(">I", len(body)) + body


class Pipe(asyncio.Protocol):
    """One open instance of a pipe."""

    def __init__(
        self, sites: Mapping[str, Site], opening: Moment, serve: Callable[[Site], Interface], everybody: set[Connection]
    ) -> None:
        """Belong to a name; ``serve`` makes the interface once the host is known; ``everybody`` has all open ones."""
        self._everybody = everybody
        self._sites = sites
        self._opening = opening
        self._serve = serve
        self._buffer = b""
        self._site: Site | None = None
        self._association: Association | None = None
        self._later: list[asyncio.TimerHandle] = []
        self._deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        self._everybody.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it ended does not matter
        """End."""
        self._everybody.discard(self)
        self._deaf = True
        for timer in self._later:
            timer.cancel()
        if self._site is not None:
            self._site.pipes.pop(id(self), None)

    def data_received(self, data: bytes) -> None:
        """Take bytes from smbd."""
        self._buffer += data
        try:
            while not self._deaf and self._took():
                pass
        except (BadStub, BrokenStream):
            self.abort()

    def abort(self) -> None:
        """Cut it."""
        self._transport.abort()

    def _took(self) -> bool:
        """Take one whole thing from the buffer, when there is one."""
        head, form = (4, ">I") if self._association is None else (2, "<H")
        if len(self._buffer) < head:
            return False
        size = struct.unpack_from(form, self._buffer)[0]
        if size > _MOST:
            raise BadStub
        if len(self._buffer) < head + size:
            return False
        whole, self._buffer = self._buffer[head : head + size], self._buffer[head + size :]
        if self._association is None:
            self._greet(hello(whole))
        else:
            for answer in self._association.take(whole):
                self._say(answer)
        return True

    def _greet(self, said: Hello) -> None:
        """Find the host; open the pipe as its play wants it."""
        site = self._sites.get(said.server[0])
        act = None if site is None else site.play.get(self._opening)
        name = self._opening.value.partition("-")[0]
        if site is None or (isinstance(act, Single) and any(pipe.name == name for pipe in site.pipes.values())):
            self._transport.abort()
            return
        interface = self._serve(site)
        self._site, self._association = site, Association(interface)
        site.opened += 1
        site.pipes[id(self)] = OpenPipe(name, interface.handles)
        self._say(Answer(self._opening, (welcome(said.level),)), framed=False)
        if isinstance(act, Hang):
            self._watch(said)

    def _watch(self, said: Hello) -> None:
        """End what smbd waits for when its client has gone: while it opens a pipe, it does not look."""
        if established(said.server, said.client):
            self._later.append(asyncio.get_running_loop().call_later(_WATCH, self._watch, said))
        else:
            self._drop()

    def _say(self, answer: Answer, *, framed: bool = True) -> None:
        """Send an answer, or do what the play has in its place."""
        pdus = [struct.pack("<H", len(pdu)) + pdu if framed else pdu for pdu in answer.pdus]
        match self._act(answer.moment):
            case Hang():
                self._deaf = True
            case Drop():
                self._drop()
            case Shut():
                self._transport.abort()
            case Wait(seconds):
                loop = asyncio.get_running_loop()
                self._later.append(loop.call_later(seconds, self._transport.writelines, pdus))
            case _:
                self._transport.writelines(pdus)

    def _act(self, moment: Moment) -> Act | None:
        """Find what the play has for an answer; what it has for every reply counts for calls alone."""
        if self._site is None:
            return None
        own = self._site.play.get(moment)
        return self._site.play.get(Moment.REPLY) if own is None and moment not in _BEGINNING else own

    def _drop(self) -> None:
        """End the process of smbd that serves this client's connection, and so the connection."""
        sock: socket.socket = self._transport.get_extra_info("socket")
        pid, _, _ = _PEER.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        os.kill(pid, signal.SIGKILL)
