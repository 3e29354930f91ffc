from __future__ import annotations

import importlib
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.transport.remote_registry import svcctl
from fleetscan.transport.remote_registry.ndr import Malformed, Reader
from fleetscan.transport.remote_registry.svcctl import Config, Status
from fleetscan.transport.remote_registry.winreg import Opened
from tests.transport.remote_registry import stubs

SCMR = importlib.import_module("impacket.dcerpc.v5.scmr")  # the oracle, which has no types
HANDLE = bytes(range(1, 21))
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40)
NUMBERS = st.integers(0, 2**32 - 1)


def test_the_manager_is_opened_to_connect_and_no_more() -> None:
    """0x1; neither a machine nor a database is named; impacket reads it so."""
    call = svcctl.open_manager()
    request = SCMR.ROpenSCManagerW(call.stub)
    assert call.opnum == SCMR.ROpenSCManagerW.opnum
    assert call.stub == bytes.fromhex("00000000 00000000 01000000")
    assert request["dwDesiredAccess"] == SCMR.SC_MANAGER_CONNECT


@given(NAMES, st.sampled_from([svcctl.QUERY_BOTH, svcctl.QUERY_STATUS]))
def test_a_service_is_opened_by_its_name_to_be_queried(name: str, access: int) -> None:
    """0x5 or 0x4; impacket reads it so."""
    call = svcctl.open_service(HANDLE, name, access)
    request = SCMR.ROpenServiceW(call.stub)
    assert call.opnum == SCMR.ROpenServiceW.opnum
    assert (request["lpServiceName"], request["dwDesiredAccess"]) == (name + "\0", access)
    assert request["hSCManager"] == HANDLE
    assert svcctl.QUERY_BOTH == SCMR.SERVICE_QUERY_CONFIG | SCMR.SERVICE_QUERY_STATUS
    assert svcctl.QUERY_STATUS == SCMR.SERVICE_QUERY_STATUS


def test_queries_name_the_service_and_the_room() -> None:
    """36 bytes for a status, 8192 for a configuration; impacket reads it so."""
    call = svcctl.query_status_ex(HANDLE)
    extended = SCMR.RQueryServiceStatusEx(call.stub)
    assert (call.opnum, extended["InfoLevel"], extended["cbBufSize"]) == (SCMR.RQueryServiceStatusEx.opnum, 0, 36)
    call = svcctl.query_status(HANDLE)
    assert (call.opnum, call.stub) == (SCMR.RQueryServiceStatus.opnum, HANDLE)
    config = svcctl.query_config(HANDLE)
    assert config.opnum == SCMR.RQueryServiceConfigW.opnum
    assert SCMR.RQueryServiceConfigW(config.stub)["cbBufSize"] == 8192


def test_impackets_answer_to_an_open_is_read() -> None:
    """Handle and code."""
    response = SCMR.ROpenServiceWResponse()
    response["lpServiceHandle"], response["ErrorCode"] = HANDLE, 0
    assert svcctl.open_service(HANDLE, "x", 5).read(Reader(response.getData())) == Opened(0, HANDLE)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_impackets_answers_with_a_status_are_read(kind: int, state: int, pid: int) -> None:
    """The older one has no process."""
    response = SCMR.RQueryServiceStatusExResponse()
    response["lpBuffer"] = struct.pack("<9I", kind, state, 1, 0, 0, 0, 0, pid, 0)
    response["pcbBytesNeeded"], response["ErrorCode"] = 36, 0
    assert svcctl.query_status_ex(HANDLE).read(Reader(response.getData())) == Status(0, kind, state, pid)
    older = SCMR.RQueryServiceStatusResponse()
    older["lpServiceStatus"]["dwServiceType"], older["lpServiceStatus"]["dwCurrentState"] = kind, state
    for name in ("ControlsAccepted", "Win32ExitCode", "ServiceSpecificExitCode", "CheckPoint", "WaitHint"):
        older["lpServiceStatus"][f"dw{name}"] = 7
    older["ErrorCode"] = 0
    assert svcctl.query_status(HANDLE).read(Reader(older.getData())) == Status(0, kind, state, None)


@given(NAMES, NAMES, NUMBERS)
def test_impackets_answer_with_a_configuration_is_read(account: str, display: str, start: int) -> None:
    """The texts stand behind the numbers, in the order of their pointers."""
    response = SCMR.RQueryServiceConfigWResponse()
    config = response["lpServiceConfig"]
    config["dwServiceType"], config["dwStartType"], config["dwErrorControl"], config["dwTagId"] = 0x10, start, 1, 0
    config["lpBinaryPathName"], config["lpLoadOrderGroup"], config["lpDependencies"] = "C:\\x.exe\0", "\0", "a\0b\0\0"
    config["lpServiceStartName"], config["lpDisplayName"] = account + "\0", display + "\0"
    response["pcbBytesNeeded"], response["ErrorCode"] = 100, 0
    read = svcctl.query_config(HANDLE).read(Reader(response.getData()))
    assert read == Config(0, start, account, display)


@given(NAMES, NUMBERS, NUMBERS)
def test_the_answers_of_the_tests_own_host_are_as_impacket_reads_them(name: str, kind: int, start: int) -> None:
    """So that what is shown with that host is shown."""
    config = SCMR.RQueryServiceConfigWResponse(stubs.config(kind, start, None, name))["lpServiceConfig"]
    assert (config["dwServiceType"], config["dwStartType"], config["lpDisplayName"]) == (kind, start, name + "\0")
    status = SCMR.RQueryServiceStatusExResponse(stubs.status_ex(kind, 4, 77, 36))
    assert b"".join(status["lpBuffer"]) == struct.pack("<9I", kind, 4, 1, 0, 0, 0, 0, 77, 0)


def test_what_is_null_or_refused_is_empty() -> None:
    """A driver has no account; a refusal has a code and nothing else."""
    assert svcctl.query_config(HANDLE).read(Reader(stubs.config(1, 3, None, None))) == Config(0, 3, "", "")
    assert svcctl.query_config(HANDLE).read(Reader(bytes(40) + struct.pack("<I", 5))) == Config(5, 0, "", "")
    refused = stubs.status_ex(0, 0, 0, 36, 5)
    assert svcctl.query_status_ex(HANDLE).read(Reader(refused)) == Status(5, 0, 0, None)


@pytest.mark.parametrize(
    ("call", "stub"),
    [
        (svcctl.open_manager(), stubs.opened(0, 0)),
        (svcctl.query_status_ex(HANDLE), stubs.status_ex(16, 4, 1, 28)),
        (svcctl.query_status_ex(HANDLE), struct.pack("<I", 37) + bytes(48)),
        (svcctl.query_status(HANDLE), stubs.status(16, 4)),
        (svcctl.query_config(HANDLE), stubs.config(16, 2, "a", "b")[:-9]),
        (svcctl.query_config(HANDLE), bytes(36) + struct.pack("<II", 8193, 0)),
    ],
)
def test_an_answer_that_contradicts_itself_is_malformed(call: Any, stub: bytes) -> None:  # noqa: ANN401 - calls of all kinds
    """A success without a handle, a status that is too short or too long, a configuration that did not fit."""
    with pytest.raises(Malformed):
        call.read(Reader(stub))
