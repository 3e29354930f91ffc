r"""What stands behind smbd: the sockets of the pipes, one interface behind each, for all hosts of a lab.

Law: every folder of pipes is for the hosts that have just these pipes; what is not there cannot be opened.
Outside fact: smbd hands the open of ``\name`` to the socket ``<ncalrpc dir>/np/<name>``, a folder that must belong to
its user alone, and says so when there is none ("Can't connect to a running samba-dcerpcd", source3/rpc_client).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fleetscan.lab.smb.closing import Connection, end
from fleetscan.lab.smb.faults import Missing, Moment
from fleetscan.lab.smb.host import SmbHost
from fleetscan.lab.smb.interface import Interface
from fleetscan.lab.smb.pipes import Pipe
from fleetscan.lab.smb.samba import SambaFailed
from fleetscan.lab.smb.site import Site
from fleetscan.lab.smb.svcctl import SvcCtl
from fleetscan.lab.smb.winreg import WinReg

_PIPES: Mapping[Moment, tuple[str, Callable[[Site], Interface]]] = {
    Moment.WINREG_PIPE: ("winreg", WinReg),
    Moment.SVCCTL_PIPE: ("svcctl", SvcCtl),
}
_NOBODY_THERE = b"Can't connect to a running samba-dcerpcd"
_BACKLOG = 1024
_LONGEST = 107
"""Bytes of a socket's name (unix(7): 108 with its NUL)."""


@dataclass(slots=True)
class _Words:
    """What one smbd says: the pipe it is read from, and how often it found no socket."""

    descriptor: int
    rest: bytes = b""
    misses: int = 0


class BackEnd:
    """The pipes of a lab."""

    def __init__(self, loop: asyncio.AbstractEventLoop, directory: Path, hosts: Iterable[SmbHost]) -> None:
        """Know the hosts; their pipes will be below the directory."""
        self._loop = loop
        self._hosts = tuple(hosts)
        self.sites = {host.address: Site(machine=host.machine, play=host.play) for host in self._hosts}
        self._directory = directory
        self._rooms: dict[tuple[frozenset[Moment], str], Path] = {}
        self._servers: list[asyncio.Server] = []
        self._words: list[_Words] = []
        self._coming: list[asyncio.Task[None]] = []
        self._pipes: set[Connection] = set()

    def room(self, host: SmbHost) -> Path:
        """Give the folder of a host's pipes: its own where one of them comes late, shared with others otherwise."""
        there = frozenset(moment for moment in _PIPES if not isinstance(host.play.get(moment), Missing))
        return self._room((there, host.address if late(host) else ""))

    def _room(self, kind: tuple[frozenset[Moment], str]) -> Path:
        """Find or make a room. SambaFailed when its name leaves no place for those of sockets."""
        if kind not in self._rooms:
            room = self._rooms[kind] = self._directory / str(len(self._rooms))
            if len(os.fsencode(room / "np" / "winreg")) > _LONGEST:
                msg = f"{self._directory} is too long a name for sockets; let TMPDIR be a shorter one"
                raise SambaFailed(msg)
            (room / "np").mkdir(parents=True, mode=0o700)
        return self._rooms[kind]

    async def open(self) -> None:
        """Listen for every pipe that is there."""
        for host in self._hosts:
            self.room(host)
        for (there, _), room in self._rooms.items():
            for moment in there:
                await self._listen(room, moment)

    def wait_for(self, host: SmbHost, words: Path) -> None:
        """Read from a named pipe what the smbd of one host says, and let its late pipes come when they are due."""
        heard = _Words(os.open(words, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
        self._words.append(heard)
        self._loop.call_soon_threadsafe(self._loop.add_reader, heard.descriptor, partial(self._heard, host, heard))

    def _heard(self, host: SmbHost, heard: _Words) -> None:
        words = os.read(heard.descriptor, 1 << 16)
        *lines, heard.rest = (heard.rest + words).split(b"\n")
        before, heard.misses = heard.misses, heard.misses + sum(_NOBODY_THERE in line for line in lines)
        for moment, opens in late(host).items():
            if before < opens <= heard.misses:
                self._coming.append(self._loop.create_task(self._listen(self.room(host), moment)))

    async def close(self) -> None:
        """Close every socket, and every pipe that is open."""
        for heard in self._words:
            self._loop.remove_reader(heard.descriptor)
            os.close(heard.descriptor)
        await asyncio.gather(*self._coming)
        await end(self._servers, self._pipes)

    async def _listen(self, room: Path, moment: Moment) -> None:
        name, serve = _PIPES[moment]
        path = str(room / "np" / name)
        server = await self._loop.create_unix_server(partial(self._pipe, moment, serve), path, backlog=_BACKLOG)
        self._servers.append(server)

    def _pipe(self, moment: Moment, serve: Callable[[Site], Interface]) -> Pipe:
        return Pipe(self.sites, moment, serve, self._pipes)


def late(host: SmbHost) -> dict[Moment, int]:
    """Say which pipes of a host come late, after how many opens."""
    acts = ((moment, host.play.get(moment)) for moment in _PIPES)
    return {moment: act.opens for moment, act in acts if isinstance(act, Missing) and act.opens}
