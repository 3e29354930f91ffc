"""The demo, run as its user runs it; what it leaves is read with nothing of fleetscan's own readers."""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleetscan.lab import Fault
from fleetscan.lab.among import expected_among
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.personas import load_personas
from fleetscan.lab.smb.fault import SmbFault
from tests.report.browser import chromium, link, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What one demo printed and left; ``before`` is the folder of the night before."""

    code: int
    out: str
    err: str
    before: Path
    folder: Path
    run: dict[str, Any]
    records: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Read compressed NDJSON."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demo once, in a process of its own, for two nights."""
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "fleetscan", "demo", "--night-before", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    folder = out / "latest"
    return Demo(
        code=done.returncode,
        out=done.stdout,
        err=done.stderr,
        before=min(out.glob("*-demo")),
        folder=folder,
        run=json.loads((folder / "run.json").read_text(encoding="utf-8")),
        records=lines_of(folder / "records.ndjson.gz"),
        verdicts=lines_of(folder / "verdicts.ndjson.gz"),
    )


def test_the_fleet_has_every_persona_and_every_fault() -> None:
    """At least forty hosts, and nothing that the lab can play is left out."""
    hosts = build_fleet(smb=True).hosts
    assert len(hosts) >= 40
    assert {host.fault for host in hosts} == set(Fault)
    assert {host.persona for host in hosts} == set(load_personas().personas)
    assert {host.ways for host in hosts} == {("winrm",), ("smb",), ("winrm", "smb")}
    assert len({host.smb_fault for host in hosts} - {SmbFault.NONE}) >= 8


def test_every_host_ends_with_exactly_its_status_and_reason(demo: Demo) -> None:
    """Status and reason of each host are those written by hand beside its persona and fault."""
    expected = {host.name: (host.expected_status, host.expected_reason) for host in build_fleet(smb=True).hosts}
    assert {line["host"]: (line["status"], line["reason"] or "") for line in demo.records} == expected
    assert len(demo.records) == len(expected)


def test_the_set_of_verdicts_is_exactly_the_expected_one(demo: Demo) -> None:
    """No (host, rule, verdict) is missing, and none is there that nobody wrote down."""
    hosts = build_fleet(smb=True).hosts
    among = expected_among(hosts)
    expected = {
        (host.name, rule, word)
        for host in hosts
        for rule, word in {**host.expected_verdicts, **among[host.name]}.items()
    }
    assert {(line["host"], line["rule"], line["verdict"]) for line in demo.verdicts} == expected
    assert len(demo.verdicts) == len(expected)
    assert (demo.code, demo.out.splitlines()[-1]) == (
        0,
        f"All {len(demo.records)} pretend hosts came out as their personas say.",
    )


def test_the_night_before_came_out_as_its_personas_say(demo: Demo) -> None:
    """The other fleet of the same hosts, judged one by one."""
    hosts = build_fleet(smb=True, before=True).hosts
    among = expected_among(hosts)
    expected = {
        (host.name, rule, word)
        for host in hosts
        for rule, word in {**host.expected_verdicts, **among[host.name]}.items()
    }
    assert demo.before.name != demo.run["id"]
    assert {
        (line["host"], line["rule"], line["verdict"]) for line in lines_of(demo.before / "verdicts.ndjson.gz")
    } == expected


CHANGED = {
    ("scanmail-agent-disabled", "scanmail-agent-missing: pass -> finding"),
    ("scanmail-agent-disabled", "transport-agents-differ-in-dag: pass -> finding"),
    ("scanmail-master-stopped", "scanmail-master-stopped: pass -> finding"),
    ("exchange-service-stopped", "exchange-services-stopped: pass -> finding"),
    ("exchange-2019-cu15", "scanmail-pattern-old: finding -> pass"),
    ("exchange-2019-cu15", "scanmail-scheduled-updates-off: unknown -> pass"),  # indirect: a young pattern
}
"""Persona of tonight, and what changed on the one host of it that was another one the night before."""


def test_what_changed_since_the_night_before_is_told_and_nothing_else(demo: Demo) -> None:
    """Verdicts of the hosts that are another persona; and of the two hosts that are lost, that they are."""
    command = [sys.executable, "-m", "fleetscan", "diff", str(demo.before), str(demo.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    personas = {host.name: host.persona for host in build_fleet(smb=True).hosts}
    rules = {line["rule"] for line in demo.verdicts}
    assert done.returncode == 1
    assert {(personas[host], words) for _, host, words in lines if words.partition(":")[0] in rules} == CHANGED
    lost = {host.name for host in build_fleet().hosts if host.fault in {Fault.REFUSED, Fault.WRONG_PASSWORD}}
    assert {host.rstrip(":") for sign, host, _ in lines if sign == "?"} == lost
    assert "Since the run before: 4 new findings, 1 finding is gone, 6 findings could not be" in demo.out


def test_hosts_are_read_over_the_ways_that_they_offer(demo: Demo) -> None:
    """Each record names the ways that were used: one where it was enough, both where the second had to help."""
    transports = {line["host"]: line["transport"] for line in demo.records}
    used = {(host.ways, host.transport): set[str]() for host in build_fleet(smb=True).hosts}
    for host in build_fleet(smb=True).hosts:
        used[host.ways, host.transport].add(transports[host.name])
    assert used == {
        (("winrm",), "winrm"): {"winrm"},
        (("smb",), "remote_registry"): {"remote_registry"},
        (("smb",), "auto"): {"winrm, remote_registry"},
        (("winrm", "smb"), "auto"): {"winrm", "winrm, remote_registry"},
    }


WITHOUT_SAMBA = """
import shutil
shutil.which = lambda *words, **options: None
from fleetscan.cli import main
main()
"""


def test_without_samba_the_demo_says_so_and_goes_on(tmp_path: Path) -> None:
    """One line with the remedy on standard error; the fleet is scanned over WinRM alone."""
    command = [sys.executable, "-c", WITHOUT_SAMBA, "demo", "--hosts", "3", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "apt-get install samba" in done.stderr.splitlines()[0]
    assert done.stdout.splitlines()[-1] == "All 3 pretend hosts came out as their personas say."


def test_report_verdicts_terminal_and_run_tell_the_same_numbers(demo: Demo) -> None:
    """The counts are counted here anew from the lines, and found in every output."""
    words = Counter(line["verdict"] for line in demo.verdicts)
    statuses = Counter(line["status"] for line in demo.records)
    judged = words["finding"] + words["pass"] + words["not_applicable"]
    coverage = 100 * judged // words.total()
    counts = demo.run["counts"]
    assert Counter(counts["by_verdict"]) == words
    assert Counter(counts["by_status"]) == statuses
    assert counts["coverage"] == coverage
    told = f"{words['finding']} findings on "
    terminal = " ".join(demo.out.split())
    report = " ".join(re.sub(r"<[^>]+>", "", html.unescape((demo.folder / "report.html").read_text("utf-8"))).split())
    for text in (terminal, report):
        assert told in text
        assert f"{coverage} %" in text
    assert f"{words['unknown']:,} checks unknown" in terminal
    assert f"{words['unknown']:,} checks could not be judged" in report
    for status, word in (("complete", "complete"), ("partial", "partial"), ("not_scanned", "not scanned")):
        assert f"{statuses[status]} {word}" in terminal
        assert f"{statuses[status]} {word}" in report


def test_the_exit_code_of_the_kept_run_follows_from_its_verdicts(demo: Demo) -> None:
    """The demo has findings, so judging it again with each threshold ends with 1; the run itself finished."""
    assert demo.run["ending"] == "finished"
    assert any(line["verdict"] == "finding" and line["severity"] == "error" for line in demo.verdicts)
    command = [sys.executable, "-m", "fleetscan", "report", str(demo.folder)]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert Counter((line["host"], line["rule"], line["verdict"]) for line in demo.verdicts) == Counter(
        (line["host"], line["rule"], line["verdict"]) for line in lines_of(demo.folder / "verdicts.ndjson.gz")
    )


@pytest.mark.parametrize("dark", [False, True])
def test_the_report_of_hostile_hosts_is_deaf_to_them(demo: Demo, *, dark: bool) -> None:
    """Opened from disk, every page of such a host: nothing is said, asked or run; the text is text."""
    said = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    hosts = [line["host"] for line in demo.records if json.dumps(said)[1:-1] in json.dumps(line["facts"])]
    assert hosts
    with chromium() as browser:
        seen = opened(browser, (demo.folder / "report.html").resolve(), dark=dark)
        for host in hosts:
            seen.go(link("server", host))
            assert said in (seen.page.text_content("main") or "")
        assert seen.troubles() == []
        assert seen.page.locator("main img, main script, main style").count() == 0
        seen.close()


def test_the_output_holds_no_control_character_of_a_host(demo: Demo) -> None:
    """Neither the summary nor the progress passes on an escape or a bidi control."""
    for character in "\x00\x07\x1b\u202e\u2066":
        assert character not in demo.out + demo.err
