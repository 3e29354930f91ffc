"""The file servers of a lab: one process for all hosts, and one more for each whose pipe comes late.

Laws: what a process writes lies in a folder of its own. Two processes never share an address and port: smbd would let
them (it sets ``SO_REUSEPORT``), and each would get some of the connections.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from fleetscan.lab.smb import config
from fleetscan.lab.smb.backend import BackEnd, late
from fleetscan.lab.smb.config import Account, Places, Security
from fleetscan.lab.smb.faults import Moment, Settings
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.host import SmbHost
from fleetscan.lab.smb.samba import Running, add_user, program
from fleetscan.lab.smb.sockets import listeners, listening

_UNPRIVILEGED = "nobody"


class PortTaken(Exception):  # noqa: N818 - named for what happened
    """Say that somebody else listens on the port at one of the addresses, too."""


class Household:
    """The folder of a lab's file servers and what is the same for all of them."""

    def __init__(self, folder: Folder, back_end: BackEnd, security: Security) -> None:
        """Live in a folder."""
        self._folder = folder
        self._back_end = back_end
        self._security = security
        self._count = 0

    def furnish(self, user: str, password: str, keytab: Path | None) -> None:
        """Make what is there before any process: the account, its password, its names. SambaFailed when it cannot."""
        root = self._folder.path
        self._account = Account(user=user, unix=_unix_account())
        self._keytab = keytab
        (root / "private").mkdir(mode=0o700)
        (root / "users").write_text(self._account.users(), encoding="utf-8")
        (root / "nowhere").touch()
        (root / "accounts.conf").write_text(config.accounts(root / "private"), encoding="utf-8")
        add_user(root / "accounts.conf", root / "private" / "passdb.tdb", self._account.unix, password)

    def start(self, stack: ExitStack, hosts: Iterable[SmbHost], port: int) -> None:
        """Start what serves the hosts; the stack ends it. PortTaken, SambaFailed."""
        for group in _groups(hosts):
            self._started(stack, group, port)

    def _started(self, stack: ExitStack, hosts: Sequence[SmbHost], port: int) -> None:
        configuration = self._configured(hosts, port)
        words = configuration.parent / "out"
        if late(hosts[0]):
            os.mkfifo(words)
            self._back_end.wait_for(hosts[0], words)
        command = [program("smbd"), "-F", "--no-process-group", "--debug-stdout", "-s", str(configuration)]
        smbd = stack.enter_context(Running(command, words, self._folder.held))
        addresses = {host.address for host in hosts}
        smbd.until(lambda: addresses <= listening(smbd.pid, port))
        there = listeners(port)
        if any(there[address] > 1 for address in addresses):
            raise PortTaken

    def _configured(self, hosts: Sequence[SmbHost], port: int) -> Path:
        """Write the configuration of one more process."""
        root = self._folder.path
        own = root / f"smbd{self._count}"
        self._count += 1
        for part in ("lock", "state", "cache", "pid", "hosts"):
            (own / part).mkdir(parents=True)
        places = Places(
            own=own,
            private=root / "private",
            users=root / "users",
            pipes=own / "none",
            keytab=self._keytab,
        )
        text = config.process([host.address for host in hosts], port, self._account, places, self._security)
        (own / "smb.conf").write_text(text, encoding="utf-8", errors="surrogateescape")
        for host in hosts:
            lines = config.address(self._back_end.room(host), tuple(self._settings(host)), host.disk)
            (own / "hosts" / f"{host.address}.conf").write_text(lines, encoding="utf-8", errors="surrogateescape")
        return own / "smb.conf"

    def _settings(self, host: SmbHost) -> Iterator[str]:
        """Give the lines that a host's play has for it."""
        act = host.play.get(Moment.SETTINGS)
        if isinstance(act, Settings):
            yield from (line.format(nowhere=self._folder.path / "nowhere") for line in act.lines)


def _groups(hosts: Iterable[SmbHost]) -> Iterator[list[SmbHost]]:
    """Group hosts by process. Who waits for a pipe is alone: smbd does not say which host it speaks of."""
    together = []
    for host in hosts:
        if late(host):
            yield [host]
        else:
            together.append(host)
    if together:
        yield together


def _unix_account() -> str:
    """Name the account as which files are read: smbd can change to another one only when it runs as root."""
    return _UNPRIVILEGED if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
