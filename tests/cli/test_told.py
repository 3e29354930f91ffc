"""Locators and attestations at the command line: what is refused before any host, what the plan prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Caller

WRONG = r"""all:
  vars:
    fleetscan_credential: lab
    fleetscan_locators:
      scanmail.schedule_update: {registry: 'HKLM\SOFTWARE\Example', value: EnableUpdate, is: 1}
      scanmail.scheduled_scan: {registry: 'HKLM\SOFTWARE\Example', value: Scans}
      exchange.build: {registry: 'HKLM\SOFTWARE\Example', value: Build}
    fleetscan_attested:
      exchange.mailboxes: {value: many, by: J. Doe, since: 2026-10-01, until: 2027-03-31}
    fleetscan_parameters: {scanmail.scheduled_update: {days: 0}}
  hosts:
    ex1:
    ex2: {fleetscan_attested: {exchange.mailbox: {value: 5, by: J. Doe, since: 2026-10-01, until: 2027-03-31}}}
"""
CREDENTIALS = "credentials: {lab: {user: a, auth: ntlm, secret: {env: A}}}\n"
RIGHT = r"""all:
  vars:
    fleetscan_locators:
      scanmail.scheduled_update: {registry: 'HKLM\SOFTWARE\Example', value: EnableUpdate, is: 1}
      scanmail.scheduled_scan: {file: 'C:\Example\scan.ini', contains: On=1}
  hosts: {ex1: }
"""
MISTAKES = [
    "5:7: there is no fact scanmail.schedule_update (did you mean `scanmail.scheduled_update`?)",
    "6:7: scanmail.scheduled_scan is bool: the locator must say which value means yes (add `is: VALUE`)",
    "7:7: the fact exchange.build is read from the host and cannot be told (remove it)",
    "9:7: `value` must be a whole number, because exchange.mailboxes is int; it is text",
    "13:32: there is no fact exchange.mailbox (did you mean `exchange.mailboxes`?)",
]


def written(folder: Path, text: str) -> Path:
    """Write an inventory and its credentials."""
    path = folder / "hosts.yml"
    path.write_text(text, encoding="utf-8")
    (folder / "credentials.yml").write_text(CREDENTIALS, encoding="utf-8")
    return path


@pytest.mark.parametrize("verb", ["scan", "check", "plan"])
def test_what_does_not_fit_the_facts_is_said_at_once_and_no_host_is_asked(
    call: Caller, tmp_path: Path, verb: str
) -> None:
    """Unknown facts, facts of hosts, other types: each where it stands, with a suggestion, and exit code 2."""
    path = written(tmp_path, WRONG)
    done = call(verb, "-i", path)
    assert done.code == 2
    lines = [line.removeprefix(f"{path}:") for line in done.err.replace("\n  ", " ").splitlines()]
    for mistake in MISTAKES:
        assert any(mistake in line for line in lines), (mistake, done.err)
    if verb != "plan":
        assert "parameter days of the fact scanmail.scheduled_update must be" in done.err


def test_the_plan_prints_the_places_of_an_inventory_and_why(call: Caller, tmp_path: Path) -> None:
    """Each place of a locator stands among the others, with the fact that it is named for."""
    done = call("plan", "-i", written(tmp_path, RIGHT))
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert r"  HKLM\SOFTWARE\Example\EnableUpdate  (located by the inventory: scanmail.scheduled_update)" in lines, (
        done.out
    )
    assert r"  text of C:\Example\scan.ini  (located by the inventory: scanmail.scheduled_scan)" in lines
    plain = call("plan").out.splitlines()
    assert not any("located by the inventory" in line for line in plain)


def test_the_plan_counts_only_hosts_within_the_limit(call: Caller, tmp_path: Path) -> None:
    """A locator of a host that is not scanned is not read."""
    text = "all: {hosts: {ex1: , ex2: {fleetscan_locators: {scanmail.scheduled_scan: {file: 'C:\\a', contains: x}}}}}\n"
    path = written(tmp_path, text)
    assert "located by the inventory" in call("plan", "-i", path).out
    assert "located by the inventory" not in call("plan", "-i", path, "--limit", "ex1").out
