"""The flows against Samba's own registry and service control, and against impacket's helpers on the same server."""

from __future__ import annotations

import importlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fleetscan.lab.smb.samba import program
from fleetscan.model import (
    Absent,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
    Value,
)
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place, place_flow
from fleetscan.transport.remote_registry.registry import registry_flows
from fleetscan.transport.remote_registry.services import service_flows
from tests.samba import Samba, native_samba
from tests.transport.remote_registry.native import PASSWORD, USER, target
from tests.transport.remote_registry.talk import channel

RRP = importlib.import_module("impacket.dcerpc.v5.rrp")  # the oracle, which has no types
SCMR = importlib.import_module("impacket.dcerpc.v5.scmr")
TRANSPORT = importlib.import_module("impacket.dcerpc.v5.transport")

K = r"HKLM\SOFTWARE\Vendor"
CLOSED = r"HKLM\SOFTWARE\Closed"
TEXT = "Пример 漢字 \U0001f600"
TYPES = {"REG_NONE": 0, "REG_SZ": 1, "REG_EXPAND_SZ": 2, "REG_BINARY": 3, "REG_DWORD": 4, "REG_MULTI_SZ": 7}
TYPES |= {"REG_QWORD": 11}


def utf16(text: str) -> bytes:
    """Write a text with its NUL."""
    return (text + "\0").encode("utf-16-le")


VALUES: dict[str, tuple[str, bytes, Value]] = {
    "": ("REG_SZ", utf16("by default"), "by default"),
    "dword": ("REG_DWORD", b"\xff\xff\xff\xff", 0xFFFFFFFF),
    "qword": ("REG_QWORD", b"\xfe" + b"\xff" * 7, 2**64 - 2),
    "text": ("REG_SZ", utf16(TEXT), TEXT),
    TEXT: ("REG_SZ", utf16("named"), "named"),
    "empty": ("REG_SZ", utf16(""), ""),
    "expand": ("REG_EXPAND_SZ", utf16("%SystemRoot%\\x"), "%SystemRoot%\\x"),
    "multi": ("REG_MULTI_SZ", utf16("one\0" + TEXT + "\0"), ["one", TEXT]),
    "binary": ("REG_BINARY", bytes(range(256)), bytes(range(256)).hex()),
    "none": ("REG_NONE", b"\x01\x02", "0102"),
    "odd": ("REG_SZ", b"a\0b", "ab"),
    "64 KiB": ("REG_BINARY", bytes(range(256)) * 256, (bytes(range(256)) * 256).hex()),
    "1 MiB": ("REG_SZ", utf16("x" * (2**19 - 1)), "x" * (2**19 - 1)),
}


def exported() -> bytes:
    """Write the registry as regedit does."""
    lines = ["Windows Registry Editor Version 5.00", ""]

    def key(path: str, values: dict[str, tuple[str, bytes]]) -> None:
        lines.append(f"[{path.replace('HKLM', 'HKEY_LOCAL_MACHINE', 1)}]")
        for name, (kind, data) in values.items():
            digits = ",".join(f"{byte:02x}" for byte in data)
            lines.append(f'"{name}"=hex({TYPES[kind]:x}):{digits}' if name else f"@=hex({TYPES[kind]:x}):{digits}")
        lines.append("")

    key(K, {name: (kind, data) for name, (kind, data, _) in VALUES.items()})
    key(K + r"\First", {})
    key(K + rf"\{TEXT}", {})
    key(r"HKLM\SOFTWARE\Wow6432Node\Vendor", {"dword": ("REG_DWORD", b"\x20\0\0\0")})
    key(CLOSED, {"dword": ("REG_DWORD", b"\x01\0\0\0")})
    environment = {"PROCESSOR_ARCHITECTURE": ("REG_SZ", utf16("AMD64")), "Own": ("REG_EXPAND_SZ", utf16("%windir%\\o"))}
    key(r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment", environment)
    for name in ("Spooler", "RemoteRegistry", "NotInstalled"):
        key(rf"HKLM\SYSTEM\CurrentControlSet\Services\{name}", {"Type": ("REG_DWORD", b"\x10\0\0\0")})
    return b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")


@pytest.fixture(scope="module")
def samba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samba]:
    """Start one with the registry above, in which one key is closed to all but the system."""
    registry: Path = tmp_path_factory.mktemp("native") / "registry.reg"
    registry.write_bytes(exported())
    with native_samba(registry, user=USER, password=PASSWORD) as running:
        only_system = "O:BAG:SYD:(A;;RPWPCCDCLCRCWOWDSDSW;;;SY)"
        command = [program("net"), "-s", str(running.configuration), "registry", "setsd_sddl"]
        subprocess.run([*command, CLOSED, only_system], check=True, capture_output=True)
        yield running


def ask(samba: Samba, *questions: RegistryValue | RegistryList, pipes: int = 2) -> dict[Question, Outcome]:
    """Ask for registry values in one conversation."""
    outcomes: dict[Question, Outcome] = {}
    with channel(target(samba)) as running:
        running.run(registry_flows(questions, outcomes, Place(), pipes, Rack()))
    return outcomes


def ask_services(samba: Samba, *questions: Service | Services, pipes: int = 2) -> dict[Question, Outcome]:
    """Ask for services in one conversation."""
    outcomes: dict[Question, Outcome] = {}
    with channel(target(samba)) as running:
        running.run(service_flows(questions, outcomes, pipes, Rack()))
    return outcomes


@pytest.fixture
def helpers(samba: Samba) -> Iterator[Any]:
    """Connect with impacket: a function from a pipe's name to its RPC."""
    opened = []

    def connect(pipe: str, interface: object) -> object:
        rpc = TRANSPORT.DCERPCTransportFactory(f"ncacn_np:{samba.address}[\\pipe\\{pipe}]")
        rpc.set_dport(samba.port)
        rpc.setRemoteHost(samba.address)
        rpc.set_credentials(USER.rpartition("\\")[2], PASSWORD, "LAB")
        dce = rpc.get_dce_rpc()
        dce.connect()
        dce.bind(interface)
        opened.append(dce)
        return dce

    yield connect
    for dce in opened:
        dce.disconnect()


@pytest.mark.parametrize("pipes", [1, 4])
def test_every_type_and_size_is_read_from_samba(samba: Samba, pipes: int) -> None:
    """Unicode in names and data, the default value, the empty one, 64 KiB and 1 MiB."""
    questions = {name: RegistryValue(key=K, value=name) for name in VALUES}
    outcomes = ask(samba, *questions.values(), pipes=pipes)
    for name, (kind, _, expected) in VALUES.items():
        assert outcomes[questions[name]] == Known(value=expected, type=kind)


def test_impackets_helpers_read_the_same(samba: Samba, helpers: Any) -> None:  # noqa: ANN401 - the oracle has no types
    """Type by type and byte by byte, as far as they can."""
    dce = helpers("winreg", RRP.MSRPC_UUID_RRP)
    hive = RRP.hOpenLocalMachine(dce, samDesired=0x20019)["phKey"]
    key = RRP.hBaseRegOpenKey(dce, hive, K[5:], samDesired=0x20019)["phkResult"]
    names = ["", "dword", "qword", "text", "expand", "multi", "binary", "64 KiB"]
    outcomes = ask(samba, *[RegistryValue(key=K, value=name) for name in names])
    for name in names:
        kind, value = RRP.hBaseRegQueryValue(dce, key, name)
        outcome = outcomes[RegistryValue(key=K, value=name)]
        assert isinstance(outcome, Known)
        assert TYPES[outcome.type] == kind
        assert outcome.value == _as_ours(value)


def _as_ours(value: int | str | bytes) -> Value:
    match value:
        case bytes():
            return value.hex()
        case str() if value.endswith("\0\0"):
            return value[:-2].split("\0")
        case str():
            return value.removesuffix("\0")
        case int():
            return value


def test_missing_is_told_from_denied(samba: Samba) -> None:
    """A value, a key, a key below a missing one are absent; a closed key is unknown."""
    closed = RegistryValue(key=CLOSED, value="dword")
    missing: list[RegistryValue | RegistryList] = [
        RegistryValue(key=K, value="missing"),
        RegistryValue(key=K + "\\Missing", value="x"),
        RegistryValue(key=K + "\\Missing\\Below", value="x"),
        RegistryList(key=K + "\\Missing", list="values"),
    ]
    outcomes = ask(samba, closed, *missing)
    assert [outcomes[each] for each in missing] == [Absent()] * 4
    denied = outcomes[closed]
    assert isinstance(denied, Unknown)
    assert denied.reason is Reason.DENIED


def test_lists_are_read_from_samba(samba: Samba) -> None:
    """All values with their types and data, all names, and none where there is none."""
    values, subkeys = RegistryList(key=K, list="values"), RegistryList(key=K, list="subkeys")
    empty, named = RegistryList(key=K + "\\First", list="values"), RegistryList(key=K + "\\First", list="subkeys")
    outcomes = ask(samba, values, subkeys, empty, named)
    expected = {name: {"type": kind, "value": value} for name, (kind, _, value) in VALUES.items()}
    assert outcomes[values] == Known(value=expected, type="values")
    listed = outcomes[subkeys]
    assert isinstance(listed, Known)
    assert isinstance(listed.value, list)
    assert sorted(map(str, listed.value)) == sorted(["First", TEXT])
    assert (outcomes[empty], outcomes[named]) == (Known(value={}, type="values"), Known(value=[], type="subkeys"))


def test_hives_and_the_32_bit_view_are_read_from_samba(samba: Samba) -> None:
    """The view by its path, all four hives by either name."""
    narrow = RegistryValue(key=K, value="dword", view=32)
    hives = [
        RegistryList(key=hive, list="subkeys")
        for hive in ("HKLM", "HKEY_USERS", "HKCR", "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKU")
    ]
    outcomes = ask(samba, narrow, *hives)
    assert outcomes[narrow] == Known(value=0x20, type="REG_DWORD")
    assert all(isinstance(outcomes[hive], Known) for hive in hives)


def test_a_place_is_read_from_samba(samba: Samba) -> None:
    """Bits, the machine's variables, and Samba's own SystemRoot."""
    with channel(target(samba)) as running:
        place = running.run_one(place_flow([File(path="%Own%", aspect=FileAspect.STAT)], Rack()))
    assert place.bits == 64
    assert place.expand("%own%\\y") == "c:\\Windows\\o\\y"


def test_the_four_services_of_samba_are_known(samba: Samba, helpers: Any) -> None:  # noqa: ANN401 - the oracle has no types
    """In the words of Win32_Service; impacket's helpers read the same numbers."""
    words: dict[int, str] = {1: "Stopped", 4: "Running"}
    starts: dict[int, str] = {3: "Manual", 4: "Disabled"}
    names = ["Spooler", "NETLOGON", "RemoteRegistry", "WINS"]
    outcomes = ask_services(samba, *[Service(name=name) for name in names])
    dce = helpers("svcctl", SCMR.MSRPC_UUID_SCMR)
    manager = SCMR.hROpenSCManagerW(dce, dwDesiredAccess=1)["lpScHandle"]
    for name in names:
        service = SCMR.hROpenServiceW(dce, manager, name + "\0", dwDesiredAccess=5)["lpServiceHandle"]
        state = SCMR.hRQueryServiceStatus(dce, service)["lpServiceStatus"]["dwCurrentState"]
        config = SCMR.hRQueryServiceConfigW(dce, service)["lpServiceConfig"]
        outcome = outcomes[Service(name=name)]
        assert isinstance(outcome, Known)
        assert isinstance(outcome.value, dict)
        assert outcome.value.pop("pid") > 0
        assert outcome.value == {
            "state": words[state],
            "start": starts[config["dwStartType"]],
            "account": config["lpServiceStartName"].rstrip("\0"),
            "display": config["lpDisplayName"].rstrip("\0"),
        }


@pytest.mark.parametrize("pipes", [1, 3])
def test_patterns_are_answered_by_samba(samba: Samba, pipes: int) -> None:
    """From the names in the registry; what is registered and not installed is left out."""
    spool, none, missing = Services(pattern="SPOOL*"), Services(pattern="noti*"), Service(name="nothing")
    outcomes = ask_services(samba, spool, none, missing, pipes=pipes)
    assert (outcomes[none], outcomes[missing]) == (Known(value={}, type="services"), Absent())
    found = outcomes[spool]
    assert isinstance(found, Known)
    assert isinstance(found.value, dict)
    assert list(found.value) == ["Spooler"]


def test_one_pipe_needs_few_sends_one_after_another(samba: Samba) -> None:
    """20 values in 10 keys and two services: the logon, the share, and one send a call."""
    values = [RegistryValue(key=f"{K}\\Key{index % 10}", value=str(index)) for index in range(20)]
    outcomes: dict[Question, Outcome] = {}
    with channel(target(samba)) as running:
        flows = registry_flows(values, outcomes, Place(), 1, Rack())
        running.run([*flows, *service_flows([Service(name="Spooler"), Service(name="WINS")], outcomes, 1, Rack())])
        assert running.depth <= 40
    assert len(outcomes) == 22
