"""The lab, scanned, and held against its own expectation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from fleetscan import history
from fleetscan.lab import Fault
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.model import Ending, Finding
from fleetscan.scan.demo import demo, differences
from tests.history.nouns import FAILURE
from tests.scan.labs import fleet_of, healthy


def test_a_lab_that_was_judged_as_expected_shows_no_difference(tmp_path: Path) -> None:
    """It is scanned through its own inventory into a run like any other."""
    fleet = fleet_of(healthy(2))
    shown = asyncio.run(demo(fleet, tmp_path))
    assert shown.differences == ()
    assert shown.done.run.ending is Ending.FINISHED
    assert shown.done.folder == tmp_path / shown.done.run.id
    assert (shown.done.folder / "report.html").is_file()


def test_every_difference_is_told(tmp_path: Path) -> None:
    """Status, reason, verdicts expected otherwise, findings nobody expected, hosts without a record."""
    first, second = healthy(2)
    shown = asyncio.run(demo(fleet_of([first, second]), tmp_path))
    records = [one for one in history.read_records(shown.done.folder) if one.host == first.name]
    verdicts = [one for one in history.read_verdicts(shown.done.folder) if one.host == first.name]
    [rule, *others] = sorted(first.expected_verdicts)
    wrong = replace(
        first,
        expected_status="not_scanned",
        expected_reason="timed_out",
        expected_verdicts={
            rule: "broken",
            "no-such-rule": "pass",
            **{name: first.expected_verdicts[name] for name in others},
        },
    )
    name = f"{first.name} ({first.persona}, none)"
    assert list(differences(fleet_of([wrong, second]), records, verdicts)) == [
        f"{name}: complete instead of not scanned timed out",
        f"{name}: {rule} is {first.expected_verdicts[rule]} instead of broken",
        f"{name}: no-such-rule is no verdict instead of pass",
        f"{second.name} ({second.persona}, none): has no record",
    ]


def test_a_finding_that_nobody_expected_is_told(tmp_path: Path) -> None:
    """A failure's own words are quoted with it."""
    [host] = healthy(1)
    shown = asyncio.run(demo(fleet_of([host]), tmp_path))
    [record] = history.read_records(shown.done.folder)
    verdicts = [
        replace(verdict, ruling=Finding()) if verdict.rule == "exchange-update-behind" else verdict
        for verdict in history.read_verdicts(shown.done.folder)
    ]
    others = {rule: word for rule, word in host.expected_verdicts.items() if rule != "exchange-update-behind"}
    unexpected = replace(host, expected_verdicts=others)
    partial = replace(record, failure=FAILURE)
    assert list(differences(fleet_of([unexpected]), [partial], verdicts)) == [
        f"{host.name} ({host.persona}, none): complete timed out instead of complete: no answer",
        f"{host.name} ({host.persona}, none): exchange-update-behind is finding instead of nothing",
    ]


def test_a_host_is_named_with_its_faults() -> None:
    """Whichever way has one: that is what the lab's author has to look at."""
    [host] = healthy(1)
    faulty = replace(host, fault=Fault.NOT_WINRM, smb_fault=SmbFault.PENDING)
    over_smb = replace(host, smb_fault=SmbFault.PENDING)
    assert list(differences(fleet_of([host, over_smb, faulty]), [], [])) == [
        f"{host.name} ({host.persona}, {words}): has no record" for words in ("none", "pending", "not-winrm, pending")
    ]
