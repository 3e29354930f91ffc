"""The collector contract, item by item, as a pretend machine answers it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.machine import Machine, Refusal, Refusals
from tests.lab.small_machine import DENIED, MACHINE, TYPES, ask, value


def test_the_head_describes_the_host() -> None:
    """An answer says who the host is, its PowerShell, its time in UTC, and nothing that was not asked."""
    assert answer(MACHINE, {"v": 1}) == {
        "v": 1,
        "host": "EX01",
        "fqdn": "ex01.corp.example",
        "ps": "5.1.17763.1971",
        "utc": "2026-11-22T01:02:03Z",
        "ms": 0,
    }


@pytest.mark.parametrize("version", [None, 2, "1"])
def test_another_version_is_refused(version: object) -> None:
    """The contract has no words for a request of another version, so the script fails."""
    with pytest.raises(ValueError, match="instead of 1"):
        answer(MACHINE, {"v": version})


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("Dword", "REG_DWORD", 4294967295),
        ("QWORD", "REG_QWORD", 18446744073709551615),
        ("Text", "REG_SZ", "grün 日本 🙂"),
        ("Nothing", "REG_SZ", ""),
        ("Expand", "REG_EXPAND_SZ", "%SystemRoot%\\x"),
        ("Multi", "REG_MULTI_SZ", ["a", "", "b"]),
        ("Binary", "REG_BINARY", "00ff"),
        ("Untyped", "REG_NONE", ""),
        ("", "REG_SZ", "the default"),
    ],
)
def test_registry_types(name: str, kind: str, data: object) -> None:
    """Each registry type is carried as the contract says."""
    assert ask("registry", value(name)) == {"s": "ok", "t": kind, "d": data}


@pytest.mark.parametrize(("view", "bits"), [(64, 64), (32, 32)])
def test_views(view: int, bits: int) -> None:
    """The two views show two values."""
    assert ask("registry", value("Bits", "HKLM\\SOFTWARE\\Lab", view)) == {"s": "ok", "t": "REG_DWORD", "d": bits}


@pytest.mark.parametrize("key", ["HKLM\\SOFTWARE\\Lab\\Nowhere", TYPES])
def test_absent_values(key: str) -> None:
    """A missing key and a missing value are both absent."""
    assert ask("registry", value("Nowhere", key)) == {"s": "absent"}


def test_denied_keys() -> None:
    """A denied key is denied, not absent, and its message is cut at 500 characters."""
    assert ask("registry", value("Secret", DENIED)) == {"s": "denied", "m": "x" * 500}
    assert ask("registry", {"key": f"{DENIED}\\Below", "view": 64, "list": "values"}) == {
        "s": "denied",
        "m": "x" * 500,
    }


def test_lists_of_values() -> None:
    """All values of a key come with type and data; an empty key is no absent key."""
    assert ask("registry", {"key": "HKLM\\SOFTWARE\\Lab", "view": 64, "list": "values"}) == {
        "s": "ok",
        "d": {"Bits": {"t": "REG_DWORD", "d": 64}},
    }
    assert ask("registry", {"key": f"{TYPES}\\Sub", "view": 64, "list": "values"}) == {"s": "ok", "d": {}}
    assert ask("registry", {"key": f"{TYPES}\\No", "view": 64, "list": "values"}) == {"s": "absent"}


def test_lists_of_subkeys() -> None:
    """The names of the keys right below come as an array."""
    assert ask("registry", {"key": TYPES, "view": 64, "list": "subkeys"}) == {"s": "ok", "d": ["Sub", "Süb"]}
    assert ask("registry", {"key": f"{TYPES}\\Sub", "view": 64, "list": "subkeys"}) == {"s": "ok", "d": []}
    assert ask("registry", {"key": f"{TYPES}\\No", "view": 64, "list": "subkeys"}) == {"s": "absent"}


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"key": TYPES, "view": 64},
        {"key": TYPES, "view": 16, "value": "x"},
        {"key": "x", "view": 64, "value": "x"},
    ],
)
def test_registry_items_that_ask_nothing(item: dict[str, object]) -> None:
    """An item that the contract does not know is an error of that item, not of the answer."""
    found = ask("registry", item)
    assert isinstance(found, dict)
    assert found["s"] == "error"


def test_services_are_answered_by_name() -> None:
    """Plain names are answered whether installed or not, patterns by what they match, without case."""
    assert answer(MACHINE, {"v": 1, "services": ["scanmail_master", "Nowhere", "msexchange*", "Nothing*"]})[
        "services"
    ] == {
        "scanmail_master": {
            "s": "ok",
            "state": "Running",
            "start": "Auto",
            "account": "LocalSystem",
            "display": "ScanMail Master",
            "pid": 2144,
        },
        "Nowhere": {"s": "absent"},
        "MSExchangeIS": {
            "s": "ok",
            "state": "Stopped",
            "start": "Manual",
            "account": "CORP\\svc",
            "display": "",
            "pid": 0,
        },
    }


def test_a_service_is_answered_once() -> None:
    """A service that two names ask for appears once, under the name that came first."""
    services = answer(MACHINE, {"v": 1, "services": ["SCANMAIL_MASTER", "ScanMail_*"]})["services"]
    assert isinstance(services, dict)
    assert list(services) == ["SCANMAIL_MASTER", "ScanMail_Secret"]


def test_denied_services() -> None:
    """A denied service is denied by its name and in a pattern's answer."""
    denied = {"s": "denied", "m": "Access is denied."}
    for names in (["ScanMail_Secret"], ["ScanMail_*"]):
        services = answer(MACHINE, {"v": 1, "services": names})["services"]
        assert isinstance(services, dict)
        assert services["ScanMail_Secret"] == denied


def test_a_pattern_that_cannot_be_enumerated() -> None:
    """The refusal stands under the pattern's own text."""
    closed = Refusal(state="denied", message="Access is denied.")
    machine = Machine(computer="X", fqdn="x", refusals=Refusals(services={"*": closed}))
    denied = {"s": "denied", "m": "Access is denied."}
    found = answer(machine, {"v": 1, "services": ["MSExchange*", "WinDefend"]})["services"]
    assert found == {"MSExchange*": denied, "WinDefend": denied}


def test_cim_rows() -> None:
    """A class answers its properties under the names they were asked by, and leaves out what is null."""
    asked: dict[str, object] = {"class": "win32_computersystem", "properties": ["numberoflogicalprocessors", "Roles"]}
    assert ask("cim", asked) == {"s": "ok", "rows": [{"numberoflogicalprocessors": 8}]}
    assert ask("cim", {"class": "Win32_ComputerSystem"}) == {"s": "ok", "rows": [{}]}


def test_a_property_that_the_class_has_not() -> None:
    """WMI refuses the whole query when one property is not of the class."""
    asked: dict[str, object] = {
        "class": "Win32_ComputerSystem",
        "properties": ["NumberOfLogicalProcessors", "NoSuchProperty"],
    }
    assert ask("cim", asked) == {"s": "error", "m": "Invalid query "}


@pytest.mark.parametrize("name", ["Win32_Broken", "Win32_Nowhere"])
def test_cim_errors(name: str) -> None:
    """A class that is not there is an error, as WMI says it."""
    assert ask("cim", {"class": name, "properties": ["x"]}) == {"s": "error", "m": "Invalid class "}


def test_positions_are_kept() -> None:
    """Registry, files and cim answer position by position, whatever stands there."""
    request: dict[str, object] = {
        "v": 1,
        "registry": [value("Nowhere"), 7, value("Dword")],
        "files": [None, {"path": "C:\\Empty", "pattern": "*", "what": "count"}],
        "cim": "nonsense",
        "services": "nonsense",
    }
    answers = answer(MACHINE, request)
    registry, files = answers["registry"], answers["files"]
    assert isinstance(registry, list)
    assert isinstance(files, list)
    assert [item["s"] for item in registry] == ["absent", "error", "ok"]
    assert [item["s"] for item in files] == ["error", "ok"]
    assert answers["cim"] == []
    assert answers["services"] == {}


_FULL: dict[str, object] = {
    "v": 1,
    "registry": [value("Dword"), value("Qword")],
    "services": ["ScanMail_Master", "MSExchange*"],
    "files": [{"path": "C:\\Empty", "pattern": "*", "what": "count"}],
    "cim": [{"class": "Win32_ComputerSystem", "properties": []}],
}


def _states(answers: dict[str, object], section: str) -> list[str]:
    items = answers[section]
    listed = list(items.values()) if isinstance(items, dict) else items
    assert isinstance(listed, list)
    return ["late" if item.get("late") else item["s"] for item in listed]


def test_a_slow_section_spends_the_budget() -> None:
    """Once the stopwatch passes the budget, every item left says that it came too late."""
    machine = Machine(
        computer="X", fqdn="x", registry=MACHINE.registry, services=MACHINE.services, pace={"services": 400}
    )
    answers = answer(machine, {**_FULL, "budget_ms": 500})
    assert _states(answers, "registry") == ["ok", "ok"]
    assert answers["services"] == {
        "ScanMail_Master": {
            "s": "ok",
            "state": "Running",
            "start": "Auto",
            "account": "LocalSystem",
            "display": "ScanMail Master",
            "pid": 2144,
        },
        "MSExchange*": {
            "s": "error",
            "late": True,
            "m": "The time for this collection was spent before this item was asked.",
        },
    }
    assert _states(answers, "files") == ["late"]
    assert _states(answers, "cim") == ["late"]
    assert answers["ms"] == 802


def test_without_a_budget_nothing_is_late() -> None:
    """A slow machine answers everything when it is given the time."""
    machine = Machine(computer="X", fqdn="x", disk=MACHINE.disk, cim=MACHINE.cim, pace={"files": 10_000_000})
    answers = answer(machine, _FULL)
    assert _states(answers, "files") == ["ok"]
    assert _states(answers, "cim") == ["ok"]


def test_answers_are_json() -> None:
    """Every answer can be written as JSON and read back as it was."""
    answers = answer(MACHINE, _FULL)
    assert json.loads(json.dumps(answers)) == answers


def test_without_win32_service_no_service_is_listed() -> None:
    """The collector has its services from WMI: where that refuses the class, it says so for every name."""
    wmi = Refusal(state="error", message="Invalid class ")
    machine = replace(MACHINE, refusals=Refusals(cim={"Win32_Service": wmi}))
    said = {"s": "error", "m": "Invalid class "}
    names = ["ScanMail_*", "MSExchangeIS", "Nothing"]
    assert answer(machine, {"v": 1, "services": names})["services"] == dict.fromkeys(names, said)
