"""A native Samba on loopback: its own registry server behind its own file server, as long as the ``with`` block lasts.

Nothing of fleetscan answers here: what comes over the wire is foreign code's idea of SMB, MS-RRP and MS-SCMR.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.samba import Running, add_user, program
from fleetscan.lab.smb.sockets import listening

USER = "LAB\\svc-fleetscan"
PASSWORD = "Lab-Password-1"

_ACCOUNT = "nobody"
_NUMBERS = itertools.count(1)
_CONFIGURATION = """\
[global]
    workgroup = {domain}
    netbios name = NATIVE
    server role = standalone server
    interfaces = {address}/8
    bind interfaces only = yes
    smb ports = {port}
    private dir = {directory}/private
    lock directory = {directory}/lock
    state directory = {directory}/state
    cache directory = {directory}/cache
    pid directory = {directory}/pid
    ncalrpc dir = {directory}/ncalrpc
    winbindd socket directory = {directory}/winbindd
    rpc start on demand helpers = no
    passdb backend = tdbsam
    username map = {directory}/users
    log file = {directory}/log
    log level = 0
    disable netbios = yes
    disable spoolss = yes
    load printers = no
    printing = bsd
    printcap name = /dev/null
    usershare max shares = 0
    server min protocol = SMB2_10
    {extra}
"""
_SHARE = """
[{name}]
    path = {path}
    read only = yes
    browseable = no
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Samba:
    """A running Samba: where it listens, and its configuration (for Samba's own tools)."""

    address: str
    port: int
    configuration: Path


@contextlib.contextmanager
def native_samba(
    reg: Path | None = None,
    *,
    user: str = USER,
    password: str = PASSWORD,
    smb_conf_extra: str = "",
    shares: dict[str, Path] | None = None,
) -> Iterator[Samba]:
    r"""Serve a registry filled from a ``.reg`` file, and directories as shares (``{"C$": path}``, read-only).

    ``reg`` is a file as regedit exports it: UTF-16 with BOM, and an empty line at its end, without
    which ``net`` forgets the last entry. ``smb_conf_extra`` is lines for ``[global]``.
    """
    domain, _, name = user.rpartition("\\")
    with Folder("fleetscan-samba-") as folder, contextlib.ExitStack() as stack:
        directory = folder.path
        address, port = _free_place()
        for part in ("private", "lock", "state", "cache", "pid", "ncalrpc", "logs"):
            (directory / part).mkdir()
        (directory / "users").write_text(f"{_ACCOUNT} = {name} {user}\n", encoding="utf-8")
        configuration = directory / "smb.conf"
        text = _CONFIGURATION.format(
            domain=domain or "LAB", address=address, port=port, directory=directory, extra=smb_conf_extra
        )
        text += "".join(_SHARE.format(name=share, path=path) for share, path in (shares or {}).items())
        configuration.write_text(text, encoding="utf-8")
        add_user(configuration, directory / "private" / "passdb.tdb", _ACCOUNT, password)
        if reg is not None:
            _run("net", "-s", str(configuration), "registry", "import", str(reg))
        common = ["-F", "--no-process-group", "-s", str(configuration), "-l", str(directory / "logs")]
        rpc = Running([program("samba-dcerpcd"), "--libexec-rpcds", *common], directory / "dcerpcd.out", folder.held)
        stack.enter_context(rpc).until((directory / "ncalrpc" / "np" / "winreg").exists)
        smbd = Running([program("smbd"), *common], directory / "smbd.out", folder.held)
        stack.enter_context(smbd).until(lambda: address in listening(smbd.pid, port))
        yield Samba(address=address, port=port, configuration=configuration)


def _free_place() -> tuple[str, int]:
    """Give an address of this process's own, and a port that nobody has there."""
    number, pid = next(_NUMBERS), os.getpid()
    address = f"127.{64 + number % 64}.{pid >> 8 & 0xFF}.{pid & 0xFF or 1}"
    with socket.socket() as sock:
        sock.bind((address, 0))
        port: int = sock.getsockname()[1]
        return address, port


def _run(name: str, *arguments: str) -> None:
    """Run one of Samba's tools."""
    subprocess.run([program(name), *arguments], check=True, capture_output=True)
