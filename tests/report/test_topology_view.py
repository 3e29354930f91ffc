"""The drawing of the topology: every server once, as it is, by mouse, keyboard and in words, at any size of fleet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import Opened, chromium, link, opened
from tests.report.drawn import EDGE, STRETCHED, UNSITED, drawn, states
from tests.report.many import many
from tests.report.sample import Sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CROWD = 2400
"""More servers than there are cells for."""

SERVERS = ".drawing a[href^='#server/']"
CELLS = f"""() => [...document.querySelectorAll("{SERVERS}")].map((cell) => [
  decodeURIComponent(cell.getAttribute("href").slice("#server/".length)),
  cell.getAttribute("class"),
  cell.getAttribute("aria-label"),
])"""
LABELS = "(selector) => [...document.querySelectorAll(selector)].map((cell) => cell.getAttribute('aria-label'))"
DRAWINGS = """() => {
  globalThis.drawings = 0;
  new MutationObserver((changes) => { globalThis.drawings += changes.length; })
    .observe(document.querySelector("fs-topology"), { childList: true });
}"""
FRAMES = "async () => { for (let i = 0; i < 10; i += 1) await new Promise(requestAnimationFrame); return drawings; }"
FITS = """() => {
  const [drawing, room] = [".drawing", "fs-topology"].map((selector) => document.querySelector(selector).clientWidth);
  return Math.abs(drawing - room) < 24;
}"""
FILLED = """() => [...document.querySelectorAll(".as-list details")]
  .every((each) => !each.open || each.querySelector("li"))"""
OVERLAPS = """() => {
  const cells = [...document.querySelectorAll(".drawing .cell:not(.site-cell)")];
  const boxes = cells.map((cell) => cell.getBoundingClientRect());
  const cut = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const room = document.querySelector(".drawing").getBoundingClientRect();
  const out = boxes.filter((box) => box.left < room.left || box.right > room.right + 1 || box.bottom > room.bottom + 1);
  return boxes.filter((a, i) => boxes.slice(i + 1).some((b) => cut(a, b))).length + out.length;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


def written(folder: Path, made: Sample) -> Path:
    """Write a report."""
    path = folder / "report.html"
    path.write_text(render(made.view()), "utf-8")
    return path


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the fleet with a map."""
    return written(tmp_path_factory.mktemp("drawn"), drawn())


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of a fleet with more servers than cells."""
    return written(tmp_path_factory.mktemp("crowded"), many(CROWD))


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the drawing of the fleet with a map."""
    seen = opened(browser, file, "#topology")
    yield seen
    assert seen.troubles() == []
    seen.close()


def said_of(seen: Opened, name: str) -> str:
    """Give the words of one server."""
    return str(seen.page.locator(f".drawing a[href='{link('server', name)}']").get_attribute("aria-label"))


def test_every_server_stands_once_with_its_state(seen: Opened) -> None:
    """Each host of the run has one cell, in the state that its verdicts have; the legend counts the same."""
    cells = seen.page.evaluate(CELLS)
    expected = states(drawn())
    shown = {name: re.findall(r"\bs-(\S+)", classes)[0] for name, classes, _ in cells}
    assert len(cells) == len(expected)
    assert shown == expected
    legend = seen.page.locator(".signs li").all_inner_texts()
    counted = [int(text.split()[-1]) for text in legend if not re.search("dashed|role", text)]
    assert sorted(counted) == sorted(Counter(expected.values()).values())


def test_a_server_is_told_in_words(seen: Opened) -> None:
    """Name, site, DAG and what was found; not scanned says why; a site or a DAG that is not known is said not to be."""
    assert said_of(seen, "par-ex02") == "par-ex02, Paris, DAG-PARIS-0: 1 warning"
    assert said_of(seen, "par-ex08") == "par-ex08, Paris, DAG not known: not scanned (logon refused), 7 unknown"
    assert said_of(seen, "osa-ex01").startswith(f"osa-ex01, Osaka, {STRETCHED}: nothing found, ")
    assert said_of(seen, "par-ex05").startswith("par-ex05, Paris, ")
    assert f"{EDGE}, Paris, DAG-PARIS-0, Edge: " in said_of(seen, EDGE)
    for name in UNSITED:
        assert said_of(seen, name).startswith(f"{name}, no site given, ")


def test_sites_and_groups_are_boxes(seen: Opened) -> None:
    """Each site is a box, the one without name last; a DAG over two sites says how much of it stands here."""
    sites = seen.page.locator(".drawing .site-name").all_text_contents()
    assert sites == ["Milwaukee", "Osaka", "Paris", "No site given"]
    groups = seen.page.locator(".drawing .group-name").all_text_contents()
    assert groups.count(f"{STRETCHED}, 1 of its 2") == 2
    assert {"In no DAG", "DAG not known"} <= set(groups)
    assert seen.page.locator(".drawing .mark").all_text_contents() == ["E"]
    assert "45 servers in 4 sites" in seen.page.inner_text("[data-view=topology] .lead")


def test_what_is_pointed_at_is_told_below(seen: Opened) -> None:
    """The pointer over a cell, and the focus on it, write its words in the line below and in its title."""
    cell = seen.page.locator(f".drawing a[href='{link('server', 'par-ex02')}']")
    cell.hover()
    line = seen.page.locator(".pointed")
    assert line.inner_text() == "par-ex02, Paris, DAG-PARIS-0: 1 warning"
    assert cell.locator("title").text_content() == line.inner_text()
    seen.page.locator(".drawing .cell").nth(1).focus()
    assert line.inner_text() == seen.page.locator(".drawing .cell").nth(1).get_attribute("aria-label")


def test_a_click_opens_the_server(seen: Opened) -> None:
    """A cell leads to the page of its server."""
    seen.page.locator(f".drawing a[href='{link('server', 'par-ex02')}']").click()
    assert seen.page.evaluate("location.hash") == link("server", "par-ex02")


def test_the_drawing_is_one_stop_and_arrows_move_in_it(seen: Opened) -> None:
    """One cell is in the order of Tab; arrows go by place, Home and End to the ends; Enter opens."""
    page = seen.page
    assert page.locator(".drawing [tabindex='0']").count() == 1
    page.locator(".drawing [tabindex='0']").focus()
    place = "document.activeElement.getBoundingClientRect().{}"
    page.keyboard.press("ArrowRight")
    top, left = (page.evaluate(place.format(side)) for side in ("top", "left"))
    page.keyboard.press("ArrowRight")
    assert page.evaluate(place.format("top")) == top
    assert page.evaluate(place.format("left")) > left
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(place.format("left")) == left
    page.keyboard.press("ArrowDown")
    assert page.evaluate(place.format("top")) > top
    page.keyboard.press("ArrowUp")
    assert page.evaluate(place.format("top")) == top
    page.keyboard.press("End")
    last = page.locator(SERVERS).last.get_attribute("href")
    assert page.evaluate("document.activeElement.getAttribute('href')") == last
    assert page.locator(".drawing [tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == last


def test_a_list_says_the_same(seen: Opened) -> None:
    """Unfolded, the list names every server under its site and group with the words of its cell."""
    page = seen.page
    page.locator(".as-list > summary").click()
    for depth in ("> ul > li > details > summary", "> ul > li > details > ul > li > details > summary"):
        for summary in page.locator(f".as-list {depth}").all():
            summary.click()
        page.wait_for_function(FILLED)
    listed = page.evaluate("[...document.querySelectorAll('.as-list a')].map((each) => each.parentElement.textContent)")
    cells = page.evaluate(CELLS)
    expected = [name + words[words.index(": ", len(name)) :] for name, _, words in cells]
    assert sorted(listed) == sorted(expected)


def test_a_site_has_a_drawing_of_its_own(seen: Opened) -> None:
    """The head of a site leads to it alone; crumbs lead back; the nameless site has an address too."""
    page = seen.page
    page.locator(".site-cell", has_text="No site given").click()
    page.locator(".crumbs [aria-current]").wait_for()
    assert {name for name, _, _ in page.evaluate(CELLS)} == set(UNSITED)
    page.get_by_role("link", name="All sites").click()
    page.locator(".drawing .site-name").nth(3).wait_for()
    seen.go(link("topology", "Osaka"))
    assert {name[:3] for name, _, _ in page.evaluate(CELLS)} == {"osa"}
    seen.go(link("topology", "Atlantis"))
    assert page.inner_text("[data-view=topology] .lead") == "This run has no such site or group."
    assert page.locator(".drawing").count() == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_cells_do_not_overlap_or_stick_out(browser: Browser, file: Path, width: int) -> None:
    """At the width of a desk and of a telephone every cell has a place of its own within the drawing."""
    seen = opened(browser, file, "#topology", width=width)
    assert seen.page.evaluate(OVERLAPS) == 0
    assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    seen.close()


def test_another_width_is_another_drawing_once(seen: Opened) -> None:
    """The drawing follows the width of the window, keeps the focus, and comes to rest."""
    page = seen.page
    page.locator(".drawing .cell").nth(5).focus()
    held = page.evaluate("document.activeElement.getAttribute('href')")
    page.evaluate(DRAWINGS)
    for width in (900, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(FITS)
        drawings = page.evaluate(FRAMES)
        assert page.evaluate(FRAMES) == drawings
        assert page.evaluate("document.activeElement.getAttribute('href')") == held
        assert page.evaluate(OVERLAPS) == 0


def test_the_drawing_is_the_same_each_time(browser: Browser, file: Path) -> None:
    """The same run at the same width is drawn alike, to the last number."""
    drawings = []
    for _ in range(2):
        seen = opened(browser, file, "#topology")
        drawings.append(seen.page.evaluate("document.querySelector('.drawing').outerHTML"))
        seen.close()
    assert drawings[0] == drawings[1]


def test_hundreds_of_servers_have_small_cells(browser: Browser, tmp_path: Path) -> None:
    """Beyond 200 a cell is its sign alone, large enough to be hit, and the drawing stays small."""
    seen = opened(browser, written(tmp_path, many(400)), "#topology")
    assert len(seen.page.evaluate(CELLS)) == 400
    assert seen.page.locator(".drawing .name").count() == 0
    assert seen.page.locator(".drawing *").count() < 1200
    assert seen.page.evaluate(OVERLAPS) == 0
    steps = seen.page.evaluate(
        f"""() => {{
          const [one, other] = [...document.querySelectorAll("{SERVERS}")].map((cell) => cell.getBoundingClientRect());
          return other.left - one.left;
        }}"""
    )
    assert steps >= 24
    assert seen.troubles() == []
    seen.close()


def test_thousands_of_servers_are_bars_that_open(browser: Browser, crowded: Path) -> None:
    """Beyond 2,000 a bar stands for a group; no server is left out; a bar leads to the cells of its servers."""
    seen = opened(browser, crowded, "#topology")
    page = seen.page
    bars = page.evaluate(LABELS, ".drawing .bar-cell")
    sizes = [int(re.findall(r": ([\d,]+) server", label)[0].replace(",", "")) for label in bars]
    assert sum(sizes) == CROWD
    assert page.locator(SERVERS).count() == 0
    assert page.locator(".drawing *").count() < 1000
    page.locator(".drawing .bar-cell").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(SERVERS).first.wait_for()
    assert page.locator(SERVERS).count() == sizes[1]
    assert page.evaluate("document.activeElement.textContent") == "Topology"
    held = page.evaluate("location.hash")
    page.reload()
    page.locator(SERVERS).first.wait_for()
    assert page.evaluate("location.hash") == held
    assert page.locator(SERVERS).count() == sizes[1]
    assert seen.troubles() == []
    seen.close()


def test_a_site_of_the_crowd_has_a_cell_for_each(browser: Browser, crowded: Path) -> None:
    """A site that is small enough by itself shows its servers."""
    seen = opened(browser, crowded, link("topology", "Paris"))
    assert len(seen.page.evaluate(CELLS)) == CROWD // 3
    seen.close()
