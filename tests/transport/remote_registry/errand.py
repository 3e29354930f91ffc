"""One errand by which ways to a host are compared: 20 values in 10 keys, and 10 services with their starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.lab.machine import Machine, Service
from fleetscan.lab.registry import Datum, Registry
from fleetscan.lab.smb import SmbHost
from fleetscan.lab.windows import fold
from fleetscan.model import Host, Known, Outcome, Question, RegistryValue, SmbSettings
from fleetscan.model import Service as ServiceQuestion
from fleetscan.transport.interface import Target
from tests.lab.smb.clients import RRP, SCMR, visit
from tests.samba import PASSWORD, USER

KEYS = tuple(f"SOFTWARE\\Vendor\\Product\\Part{number}" for number in range(10))
VALUES = ("Enabled", "Path")
SERVICES = tuple(f"VendorService{number}" for number in range(10))

QUESTIONS: tuple[RegistryValue | ServiceQuestion, ...] = (
    *(RegistryValue(key=f"HKLM\\{key}", value=value) for key in KEYS for value in VALUES),
    *(ServiceQuestion(name=name) for name in SERVICES),
)

_PATH = "D:\\Program Files\\Vendor\\Product"
_ACCOUNT = "LocalSystem"

TRUTH: Mapping[Question, Outcome] = {
    **{RegistryValue(key=f"HKLM\\{key}", value="Enabled"): Known(value=1, type="REG_DWORD") for key in KEYS},
    **{RegistryValue(key=f"HKLM\\{key}", value="Path"): Known(value=_PATH, type="REG_SZ") for key in KEYS},
    **{
        ServiceQuestion(name=name): Known(
            value={"state": "Running", "start": "Auto", "account": _ACCOUNT, "display": name, "pid": 700},
            type="service",
        )
        for name in SERVICES
    },
}

HELPERS_TRUTH = ([1, _PATH + "\0"] * len(KEYS), [(4, 2)] * len(SERVICES))
"""The same as the helpers give it: texts with their NUL; SERVICE_RUNNING and SERVICE_AUTO_START."""


def host(address: str) -> SmbHost:
    """Make a host to go to."""
    values = (Datum(name="Enabled", type="REG_DWORD", data=1), Datum(name="Path", type="REG_SZ", data=_PATH))
    data = {fold(datum.name): datum for datum in values}
    machine = Machine(
        computer="EX01",
        fqdn="ex01.lab.example",
        now=datetime(2026, 11, 22, tzinfo=UTC),
        registry=Registry({f"HKLM\\{key}": data for key in KEYS}),
        services={fold(name): Service(name=name, display=name, account=_ACCOUNT, pid=700) for name in SERVICES},
    )
    return SmbHost(name="ex01", address=address, machine=machine)


def target(address: str, port: int) -> Target:
    """Aim at it."""
    return Target(
        host=Host(name="ex01", address=address, smb=SmbSettings(port=port)),
        credential=Credential(name="lab", user=USER, auth=Auth.NTLM, secret=Secret(PASSWORD)),
    )


def by_helpers(aim: Target) -> tuple[list[object], list[tuple[int, int]]]:
    """Go there with impacket's helpers, a call for each thing and nothing closed: the values; states and starts."""
    with visit(aim.host.address, aim.host.smb.port) as visited:
        winreg = visited.pipe("winreg")
        root = RRP.hOpenLocalMachine(winreg, 0x20019)["phKey"]
        values = []
        for path in KEYS:
            key = RRP.hBaseRegOpenKey(winreg, root, path, samDesired=0x20019)["phkResult"]
            values += [RRP.hBaseRegQueryValue(winreg, key, value)[1] for value in VALUES]
        svcctl = visited.pipe("svcctl")
        manager = SCMR.hROpenSCManagerW(svcctl, dwDesiredAccess=0x1)["lpScHandle"]
        services = []
        for name in SERVICES:
            service = SCMR.hROpenServiceW(svcctl, manager, name, dwDesiredAccess=0x5)["lpServiceHandle"]
            state = SCMR.hRQueryServiceStatus(svcctl, service)["lpServiceStatus"]["dwCurrentState"]
            services.append((state, SCMR.hRQueryServiceConfigW(svcctl, service)["lpServiceConfig"]["dwStartType"]))
    return values, services
