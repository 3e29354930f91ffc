"""The ways to a host, as the command line tells of them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fleetscan.lab import Fleet
from tests.cli.conftest import Caller


@pytest.fixture
def closed() -> int:
    """Name a port of loopback at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert isinstance(port, int)
    return port


def told(inventory: Path, name: str, text: str) -> None:
    """Write variables for one host of the lab."""
    folder = inventory.parent / "host_vars"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def test_check_says_of_each_way_whether_it_works(
    call: Caller, inventory: Path, small_fleet: Fleet, closed: int
) -> None:
    """One way is enough; what is wrong with the other one is said beside it."""
    name = small_fleet.hosts[0].name
    told(inventory, name, f"fleetscan_transport: auto\nfleetscan_smb_port: {closed}\n")
    done = call("check", "-i", inventory, "--limit", name)
    assert done.code == 0
    assert f"{name}: ok, as lab (winrm: ok; remote_registry: unreachable: " in done.out
    assert "1 of 1 hosts accepted the logon" in done.out


def test_a_host_without_any_way_is_told_by_the_names_of_both(
    call: Caller, inventory: Path, small_fleet: Fleet, closed: int, tmp_path: Path
) -> None:
    """On the console, in the record and in the report; the exit code is that of coverage."""
    name = small_fleet.hosts[0].name
    told(
        inventory,
        name,
        f"fleetscan_transport: [remote_registry, winrm]\nansible_port: {closed}\nfleetscan_smb_port: {closed}\n",
    )
    done = call("scan", "-i", inventory, "--limit", name, "--out", tmp_path / "runs")
    assert done.code == 3
    assert f"{name} not scanned: unreachable (remote_registry: " in done.err
    assert "; winrm: nobody listens at this port" in done.err
    report = (tmp_path / "runs" / "latest" / "report.html").read_text(encoding="utf-8")
    assert "remote_registry, winrm as lab" in report


def test_an_explanation_says_which_way_each_fact_came(
    call: Caller, inventory: Path, small_fleet: Fleet, tmp_path: Path
) -> None:
    """Behind its value; a parameter was not read at all."""
    name = small_fleet.hosts[0].name
    call("scan", "-i", inventory, "--out", tmp_path / "runs", "--limit", name)
    done = call("explain", "scanmail-pattern-old", name, "--out", tmp_path / "runs")
    assert done.code == 0
    named = [line for line in done.out.splitlines() if " = " in line]
    read = [line for line in named if "scanmail." in line or "exchange." in line]
    assert read
    assert all(line.endswith(" (by winrm)") for line in read)
    assert any("days = " in line and "(by" not in line for line in named)


BARRED = """all:
  vars: {fleetscan_credential: shown}
  hosts:
    ex01: {fleetscan_transport: remote_registry}
    ex02: {fleetscan_transport: [remote_registry, winrm]}
    ex03: {fleetscan_transport: [winmr]}
    ex04: {fleetscan_transport: winmr}
"""
CREDENTIALS = """credentials:
  shown: {auth: certificate, certificate: c.pem, key: k.pem}
"""


def test_lint_finds_ways_that_are_not_there_and_hosts_without_an_open_one(call: Caller, tmp_path: Path) -> None:
    """Each once, with its place; a host with one open way is no mistake."""
    path = tmp_path / "prod.yml"
    path.write_text(BARRED, encoding="utf-8")
    (tmp_path / "credentials.yml").write_text(CREDENTIALS, encoding="utf-8")
    done = call("inventory", "lint", "-i", path)
    assert done.code == 2
    first, second = done.err.splitlines()
    assert first.startswith(f"{path}:4:5: ex01: credential `shown` cannot be used there (remote_registry: it knows no")
    assert second == f"{path}:6:5: ex03: there is no transport `winmr` (did you mean `winrm`?)"


def test_plan_tells_the_ways_apart(call: Caller) -> None:
    """What is read beside the questions, and what cannot be asked, is listed by way."""
    out = call("plan").out
    assert "Over remote_registry besides (" in out
    assert r"HKLM\SYSTEM\CurrentControlSet\Services [subkeys]" in out
    assert "Not over remote_registry (" in out
    assert "\n  CIM Win32_ComputerSystem (" in out.partition("Not over remote_registry (")[2]
