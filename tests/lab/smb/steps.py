"""What a client asks of a host, one step after the other, and how its errors read."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from fleetscan.lab.smb import SmbFault, SmbServer
from tests.lab.smb.clients import KEY_READ, NETBIOS, RRP, SCMR, SMB, Visit, visit
from tests.lab.smb.conftest import FAULTY
from tests.lab.smb.machines import SERVICE, TYPES

PATIENCE = 20.0
SILENCE: tuple[type[Exception], ...] = (NETBIOS.NetBIOSTimeout, TimeoutError)
BROKEN: tuple[type[Exception], ...] = (NETBIOS.NetBIOSError, OSError, SMB.SessionError)

Step = Callable[[Visit], Any]


def status(error: BaseException) -> int:
    """Give the NTSTATUS of an error of a session."""
    assert isinstance(error, SMB.SessionError), error
    code: int = error.getErrorCode()
    return code


@contextlib.contextmanager
def visited(server: SmbServer, fault: SmbFault, *, dialect: int | None = None) -> Iterator[Visit]:
    """Visit the host of a fault."""
    with visit(FAULTY[fault].address, server.port, dialect=dialect) as guest:
        yield guest


def value(guest: Visit) -> Any:  # noqa: ANN401 - impacket has no types
    """Read a value, by the helper."""
    dce, key = guest.key(TYPES)
    return RRP.hBaseRegQueryValue(dce, key, "Dword")


def subkey(guest: Visit, index: int = 0) -> Any:  # noqa: ANN401 - impacket has no types
    """Enumerate one subkey."""
    dce, key = guest.key(TYPES)
    return RRP.hBaseRegEnumKey(dce, key, index)


def listed(guest: Visit, index: int = 0) -> Any:  # noqa: ANN401 - impacket has no types
    """Enumerate one value."""
    dce, key = guest.key(TYPES)
    return RRP.hBaseRegEnumValue(dce, key, index)


def root(guest: Visit) -> Any:  # noqa: ANN401 - impacket has no types
    """Open HKLM."""
    return RRP.hOpenLocalMachine(guest.pipe("winreg"), KEY_READ)


def manager(guest: Visit) -> Any:  # noqa: ANN401 - impacket has no types
    """Open the service manager."""
    return SCMR.hROpenSCManagerW(guest.pipe("svcctl"), dwDesiredAccess=1)


def state(guest: Visit) -> int:
    """Read a service's state."""
    dce, handle = guest.service(SERVICE)
    number: int = SCMR.hRQueryServiceStatus(dce, handle)["lpServiceStatus"]["dwCurrentState"]
    return number


def configuration(guest: Visit) -> Any:  # noqa: ANN401 - impacket has no types
    """Read a service's configuration."""
    dce, handle = guest.service(SERVICE)
    return SCMR.hRQueryServiceConfigW(dce, handle)


STEPS: dict[str, Step] = {
    "pipe": lambda guest: guest.pipe("winreg"),
    "bind": lambda guest: guest.pipe("svcctl"),
    "open-root": root,
    "open-key": lambda guest: guest.key(TYPES),
    "query-value": value,
    "enum-key": subkey,
    "enum-value": listed,
    "open-scm": manager,
    "open-service": lambda guest: guest.service(SERVICE),
    "query-status": state,
    "query-config": configuration,
}


def eventually(so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)
