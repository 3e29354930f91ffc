"""What script adds to the summary leads to as many servers and rules as it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, opened
from tests.report.lived import lived

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BARS = ".gravest-bars a"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def seen(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open the summary of a fleet with a past."""
    path = tmp_path / "report.html"
    path.write_text(render(lived()), "utf-8")
    seen = opened(browser, path)
    yield seen
    assert seen.troubles() == []
    seen.close()


def test_bars_add_up_and_lead_to_their_servers(seen: Opened) -> None:
    """Every server is in one bar; a bar leads to a list of exactly as many."""
    page = seen.page
    bars = [(bar.get_attribute("href") or "", int(bar.locator("b").inner_text())) for bar in page.locator(BARS).all()]
    assert sum(count for _, count in bars) == 45
    for address, count in bars:
        seen.go(address)
        rows = page.locator("[data-view=servers]:not([hidden]) [role=grid]").get_attribute("aria-rowcount")
        assert rows == str(count + 1)


def test_what_changed_most_is_named(seen: Opened) -> None:
    """Rules with new findings stand first; each leads to the rule, and the numbers are those of the changes."""
    page = seen.page
    items = page.locator(".changed li").all_inner_texts()
    assert 0 < len(items) <= 5
    new = [int(match[1]) if (match := re.search(r"new on (\d+)", item)) else 0 for item in items]
    assert new == sorted(new, reverse=True)
    assert new[0] > 0
    page.locator(".changed a").first.click()
    assert page.evaluate("location.hash").startswith("#rule/")
