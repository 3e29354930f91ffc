"""Hosts that do not answer, or not everybody, or not for long: each such fault, seen by a client that is not ours."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from fleetscan.lab.smb import SmbFault, SmbServer
from fleetscan.lab.smb.faults import PLAYS
from tests.lab.smb.clients import DIALECTS, KEY_READ, RPC_ERROR, RRP, SHORT, SMB, win32
from tests.lab.smb.conftest import FAULTY
from tests.lab.smb.machines import SERVICE
from tests.lab.smb.steps import (
    BROKEN,
    PATIENCE,
    SILENCE,
    STEPS,
    Step,
    eventually,
    listed,
    manager,
    root,
    state,
    status,
    subkey,
    value,
    visited,
)


def test_every_fault_has_a_play() -> None:
    """The table is whole."""
    assert set(PLAYS) == set(SmbFault)


def test_nobody_listens(faulty: SmbServer) -> None:
    """The connection is refused, and nobody else can have the port."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((FAULTY[SmbFault.REFUSED].address, faulty.port), timeout=PATIENCE)


def test_nobody_accepts(faulty: SmbServer) -> None:
    """The connection is neither accepted nor refused."""
    with pytest.raises(TimeoutError):
        socket.create_connection((FAULTY[SmbFault.BLACK_HOLE].address, faulty.port), timeout=SHORT)


def test_nobody_speaks(faulty: SmbServer) -> None:
    """The connection is accepted, what is said on it is heard, and nothing comes back."""
    with socket.create_connection((FAULTY[SmbFault.HANG_ACCEPT].address, faulty.port), timeout=SHORT) as sock:
        sock.sendall(b"\0\0\0\4\xfeSMB")
        with pytest.raises(TimeoutError):
            sock.recv(1)


def test_noise(faulty: SmbServer) -> None:
    """The first thing that is said is answered with noise; then the connection ends."""
    with socket.create_connection((FAULTY[SmbFault.GARBAGE].address, faulty.port), timeout=PATIENCE) as sock:
        sock.sendall(b"\0\0\0\4\xfeSMB")
        heard = b"".join(iter(lambda: sock.recv(4096), b""))
    assert b"220 mail.lab.invalid ready" in heard


@pytest.mark.parametrize(
    ("fault", "code"), [(SmbFault.WRONG_PASSWORD, 0xC000006D), (SmbFault.NTLM_DISABLED, 0xC0000418)]
)
def test_a_logon_is_turned_down(faulty: SmbServer, fault: SmbFault, code: int) -> None:
    """STATUS_LOGON_FAILURE and STATUS_NTLM_BLOCKED, at this address alone."""
    with pytest.raises(SMB.SessionError) as refused, visited(faulty, fault):
        pass
    assert status(refused.value) == code


def test_encryption_is_required(faulty: SmbServer) -> None:
    """Who encrypts gets everything; who cannot gets nothing."""
    with visited(faulty, SmbFault.ENCRYPTION_REQUIRED) as guest:
        assert value(guest) == (4, 4294967295)
    plain = DIALECTS.SMB2_DIALECT_21
    with pytest.raises(BROKEN) as refused, visited(faulty, SmbFault.ENCRYPTION_REQUIRED, dialect=plain) as guest:
        guest.pipe("winreg")
    assert status(refused.value) == 0xC0000022


def test_a_pipe_is_missing(faulty: SmbServer) -> None:
    """STATUS_OBJECT_NAME_NOT_FOUND for one of them, or for both."""
    with visited(faulty, SmbFault.PIPE_MISSING) as guest:
        with pytest.raises(BROKEN) as missing:
            guest.pipe("winreg")
        assert status(missing.value) == 0xC0000034
        assert state(guest) == 4
    with visited(faulty, SmbFault.PIPES_MISSING) as guest:
        for name in ("winreg", "svcctl"):
            with pytest.raises(BROKEN) as missing:
                guest.pipe(name)
            assert status(missing.value) == 0xC0000034


def test_a_pipe_is_late(faulty: SmbServer) -> None:
    """Two opens find nothing, and start what makes the pipe; it is there soon after, for everybody who comes."""
    with visited(faulty, SmbFault.PIPE_LATE) as guest:
        assert state(guest) == 4
        for _ in range(2):
            with pytest.raises(BROKEN) as missing:
                guest.pipe("winreg")
            assert status(missing.value) == 0xC0000034
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(SMB.SessionError):
                assert value(guest) == (4, 4294967295)
                break
    with visited(faulty, SmbFault.PIPE_LATE) as guest:
        assert value(guest) == (4, 4294967295)


def test_one_instance_of_a_pipe_is_all_there_is(faulty: SmbServer) -> None:
    """A second one is refused while the first is open, and accepted afterwards."""
    name = SmbFault.ONE_PIPE.value
    with visited(faulty, SmbFault.ONE_PIPE) as guest:
        assert guest.pipe("winreg")
        assert guest.pipe("svcctl")
        with pytest.raises(BROKEN):
            guest.pipe("winreg")
    eventually(lambda: not faulty.open_pipes(name))
    with visited(faulty, SmbFault.ONE_PIPE) as guest:
        assert value(guest) == (4, 4294967295)


@pytest.mark.parametrize("step", STEPS)
def test_a_hang_keeps_the_connection_and_says_nothing(faulty: SmbServer, step: str) -> None:
    """What came before was answered; the pipe stays open, the connection, too."""
    fault = SmbFault(f"hang-{step}")
    with visited(faulty, fault) as guest:
        guest.patience(SHORT)
        with pytest.raises(SILENCE):
            STEPS[step](guest)
        assert faulty.connections(fault.value) == 1
        assert len(faulty.open_pipes(fault.value)) == 1
    eventually(lambda: not faulty.open_pipes(fault.value) and not faulty.connections(fault.value))


@pytest.mark.parametrize("step", STEPS)
def test_a_drop_ends_the_connection(faulty: SmbServer, step: str) -> None:
    """In the middle of a call; the host takes new ones."""
    fault = SmbFault(f"drop-{step}")
    with visited(faulty, fault) as guest:
        with pytest.raises(BROKEN):
            STEPS[step](guest)
        eventually(lambda: not faulty.connections(fault.value))
    with visited(faulty, fault) as guest:
        assert faulty.connections(fault.value) == 1


def test_a_connection_drops_when_the_pipe_is_opened(faulty: SmbServer) -> None:
    """The other pipe works before."""
    with visited(faulty, SmbFault.DROP) as guest:
        assert state(guest) == 4
        with pytest.raises(BROKEN):
            guest.pipe("winreg")


def test_a_pipe_breaks_and_the_connection_goes_on(faulty: SmbServer) -> None:
    """The next pipe can be opened on it."""
    with visited(faulty, SmbFault.CLOSED_PIPE) as guest:
        for step in (value, state):
            with pytest.raises(BROKEN):
                step(guest)
        assert root(guest)["ErrorCode"] == 0


@pytest.mark.parametrize(
    ("fault", "step", "works"),
    [
        (SmbFault.WINREG_DENIED, root, state),
        (SmbFault.SVCCTL_DENIED, manager, value),
        (SmbFault.STATUS_DENIED, state, manager),
        (SmbFault.CONFIG_DENIED, state, lambda guest: guest.service(SERVICE, 4)),
    ],
)
def test_one_thing_is_denied(faulty: SmbServer, fault: SmbFault, step: Step, works: Step) -> None:
    """With ERROR_ACCESS_DENIED; another thing is not."""
    with visited(faulty, fault) as guest:
        with pytest.raises(RPC_ERROR) as denied:
            step(guest)
        assert win32(denied.value) == 5
        assert works(guest)


def test_the_registry_is_denied_by_rpc(faulty: SmbServer) -> None:
    """By a refusal of the bind, or by a fault at the first call."""
    with visited(faulty, SmbFault.WINREG_REFUSED) as guest:
        with pytest.raises(RPC_ERROR, match="reason_not_specified"):
            guest.pipe("winreg")
        assert state(guest) == 4
    with visited(faulty, SmbFault.WINREG_FAULT) as guest:
        dce = guest.pipe("winreg")
        with pytest.raises(RPC_ERROR, match="rpc_s_access_denied"):
            RRP.hOpenLocalMachine(dce, KEY_READ)


@pytest.mark.parametrize("step", [value, subkey, listed, state])
def test_a_call_ends_in_a_fault(faulty: SmbServer, step: Step) -> None:
    """nca_s_fault_remote_no_memory, and the pipe goes on."""
    with visited(faulty, SmbFault.RPC_FAULT) as guest:
        with pytest.raises(RPC_ERROR, match="nca_s_fault_remote_no_memory"):
            step(guest)
        assert root(guest)["ErrorCode"] == 0
