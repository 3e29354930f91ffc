"""What the tests of this room share: a small fleet, its machine, and targets for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.lab.fault import Fault
from fleetscan.lab.host import LabHost
from fleetscan.lab.machine import Machine
from fleetscan.lab.machine import Service as Installed
from fleetscan.lab.registry import Datum, Registry
from fleetscan.lab.server import Lab
from fleetscan.lab.windows import fold
from fleetscan.model import (
    Absent,
    CimRows,
    Host,
    Known,
    MessageEncryption,
    Outcome,
    Question,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    WinrmSettings,
)
from fleetscan.transport.interface import Target

USER = "CORP\\svc-fleetscan"
PASSWORD = "Pa55-wörd-of-the-lab"

MACHINE = Machine(
    computer="EX01",
    fqdn="ex01.corp.example",
    services={
        fold("Alpha"): Installed(name="Alpha", pid=44),
        fold("Beta"): Installed(name="Beta", state="Stopped"),
    },
    registry=Registry(
        {
            r"HKLM\SOFTWARE\Thing": {
                fold("Number"): Datum(name="Number", type="REG_DWORD", data=4_294_967_295),
                fold("Lines"): Datum(name="Lines", type="REG_MULTI_SZ", data=("one",)),
            }
        }
    ),
    cim={fold("Win32_ComputerSystem"): ({"NumberOfLogicalProcessors": 8},)},
)

_KEY = r"HKLM\SOFTWARE\Thing"

EXPECTED: dict[Question, Outcome] = {
    RegistryValue(key=_KEY, value="Number"): Known(value=4_294_967_295, type="REG_DWORD"),
    RegistryValue(key=_KEY, value="Nothing"): Absent(),
    RegistryList(key=_KEY, list="subkeys"): Known(value=[], type="subkeys"),
    Service(name="ALPHA"): Known(
        value={"state": "Running", "start": "Auto", "account": "LocalSystem", "display": "", "pid": 44}, type="service"
    ),
    Service(name="Gamma"): Absent(),
    Services(pattern="b*"): Known(
        value={
            "Beta": {"state": "Stopped", "start": "Auto", "account": "LocalSystem", "display": "", "pid": 0},
        },
        type="services",
    ),
    CimRows(cim_class="Win32_ComputerSystem", properties=("NumberOfLogicalProcessors",)): Known(
        value=[{"NumberOfLogicalProcessors": 8}], type="cim"
    ),
}
"""Questions, and what :data:`MACHINE` answers."""

QUESTIONS = tuple(EXPECTED)


def pretend(
    name: str,
    address: str,
    *,
    fault: Fault = Fault.NONE,
    secure: bool = False,
    configuration: str = "Microsoft.PowerShell",
) -> LabHost:
    """Make one host of a lab."""
    return LabHost(
        name=name,
        address=address,
        site="Paris",
        persona="plain",
        machine=MACHINE,
        fault=fault,
        protocol="https" if secure else "http",
        configuration_name=configuration,
    )


def credential(auth: Auth = Auth.NTLM, *, user: str = USER, password: str | None = PASSWORD) -> Credential:
    """Make a credential."""
    return Credential(name="lab-reader", user=user, auth=auth, secret=None if password is None else Secret(password))


def target(
    lab: Lab,
    host: LabHost,
    known: Credential | None = None,
    *,
    encryption: MessageEncryption = MessageEncryption.AUTO,
    override: str | None = None,
) -> Target:
    """Aim at a host of a lab."""
    return Target(
        host=Host(
            name=host.name,
            address=host.address,
            port=lab.port if host.protocol == "http" else lab.tls_port,
            winrm=WinrmSettings(
                protocol=host.protocol,
                ca_cert=str(lab.ca_cert),
                configuration_name=host.configuration_name,
                message_encryption=encryption,
                negotiate_hostname_override=override,
            ),
        ),
        credential=known or credential(),
    )


def plain_target(port: int, address: str = "127.0.0.1", settings: WinrmSettings | None = None) -> Target:
    """Aim at a raw server."""
    winrm = settings or WinrmSettings(protocol="http")
    return Target(host=Host(name="raw", address=address, port=port, winrm=winrm), credential=credential())


@contextmanager
def serving(play: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve each connection on loopback with ``play`` in a thread; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def loop() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_play, args=(play, connection), daemon=True).start()

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _play(play: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection:
        try:
            play(connection)
        except OSError:
            return


def read_request(connection: socket.socket) -> bytes:
    """Read one request, head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def replying(*replies: bytes) -> Callable[[socket.socket], None]:
    """Answer the requests of a connection with these replies, one by one."""

    def play(connection: socket.socket) -> None:
        for reply in replies:
            read_request(connection)
            connection.sendall(reply)

    return play


def reply(status: str, body: bytes = b"", **headers: str) -> bytes:
    """Write one HTTP reply; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
