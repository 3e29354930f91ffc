"""What Windows itself keeps in a pretend registry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.host import LabHost
from fleetscan.lab.machine import Machine, Service
from fleetscan.lab.registered import SERVICES, registered
from fleetscan.lab.registry import Registry, physical
from fleetscan.lab.windows import environment, expand, fold, variables

_NT = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
_WINDOWS = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion"
_WOW64 = "HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\Windows\\CurrentVersion"
_ENVIRONMENT = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
_HOSTS = {host.persona: host for host in build_fleet(now=datetime(2026, 11, 22, tzinfo=UTC)).hosts}
_KINDS = {"Boot": 0, "System": 1, "Auto": 2, "Manual": 3, "Disabled": 4}


def _data(registry: Registry, key: str, name: str) -> object:
    path = physical(key, 64, registry.bits)
    assert path is not None
    datum = registry.value(path, name)
    return None if datum is None else (datum.type, datum.data)


def _written(machine: Machine, key: str) -> dict[str, str]:
    """Read the texts of a key, each expanded with the variables of the machine."""
    path = physical(key, 64, machine.registry.bits)
    values = machine.registry.values(path) if path else None
    texts = {datum.name: datum.data for datum in values or () if isinstance(datum.data, str)}
    return {name: expand(text, machine.environment) for name, text in texts.items()}


@pytest.mark.parametrize("persona", sorted(_HOSTS))
def test_every_service_is_registered(persona: str) -> None:
    """Whoever reads the registry finds the services that the machine itself lists, and how each starts."""
    machine = _HOSTS[persona].machine
    names = machine.registry.subkeys(("HKLM", "SYSTEM", "CURRENTCONTROLSET", "SERVICES")) or ()
    seen = {
        name: _data(machine.registry, f"{SERVICES}\\{name}", "Start")
        for name in names
        if _data(machine.registry, f"{SERVICES}\\{name}", "Type") == ("REG_DWORD", 0x10)
    }
    assert seen == {each.name: ("REG_DWORD", _KINDS[each.start]) for each in machine.services.values()}
    for each in machine.services.values():
        key = f"{SERVICES}\\{each.name}"
        assert _data(machine.registry, key, "ObjectName") == ("REG_SZ", each.account)
        assert _data(machine.registry, key, "DisplayName") == ("REG_SZ", each.display)
        assert _data(machine.registry, key, "ImagePath") is not None


@pytest.mark.parametrize("persona", ["exchange-2016", "exchange-2013", "exchange-2010-tuned", "legacy-temp-full"])
def test_not_every_key_among_the_services_is_one(persona: str) -> None:
    """Drivers, and components that keep their settings there, match the patterns that are asked for."""
    registry = _HOSTS[persona].machine.registry
    assert _data(registry, f"{SERVICES}\\Tcpip", "Type") == ("REG_DWORD", 1)
    assert _data(registry, f"{SERVICES}\\MSExchangeLabDriver", "Type") == ("REG_DWORD", 1)
    assert _data(registry, f"{SERVICES}\\MSExchangeDSAccess", "Type") is None
    assert registry.values(("HKLM", "SYSTEM", "CURRENTCONTROLSET", "SERVICES", "MSEXCHANGEDSACCESS")) is not None


def _environment(host: LabHost) -> dict[str, str]:
    """Work a machine's environment out from its registry, as the sources that are named there say."""
    machine = host.machine
    windows, nt = _written(machine, _WINDOWS), _written(machine, _NT)
    profiles = _written(machine, f"{_NT}\\ProfileList")
    root = str(nt["SystemRoot"])
    found = _written(machine, _ENVIRONMENT) | {
        "SystemRoot": root,
        "SystemDrive": root[:2],
        "ProgramData": profiles["ProgramData"],
        "ProgramFiles": windows["ProgramFilesDir"],
        "CommonProgramFiles": windows["CommonFilesDir"],
    }
    wide = {
        "ProgramFiles(x86)": "ProgramFilesDir (x86)",
        "ProgramW6432": "ProgramW6432Dir",
        "CommonProgramFiles(x86)": "CommonFilesDir (x86)",
        "CommonProgramW6432": "CommonW6432Dir",
    }
    found |= {name: windows[label] for name, label in wide.items() if label in windows}
    return {fold(name): value for name, value in found.items()}


@pytest.mark.parametrize("persona", sorted(_HOSTS))
def test_the_environment_can_be_worked_out_from_the_registry(persona: str) -> None:
    """From afar come the same variables, and no others, that the machine itself expands with."""
    host = _HOSTS[persona]
    found, own = _environment(host), dict(host.machine.environment)
    if _data(host.machine.registry, _ENVIRONMENT, "TEMP") == ("REG_DWORD", 1):
        own.pop("TEMP")  # a number is no variable
    assert found == own


@pytest.mark.parametrize(("persona", "word"), [("exchange-se", "AMD64"), ("legacy-temp-full", "x86")])
def test_the_bits_are_told(persona: str, word: str) -> None:
    """A 32-bit machine says so, and has no folder for programs of other bits."""
    registry = _HOSTS[persona].machine.registry
    assert _data(registry, _ENVIRONMENT, "PROCESSOR_ARCHITECTURE") == ("REG_SZ", word)
    assert (_data(registry, _WINDOWS, "ProgramFilesDir (x86)") is None) is (word == "x86")
    assert (_data(registry, _WOW64, "ProgramFilesDir") is None) is (word == "x86")


def test_variables_are_written_as_windows_writes_them() -> None:
    """What lies below the system's folder is written in terms of it, and is to be expanded."""
    keys = registered([], variables({"ExchangeInstallPath": "D:\\Exchange\\"}))
    values = {name: (datum.type, datum.data) for name, datum in keys[_ENVIRONMENT].items()}
    assert values == {
        "windir": ("REG_EXPAND_SZ", "%SystemRoot%"),
        "TEMP": ("REG_EXPAND_SZ", "%SystemRoot%\\Temp"),
        "TMP": ("REG_EXPAND_SZ", "%SystemRoot%\\Temp"),
        "PROCESSOR_ARCHITECTURE": ("REG_SZ", "AMD64"),
        "ExchangeInstallPath": ("REG_SZ", "D:\\Exchange\\"),
    }
    profiles = keys[f"{_NT}\\ProfileList"]["ProgramData"]
    assert (profiles.type, profiles.data) == ("REG_EXPAND_SZ", "%SystemDrive%\\ProgramData")


def test_programs_elsewhere_are_registered_there() -> None:
    """A machine whose programs or data are on another drive says so in its registry."""
    keys = registered([], variables({"programfiles": "D:\\Apps", "ProgramData": "E:\\Data"}))
    assert keys[_WINDOWS]["ProgramFilesDir"].data == "D:\\Apps"
    profiles = keys[f"{_NT}\\ProfileList"]["ProgramData"]
    assert (profiles.type, profiles.data) == ("REG_SZ", "E:\\Data")


def test_a_service_without_a_display_name_has_its_short_one() -> None:
    """As Windows shows it."""
    keys = registered([Service(name="EUQ_Monitor", start="Disabled")], variables({}))
    values = keys[f"{SERVICES}\\EUQ_Monitor"]
    assert {name: datum.data for name, datum in values.items()} == {
        "Type": 0x10,
        "Start": 4,
        "ErrorControl": 1,
        "ImagePath": "%SystemRoot%\\System32\\EUQ_Monitor.exe",
        "DisplayName": "EUQ_Monitor",
        "ObjectName": "LocalSystem",
    }


def test_variables_have_their_written_names() -> None:
    """One that is laid over another replaces it, in its own writing; the folded ones are the same."""
    found = variables({"programfiles": "D:\\Apps"}, 32)
    assert found["programfiles"] == "D:\\Apps"
    assert "ProgramFiles" not in found
    assert environment({"programfiles": "D:\\Apps"}, 32) == {fold(name): value for name, value in found.items()}
