"""With script off the report is still a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, opened
from tests.report.lived import lived

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NEEDS_SCRIPT = "button, input, select, textarea, .scripted, fs-table, fs-filter, [role=row], [aria-live]"
"""What can do nothing without script."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def seen(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open the report of the sample with script off."""
    path = tmp_path / "report.html"
    path.write_text(render(lived()), "utf-8")
    seen = opened(browser, path, script=False)
    yield seen
    seen.close()


def test_a_reader_gets_what_matters(seen: Opened) -> None:
    """Summary, findings with hosts and steps, unknowns with facts and reasons, and who was not scanned and why."""
    text = seen.page.inner_text("main")
    for words in (
        "ScanMail processes every message twice",
        "Open the ScanMail Management Console.",
        "57 checks could not be judged",
        "Access denied",
        "Logon refused",
        "7 hosts not scanned",
        "par-ex08",
        "no such overload",
    ):
        assert words in text


def test_nothing_that_needs_script_is_to_be_seen(seen: Opened) -> None:
    """No button, no field, no empty table, and no link to a view that script would make."""
    shown = seen.page.locator(NEEDS_SCRIPT)
    assert [element.get_attribute("class") for element in shown.all() if element.is_visible()] == []


def test_every_link_that_is_seen_leads_to_what_is_seen(seen: Opened) -> None:
    """A link within the page has its target, and the target shows something."""
    for link in seen.page.locator("a[href^='#']").all():
        if link.is_visible():
            target = link.get_attribute("href") or ""
            assert seen.page.locator(f"[id='{target[1:]}']").is_visible(), target


def test_the_views_stand_one_after_another(seen: Opened) -> None:
    """Summary, findings and coverage are all there, in this order."""
    tops = [
        seen.page.locator(f"[data-view={view}]").first.bounding_box() for view in ("summary", "findings", "coverage")
    ]
    heights = [box["y"] for box in tops if box]
    assert len(heights) == len(tops)
    assert heights == sorted(heights)
