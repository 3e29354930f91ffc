"""Coverage: the matrix agrees with the counts of the run, and leads to the hosts behind each number and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.history.counts import count
from fleetscan.model import HostRecord, Status
from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, link, opened
from tests.report.drawn import PERIMETER, drawn
from tests.report.sample import Sample, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

JUDGED = {"finding", "pass", "not_applicable"}
VIEW = "[data-view=coverage]"
MATRIX = """() => Object.fromEntries([...document.querySelectorAll(".matrix tbody tr")].map((row) => [
  row.querySelector("th").textContent,
  [...row.querySelectorAll("td")].map((cell) => cell.textContent),
]))"""
RULE = "antivirus-two-file-scanners"
"""A rule that is broken on some hosts and not known on others."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of a fleet over several sites, credentials and transports."""
    path = tmp_path_factory.mktemp("drawn") / "report.html"
    path.write_text(render(drawn().view()), "utf-8")
    return path


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the coverage."""
    seen = opened(browser, file, "#coverage")
    yield seen
    assert seen.troubles() == []
    seen.close()


def expected(made: Sample, column: Callable[[HostRecord], str]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Count for each rule and column how many hosts were judged, and of how many."""
    columns = {record.host: column(record) for record in made.records}
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for verdict in made.verdicts:
        for name in (columns[verdict.host], "All"):
            judged, of = counts.get((verdict.rule, name), (0, 0))
            counts[verdict.rule, name] = (judged + (verdict.word in JUDGED), of + 1)
    return counts


def read(text: str) -> tuple[int, int]:
    """Read a cell: ``12 of 14``, ``all 14``."""
    numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", text)]
    return numbers[0], numbers[-1]


def matrix(seen: Opened) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Read the matrix as rule and column -> judged, of how many."""
    titles = {rule.title: rule.id for rule in drawn().shelf.rules}
    heads = seen.page.evaluate(
        "[...document.querySelectorAll('.matrix thead th')].slice(1).map((head) => head.firstChild.textContent)"
    )
    rows = seen.page.evaluate(MATRIX)
    return {
        (titles[title], head): read(text)
        for title, cells in rows.items()
        for head, text in zip(heads, cells, strict=True)
    }


def judged_line(seen: Opened) -> tuple[int, int]:
    """Read how many checks were judged of how many, as the matrix sums them."""
    judged, of, *_ = re.findall(r"[\d,]+", seen.page.inner_text(".judged"))
    return int(judged.replace(",", "")), int(of.replace(",", ""))


def test_the_sum_is_that_of_the_run(seen: Opened) -> None:
    """Above the matrix stand the numbers of the run: judged, pairs, coverage; the static lead says the same."""
    counts = drawn().run.counts
    assert counts
    assert judged_line(seen) == (counts.judged, counts.pairs)
    assert seen.page.inner_text(".judged").endswith(f"{counts.coverage} %.")
    assert f"{counts.judged} of {counts.pairs} checks" in seen.page.inner_text(f"{VIEW} > .lead >> nth=0")


@pytest.mark.parametrize(
    ("by", "column"),
    [
        ("site", lambda record: record.site or "no site given"),
        ("credential", lambda record: record.credential),
        ("transport", lambda record: record.transport),
    ],
)
def test_every_cell_is_counted(seen: Opened, by: str, column: Callable[[HostRecord], str]) -> None:
    """By site, credential or transport each cell is what the verdicts say; the worst rule stands first."""
    seen.go(link("coverage", rules="all"))
    seen.page.get_by_label("Columns").select_option(by)
    cells = matrix(seen)
    assert cells == expected(drawn(), column)
    shares = [judged / of for (_, head), (judged, of) in cells.items() if head == "All"]
    assert shares == sorted(shares)
    assert f"by={by}" in seen.page.evaluate("location.hash")


def test_a_cell_tells_which_hosts_and_why(seen: Opened) -> None:
    """A number opens the hosts that were not judged, with reasons, remedies and facts; once more closes them."""
    made, page = drawn(), seen.page
    lacking = [v for v in made.verdicts if v.rule == RULE and v.word not in JUDGED]
    cell = page.locator(f".matrix button[data-rule='{RULE}'][data-at='']")
    cell.click()
    panel = page.locator(".gap-panel")
    assert f"{len(lacking)} hosts not judged" in panel.locator("h3").inner_text()
    assert page.evaluate("document.activeElement.textContent") == panel.locator("h3").inner_text()
    assert panel.locator("[role=grid]").get_attribute("aria-rowcount") == str(len(lacking) + 1)
    broken = sum(verdict.word == "broken" for verdict in lacking)
    assert f"broken rule ({broken} host" in panel.locator(".reasons").inner_text()
    assert "See that the server is up" in panel.locator(".reasons").inner_text()
    row = panel.get_by_role("row").filter(has_text="par-ex08")
    row.locator(".fs-more").click()
    panel.locator(".fs-detail code").first.wait_for()
    assert "antivirus.products" in panel.locator(".fs-detail").inner_text()
    assert f"rule={RULE}" in page.evaluate("location.hash")
    cell.click()
    assert panel.count() == 0
    assert f"rule={RULE}" not in page.evaluate("location.hash")


def test_an_address_opens_the_same_cell(browser: Browser, file: Path) -> None:
    """A link to a cell shows it chosen, with its hosts and no others."""
    seen = opened(browser, file, link("coverage", by="site", rule=RULE, at="Osaka"))
    assert seen.page.locator(".matrix [aria-expanded=true]").get_attribute("data-at") == "Osaka"
    names = seen.page.locator(".gap-panel .fs-body [role=row] a").all_inner_texts()
    made = drawn()
    osaka = {record.host for record in made.records if record.site == "Osaka"}
    lacking = {v.host for v in made.verdicts if v.rule == RULE and v.word not in JUDGED and v.host in osaka}
    assert set(names) == lacking
    seen.close()


def test_a_filter_narrows_numbers_and_hosts(seen: Opened) -> None:
    """A credential leaves its own hosts in the matrix and in the table below; the address keeps it."""
    made, page = drawn(), seen.page
    own = {record.host: record for record in made.records if record.credential == PERIMETER}
    page.locator(f"{VIEW} select[data-key=credential]").select_option(PERIMETER)
    verdicts = [verdict for verdict in made.verdicts if verdict.host in own]
    assert judged_line(seen) == (sum(v.word in JUDGED for v in verdicts), len(verdicts))
    incomplete = {name for name, record in own.items() if record.status is not Status.COMPLETE}
    assert set(page.locator(".incomplete .fs-body [role=row] a").all_inner_texts()) == incomplete
    assert f"credential={PERIMETER}" in page.evaluate("location.hash")


def test_every_host_not_read_whole_is_there_with_its_reason(seen: Opened) -> None:
    """Not scanned hosts first, then those read in part; the detail says what happened, was tried, and is to do."""
    made, page = drawn(), seen.page
    table = page.locator(".incomplete")
    missing = [r for r in made.records if r.status is not Status.COMPLETE]
    silent = [r for r in missing if r.status is Status.NOT_SCANNED]
    assert table.locator("[role=grid]").get_attribute("aria-rowcount") == str(len(missing) + 1)
    heading = table.locator("h3").inner_text()
    assert heading == f"Hosts not scanned ({len(silent)}) or only partly ({len(missing) - len(silent)})"
    row = table.get_by_role("row").filter(has_text="par-ex08")
    assert "logon refused" in row.inner_text()
    row.locator(".fs-more").click()
    detail = table.locator(".fs-detail")
    detail.wait_for()
    text = detail.inner_text()
    for words in ("HTTP 401 to NTLM", "3 attempts by ", "as ", "See that the account is not locked"):
        assert words in text


def test_a_host_read_in_part_names_what_it_lacks(browser: Browser, file: Path) -> None:
    """The facts that could not be read are named; what is derived from them is not, for nobody was asked for it."""
    seen = opened(browser, file, "#coverage")
    denied = next(r.host for r in drawn().records if r.status is Status.PARTIAL and not r.failure)
    row = seen.page.locator(".incomplete").get_by_role("row").filter(has_text=denied)
    row.scroll_into_view_if_needed()
    row.locator(".fs-more").click()
    detail = seen.page.locator(".incomplete .fs-detail")
    detail.wait_for()
    assert "1 fact could not be read" in detail.inner_text()
    assert "products" not in detail.inner_text()
    seen.close()


def test_the_matrix_is_one_stop(seen: Opened) -> None:
    """One element of the matrix is in the order of Tab; arrows lead to its neighbours; Enter chooses a number."""
    page = seen.page
    assert page.locator(".matrix [tabindex='0']").count() == 1
    page.locator(".matrix [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert ", all hosts: " in first
    assert ", all hosts: " in second
    assert first != second
    page.keyboard.press("Enter")
    page.locator(".gap-panel").wait_for()


def test_rules_judged_everywhere_are_shown_on_demand(browser: Browser, tmp_path: Path) -> None:
    """Rules without a gap are left out until they are asked for, and it is said how many they are."""
    made = drawn()
    kept = [record for record in made.records if record.status is not Status.NOT_SCANNED]
    verdicts = [verdict for verdict in made.verdicts if verdict.host in {record.host for record in kept}]
    run = replace(made.run, hosts=tuple(record.host for record in kept), counts=count(kept, verdicts))
    path = tmp_path / "report.html"
    path.write_text(render(replace(made, run=run, records=tuple(kept), verdicts=tuple(verdicts)).view()), "utf-8")
    seen = opened(browser, path, "#coverage")
    lacking = {verdict.rule for verdict in verdicts if verdict.word not in JUDGED}
    whole = {verdict.rule for verdict in verdicts} - lacking
    assert whole
    assert {rule for rule, _ in matrix(seen)} == lacking
    seen.page.get_by_label(f"also {len(whole)} rule").check()
    assert {rule for rule, _ in matrix(seen)} == lacking | whole
    assert "rules=all" in seen.page.evaluate("location.hash")
    seen.close()


def test_a_fleet_that_was_judged_whole_says_so(browser: Browser, tmp_path: Path) -> None:
    """Without a gap there is no number to choose, and no host that was not read whole."""
    path = tmp_path / "report.html"
    path.write_text(render(sample(1).view()), "utf-8")
    seen = opened(browser, path, "#coverage")
    assert seen.page.inner_text(".matrix-scroller") == "Every rule was judged on every one of these hosts."
    assert seen.page.locator(".incomplete .none").inner_text() == "Every one of these hosts was read whole."
    seen.close()


def test_without_hosts_there_are_words(browser: Browser, tmp_path: Path) -> None:
    """A run without hosts shows neither a number nor a fault."""
    path = tmp_path / "report.html"
    path.write_text(render(sample(0).view()), "utf-8")
    seen = opened(browser, path, "#coverage")
    assert seen.page.inner_text(".matrix-scroller") == "No rule was asked of these hosts."
    seen.go("#topology")
    assert seen.troubles() == []
    seen.close()


def test_a_rule_without_verdicts_is_not_in_the_matrix(browser: Browser, tmp_path: Path) -> None:
    """Checks that were not made are no part of the sum."""
    made = drawn()
    verdicts = tuple(verdict for verdict in made.verdicts if verdict.rule != RULE)
    path = tmp_path / "report.html"
    path.write_text(render(replace(made, verdicts=verdicts).view()), "utf-8")
    seen = opened(browser, path, link("coverage", rules="all"))
    assert judged_line(seen)[1] == len(verdicts)
    assert RULE not in {rule for rule, _ in matrix(seen)}
    seen.close()
