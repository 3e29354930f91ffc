r"""What Windows itself keeps in the registry of a machine: its services, and where its environment comes from.

Law: one truth. The same services and variables that the machine answers for itself are here for who reads its registry
from afar; a persona may write other values over these.

Sources: Microsoft Q103000 ("CurrentControlSet\Services Subkey Entries": Type, Start, ErrorControl, ImagePath,
DisplayName, ObjectName) and CreateService (the numbers); "Environment Variables" (Win32 apps: the key Session
Manager\Environment); knowledge base article 933700 (ProgramFilesDir); "WOW64 Implementation Details" (the 32-bit
view); libyal's winreg-kb, "Environment variables" (SystemRoot, CommonFilesDir, ProfileList).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from fleetscan.lab.machine import Service
from fleetscan.lab.registry import Data, Datum
from fleetscan.lab.windows import fold

Keys: TypeAlias = dict[str, dict[str, Datum]]

SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
_ENVIRONMENT = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
_NT = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion"
_WOW64 = r"HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion"
_PROFILES = rf"{_NT}\ProfileList"

_STARTS = {"Boot": 0, "System": 1, "Auto": 2, "Manual": 3, "Disabled": 4}
_KERNEL_DRIVER, _OWN_PROCESS = 0x1, 0x10
_NORMAL_ERROR = 1

_PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "SYSTEMROOT": ((_NT, "SystemRoot"),),
    "PROGRAMFILES": ((_WINDOWS, "ProgramFilesDir"),),
    "PROGRAMW6432": ((_WINDOWS, "ProgramW6432Dir"), (_WOW64, "ProgramW6432Dir")),
    "PROGRAMFILES(X86)": ((_WINDOWS, "ProgramFilesDir (x86)"), (_WOW64, "ProgramFilesDir")),
    "COMMONPROGRAMFILES": ((_WINDOWS, "CommonFilesDir"),),
    "COMMONPROGRAMW6432": ((_WINDOWS, "CommonW6432Dir"), (_WOW64, "CommonW6432Dir")),
    "COMMONPROGRAMFILES(X86)": ((_WINDOWS, "CommonFilesDir (x86)"), (_WOW64, "CommonFilesDir")),
    "PROGRAMDATA": ((_PROFILES, "ProgramData"),),
    "SYSTEMDRIVE": (),  # worked out from SystemRoot when Windows starts
}
"""Folded variable -> the keys and values that it comes from. All others are values of the key of variables itself."""


def registered(services: Iterable[Service], variables: Mapping[str, str]) -> Keys:
    """Write what a machine with these services and variables (named as Windows does) has in its registry."""
    keys: Keys = {SERVICES: {}, **dict(_drivers())}
    for service in services:
        keys[rf"{SERVICES}\{service.name}"] = _named(_service(service))
    by_name = {fold(name): value for name, value in variables.items()}
    for name, value in variables.items():
        places = _PLACES.get(fold(name), ((_ENVIRONMENT, name),))
        for key, label in places:
            keys.setdefault(key, {})[label] = _variable(key, label, value, by_name)
    return keys


def _service(service: Service) -> Iterator[tuple[str, str, Data]]:
    """Write a service. Its program is the lab's own invention: no persona says where it is."""
    yield "Type", "REG_DWORD", _OWN_PROCESS
    yield "Start", "REG_DWORD", _STARTS[service.start]
    yield "ErrorControl", "REG_DWORD", _NORMAL_ERROR
    yield "ImagePath", "REG_EXPAND_SZ", rf"%SystemRoot%\System32\{service.name}.exe"
    yield "DisplayName", "REG_SZ", service.display or service.name
    yield "ObjectName", "REG_SZ", service.account


def _drivers() -> Iterator[tuple[str, dict[str, Datum]]]:
    """Write what stands among the services and is none: every Windows has drivers there."""
    driver: list[tuple[str, str, Data]] = [
        ("Type", "REG_DWORD", _KERNEL_DRIVER),
        ("Start", "REG_DWORD", _STARTS["Boot"]),
        ("ErrorControl", "REG_DWORD", _NORMAL_ERROR),
        ("ImagePath", "REG_EXPAND_SZ", r"System32\drivers\tcpip.sys"),
        ("DisplayName", "REG_SZ", "TCP/IP Protocol Driver"),
    ]
    yield rf"{SERVICES}\Tcpip", _named(driver)


def _variable(key: str, label: str, value: str, variables: Mapping[str, str]) -> Datum:
    """Write a variable as Windows does: in terms of another one where setup wrote it so."""
    root, drive = variables["SYSTEMROOT"], variables["SYSTEMDRIVE"]
    if key == _PROFILES and value.startswith(f"{drive}\\"):
        return Datum(name=label, type="REG_EXPAND_SZ", data=f"%SystemDrive%{value.removeprefix(drive)}")
    if key == _ENVIRONMENT and value.startswith(root):
        return Datum(name=label, type="REG_EXPAND_SZ", data=f"%SystemRoot%{value.removeprefix(root)}")
    return Datum(name=label, type="REG_SZ", data=value)


def _named(values: Iterable[tuple[str, str, Data]]) -> dict[str, Datum]:
    return {name: Datum(name=name, type=kind, data=data) for name, kind, data in values}
