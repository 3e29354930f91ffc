"""The hosts of the shared labs, and ways to speak to them."""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Iterator
from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from fleetscan.lab import Fault, Lab, LabHost
from tests.lab.fleets import host
from tests.lab.wire import PASSWORD, SCRIPT, USER, Client, Reply, Session

REQUEST = json.dumps({"v": 1, "services": ["Nothing"]})
SHORT = 0.25
"""Seconds after which a host is taken to be silent."""

PLAIN = host("plain")
SECURE = host("secure", protocol="https")
JEA = host("jea", configuration_name="Fleet.Scan")
FAULTY = {fault: host(fault.value, fault=fault) for fault in Fault}
FAULTY_TLS = {
    fault: host(f"{fault.value}-tls", fault=fault, protocol="https") for fault in (Fault.HANG_ACCEPT, Fault.GARBAGE)
}


def client(lab: Lab, to: LabHost) -> Client:
    """Make a client for a host."""
    if to.protocol == "http":
        return Client(address=to.address, port=lab.port)
    context = ssl.create_default_context(cafile=str(lab.ca_cert))
    return Client(address=to.address, port=lab.tls_port, tls=context)


def stock(lab: Lab, to: LabHost, **options: Any) -> WSMan:  # noqa: ANN401 - pypsrp's own keyword arguments
    """Make stock pypsrp's connection to a host."""
    if to.protocol == "https":
        options = {"cert_validation": str(lab.ca_cert), **options}
    port = lab.port if to.protocol == "http" else lab.tls_port
    arguments = {"username": USER, "password": PASSWORD, "auth": "ntlm", "ssl": to.protocol == "https", **options}
    return WSMan(to.address, port=port, no_proxy=True, **arguments)


def scan(connection: WSMan, configuration: str = "Microsoft.PowerShell") -> dict[str, Any]:
    """Scan a host with stock pypsrp; give the answer."""
    with connection, RunspacePool(connection, configuration_name=configuration) as pool:
        shell = PowerShell(pool)
        if configuration == "Microsoft.PowerShell":
            shell.add_script(SCRIPT)
        else:
            shell.add_cmdlet("Get-FleetScanFact")
        shell.add_parameter("Request", REQUEST)
        output = shell.invoke()
        assert not shell.had_errors
        assert len(output) == 1
        answer = json.loads(output[0])
        assert isinstance(answer, dict)
        return answer


@contextlib.contextmanager
def connected(lab: Lab, fault: Fault, timeout: float = 5.0) -> Iterator[Client]:
    """Connect to the host of a fault."""
    with Client(address=FAULTY[fault].address, port=lab.port, timeout=timeout) as wire:
        yield wire


@contextlib.contextmanager
def opened(lab: Lab, fault: Fault) -> Iterator[tuple[Client, Session]]:
    """Log on and open a shell on the host of a fault."""
    session = Session()
    with connected(lab, fault) as wire:
        assert wire.logon().status == 200
        assert wire.call(session.create()).status == 200
        while not session.opened:
            session.heard(wire.call(session.receive("")).body)
        yield wire, session


@contextlib.contextmanager
def commanded(lab: Lab, fault: Fault) -> Iterator[tuple[Client, Session]]:
    """Start the collector on the host of a fault."""
    with opened(lab, fault) as (wire, session):
        assert wire.call(session.command(Request=REQUEST)).status == 200
        yield wire, session


def silent(wire: Client) -> bool:
    """Tell whether nothing comes, and the connection stays."""
    wire.sock.settimeout(SHORT)
    with contextlib.suppress(TimeoutError):
        wire.sock.recv(1)
        return False
    return True


def cleaned(lab: Lab, to: LabHost, session: Session) -> Reply:
    """Delete a shell over a fresh connection."""
    with Client(address=to.address, port=lab.port) as wire:
        wire.logon()
        return wire.call(session.delete())
