"""The service manager over real SMB, asked by impacket."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fleetscan.lab.smb import Call, SmbServer
from fleetscan.lab.smb.faults import Moment
from tests.lab.smb.clients import RPC_ERROR, SCMR, Visit, visit, win32
from tests.lab.smb.machines import SERVICE

ADDRESS = "127.31.0.1"


@pytest.fixture(scope="module")
def guest(server: SmbServer) -> Iterator[Visit]:
    """Log on once."""
    with visit(ADDRESS, server.port) as visitor:
        yield visitor


def sized(request: Any, handle: Any, room: int, level: int | None = None) -> Any:  # noqa: ANN401 - impacket has no types
    """Fill a request that says how much room there is."""
    request["hService"] = handle
    request["cbBufSize"] = room
    if level is not None:
        request["InfoLevel" if isinstance(request, SCMR.RQueryServiceStatusEx) else "dwInfoLevel"] = level
    return request


@pytest.mark.parametrize(
    ("name", "kind", "state", "accepted", "code"),
    [(SERVICE, 0x20, 4, 5, 0), ("Plain", 0x10, 1, 0, 1077), ("odd", 0x10, 0, 0, 1077)],
)
def test_a_state_comes_in_win32_numbers(
    guest: Visit, name: str, kind: int, state: int, accepted: int, code: int
) -> None:
    """The kind is that of the service's key; a state that has no number is 0."""
    dce, handle = guest.service(name)
    status = SCMR.hRQueryServiceStatus(dce, handle)["lpServiceStatus"]
    found = [status[f"dw{field}"] for field in ("ServiceType", "CurrentState", "ControlsAccepted", "Win32ExitCode")]
    assert found == [kind, state, accepted, code]


def test_a_state_comes_with_the_process(guest: Visit) -> None:
    """SERVICE_STATUS_PROCESS has 36 bytes and needs them; no other level is known."""
    dce, handle = guest.service(SERVICE)
    reply = dce.request(sized(SCMR.RQueryServiceStatusEx(), handle, 40, 0))
    assert struct.unpack("<10I", b"".join(reply["lpBuffer"])) == (0x20, 4, 5, 0, 0, 0, 0, 2144, 0, 0)
    for room, level, code in ((35, 0, 122), (36, 1, 124)):
        with pytest.raises(RPC_ERROR) as refused:
            dce.request(sized(SCMR.RQueryServiceStatusEx(), handle, room, level))
        assert win32(refused.value) == code
    with pytest.raises(RPC_ERROR, match="rpc_x_bad_stub_data"):
        dce.request(sized(SCMR.RQueryServiceStatusEx(), handle, 8193, 0))


@pytest.mark.parametrize(
    ("name", "start", "path", "account", "display"),
    [
        (SERVICE, 2, "%SystemRoot%\\master.exe", "LocalSystem", "ScanMail Master"),
        ("Plain", 4, "", "CORP\\svc", "Plain"),
        ("Odd", 3, "", "LocalSystem", "Odd"),
    ],
)
def test_a_configuration_comes_when_there_is_room(
    guest: Visit, name: str, start: int, path: str, account: str, display: str
) -> None:
    """The helper asks with no room first, and is told how much is needed."""
    dce, handle = guest.service(name)
    reply = SCMR.hRQueryServiceConfigW(dce, handle)
    config = reply["lpServiceConfig"]
    assert (config["dwStartType"], config["lpBinaryPathName"], config["lpServiceStartName"]) == (
        start,
        f"{path}\0",
        f"{account}\0",
    )
    assert config["lpDisplayName"] == f"{display}\0"
    texts = [path, "", "", account, display]
    assert reply["pcbBytesNeeded"] == 36 + sum(2 * len(text) + 2 for text in texts)


def test_the_rest_of_a_configuration(guest: Visit) -> None:
    """A description and a delayed start; nothing else is kept."""
    dce, handle = guest.service(SERVICE)
    description = dce.request(sized(SCMR.RQueryServiceConfig2W(), handle, 100, 1))
    text = "Leads the others\0".encode("utf-16-le")
    assert b"".join(description["lpBuffer"]) == (struct.pack("<I", 4) + text).ljust(100, b"\0")
    assert b"".join(dce.request(sized(SCMR.RQueryServiceConfig2W(), handle, 4, 3))["lpBuffer"]) == b"\1\0\0\0"
    for room, level, code in ((3, 3, 122), (100, 2, 124)):
        with pytest.raises(RPC_ERROR) as refused:
            dce.request(sized(SCMR.RQueryServiceConfig2W(), handle, room, level))
        assert win32(refused.value) == code


def test_the_manager_opens_to_connect_and_for_nothing_else(guest: Visit) -> None:
    """Also not to enumerate, which a remote user without rights of an administrator may not."""
    dce = guest.pipe("svcctl")
    for access in (0x3, 0x4, 0x5, 0x10, 0xF003F):
        with pytest.raises(RPC_ERROR) as refused:
            SCMR.hROpenSCManagerW(dce, dwDesiredAccess=access)
        assert win32(refused.value) == 5


@pytest.mark.parametrize(
    ("name", "access", "code"),
    [("Nope", 4, 1060), ("secret", 4, 5), ("Going", 4, 1072), (SERVICE, 0x15, 5), (SERVICE, 0xF01FF, 5)],
)
def test_a_service_that_does_not_open_says_why(guest: Visit, name: str, access: int, code: int) -> None:
    """Absent is not denied; more than to read is denied."""
    with pytest.raises(RPC_ERROR) as refused:
        guest.service(name, access)
    assert win32(refused.value) == code


def test_a_handle_answers_what_it_was_opened_for(guest: Visit) -> None:
    """A service opened for its state has no configuration to give; the manager has neither, and no services in it."""
    dce, handle = guest.service(SERVICE, 4)
    manager = SCMR.hROpenSCManagerW(dce, dwDesiredAccess=1)["lpScHandle"]
    assert SCMR.hRQueryServiceStatus(dce, handle)["ErrorCode"] == 0
    asked: tuple[tuple[Callable[[], Any], int], ...] = (
        (lambda: SCMR.hRQueryServiceConfigW(dce, handle), 5),
        (lambda: dce.request(sized(SCMR.RQueryServiceConfig2W(), handle, 4, 3)), 5),
        (lambda: SCMR.hRQueryServiceStatus(dce, manager), 6),
        (lambda: SCMR.hROpenServiceW(dce, handle, SERVICE, 4), 6),
    )
    for ask, code in asked:
        with pytest.raises(RPC_ERROR) as refused:
            ask()
        assert win32(refused.value) == code


def test_services_are_not_listed(guest: Visit) -> None:
    """Both ways to enumerate are denied; a service's handle is none to ask with."""
    dce, handle = guest.service(SERVICE, 4)
    manager = SCMR.hROpenSCManagerW(dce, dwDesiredAccess=1)["lpScHandle"]
    with pytest.raises(RPC_ERROR) as refused:
        SCMR.hREnumServicesStatusW(dce, manager)
    assert win32(refused.value) == 5
    request = SCMR.REnumServicesStatusExW()
    for name, value in (
        ("InfoLevel", 0),
        ("dwServiceType", 0x30),
        ("dwServiceState", 3),
        ("cbBufSize", 16),
        ("lpResumeIndex", SCMR.NULL),
        ("pszGroupName", SCMR.NULL),
    ):
        request[name] = value
    for thing, code in ((manager, 5), (handle, 6)):
        request["hSCManager"] = thing
        dce.call(request.opnum, request)
        assert dce.recv()[-4:] == struct.pack("<I", code)


def test_a_handle_ends_with_its_closing(guest: Visit) -> None:
    """What is asked of it afterwards is a fault of the RPC run-time."""
    dce, handle = guest.service(SERVICE)
    SCMR.hRCloseServiceHandle(dce, handle)
    with pytest.raises(RPC_ERROR, match="nca_s_fault_context_mismatch"):
        SCMR.hRQueryServiceStatus(dce, handle)


@pytest.mark.parametrize("opnum", [1, 2, 11, 12, 19, 37])
def test_what_would_change_something_does_not_exist_here_and_is_recorded(
    server: SmbServer, guest: Visit, opnum: int
) -> None:
    """Control, delete, change, create, start end in nca_s_op_rng_error."""
    dce = guest.pipe("svcctl")
    dce.call(opnum, b"")
    with pytest.raises(RPC_ERROR, match="nca_s_op_rng_error"):
        dce.recv()
    assert server.calls("ex01")[-1] == Call(interface="svcctl", opnum=opnum, operation=Moment.OTHER)


def test_every_question_is_recorded(server: SmbServer, guest: Visit) -> None:
    """With its mask and its service."""
    before = len(server.calls("ex01"))
    dce, handle = guest.service("scanmail_MASTER")
    SCMR.hRQueryServiceStatus(dce, handle)
    SCMR.hRCloseServiceHandle(dce, handle)
    rows: list[tuple[int, Moment, int | None, str]]
    rows = [(15, Moment.OPEN_SCM, 1, ""), (16, Moment.OPEN_SERVICE, 5, "scanmail_MASTER")]
    rows += [(6, Moment.QUERY_STATUS, None, SERVICE), (0, Moment.CLOSE_SERVICE, None, SERVICE)]
    assert server.calls("ex01")[before:] == tuple(
        Call(interface="svcctl", opnum=opnum, operation=operation, access=access, service=service)
        for opnum, operation, access, service in rows
    )
