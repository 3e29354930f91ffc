"""The report in a browser, opened from disk: narrow, dark, on paper, damaged, very large, and where its links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import VIEWS, Opened, chromium, link, opened, places
from tests.report.lived import lived
from tests.report.many import many

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = (
    "[...document.querySelectorAll('main [data-view]')].filter((e) => e.checkVisibility()).map((e) => e.dataset.view)"
)
RULE = "scanmail-processes-twice"
LARGE, MEGABYTES, ROWS = 10_000, 2, 300
"""A fleet as large as any, what its report may weigh, and how many rows may be alive in it."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the sample with a past."""
    path = tmp_path_factory.mktemp("sample") / "report.html"
    path.write_text(render(lived()), "utf-8")
    return path


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the report, and hold that nothing was heard of it in the end."""
    seen = opened(browser, file)
    yield seen
    assert seen.troubles() == []
    seen.close()


@pytest.mark.parametrize("width", [390, 320])
def test_a_narrow_screen_does_not_scroll_sideways(browser: Browser, file: Path, width: int) -> None:
    """Every view, a rule, a server and a baseline fit the width of a telephone."""
    seen = opened(browser, file, width=width)
    wide = {}
    for place in places(rules=[RULE], servers=["par-ex01", "par-ex08"], pairs=[(RULE, "mil-ex01")]):
        seen.go(place)
        wide[place] = seen.page.evaluate(OVERFLOW)
    assert {place: over for place, over in wide.items() if over > 0} == {}
    seen.close()


def test_dark_is_dark(browser: Browser, file: Path) -> None:
    """The page follows the reader's colour scheme."""
    grounds = []
    for dark in (False, True):
        seen = opened(browser, file, dark=dark)
        grounds.append(seen.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert seen.troubles() == []
        seen.close()
    assert grounds == ["rgb(244, 246, 248)", "rgb(14, 18, 23)"]


def test_one_view_is_shown_at_a_time(seen: Opened) -> None:
    """Each link of the navigation shows its view alone, under its name, and the title of the document says which."""
    titles = set()
    for view in VIEWS:
        seen.go(link(view))
        assert set(seen.page.evaluate(SHOWN)) == {view}
        titles.add(seen.page.title())
    assert len(titles) == len(VIEWS)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_link_to_a_finding_shows_its_evidence(browser: Browser, file: Path, *, fresh: bool) -> None:
    """Sent to a colleague, or followed in the page, it opens the rule and the evidence of the one server."""
    place = link("rule", RULE, host="mil-ex01")
    seen = opened(browser, file, place if fresh else "")
    if not fresh:
        seen.go(place)
    detail = seen.page.locator(".fs-detail")
    detail.wait_for(state="visible")
    assert "TransportAVAPI" in detail.inner_text()
    assert "mil-ex01" in (detail.get_attribute("aria-label") or "")
    assert seen.page.evaluate("location.hash") == place
    assert seen.troubles() == []
    seen.close()


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        (f"#rule-{RULE}", "ScanMail processes every message twice"),
        (f"#unknown-rule-{RULE}", "ScanMail processes every message twice"),
        ("#host-osa-ex05", "osa-ex05"),
        ("#nothing-of-this-name", "could not be judged"),
    ],
)
def test_an_old_link_still_leads_there(browser: Browser, file: Path, anchor: str, words: str) -> None:
    """The anchors of rules and hosts lead into the views that hold them now; what leads nowhere shows the summary."""
    seen = opened(browser, file, anchor)
    assert words in seen.page.locator("main [data-view]:visible").first.inner_text()
    assert seen.troubles() == []
    seen.close()


def test_the_address_holds_what_was_searched_chosen_and_sorted(browser: Browser, file: Path) -> None:
    """The address of a view, opened anew, shows the same rows in the same order."""
    seen = opened(browser, file, link("servers"))
    seen.page.get_by_role("searchbox").first.fill("par")
    seen.page.locator("main fs-filter button[data-value=not_scanned]").click()
    seen.page.locator("main .fs-head button").first.click()
    rows = seen.page.locator("main .fs-body [role=row]").all_inner_texts()
    assert rows
    again = opened(browser, file, seen.page.evaluate("location.hash"))
    assert again.page.locator("main .fs-body [role=row]").all_inner_texts() == rows
    assert again.page.get_by_role("searchbox").first.input_value() == "par"
    for each in (seen, again):
        assert each.troubles() == []
        each.close()


def test_a_section_is_unfolded_at_once(seen: Opened) -> None:
    """One button opens all rules of a section, the other one closes them."""
    seen.go("#findings")
    seen.page.locator("[data-open=findings]").click()
    assert seen.page.locator("details[data-section=findings]:not([open])").count() == 0
    seen.page.locator("[data-close=findings]").click()
    assert seen.page.locator("details[data-section=findings][open]").count() == 0


def test_paper_has_the_summary_and_every_finding(seen: Opened) -> None:
    """Printing unfolds summary and rules whatever view is open, and puts all back afterwards."""
    seen.go("#servers")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen.page.emulate_media(media="print")
    assert set(seen.page.evaluate(SHOWN)) == {"summary", "findings"}
    assert seen.page.locator("details[data-section=findings]:not([open])").count() == 0
    assert "Open the ScanMail Management Console." in seen.page.inner_text("main")
    seen.page.emulate_media(media="screen")
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert set(seen.page.evaluate(SHOWN)) == {"servers"}


@pytest.mark.parametrize("block", ["", "AAAA", "H4sIAAAAAAAC/6tWAgBDv6ajAgAAAA=="])
def test_a_damaged_file_says_so_and_shows_the_rest(browser: Browser, file: Path, tmp_path: Path, block: str) -> None:
    """Without its data the page tells why, and is what it is without script."""
    text = file.read_text("utf-8")
    path = tmp_path / "damaged.html"
    path.write_text(re.sub(r'(id="data">)[^<]*', rf"\g<1>{block}", text), "utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(path.as_uri())
    page.get_by_role("alert").wait_for()
    words = page.inner_text("main")
    assert "cannot be read" in words
    for told in ("57 checks could not be judged", "Open the ScanMail Management Console.", "Logon refused"):
        assert told in words
    assert page.get_attribute("html", "data-ready") is None
    context.close()


def test_ten_thousand_servers_stay_small(browser: Browser, tmp_path: Path) -> None:
    """The file weighs little, few rows are alive in any view, and the counts are whole."""
    made = many(LARGE)
    path = tmp_path / "large.html"
    path.write_text(render(made.view()), "utf-8")
    assert path.stat().st_size <= MEGABYTES * 1e6
    seen = opened(browser, path)
    alive = {}
    for place in places(rules=[RULE], servers=[made.run.hosts[LARGE // 2]]):
        seen.go(place)
        alive[place] = seen.page.locator("[role=row]").count()
    assert {place: rows for place, rows in alive.items() if rows > ROWS} == {}
    seen.go("#servers")
    assert seen.page.locator("main [role=grid]:visible").first.get_attribute("aria-rowcount") == str(LARGE + 1)
    seen.go("#all?by=finding")
    counts = made.run.counts
    assert counts
    assert f"{counts.by_verdict['finding']:,} findings" in seen.page.inner_text("[data-view=all]")
    assert seen.troubles() == []
    seen.close()
