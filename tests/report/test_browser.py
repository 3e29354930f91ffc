"""The report in a browser, opened from disk: quiet, whole, narrow, dark, without script, and deaf to what hosts say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import UNFOLD, chromium, opened
from tests.report.hostile import SEEN, hostile
from tests.report.sample import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the hostile run."""
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    path.write_text(render(hostile(45).view()), "utf-8")
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the sample."""
    path = tmp_path_factory.mktemp("sample") / "report.html"
    path.write_text(render(sample(45).view()), "utf-8")
    return path


def test_hostile_text_is_shown_and_does_nothing(browser: Browser, hostile_file: Path) -> None:
    """Opened and unfolded, the page says nothing on the console, asks for nothing, runs nothing of the data."""
    seen = opened(browser, hostile_file)
    seen.page.evaluate(UNFOLD)
    assert (seen.console, seen.dialogs, seen.errors) == ([], [], [])
    assert seen.requests == [seen.address]
    assert seen.page.evaluate("typeof window.canary") == "undefined"
    assert SEEN in seen.page.inner_text("main")
    assert seen.page.locator("main img, main script, main style").count() == 0
    seen.page.context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_a_narrow_screen_does_not_scroll_sideways(browser: Browser, hostile_file: Path, file: Path, width: int) -> None:
    """Everything unfolded fits the width of a telephone, the longest and the strangest values too."""
    for path in (hostile_file, file):
        seen = opened(browser, path, width=width)
        seen.page.evaluate(UNFOLD)
        assert seen.page.evaluate(OVERFLOW) <= 0
        seen.page.context.close()


def test_dark_is_dark(browser: Browser, file: Path) -> None:
    """The page follows the reader's colour scheme."""
    grounds = []
    for dark in (False, True):
        seen = opened(browser, file, dark=dark)
        grounds.append(seen.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert seen.console == []
        seen.page.context.close()
    assert grounds == ["rgb(244, 246, 248)", "rgb(14, 18, 23)"]


def test_without_script_everything_can_be_read(browser: Browser, file: Path) -> None:
    """Findings, unknowns and hosts that were not scanned are there, and the tools that need script are not."""
    seen = opened(browser, file, script=False)
    text = seen.page.inner_text("main")
    for words in (
        "ScanMail processes every message twice",
        "par-ex02",
        "57 checks could not be judged",
        "Access denied",
        "Logon refused",
        "par-ex08",
        "7 hosts not scanned",
    ):
        assert words in text
    assert "Open all" not in text
    seen.page.get_by_role("heading", name="par-ex08", exact=True).click()
    assert seen.page.locator("#host-par-ex08").get_by_text("None of 10 facts is known").is_visible()
    seen.page.context.close()


def test_a_link_to_a_host_opens_its_record(browser: Browser, file: Path) -> None:
    """Following a link, or opening the file with one, unfolds what it leads to, and clears a filter in its way."""
    seen = opened(browser, file)
    page = seen.page
    page.get_by_role("searchbox", name="Find").fill("par-ex08")
    assert page.locator("#shown").inner_text() == "1 of 45 hosts"
    page.evaluate("location.hash = '#host-osa-ex05'")
    page.locator("#host-osa-ex05").wait_for(state="visible")
    assert page.locator("#shown").inner_text() == "45 of 45 hosts"
    page.goto("about:blank")
    page.goto(f"{seen.address}#rule-vsapi-background-scanning")
    assert page.locator("#rule-vsapi-background-scanning").is_visible()
    assert (seen.console, seen.errors) == ([], [])
    page.context.close()


def test_hosts_can_be_found(browser: Browser, file: Path) -> None:
    """Words and status narrow the table and the records alike."""
    seen = opened(browser, file)
    page = seen.page
    page.get_by_role("combobox", name="Show").select_option("not_scanned")
    assert page.locator("#hosts-table tbody tr:visible").count() == 7
    assert page.locator("[data-host]:visible").count() == 7
    page.get_by_role("searchbox", name="Find").fill("PARIS nothing")
    assert page.locator("#shown").inner_text() == "0 of 45 hosts"
    page.context.close()


def test_a_section_can_be_unfolded_with_the_keyboard(browser: Browser, file: Path) -> None:
    """The first stop is the skip link; a button opens and closes all of a section."""
    seen = opened(browser, file)
    page = seen.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("[data-open=findings]").focus()
    page.keyboard.press("Enter")
    assert page.locator("details[data-section=findings]:not([open])").count() == 0
    page.locator("[data-close=findings]").focus()
    page.keyboard.press("Enter")
    assert page.locator("details[data-section=findings][open]").count() == 0
    page.context.close()


def test_paper_shows_what_is_folded(browser: Browser, file: Path) -> None:
    """Printing unfolds everything but the records of the hosts, and folds it again afterwards."""
    seen = opened(browser, file)
    page = seen.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open], [data-host])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[data-section=unknown][open]").count() == 0
    page.context.close()
