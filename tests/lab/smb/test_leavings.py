"""Nothing is left of a server, however it ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fleetscan.lab.smb import SambaFailed, Security, SmbFault, SmbServer
from fleetscan.lab.smb.sockets import listeners
from tests.lab.smb.clients import visit
from tests.lab.smb.hosts import hosts
from tests.lab.smb.steps import PATIENCE, eventually
from tests.samba import PASSWORD, USER


def processes(folder: Path) -> list[str]:
    """List the processes that were started for a folder and are alive: a zombie has no command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            found += [words] if str(folder) in words else []
    return found


@pytest.mark.parametrize("fault", [SmbFault.NONE, SmbFault.HANG_PIPE, SmbFault.PIPE_LATE, SmbFault.BLACK_HOLE])
def test_nothing_is_left_of_a_server(temporary: Path, fault: SmbFault) -> None:
    """No process, no file, no socket; also when clients are connected, or wait for an answer that never comes."""
    with contextlib.ExitStack() as stack:
        with SmbServer(hosts(2, fault), user=USER, password=PASSWORD) as server:
            [folder] = temporary.iterdir()
            if fault is not SmbFault.BLACK_HOLE:
                guest = stack.enter_context(visit("127.32.0.1", server.port))
                guest.patience(0.3)
                with contextlib.suppress(Exception):
                    guest.pipe("winreg")
            assert processes(folder)
            assert listeners(server.port)
            port = server.port
        assert processes(folder) == []
        assert list(temporary.iterdir()) == []
        assert not listeners(port)


@pytest.mark.parametrize("fault", [SmbFault.HANG_ACCEPT, SmbFault.BLACK_HOLE])
def test_connections_to_what_is_no_file_server_end_with_it(fault: SmbFault) -> None:
    """Whoever waits there is let go."""
    with contextlib.ExitStack() as stack:
        with SmbServer(hosts(1, fault), user=USER, password=PASSWORD) as server:
            sock = stack.enter_context(socket.socket())
            sock.settimeout(0.0 if fault is SmbFault.BLACK_HOLE else PATIENCE)
            sock.connect_ex(("127.32.0.1", server.port))
            eventually(lambda: server.connections("ex0") == 1 or fault is SmbFault.BLACK_HOLE)
        if fault is SmbFault.HANG_ACCEPT:
            with contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""


def test_a_folder_with_too_long_a_name_is_told(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    """Names of sockets end after 107 bytes."""
    long = temporary / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(SambaFailed, match="let TMPDIR be a shorter one"):
        SmbServer(hosts(1), user=USER, password=PASSWORD).__enter__()
    assert list(long.iterdir()) == []


def test_nothing_is_left_when_it_does_not_start(temporary: Path) -> None:
    """What smbd cannot read ends the start with its own words."""
    before = threading.active_count()
    broken = Security(options={"server min protocol": "SMB9", "interfaces": "192.0.2.1/32"})
    with pytest.raises(SambaFailed, match="smbd did not start"):
        SmbServer(hosts(1), user=USER, password=PASSWORD, security=broken).__enter__()
    assert list(temporary.iterdir()) == []
    assert threading.active_count() == before


_KILLED = """
import sys, time
from fleetscan.lab.smb import SmbFault, SmbServer
from tests.lab.smb.hosts import hosts
from tests.samba import PASSWORD, USER
server = SmbServer(hosts(2) + hosts(3, SmbFault.PIPE_LATE)[2:], user=USER, password=PASSWORD)
if sys.argv[1] == "early":
    print("0", flush=True)
with server:
    print(server.port, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("number", "when"),
    [(signal.SIGKILL, "early"), (signal.SIGKILL, "late"), (signal.SIGTERM, "late"), (signal.SIGINT, "early")],
)
def test_nothing_is_left_when_the_lab_is_killed(temporary: Path, number: int, when: str) -> None:
    """Whatever the signal, and whether the lab had started or was starting."""
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _KILLED, when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as lab:
        assert lab.stdout is not None
        assert select.select([lab.stdout], [], [], PATIENCE)[0]
        port = int(lab.stdout.readline())
        if when == "early":
            eventually(lambda: bool(list(temporary.glob("fleetscan-smb-*/smbd*"))))
        lab.send_signal(number)
        lab.wait(PATIENCE)
    eventually(lambda: not list(temporary.iterdir()) and not processes(temporary))
    assert port == 0 or not listeners(port)
