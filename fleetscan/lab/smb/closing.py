"""How servers on a loop end that goes on: no connection is left behind, not even one that is just being accepted.

Outside fact: a connection that asyncio has accepted, and not yet given a transport, fails on an assertion when its
server is closed meanwhile, and stays open (``Server._attach``, Python 3.11 to 3.13). So the ears are closed first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

_TURNS = 4
"""Of the loop, from accepting a socket to telling its protocol (asyncio takes two), and from aborting it to its end."""


class Connection(Protocol):
    """What can be cut."""

    def abort(self) -> None:
        """Cut it."""
        ...


async def end(servers: Iterable[asyncio.Server], connections: set[Connection]) -> None:
    """Close servers, and cut what is connected; ``connections`` has everybody whose protocol was told."""
    loop = asyncio.get_running_loop()
    closing = tuple(servers)
    for sock in (sock for server in closing for sock in server.sockets):
        loop.remove_reader(sock.fileno())
    await _turns()
    for server in closing:
        server.close()
    for connection in tuple(connections):
        connection.abort()
    await _turns()


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
