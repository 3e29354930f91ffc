"""Whatever a host, an inventory or a pack says, the report shows it as text, and does nothing else with it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fleetscan.report import ReportView
from fleetscan.report.html import render
from fleetscan.report.text import is_unseen
from tests.report.browser import Opened, chromium, opened, places
from tests.report.hostile import SEEN, hostile_view, venomous_view
from tests.report.lived import lived

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPENED, READ = range(4), range(40)
"""Seeds of the runs that are opened in the browser, and of those of which the file is read."""

FOREIGN = "main :is(img, script, style, iframe, object, embed, base, meta, form, video), [onload], [onerror], [onclick]"
"""What no report ever holds."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


def written(view: ReportView, folder: Path) -> Path:
    """Write a report."""
    path = folder / "report.html"
    path.write_text(render(view), "utf-8")
    return path


def block(page: str) -> dict[str, Any]:
    """Unpack the data block of a page."""
    found = re.search(r'<script type="text/plain" id="data">([A-Za-z0-9+/=\s]*)</script>', page)
    assert found
    unpacked: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return unpacked


def every_place(page: str) -> list[str]:
    """Give the fragment of all views, rules, servers, and a host under each rule."""
    data = block(page)
    hosts, rules = data["hosts"]["name"], [rule["id"] for rule in data["rules"]]
    pairs = [(rule, hosts[number % len(hosts)]) for number, rule in enumerate(rules)] if hosts else []
    return list(places(rules=rules, servers=hosts, pairs=pairs))


def walked(seen: Opened, fragments: list[str]) -> list[str]:
    """Go everywhere; name the places at which something foreign stands, or which show nothing."""
    wrong = []
    for fragment in fragments:
        seen.go(fragment)
        if seen.page.locator(FOREIGN).count():
            wrong.append(f"foreign at {fragment}")
        if not seen.page.locator("main h2:visible, main h1:visible").count():
            wrong.append(f"nothing at {fragment}")
    return wrong


@pytest.mark.parametrize("seed", OPENED)
def test_every_place_of_a_hostile_report_is_quiet(browser: Browser, tmp_path: Path, seed: int) -> None:
    """Each view, rule, server and baseline opens, and none says, asks, runs or breaks anything."""
    path = written(venomous_view(seed), tmp_path)
    seen = opened(browser, path)
    assert walked(seen, every_place(path.read_text("utf-8"))) == []
    assert seen.troubles() == []
    seen.close()


def test_what_is_hostile_is_shown_as_text(browser: Browser, tmp_path: Path) -> None:
    """With one poison everywhere each place shows it, letter by letter."""
    path = written(hostile_view(16), tmp_path)
    seen = opened(browser, path)
    fragments = every_place(path.read_text("utf-8"))
    assert walked(seen, fragments) == []
    for fragment in fragments:
        seen.go(fragment)
        if fragment.startswith(("#rule/", "#server/")):
            assert SEEN in seen.page.inner_text("main"), fragment
    assert seen.troubles() == []
    seen.close()


def test_a_hostile_report_fits_a_telephone(browser: Browser, tmp_path: Path) -> None:
    """The longest and the strangest values do not make any place scroll sideways."""
    path = written(hostile_view(8), tmp_path)
    seen = opened(browser, path, width=390)
    wide = []
    for fragment in every_place(path.read_text("utf-8")):
        seen.go(fragment)
        if seen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(fragment)
    assert wide == []
    seen.close()


class Elements(HTMLParser):
    """Collect the kinds of elements, and the names and targets of attributes."""

    def __init__(self, page: str) -> None:
        """Read the whole page."""
        super().__init__()
        self.tags: list[str] = []
        self.acting: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, and what of it could act."""
        self.tags.append(tag)
        self.acting += [name for name, _ in attrs if name == "style" or name.startswith("on")]
        self.acting += [
            value or "" for name, value in attrs if name in {"href", "src"} and not (value or "").startswith(SAFE)
        ]


SAFE = ("#", "https://")


@cache
def harmless() -> frozenset[str]:
    """Name every kind of element of a report in which nothing is hostile."""
    return frozenset(Elements(render(lived())).tags)


CHOICES = """() => [...document.querySelectorAll("fs-filter :is(button[data-key], option)")]
  .filter((choice) => choice.closest("fs-filter").checkVisibility()).map((choice, place) => {
    const count = /\\(?([\\d,]+)\\)?$/.exec(choice.textContent);
    return { place, shown: count && Number(count[1].replaceAll(",", "")) };
  }).filter(({ shown }) => shown !== null)"""
"""Everything that narrows the list in sight: its place among them, and how many rows it promises."""

CHOOSE = """async (place) => {
  const choice = [...document.querySelectorAll("fs-filter :is(button[data-key], option)")]
    .filter((each) => each.closest("fs-filter").checkVisibility())[place];
  const list = choice.closest("select"), told = choice.closest("fs-filter").querySelector("[role=status]");
  const turn = (index) => {
    if (!list) return choice.click();
    list.selectedIndex = index;
    return list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  turn(choice.index);
  await new Promise(requestAnimationFrame);
  const shown = Number(told.textContent.split(" ")[0].replaceAll(",", ""));
  turn(0);
  return shown;
}"""
"""Choose one of them, and take it back; give how many rows there were in between."""


@pytest.mark.parametrize("seed", OPENED)
@pytest.mark.parametrize("view", ["servers", "all"])
def test_what_has_a_hostile_name_can_be_chosen(browser: Browser, tmp_path: Path, seed: int, view: str) -> None:
    """Sites, DAGs and rules of any name narrow a list to as many rows as stands on them."""
    path = written(venomous_view(seed), tmp_path)
    seen = opened(browser, path, f"#{view}?by=finding")
    choices = seen.page.evaluate(CHOICES)
    assert choices
    told = {choice["place"]: seen.page.evaluate(CHOOSE, choice["place"]) for choice in choices}
    assert told == {choice["place"]: choice["shown"] for choice in choices}
    assert seen.troubles() == []
    seen.close()


@pytest.mark.parametrize("seed", READ)
def test_a_hostile_file_is_made_of_our_elements(seed: int) -> None:
    """As many scripts and styles as ever, no foreign kind of element, no handler, nothing unseen."""
    page = render(venomous_view(seed, hosts=6))
    found = Elements(page)
    assert found.acting == []
    assert [found.tags.count(tag) for tag in ("script", "style", "html", "body", "main")] == [2, 1, 1, 1, 1]
    assert set(found.tags) <= harmless()
    assert {character for character in page if is_unseen(character)} <= {"\n"}


@pytest.mark.parametrize("seed", READ)
def test_hostile_data_is_plain_json(seed: int) -> None:
    """The data block is JSON as the standard has it, its strings hold nothing unseen, and names stay apart."""
    data = block(render(venomous_view(seed, hosts=6)))
    text = json.dumps(data, allow_nan=False, ensure_ascii=False)
    assert {character for character in text if is_unseen(character)} == set()
    for names in (
        data["hosts"]["name"],
        [rule["id"] for rule in data["rules"]],
        [fact["id"] for fact in data["facts"]],
    ):
        assert len(names) == len(set(names))


def test_a_page_that_is_not_deaf_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """Each kind of trouble is heard: a log, an error, a dialog, a request, a canary, a foreign element."""
    path = tmp_path / "loud.html"
    path.write_text(
        "<!doctype html><html data-ready=1><main><h2>x</h2><img src=missing.png></main><script>console.log('log');"
        "window.canary=1;setTimeout(()=>{throw new Error('error')});alert('dialog')</script>"
    )
    seen = opened(browser, path)
    assert walked(seen, ["#x"]) == ["foreign at #x"]
    heard = " ".join(seen.troubles())
    for words in ("log: log", "error", "missing.png", "1"):
        assert words in heard
    assert seen.dialogs == ["dialog"]
    seen.close()
