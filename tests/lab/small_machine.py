"""A small machine with one of everything that the contract knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fleetscan.lab.collector import answer
from fleetscan.lab.disk import Disk, File
from fleetscan.lab.machine import Machine, Refusal, Refusals, Service
from fleetscan.lab.registry import Data, Datum, Registry

SETUP = "HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\Setup"
TYPES = "HKLM\\SOFTWARE\\Lab\\Types"
DENIED = "HKLM\\SOFTWARE\\Lab\\Denied"
_DAY = timedelta(days=1)


def _values(**data: tuple[str, Data]) -> dict[str, Datum]:
    return {name: Datum(name=name, type=kind, data=value) for name, (kind, value) in data.items()}


_REGISTRY = {
    SETUP: _values(
        MsiInstallPath=("REG_SZ", "C:\\Exchange\\"),
        Bare=("REG_EXPAND_SZ", "%SystemDrive%\\Exchange"),
        Empty=("REG_SZ", ""),
        Number=("REG_DWORD", 7),
    ),
    TYPES: {
        **_values(
            Dword=("REG_DWORD", 4294967295),
            Qword=("REG_QWORD", 18446744073709551615),
            Text=("REG_SZ", "grün 日本 🙂"),
            Nothing=("REG_SZ", ""),
            Expand=("REG_EXPAND_SZ", "%SystemRoot%\\x"),
            Multi=("REG_MULTI_SZ", ("a", "", "b")),
            Binary=("REG_BINARY", b"\x00\xff"),
            Untyped=("REG_NONE", b""),
        ),
        "": Datum(name="", type="REG_SZ", data="the default"),
    },
    f"{TYPES}\\Sub": {},
    f"{TYPES}\\Süb": {},
    "HKLM\\SOFTWARE\\Wow6432Node\\Lab": _values(Bits=("REG_DWORD", 32)),
    "HKLM\\SOFTWARE\\Lab": _values(Bits=("REG_DWORD", 64)),
    DENIED: _values(Secret=("REG_SZ", "x")),
}
_FILES = [
    ("C:\\Exchange\\Bin\\ExSetup.exe", File(name="ExSetup.exe", size=10, age=2 * _DAY, version="15.2.1544.39")),
    ("C:\\Exchange\\plain.txt", File(name="plain.txt", size=9, text="aä🙂bcd")),
    ("C:\\Smex\\lpt$vpn.455", File(name="lpt$vpn.455", size=1, age=3 * _DAY)),
    ("C:\\Smex\\lpt$vpn.457", File(name="lpt$vpn.457", size=2, age=_DAY)),
    ("C:\\Smex\\other.bin", File(name="other.bin", size=3)),
    ("C:\\Smex\\deep\\lpt$vpn.999", File(name="lpt$vpn.999", size=4)),
    ("C:\\Denied\\x", File(name="x")),
]
_SERVICES = [
    Service(name="ScanMail_Master", display="ScanMail Master", pid=2144),
    Service(name="ScanMail_Secret"),
    Service(name="MSExchangeIS", state="Stopped", start="Manual", account="CORP\\svc"),
]
MACHINE = Machine(
    computer="EX01",
    fqdn="ex01.corp.example",
    now=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
    registry=Registry(_REGISTRY),
    services={service.name.upper(): service for service in _SERVICES},
    disk=Disk(_FILES, ["C:\\Empty"]),
    cim={
        "WIN32_COMPUTERSYSTEM": ({"NumberOfLogicalProcessors": 8, "TotalPhysicalMemory": 137438953472, "Roles": None},)
    },
    refusals=Refusals(
        registry={DENIED: Refusal(state="denied", message="x" * 600)},
        services={"ScanMail_Secret": Refusal(state="denied", message="Access is denied.")},
        files={"C:\\Denied": Refusal(state="denied", message="Access is denied.")},
        cim={"Win32_Broken": Refusal(state="error", message="Invalid class ")},
    ),
)


def ask(section: str, item: dict[str, object]) -> object:
    """Ask one item of one section and give its answer."""
    answers = answer(MACHINE, {"v": 1, section: [item]})[section]
    assert isinstance(answers, list)
    assert len(answers) == 1
    return answers[0]


def value(name: str, key: str = TYPES, view: int = 64) -> dict[str, object]:
    """Make the item that asks for one registry value."""
    return {"key": key, "view": view, "value": name}
