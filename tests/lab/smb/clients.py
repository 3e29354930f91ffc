"""Clients that are not ours: impacket's session and its helpers for MS-RRP and MS-SCMR. It has no types."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.samba import PASSWORD

RRP: Any = importlib.import_module("impacket.dcerpc.v5.rrp")
SCMR: Any = importlib.import_module("impacket.dcerpc.v5.scmr")
RPC: Any = importlib.import_module("impacket.dcerpc.v5.rpcrt")
TRANSPORT: Any = importlib.import_module("impacket.dcerpc.v5.transport")
SMB: Any = importlib.import_module("impacket.smbconnection")
NETBIOS: Any = importlib.import_module("impacket.nmb")
DIALECTS: Any = importlib.import_module("impacket.smb3structs")

RPC_ERROR: Any = RPC.DCERPCException

KEY_READ = 0x20019
SHORT = 0.4
"""Seconds after which a host is taken to be silent."""

_NAME = "svc-fleetscan"
_UUIDS = {"winreg": RRP.MSRPC_UUID_RRP, "svcctl": SCMR.MSRPC_UUID_SCMR}


@dataclass(frozen=True, slots=True)
class Visit:
    """One connection that is logged on."""

    connection: Any
    address: str
    port: int

    def pipe(self, name: str) -> Any:  # noqa: ANN401 - impacket has no types
        """Open a pipe and bind to the interface behind it."""
        dce = TRANSPORT.SMBTransport(self.address, self.port, name, smb_connection=self.connection).get_dce_rpc()
        dce.connect()
        dce.bind(_UUIDS[name])
        return dce

    def key(self, path: str) -> tuple[Any, Any]:
        """Open a key below HKLM; give the pipe and the handle."""
        dce = self.pipe("winreg")
        root = RRP.hOpenLocalMachine(dce, KEY_READ)["phKey"]
        return dce, RRP.hBaseRegOpenKey(dce, root, path, samDesired=KEY_READ)["phkResult"]

    def service(self, name: str, access: int = 5) -> tuple[Any, Any]:
        """Open a service; give the pipe and the handle."""
        dce = self.pipe("svcctl")
        manager = SCMR.hROpenSCManagerW(dce, dwDesiredAccess=1)["lpScHandle"]
        return dce, SCMR.hROpenServiceW(dce, manager, name, access)["lpServiceHandle"]

    def patience(self, seconds: float) -> None:
        """Wait so long for an answer, from now on."""
        self.connection.setTimeout(seconds)


@contextlib.contextmanager
def visit(address: str, port: int, *, dialect: int | None = None, name: str = _NAME) -> Iterator[Visit]:
    """Connect and log on."""
    connection = SMB.SMBConnection("EX01", address, sess_port=port, timeout=10, preferredDialect=dialect)
    try:
        connection.login(name, PASSWORD, "LAB")
        yield Visit(connection, address, port)
    finally:
        connection.getSMBServer().close_session()


def win32(error: BaseException) -> int:
    """Give the Win32 code of an error that an operation answered with, whichever of its classes impacket chose."""
    assert isinstance(error, RPC_ERROR), error
    code: int = error.get_error_code()
    return code
