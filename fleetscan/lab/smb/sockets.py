"""Who listens and who is connected, as the kernel tells it: a server that forks cannot be asked.

Outside fact: the columns of ``/proc/net/tcp`` are those of proc(5); addresses are hexadecimal in the order of the host.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

_TABLE = Path("/proc/net/tcp")
_ESTABLISHED, _LISTEN = "01", "0A"
_NATIVE = "=I"


End: TypeAlias = tuple[str, int]
"""One end of a connection: address and port."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One TCP socket as the kernel lists it."""

    local: End
    remote: End
    state: str
    inode: str


def listeners(port: int) -> Counter[str]:
    """Count the sockets that listen on a port, by address."""
    return Counter(entry.local[0] for entry in _table() if (entry.local[1], entry.state) == (port, _LISTEN))


def listening(process: int, port: int) -> set[str]:
    """Name the addresses at which one process listens on a port."""
    own = set(_inodes(process))
    return {
        entry.local[0] for entry in _table() if (entry.local[1], entry.state) == (port, _LISTEN) if entry.inode in own
    }


def connected(server: End) -> int:
    """Count the connections to a server that are established now."""
    return sum((entry.local, entry.state) == (server, _ESTABLISHED) for entry in _table())


def established(server: End, client: End) -> bool:
    """Tell whether one connection is still established, as its server sees it."""
    wanted = (server, client, _ESTABLISHED)
    return any((entry.local, entry.remote, entry.state) == wanted for entry in _table())


def _inodes(process: int) -> Iterator[str]:
    """Give the sockets that a process has open; none when it has just ended."""
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield descriptor.readlink().name.removeprefix("socket:[").removesuffix("]")


def _table() -> Iterator[_Entry]:
    """Read every TCP socket of this machine."""
    for line in _TABLE.read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        yield _Entry(_end(fields[1]), _end(fields[2]), fields[3], fields[9])


def _end(text: str) -> End:
    address, _, port = text.partition(":")
    return socket.inet_ntoa(struct.pack(_NATIVE, int(address, 16))), int(port, 16)
