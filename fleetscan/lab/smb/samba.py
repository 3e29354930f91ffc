"""Samba's programs: where they are, how one runs as our child, and how it ends with everything it forked.

Laws: a program reads from a pipe that only this process holds and ends when that pipe does, however this process ends
(smbd and samba-dcerpcd in the foreground watch their standard input, see smbd(8)). Everything that a program forks
inherits a second pipe; :meth:`Running.stop` returns when nobody holds that one any more.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from fleetscan.errors import OperatorError

PLACES = (
    "/usr/sbin",
    "/usr/bin",
    "/usr/local/sbin",
    "/usr/local/bin",
    "/usr/local/samba/sbin",
    "/usr/local/samba/bin",
    "/usr/libexec/samba",
    "/usr/lib/samba",
    "/usr/local/samba/libexec",
)
"""Where distributions, and Samba itself, put programs that are not on everybody's PATH."""

_PATIENCE = 10.0
_PAUSE = 0.01
_TAIL = 2000


class SambaMissing(OperatorError):  # noqa: N818 - named for what the operator has to mend
    """Say which of Samba's programs is not installed, and which package has it."""

    def __init__(self, name: str) -> None:
        """Name the program."""
        super().__init__(f"{name} is not installed; on Debian it comes with the package samba")


class SambaFailed(OperatorError):  # noqa: N818 - named for what went wrong
    """Say that a program of Samba did not do what it was started for, in its own last words."""


def program(name: str) -> str:
    """Find a program of Samba, on the PATH or where distributions put it. SambaMissing when there is none."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
    if found is None:
        raise SambaMissing(name)
    return found


def installed() -> bool:
    """Tell whether a server can be started here."""
    with contextlib.suppress(SambaMissing):
        return bool(program("smbd") and program("pdbedit"))
    return False


def add_user(configuration: Path, database: Path, account: str, password: str) -> None:
    """Put a Unix account into a password database (a ``.tdb`` file), with this password.

    The database is named beside the configuration: without one that it can read, pdbedit takes the machine's own
    database and ends with 0. SambaFailed when the account was not added.
    """
    command = [program("pdbedit"), "-s", str(configuration), "-b", f"tdbsam:{database}", "-a", "-t", "-u", account]
    done = subprocess.run(  # noqa: S603 - a program of Samba with arguments of ours
        command, input=f"{password}\n{password}\n".encode(), capture_output=True, check=False
    )
    if done.returncode or b"Can't load" in done.stderr:
        msg = f"pdbedit could not add {account}: {_last_words(done.stderr)}"
        raise SambaFailed(msg)


class Running:
    """A program of Samba in the foreground, in a session of its own."""

    def __init__(self, command: Sequence[str], log: Path, *held: int) -> None:
        """Start it; what it says goes to the end of ``log``, which may be a named pipe. ``held`` is inherited."""
        self._name = Path(command[0]).name
        self._log = log
        self._alive, inherited = os.pipe()
        words = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._process = subprocess.Popen(  # noqa: S603 - a program of Samba with arguments of ours
            command,
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=words,
            pass_fds=[inherited, *held],
            start_new_session=True,
        )
        os.close(words)
        os.close(inherited)

    def __enter__(self) -> Self:
        """Be ended by the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.stop()

    @property
    def pid(self) -> int:
        """The program's process id, which is that of its group, too."""
        return self._process.pid

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until something is so. SambaFailed when the program ends before, or when it takes too long."""
        until = time.monotonic() + _PATIENCE
        while not ready():
            if self._process.poll() is not None or time.monotonic() > until:
                msg = f"{self._name} did not start: {self._last_words()}"
                raise SambaFailed(msg)
            time.sleep(_PAUSE)

    def stop(self) -> None:
        """End it and all that it forked; return when they are gone. Does nothing the second time."""
        if self._alive < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # nothing is worth keeping, and a child that waits heeds nothing else
        select.select([self._alive], [], [], _PATIENCE)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        os.close(self._alive)
        self._alive = -1

    def _last_words(self) -> str:
        return _last_words(self._log.read_bytes() if self._log.is_file() else b"")


def _last_words(words: bytes) -> str:
    """Give the end of what a program said, on one line."""
    return " ".join(words[-_TAIL:].decode("utf-8", "replace").split()) or "it said nothing"
