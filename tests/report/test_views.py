"""The views made by script, in a browser: what they count is the run's, and what they show can be found and sent on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from fleetscan.model import Absent, Finding, Known, Severity, Unknown
from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, link, opened
from tests.report.lived import lived, nights, told
from tests.report.sample import Sample, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

TWICE, MASTER, SCANNERS = "scanmail-processes-twice", "scanmail-master-stopped", "antivirus-two-file-scanners"
LISTS = {
    "critical": (Severity.ERROR,),
    "all": tuple(Severity),
    "non-default": (Severity.NON_DEFAULT,),
    "informational": (Severity.INFO,),
}
"""View -> the severities of its findings."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def made() -> Sample:
    """Make the fleet."""
    return nights(sample(45))[1]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the fleet, with a night before."""
    path = tmp_path_factory.mktemp("lived") / "report.html"
    path.write_text(render(lived(45)), "utf-8")
    return path


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the report; nothing that a test does there may trouble the page."""
    page = opened(browser, file)
    yield page
    assert page.troubles() == []
    page.close()


def shown(seen: Opened) -> Locator:
    """Find the view that is open."""
    return seen.page.locator("main > [data-view]:visible, #scripted > [data-view]:visible")


def grid(seen: Opened) -> Locator:
    """Find the table of the view that is open."""
    return shown(seen).locator("[role=grid]").first


def rows(seen: Opened) -> int:
    """Count the rows of that table, in sight or not."""
    count = grid(seen).get_attribute("aria-rowcount")
    assert count
    return int(count) - 1


def findings(made: Sample, *severities: Severity) -> int:
    """Give the number of findings of these severities, as the run counted them."""
    assert made.run.counts
    return sum(made.run.counts.findings_by_severity.get(severity, 0) for severity in severities)


@pytest.mark.parametrize("view", LISTS)
def test_a_list_of_findings_has_as_many_as_the_run_counted(seen: Opened, made: Sample, view: str) -> None:
    """One row a finding, and by rule the servers of all rows together."""
    expected = findings(made, *LISTS[view])
    seen.go(link(view, by="finding"))
    expect(shown(seen).get_by_role("status").first).to_have_text(f"{expected} of {expected} findings")
    assert rows(seen) == expected
    seen.go(link(view))
    cells = grid(seen).locator(".fs-body [data-title=Servers]").all_inner_texts()
    assert sum(map(int, cells)) == expected


def test_findings_are_found_by_words_and_choices_that_a_link_keeps(seen: Opened, made: Sample) -> None:
    """Search and severity narrow the list, stand in the fragment, and are there when the link is opened again."""
    expected = [
        verdict
        for verdict in made.verdicts
        if isinstance(verdict.ruling, Finding)
        and verdict.severity is Severity.WARNING
        and verdict.host.startswith("par")
    ]
    seen.go("#all?by=finding")
    shown(seen).get_by_role("searchbox", name="Find").fill("PARIS")
    shown(seen).get_by_role("button", name="Warning").click()
    expect(shown(seen).get_by_role("status").first).to_contain_text(f"{len(expected)} of ")
    assert rows(seen) == len(expected)
    seen.page.reload()
    expect(shown(seen).get_by_role("searchbox", name="Find")).to_have_value("PARIS")
    assert rows(seen) == len(expected)
    shown(seen).get_by_role("button", name="Clear").click()
    assert rows(seen) == findings(made, *Severity)


def test_words_that_nothing_has_leave_an_empty_list_that_says_so(seen: Opened) -> None:
    """An empty table is no table of nothing found."""
    seen.go("#all?find=no-such-words")
    expect(shown(seen)).to_contain_text("Nothing here has these words and choices.")


def test_a_rule_of_a_list_leads_to_the_rule(seen: Opened) -> None:
    """Its row opens to all of its servers, and its title is a link."""
    seen.go("#critical?by=rule")
    grid(seen).locator(".fs-more").first.click()
    expect(grid(seen).locator(".name-list a")).to_have_text(["mil-ex14", "par-ex04"])
    grid(seen).get_by_role("link", name="The ScanMail master service is not running").click()
    expect(seen.page.locator(f"#rule-{MASTER}")).to_be_visible()
    expect(seen.page.locator(f"#rule-{MASTER}")).to_have_attribute("open", "")


def test_nothing_of_a_kind_is_told_together_with_what_is_not_known(browser: Browser, tmp_path: Path) -> None:
    """A list without findings is not called fine while checks could not be judged."""
    path = tmp_path / "report.html"
    path.write_text(render(sample(1).view()), "utf-8")
    page = opened(browser, path, "#critical")
    expect(shown(page)).to_contain_text("Nothing of this kind was found in what could be read.")
    page.close()


def test_a_link_to_a_finding_shows_its_evidence(seen: Opened) -> None:
    """Value, type, place, moment, way and credential name of each fact, and a link to send on."""
    seen.go(link("rule", TWICE, host="par-ex02"))
    panel = seen.page.locator(f"#rule-{TWICE} .verdict-panel")
    expect(panel).to_contain_text("transport_av.enabled = 1 REG_DWORD")
    expect(panel).to_contain_text(r"at HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI\Enabled")
    expect(panel).to_contain_text(re.compile(r"read by winrm as exchange-read, 2026-11-22 01:00:\d\d UTC"))
    expect(panel.locator("a.copy")).to_have_attribute("href", link("rule", TWICE, host="par-ex02"))
    expect(seen.page).to_have_title(re.compile("ScanMail processes every message twice"))


def test_a_rule_shows_all_its_verdicts_and_why_it_did_not_fire(seen: Opened, made: Sample) -> None:
    """The buttons have the counts of the rule, and a server without a finding has its reason and evidence."""
    said = [verdict.word for verdict in made.verdicts if verdict.rule == SCANNERS]
    seen.go(link("rule", SCANNERS, word="not_applicable"))
    rule = seen.page.locator(f"details#rule-{SCANNERS}")
    for words, word in (("Passed", "pass"), ("Not applicable", "not_applicable"), ("Unknown", "unknown")):
        rule.get_by_role("button", name=words).click()
        expect(rule.get_by_role("button", name=words)).to_have_text(re.compile(rf"{said.count(word)}$"))
        expect(rule.get_by_role("grid")).to_have_attribute("aria-rowcount", str(said.count(word) + 1))
    rule.get_by_role("searchbox").wait_for(state="hidden")
    rule.get_by_role("button", name="Passed").click()
    rule.get_by_role("searchbox").fill("par-ex02")
    expect(rule.get_by_role("grid")).to_have_attribute("aria-rowcount", "2")
    assert seen.page.evaluate("location.hash") == link("rule", SCANNERS, word="pass", find="par-ex02")


def test_an_unknown_verdict_names_what_is_missing_and_what_to_do(seen: Opened) -> None:
    """The fact, its reason in plain words, and the remedy."""
    seen.go(link("rule", TWICE, host="par-ex08"))
    panel = seen.page.locator(f"#unknown-rule-{TWICE} .verdict-panel")
    expect(panel).to_contain_text("transport_av.enabled = unknown: logon refused")
    expect(panel).to_contain_text("The host answered and did not accept the credential.")


def test_what_changed_is_told_by_kind(seen: Opened) -> None:
    """Every changed verdict is in one row; settings are grouped; servers that came and went are named."""
    changes = lived(45).columns["changes"]
    assert isinstance(changes, dict)
    seen.go("#changes")
    assert rows(seen) == len(changes["verdicts"])
    expect(shown(seen)).to_contain_text(f"Settings: {len(changes['facts'])} change")
    counts = shown(seen).locator("[role=grid]").nth(1).locator(".fs-body [data-title=Servers]").all_inner_texts()
    assert sum(map(int, counts)) == len(changes["facts"])
    for name in (*changes["new_hosts"], *changes["gone_hosts"]):
        expect(shown(seen).locator(".name-list", has_text=name)).to_be_visible()


def judged_part(page: Opened) -> Locator:
    """Find the part of the changes that is of servers which could or could not be judged again."""
    return shown(page).locator("section:not(.view)", has=page.page.get_by_role("heading", name=re.compile("^Judged: ")))


def test_a_server_that_fell_silent_is_named_once(seen: Opened, made: Sample) -> None:
    """With what was known of it before."""
    changes = lived(45).columns["changes"]
    assert isinstance(changes, dict)
    seen.go("#changes")
    part = judged_part(seen)
    assert changes["silent"]
    expect(part).to_contain_text(f"{len(changes['silent'])} not this time, 0 again")
    known = [
        rf"before: {findings} findings?, {checks} other checks?; {facts} facts? not read any more"
        for _, findings, checks, facts in changes["silent"]
    ]
    expect(part.locator("li")).to_have_text(list(map(re.compile, known)))
    assert {*part.locator("a").all_inner_texts()} <= {record.host for record in made.records}


def test_a_server_that_is_back_is_named_once(browser: Browser, tmp_path: Path) -> None:
    """Whatever its rules say; with the nights turned round those that fell silent are back."""
    after, before = nights(sample(45))
    path = tmp_path / "report.html"
    path.write_text(render(told(before, replace(after, run=replace(after.run, counts=before.run.counts)))), "utf-8")
    page = opened(browser, path, "#changes")
    expect(judged_part(page)).to_contain_text("0 not this time, 3 again")
    expect(judged_part(page).locator("li")).to_have_count(3)
    assert page.troubles() == []
    page.close()


def test_without_an_earlier_run_no_change_is_claimed(browser: Browser, tmp_path: Path) -> None:
    """The view says that there is nothing to compare with."""
    path = tmp_path / "report.html"
    path.write_text(render(sample(2).view()), "utf-8")
    page = opened(browser, path, "#changes")
    expect(shown(page)).to_contain_text("There is no earlier run to compare with, and no change is claimed.")
    expect(shown(page).locator("[role=grid]")).to_have_count(0)
    page.close()


def test_a_server_is_chosen_with_the_keyboard_and_compared_with_its_peers(seen: Opened) -> None:
    """What differs stands first; the share counts only peers of whom it is known."""
    seen.go("#baseline")
    box = shown(seen).get_by_role("combobox", name="Server")
    box.fill("par-ex0")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(seen.page).to_have_url(re.compile("#baseline/par-ex02$"))
    expect(box).to_have_value("par-ex02")
    row = grid(seen).locator(".fs-body > [role=row]", has_text="transport_av.enabled")
    expect(row).to_contain_text("Differs")
    expect(row.locator("[data-title='Most of its peers']")).to_have_text("absent")
    expect(row.locator("[data-title='How many peers']")).to_have_text("9 of 9, 5 unknown")


def test_what_is_not_known_is_no_difference(seen: Opened, made: Sample) -> None:
    """A server that was not scanned differs in nothing, and each of its facts is told as not known."""
    record = next(record for record in made.records if record.host == "par-ex08")
    assert all(isinstance(evidence.outcome, Unknown) for evidence in record.facts.values())
    seen.go(link("baseline", "par-ex08", show="all", peers="all"))
    for fact in record.facts:
        row = grid(seen).locator(".fs-body > [role=row]", has=seen.page.get_by_text(fact, exact=True))
        expect(row).to_contain_text("Not known here")


def test_every_server_is_in_the_list(seen: Opened, made: Sample) -> None:
    """With its state; the choice of a state leaves as many as the run counted."""
    assert made.run.counts
    seen.go("#servers")
    assert rows(seen) == made.run.counts.hosts
    for status, words in (("complete", "Complete"), ("partial", "Partial"), ("not_scanned", "Not scanned")):
        seen.go(link("servers", status=status))
        assert rows(seen) == next(n for key, n in made.run.counts.by_status.items() if key == status)
        expect(shown(seen).get_by_role("button", name=words)).to_have_attribute("aria-pressed", "true")
    expect(grid(seen).locator(".fs-body [data-title=Gravest]").first).to_have_text("None known")


def test_a_server_that_was_not_scanned_says_why_and_what_to_do(seen: Opened) -> None:
    """The reason in plain words, the host's own words, the remedy, and no rule as passed."""
    seen.go("#server/par-ex08")
    expect(shown(seen).locator(".failure")).to_contain_text("Not scanned: logon refused.")
    expect(shown(seen).locator(".failure")).to_contain_text(r"HTTP 401 to NTLM as CORP\svc-fleetscan")
    expect(shown(seen).locator(".failure")).to_contain_text("What to do: See that the account is not locked")
    expect(shown(seen).locator(".counts")).to_contain_text("7 unknown")
    expect(shown(seen).get_by_role("heading", name=re.compile("passed"))).to_have_count(0)


def test_a_server_shows_every_verdict_with_its_reason(seen: Opened, made: Sample) -> None:
    """Findings are in sight; what passed is folded, and opens to condition, sentence and evidence."""
    seen.go("#server/par-ex02")
    said = [verdict for verdict in made.verdicts if verdict.host == "par-ex02"]
    passed = sum(verdict.word == "pass" for verdict in said)
    expect(shown(seen).locator(".verdict")).to_have_count(len(said) - passed)
    shown(seen).get_by_text(f"{passed} passed").last.click()
    expect(shown(seen).locator(".verdict")).to_have_count(len(said))
    shown(seen).locator(".verdict", has_text="The ScanMail master service").locator("summary").click()
    expect(shown(seen).locator(".verdict[open]")).to_contain_text("Condition: fires when true")
    expect(shown(seen).locator(".verdict[open]")).to_contain_text(
        "at service ScanMail_Master, read by winrm as exchange-read"
    )


def test_every_fact_of_a_server_is_in_the_tree(seen: Opened, made: Sample) -> None:
    """Grouped by the parts of their ids, told as known, absent or unknown, and found by words that the link keeps."""
    record = next(record for record in made.records if record.host == "osa-ex05")
    states = [
        sum(isinstance(each.outcome, kind) for each in record.facts.values()) for kind in (Known, Absent, Unknown)
    ]
    seen.go("#server/osa-ex05")
    expect(shown(seen)).to_contain_text("{} known, {} absent, {} unknown".format(*states))
    for branch in shown(seen).locator(".branch > summary").all():
        branch.click()
    expect(shown(seen).locator(".tree .fact")).to_have_count(len(record.facts))
    shown(seen).get_by_role("searchbox", name="Find a fact").fill("transport_av")
    expect(shown(seen).locator(".tree .fact")).to_have_count(1)
    assert seen.page.evaluate("location.hash") == link("server", "osa-ex05", find="transport_av")


def test_a_server_leads_to_its_neighbours_and_its_baseline(seen: Opened) -> None:
    """In the order of names; a server that is not there is told as such."""
    seen.go("#server/par-ex02")
    shown(seen).get_by_role("link", name="par-ex03").click()
    expect(shown(seen).get_by_role("heading", level=2)).to_have_text("par-ex03")
    shown(seen).get_by_role("link", name="Compare with its peers").click()
    expect(seen.page).to_have_url(re.compile("#baseline/par-ex03$"))
    seen.go("#server/nobody")
    expect(shown(seen)).to_contain_text("There is no server nobody in this run.")
