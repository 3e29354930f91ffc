"""Every view holds WCAG 2.2 AA and axe's best practices, in both themes, at the width of a desk and of a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, link, opened, places
from tests.report.lived import lived
from tests.report.sample import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "iframes": False}
"""Every rule of these tags, none left out."""

RULE = "scanmail-processes-twice"
SERVERS = ("par-ex01", "par-ex08")
"""A server that was read and one that was not."""

NOTHING = (("all", "no such words"), ("servers", "no such server"))
"""Views with a search box, and words that leave nothing of them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the sample."""
    path = tmp_path_factory.mktemp("sample") / "report.html"
    path.write_text(render(lived()), "utf-8")
    return path


def violations(seen: Opened) -> list[str]:
    """Name every rule of axe that the page breaks as it stands, and where."""
    found = seen.page.evaluate("(options) => axe.run(document, options)", OPTIONS)["violations"]
    return [f"{broken['id']}: {node['html'][:200]}" for broken in found for node in broken["nodes"]]


def learn(seen: Opened) -> None:
    """Teach the page axe."""
    seen.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_view_breaks_a_rule(browser: Browser, file: Path, width: int, *, dark: bool) -> None:
    """Each view, the opened rule with its host, servers, a baseline, and filters that leave nothing."""
    seen = opened(browser, file, width=width, dark=dark)
    learn(seen)
    hosts = sample(45).run.hosts
    found = {}
    for place in places(rules=[RULE], servers=SERVERS, pairs=[(RULE, hosts[1])]):
        seen.go(place)
        found[place] = violations(seen)
    for view, words in NOTHING:
        seen.go(link(view))
        seen.page.locator("main input[type=search]:visible").first.fill(words)
        found[f"{view}, {words}"] = violations(seen)
    assert {place: broken for place, broken in found.items() if broken} == {}
    assert seen.troubles() == []
    seen.close()


@pytest.mark.parametrize("hosts", [0, 1])
def test_an_empty_report_breaks_no_rule(browser: Browser, tmp_path: Path, hosts: int) -> None:
    """Without hosts, and with one healthy host, every view still has its words."""
    path = tmp_path / "report.html"
    path.write_text(render(lived(hosts)), "utf-8")
    seen = opened(browser, path)
    learn(seen)
    found = {}
    for place in places(rules=[RULE], servers=["par-ex01"]):
        seen.go(place)
        found[place] = violations(seen)
    assert {place: broken for place, broken in found.items() if broken} == {}
    assert seen.troubles() == []
    seen.close()


def test_axe_would_tell(browser: Browser, file: Path) -> None:
    """A picture without words and a grey on grey are found."""
    seen = opened(browser, file)
    learn(seen)
    seen.page.evaluate(
        """() => {
          const main = document.querySelector("main"), pale = document.createElement("p");
          pale.textContent = "pale";
          pale.style.color = "#888";
          pale.style.backgroundColor = "#999";
          main.append(document.createElement("img"), pale);
        }"""
    )
    assert {broken.partition(":")[0] for broken in violations(seen)} >= {"image-alt", "color-contrast"}
    seen.close()
