"""Addresses behind which there is no file server: nobody, a full backlog, silence, noise."""

from __future__ import annotations

import asyncio
import socket

from fleetscan.lab import listen
from fleetscan.lab.smb.closing import Connection, end
from fleetscan.lab.smb.faults import Act, Blurt, Ignore, Silence


class DeafHosts:
    """Listens for hosts that are no file servers. All but the constructor belongs to the loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._servers: list[asyncio.Server] = []
        self._fillers: list[socket.socket] = []
        self._open: set[Connection] = set()

    async def open(self, sock: socket.socket, act: Act) -> None:
        """Do with a bound socket what a play wants; without listening, connections to it are refused."""
        match act:
            case Ignore():
                self._fillers += listen.black_hole(sock)
            case Silence():
                await self._listen(sock, b"")
            case Blurt(noise):
                await self._listen(sock, noise)
            case _:
                pass

    async def close(self) -> None:
        """Stop listening, cut connections."""
        await end(self._servers, self._open)
        for filler in self._fillers:
            filler.close()

    async def _listen(self, sock: socket.socket, noise: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._servers.append(await loop.create_server(lambda: _Deaf(self._open, noise), sock=sock))


class _Deaf(asyncio.Protocol):
    """A connection that hears, understands nothing, and says its noise, when it has one, before it ends."""

    def __init__(self, everybody: set[Connection], noise: bytes) -> None:
        self._everybody = everybody
        self._noise = noise

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(transport)
        self._transport = transport
        self._everybody.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it ended does not matter
        self._everybody.discard(self)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - nothing is understood
        if self._noise:
            self._transport.write(self._noise)
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()
