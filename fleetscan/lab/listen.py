"""Sockets of a lab: the same port on every address, real refusals and real black holes."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

_ATTEMPTS = 50
_FILL = 3


def bind(addresses: Sequence[str], port: int) -> tuple[int, dict[str, socket.socket]]:
    """Bind one port on every address; with 0 any that is free on all of them. OSError when there is none."""
    for _ in range(_ATTEMPTS):
        bound: dict[str, socket.socket] = {}
        try:
            chosen = port
            for address in addresses:
                bound[address] = _bound(address, chosen)
                chosen = bound[address].getsockname()[1]
        except OSError as error:
            for each in bound.values():
                each.close()
            if port or error.errno != errno.EADDRINUSE:
                raise
        else:
            return chosen, bound
    raise OSError(errno.EADDRINUSE, "no port is free on every address of the lab")


def _bound(address: str, port: int) -> socket.socket:
    """Bind one socket. Until it listens, connecting to it is refused and nobody else can have its place."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    except OSError:
        sock.close()
        raise
    return sock


def black_hole(sock: socket.socket) -> list[socket.socket]:
    """Let a bound socket swallow connections: fill its backlog, give what fills it. To be closed with the lab."""
    sock.listen(0)
    filling = []
    for _ in range(_FILL):
        filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        filler.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        filler.connect_ex(sock.getsockname())
        filling.append(filler)
    return filling
