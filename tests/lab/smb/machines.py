"""A machine with one of everything that the remote registry and the service manager can be asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from fleetscan.lab.machine import Machine, Refusal, Refusals, Service
from fleetscan.lab.registry import Data, Datum, Registry

TYPES = "SOFTWARE\\Lab\\Types"
DENIED = "SOFTWARE\\Lab\\Denied"
BROKEN = "SOFTWARE\\Lab\\Broken"
LARGE = "SOFTWARE\\Lab\\Large"
EMPTY = "SOFTWARE\\Lab\\Empty"
SERVICES = "SYSTEM\\CurrentControlSet\\Services"
SERVICE = "ScanMail_Master"
NUMBERS = ("Zwei", "eins", "Ünf")
"""Names of subkeys in the order in which they were made."""

VALUES: dict[str, tuple[str, Data, int, bytes]] = {
    "Dword": ("REG_DWORD", 4294967295, 4, b"\xff\xff\xff\xff"),
    "Qword": ("REG_QWORD", 2**64 - 2, 11, b"\xfe" + b"\xff" * 7),
    "Text": ("REG_SZ", "grün 日本 🙂", 1, "grün 日本 🙂\0".encode("utf-16-le")),
    "Nothing": ("REG_SZ", "", 1, b"\0\0"),
    "Expand": ("REG_EXPAND_SZ", "%SystemRoot%\\x", 2, "%SystemRoot%\\x\0".encode("utf-16-le")),
    "Multi": ("REG_MULTI_SZ", ("a", "", "b"), 7, "a\0\0b\0\0".encode("utf-16-le")),
    "None of them": ("REG_MULTI_SZ", (), 7, b"\0\0"),
    "Binary": ("REG_BINARY", b"\x00\xff", 3, b"\x00\xff"),
    "Untyped": ("REG_NONE", b"", 0, b""),
    "Odd": ("REG_SZ", b"a\0b", 1, b"a\0b"),
    "Größe": ("REG_DWORD_BIG_ENDIAN", 1, 5, b"\0\0\0\x01"),
    "": ("REG_SZ", "the default", 1, "the default\0".encode("utf-16-le")),
}
"""Values by name: type and data as the machine holds them, number and bytes as they come over the wire."""

LARGE_VALUES = {"64K": bytes(range(256)) * 256, "1M": b"\xa5" * (1 << 20)}


def _datum(name: str, kind: str, data: Data) -> Datum:
    return Datum(name=name, type=kind, data=data)


def machine(computer: str) -> Machine:
    """Make a machine of this name."""
    keys = {
        "HKLM\\SOFTWARE\\Lab": {"Computer": _datum("Computer", "REG_SZ", computer)},
        f"HKLM\\{TYPES}": {name: _datum(name, kind, data) for name, (kind, data, _, _) in VALUES.items()},
        **{f"HKLM\\{TYPES}\\{name}": {} for name in NUMBERS},
        f"HKLM\\{LARGE}": {name: _datum(name, "REG_BINARY", data) for name, data in LARGE_VALUES.items()},
        f"HKLM\\{EMPTY}": {},
        f"HKLM\\{DENIED}\\Below": {},
        f"HKLM\\{BROKEN}": {},
        "HKLM\\SOFTWARE\\Wow6432Node\\Lab": {"Bits": _datum("Bits", "REG_DWORD", 32)},
        "HKU\\.DEFAULT": {},
        f"HKLM\\{SERVICES}\\{SERVICE}": {
            "Type": _datum("Type", "REG_DWORD", 0x20),
            "ImagePath": _datum("ImagePath", "REG_EXPAND_SZ", "%SystemRoot%\\master.exe"),
            "Description": _datum("Description", "REG_SZ", "Leads the others"),
            "DelayedAutostart": _datum("DelayedAutostart", "REG_DWORD", 1),
        },
    }
    services = [
        Service(name=SERVICE, display="ScanMail Master", pid=2144),
        Service(name="Plain", state="Stopped", start="Disabled", account="CORP\\svc"),
        Service(name="Odd", state="Unknown", start="Manual"),
        Service(name="Secret"),
        Service(name="Going"),
    ]
    return Machine(
        computer=computer,
        fqdn=f"{computer.lower()}.corp.example",
        now=datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC),
        registry=Registry(keys),
        services={service.name.upper(): service for service in services},
        refusals=Refusals(
            registry={
                f"HKLM\\{DENIED}": Refusal(state="denied", message="Access is denied."),
                f"HKLM\\{BROKEN}": Refusal(state="error", message="The configuration registry database is corrupt."),
            },
            services={
                "Secret": Refusal(state="denied", message="Access is denied."),
                "Going": Refusal(state="error", message="The service has been marked for deletion."),
            },
        ),
    )
