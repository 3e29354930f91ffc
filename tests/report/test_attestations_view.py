"""Attestations: whose word stands for what, until when, what that means, and how to write one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report import ReportView
from fleetscan.report.html import render
from tests.report.browser import chromium, opened
from tests.report.lived import lived
from tests.report.sample import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROWS = "[data-view=attestations] .fs-body [role=row]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


def written(folder: Path, view: ReportView) -> Path:
    """Write a report."""
    path = folder / "report.html"
    path.write_text(render(view), "utf-8")
    return path


def test_attestations_stand_by_their_last_day(browser: Browser, tmp_path: Path) -> None:
    """The one that ends first stands first, each with its state; the plain table gives way to this one."""
    seen = opened(browser, written(tmp_path, lived()), "#attestations")
    rows = seen.page.locator(ROWS).all_inner_texts()
    facts = ["alerts.sent_to", "scans.scheduled", "gateway.filters"]
    states = ["expired", "expiring", "in force"]
    assert len(rows) == len(facts)
    for row, fact, state in zip(rows, facts, states, strict=True):
        assert fact in row
        assert state in row
    assert "2025-12-31, 326 days ago" in rows[0]
    assert "in 9 days" in rows[1]
    assert seen.page.locator("[data-view=attestations] table:visible").count() == 0
    seen.page.get_by_role("button", name="By", exact=True).click()
    assert "Ada Ohm" in seen.page.locator(ROWS).first.inner_text()
    assert seen.troubles() == []
    seen.close()


def test_an_expired_one_says_what_that_means(browser: Browser, tmp_path: Path) -> None:
    """Opened, it says that the fact is unknown again, what to do, the note, and names its hosts."""
    view = lived()
    seen = opened(browser, written(tmp_path, view), "#attestations")
    seen.page.locator(ROWS).first.locator(".fs-more").click()
    detail = seen.page.locator("[data-view=attestations] .fs-detail")
    detail.wait_for()
    assert "the fact is unknown again" in detail.inner_text()
    assert "by mail, ticket 4711" in detail.inner_text()
    expired = next(each for each in view.attestations if each.fact == "alerts.sent_to")
    assert detail.get_by_role("link").count() == expired.count
    seen.close()


def test_none_says_how_to_write_one(browser: Browser, tmp_path: Path) -> None:
    """Without an attestation the page says what they are for and shows an entry of the inventory."""
    seen = opened(browser, written(tmp_path, sample(3).view()), "#attestations")
    text = seen.page.inner_text("[data-view=attestations]")
    assert "A person can vouch for such a fact" in text
    assert "fleetscan_attested:" in text
    assert seen.troubles() == []
    seen.close()
