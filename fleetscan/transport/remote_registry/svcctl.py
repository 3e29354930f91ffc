"""The service control manager's operations as calls: what is sent, and what an answer holds (MS-SCMR, 3.1.4). Pure.

Law: the manager is opened with 0x1 (SC_MANAGER_CONNECT), a service with 0x5 or 0x4, and only operations that read are
here; services are opened by name and never enumerated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from fleetscan.transport.remote_registry.ndr import Malformed, Reader, u32, wide
from fleetscan.transport.remote_registry.pdu import Interface
from fleetscan.transport.remote_registry.pipe import Call
from fleetscan.transport.remote_registry.winreg import Opened, opened

SVCCTL = Interface(pipe="svcctl", uuid="367abb81-9844-35f1-ad32-98f038001003", version=2)
"""MS-SCMR, 1.9 and 2.1."""

CONNECT = 0x1
"""SC_MANAGER_CONNECT (MS-SCMR, 3.1.4)."""

QUERY_STATUS = 0x4
"""SERVICE_QUERY_STATUS (MS-SCMR, 3.1.4)."""

QUERY_BOTH = 0x5
"""SERVICE_QUERY_CONFIG and SERVICE_QUERY_STATUS."""

NAME_LIMIT = 256
"""Characters that a service's name can have (MS-SCMR, 3.1.4.16)."""

SUCCESS, DENIED, INVALID_NAME, NOT_INSTALLED = 0, 5, 123, 1060
"""Win32 codes that are answers (MS-ERREF, 2.2)."""

STATES: Mapping[int, str] = {
    1: "Stopped",
    2: "Start Pending",
    3: "Stop Pending",
    4: "Running",
    5: "Continue Pending",
    6: "Pause Pending",
    7: "Paused",
}
"""SERVICE_STATUS.dwCurrentState (MS-SCMR, 2.2.47) in the words of Win32_Service.State."""

STARTS: Mapping[int, str] = {0: "Boot", 1: "System", 2: "Auto", 3: "Manual", 4: "Disabled"}
"""QUERY_SERVICE_CONFIGW.dwStartType (MS-SCMR, 2.2.15) in the words of Win32_Service.StartMode."""

_STATUS = 28
_PROCESS_STATUS = 36
_CONFIG = 8192
"""Bytes of room for a configuration: the most that may be asked for (MS-SCMR, 3.1.4.17)."""


class _Operation(IntEnum):
    QUERY_SERVICE_STATUS = 6
    OPEN_SC_MANAGER = 15
    OPEN_SERVICE = 16
    QUERY_SERVICE_CONFIG = 17
    QUERY_SERVICE_STATUS_EX = 40


@dataclass(frozen=True, slots=True)
class Status:
    """The code, and when it is 0 the service's type, its state as a number, and its process id where told."""

    code: int
    kind: int
    state: int
    pid: int | None


@dataclass(frozen=True, slots=True)
class Config:
    """The code, and when it is 0 the start type as a number, the account and the display name."""

    code: int
    start: int
    account: str
    display: str


def open_manager() -> Call[Opened]:
    """Open the manager; which machine and which database need not be said (MS-SCMR, 3.1.4.15)."""
    return Call(_Operation.OPEN_SC_MANAGER, u32(0, 0, CONNECT), opened)


def open_service(manager: bytes, name: str, access: int) -> Call[Opened]:
    """Open a service by its short name of at most NAME_LIMIT characters, with QUERY_BOTH or QUERY_STATUS."""
    return Call(_Operation.OPEN_SERVICE, manager + wide(name) + u32(access), opened)


def query_status_ex(service: bytes) -> Call[Status]:
    """Ask for state and process (MS-SCMR, 3.1.4.35; SC_STATUS_PROCESS_INFO is 0)."""
    return Call(_Operation.QUERY_SERVICE_STATUS_EX, service + u32(0, _PROCESS_STATUS), _status_ex)


def query_status(service: bytes) -> Call[Status]:
    """Ask for the state (MS-SCMR, 3.1.4.7)."""
    return Call(_Operation.QUERY_SERVICE_STATUS, service, _status)


def query_config(service: bytes) -> Call[Config]:
    """Ask for the configuration, with room for any (MS-SCMR, 3.1.4.17)."""
    return Call(_Operation.QUERY_SERVICE_CONFIG, service + u32(_CONFIG), _config)


def _status_ex(reader: Reader) -> Status:
    data = reader.conformant(_PROCESS_STATUS)
    reader.u32()
    code = reader.u32()
    if code:
        return Status(code, 0, 0, None)
    fields = Reader(data)
    kind, state = fields.u32(), fields.u32()
    fields.skip(_STATUS - 8)
    return Status(code, kind, state, fields.u32())


def _status(reader: Reader) -> Status:
    kind, state = reader.u32(), reader.u32()
    reader.skip(_STATUS - 8)
    return Status(reader.u32(), kind, state, None)


def _config(reader: Reader) -> Config:
    """Read QUERY_SERVICE_CONFIGW: numbers and pointers first, the texts behind (MS-SCMR, 2.2.15)."""
    _, start, _, path, group, _, dependencies, account, display = (reader.u32() for _ in range(9))
    texts = [reader.wide(_CONFIG) if pointer else "" for pointer in (path, group, dependencies, account, display)]
    needed, code = reader.u32(), reader.u32()
    if not code and needed > _CONFIG:
        message = f"a configuration of {needed} bytes in {_CONFIG}"
        raise Malformed(message)
    return Config(code, start, texts[3], texts[4])
