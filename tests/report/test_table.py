"""The table and the filter in a browser: few live rows, arrows, sorting, a detail below its row, words and facets."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import Opened, chromium, opened
from tests.report.page import block, packed, page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

HOSTS, RULES = 2000, 3
BODY = """<nav aria-label="Views"><ul><li><a href="#summary">Summary</a></li><li><a href="#all">All</a></li></ul></nav>
<main id="main"><h1>lab</h1><section data-view="summary"><h2>Summary</h2></section><div id="scripted"></div></main>"""
VIEW = """
views.add({ id: "all", title: "All", make(data) {
  const rows = data.pairs("finding"), name = (p) => data.name(data.pair(p)[1]);
  const list = table({ label: "All findings", rows, remember: true, empty: "No finding fits.",
    columns: [
      { key: "host", title: "Server", width: "name", value: (p) => data.pair(p)[1],
        cell: (p) => h("a", { href: route.link("server", name(p)), text: name(p) }) },
      { key: "rule", title: "Rule", width: "long", cell: (p) => data.rules[data.pair(p)[0]].title,
        value: (p) => data.rules[data.pair(p)[0]].title },
      { key: "severity", title: "Severity", width: "badge", value: (p) => data.severity(...data.pair(p)).rank,
        cell: (p) => badge(data.severity(...data.pair(p)).key, data.severity(...data.pair(p)).words) },
      { key: "site", title: "Site", width: "text wide", cell: (p) => data.site(data.pair(p)[1]) },
      { key: "place", title: "Place", width: "num", value: (p) => data.pair(p)[1],
        cell: (p) => number(data.pair(p)[1]) },
    ],
    name, detail: (p) => h("p", {}, `What is wrong with ${name(p)}. `, h("a", { href: "#summary", text: "Summary" })),
    onOpen: (p) => route.change({ host: p === null ? "" : name(p) }) });
  const choose = filter({ label: "Findings", facets: [
      { key: "severity", title: "Severity", options: data.severities.map(({ key, words }) => ({ value: key, words })) },
      { key: "site", title: "Site", select: true,
        options: ["Paris", "Osaka"].map((site) => ({ value: site, words: site, count: 9 })) },
    ], onChange(state) {
      const holds = finder(data, state.words);
      const fits = (r, host) => state.has("severity", data.severity(r, host).key) && state.has("site", data.site(host));
      list.rows = rows.filter((p) => fits(...data.pair(p)) && holds(...data.pair(p)));
      choose.tell(list.rows.length, rows.length, "finding");
    } });
  return { element: h("section", { "aria-label": "All" }, h("h2", { text: "All" }), choose, list), show({ query }) {
    list.sort = query.get("sort") ?? "";
    choose.read();
    if (query.get("host")) list.reveal(rows.find((p) => name(p) === query.get("host")));
  } };
} });
"""
ROW = ".fs-body > .fs-row"
FRAMES = "async () => { for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame); }"
HELD = "document.activeElement.closest('.fs-row')?.getAttribute('aria-rowindex')"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)"
FINDINGS = sum(rule["verdicts"]["word"].count("f") for rule in block(HOSTS, RULES)["rules"])  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of all findings."""
    path = tmp_path_factory.mktemp("table") / "page.html"
    path.write_text(page(BODY, VIEW, packed(block(HOSTS, RULES))), "utf-8")
    return path


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the page at its table."""
    seen = opened(browser, file, "#all")
    yield seen
    assert seen.troubles() == []
    seen.close()


def press(seen: Opened, *keys: str) -> None:
    """Press keys and let the page draw."""
    for key in keys:
        seen.page.keyboard.press(key)
    seen.page.evaluate(FRAMES)


def row(seen: Opened, number: int) -> Locator:
    """Find a row by its number among all, from 1."""
    return seen.page.locator(f"{ROW}[aria-rowindex='{number + 1}']")


def held(seen: Opened) -> int:
    """Tell in which row the focus is, from 1."""
    return int(seen.page.evaluate(HELD)) - 1


def test_few_rows_live_wherever_the_reader_is(seen: Opened) -> None:
    """The table counts all of its rows and holds only those in sight, at the top, in the middle and at the end."""
    grid = seen.page.get_by_role("grid", name="All findings")
    assert grid.get_attribute("aria-rowcount") == str(FINDINGS + 1)
    for share in (0, 0.5, 1):
        grid.evaluate("(grid, share) => { grid.scrollTop = grid.scrollHeight * share; }", share)
        seen.page.evaluate(FRAMES)
        box = grid.bounding_box()
        assert box
        held = seen.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('.fs-row').getAttribute('aria-rowindex')",
            [box["x"] + 40, box["y"] + box["height"] / 2],
        )
        assert abs(int(held) - FINDINGS * share) < 30
        assert seen.page.locator(ROW).count() < 60
    assert row(seen, FINDINGS).is_visible()


def test_keys_move_among_all_rows(seen: Opened) -> None:
    """Arrows, pages, Home and End move the focus, also to rows that did not live yet, and never beyond an end."""
    row(seen, 1).focus()
    places = []
    for key in ("ArrowDown", "PageDown", "End", "ArrowDown", "ArrowUp", "PageUp", "Home", "ArrowUp"):
        press(seen, key)
        places.append(held(seen))
        assert row(seen, held(seen)).is_visible()
    page = places[1] - 2
    assert page > 5
    assert places == [2, 2 + page, FINDINGS, FINDINGS, FINDINGS - 1, FINDINGS - 1 - page, 1, 1]


def test_the_focus_stays_when_its_row_is_scrolled_away(seen: Opened) -> None:
    """A row that has the focus lives on out of sight, and the next arrow goes on from it."""
    row(seen, 3).focus()
    seen.page.get_by_role("grid").evaluate("(grid) => { grid.scrollTop = 20000; }")
    seen.page.evaluate(FRAMES)
    assert held(seen) == 3
    press(seen, "ArrowDown")
    assert held(seen) == 4


def test_one_row_is_in_the_order_of_tab(seen: Opened) -> None:
    """Tab goes from the current row to its link and its button, and then out of the table."""
    row(seen, 5).focus()
    press(seen, "ArrowDown", "Tab")
    name = row(seen, 6).locator("a").inner_text()
    assert seen.page.evaluate("document.activeElement.textContent") == name
    press(seen, "Tab")
    assert seen.page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Details of {name}"
    press(seen, "Tab")
    assert seen.page.evaluate(HELD) is None
    assert seen.page.locator(f"{ROW} a[tabindex='0']").count() == 1


def test_a_row_opens_its_detail(seen: Opened) -> None:
    """Enter opens, says so, and Tab reaches the detail; rows below move down; Escape closes from within it."""
    row(seen, 2).focus()
    below = row(seen, 3).bounding_box()
    press(seen, "Enter")
    detail = seen.page.get_by_role("group", name="Details of ex00004")
    assert detail.is_visible()
    assert seen.page.locator("fs-table > [role=status]").inner_text() == "Details of ex00004 are open below the row."
    moved, box = row(seen, 3).bounding_box(), detail.bounding_box()
    assert below
    assert moved
    assert box
    assert moved["y"] >= below["y"] + box["height"] - 1
    press(seen, "Tab", "Tab", "Tab")
    assert seen.page.evaluate("document.activeElement.classList.contains('fs-detail')")
    press(seen, "Tab")
    assert seen.page.evaluate("document.activeElement.textContent") == "Summary"
    press(seen, "Escape")
    assert detail.count() == 0
    assert held(seen) == 2


def test_one_detail_is_open_at_a_time(seen: Opened) -> None:
    """A click opens a row and closes the one before; a click on the open one closes it; the address keeps up."""
    row(seen, 2).locator("[role=gridcell]").nth(1).click()
    row(seen, 4).get_by_role("button").click()
    assert seen.page.locator(".fs-detail").count() == 1
    assert row(seen, 4).get_by_role("button").get_attribute("aria-expanded") == "true"
    assert row(seen, 2).get_by_role("button").get_attribute("aria-expanded") == "false"
    assert "host=ex00008" in seen.here
    row(seen, 4).locator("[role=gridcell]").nth(1).click()
    assert seen.page.locator(".fs-detail").count() == 0
    assert "host" not in seen.here


def test_an_open_detail_survives_sorting(seen: Opened) -> None:
    """Sorted anew, the same row is open at its new place; filtered away, it is closed."""
    row(seen, 1).locator("[role=gridcell]").nth(1).click()
    seen.page.get_by_role("button", name="Place").click()
    seen.page.get_by_role("button", name="Place").click()
    row(seen, FINDINGS).focus()
    seen.page.get_by_role("grid").evaluate("(grid) => { grid.scrollTop = grid.scrollHeight; }")
    seen.page.evaluate(FRAMES)
    assert seen.page.get_by_role("group", name="Details of ex00001").is_visible()
    seen.page.get_by_role("searchbox").fill("ex00005")
    assert seen.page.locator(".fs-detail").count() == 0


def test_a_click_on_a_link_follows_it(seen: Opened) -> None:
    """A link in a row is a link, and opens no detail."""
    row(seen, 1).get_by_role("link").click()
    assert seen.here.endswith("#server/ex00001")
    assert seen.page.locator(".fs-detail").count() == 0


def test_columns_sort_both_ways(seen: Opened) -> None:
    """A head sorts by its values, numbers as numbers, then the other way round; it says so, and so does the address."""
    button = seen.page.get_by_role("button", name="Place")
    head = button.locator("xpath=..")
    assert head.get_attribute("aria-sort") == "none"
    button.click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert row(seen, 1).locator("a").inner_text() == "ex00001"
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert row(seen, 1).locator("a").inner_text() == "Last One"
    assert seen.here.endswith("#all?sort=-place")
    seen.page.get_by_role("button", name="Severity", exact=True).last.click()
    assert head.get_attribute("aria-sort") == "none"
    shown = seen.page.locator(f"{ROW} .badge").all_inner_texts()
    assert set(shown) == {"Error"}
    assert seen.page.get_by_role("columnheader", name="Site").get_attribute("aria-sort") is None


def test_words_filter_at_once(seen: Opened) -> None:
    """All words must stand in rule, host or sentence; how many are left is said; nothing left has words too."""
    find, told = seen.page.get_by_role("searchbox", name="Find"), seen.page.locator("fs-filter [role=status]")
    assert told.inner_text() == f"{FINDINGS:,} of {FINDINGS:,} findings"
    find.fill("EX00012 rule-0")
    assert told.inner_text() == f"1 of {FINDINGS:,} findings"
    assert seen.page.locator(f"{ROW} a").all_inner_texts() == ["ex00012"]
    find.fill("scanmail is off ex0001")
    assert int(told.inner_text().split()[0]) == seen.page.locator(ROW).count() > 5
    find.fill("never heard of")
    assert told.inner_text() == f"0 of {FINDINGS:,} findings"
    assert seen.page.get_by_text("No finding fits.").is_visible()
    assert seen.page.locator(ROW).count() == 0
    seen.page.get_by_role("button", name="Clear").click()
    assert told.inner_text() == f"{FINDINGS:,} of {FINDINGS:,} findings"
    assert find.evaluate("(find) => find === document.activeElement && find.value === ''")
    assert seen.here.endswith("#all")


def test_facets_narrow_and_are_kept_in_the_address(seen: Opened) -> None:
    """Buttons add up, a list takes one; another reader who opens the address sees the same."""
    seen.page.get_by_role("button", name="Error", exact=True).click()
    seen.page.get_by_role("button", name="Best-Practice").click()
    seen.page.get_by_role("combobox", name="Site").select_option("Paris")
    seen.page.get_by_role("searchbox", name="Find").fill("ex000")
    address = seen.here
    assert address.endswith("#all?severity=error%2Cbest-practice&site=Paris&find=ex000")
    told = seen.page.locator("fs-filter [role=status]").inner_text()
    assert set(seen.page.locator(f"{ROW} .badge").all_inner_texts()) == {"Error", "Best-Practice"}
    seen.page.goto("about:blank")
    seen.page.goto(address)
    seen.page.locator("html[data-ready='1']").wait_for(state="attached")
    assert seen.page.locator("fs-filter [role=status]").inner_text() == told
    assert seen.page.get_by_role("button", name="Error", exact=True).get_attribute("aria-pressed") == "true"
    assert seen.page.get_by_role("button", name="Warning", exact=True).get_attribute("aria-pressed") == "false"
    assert seen.page.get_by_role("combobox", name="Site").input_value() == "Paris"
    assert seen.page.get_by_role("searchbox", name="Find").input_value() == "ex000"
    seen.page.get_by_role("button", name="Error", exact=True).click()
    assert "severity=best-practice&" in seen.here


def test_an_address_opens_the_detail_of_a_row(seen: Opened) -> None:
    """A row far down is drawn, opened, in sight and has the focus."""
    seen.go("#all?host=ex01500")
    assert seen.page.evaluate("document.activeElement.querySelector('a').textContent") == "ex01500"
    assert seen.page.get_by_role("group", name="Details of ex01500").is_visible()
    assert seen.page.locator(ROW).count() < 60


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_shows_rows_of_two_lines(browser: Browser, file: Path, width: int) -> None:
    """Nothing scrolls sideways, wide columns are left out, the name stands above the rest, and numbers have words."""
    seen = opened(browser, file, "#all", width=width)
    first, cells = row(seen, 1), row(seen, 1).locator("[role=gridcell]")
    assert seen.page.evaluate(OVERFLOW) <= 0
    assert not cells.nth(3).is_visible()
    name, rule = cells.nth(0).bounding_box(), cells.nth(1).bounding_box()
    whole = first.bounding_box()
    assert name
    assert rule
    assert whole
    assert name["y"] + name["height"] <= rule["y"] + 1
    assert rule["y"] + rule["height"] <= whole["y"] + whole["height"]
    assert cells.nth(4).evaluate("(cell) => getComputedStyle(cell, '::before').content").startswith('"Place')
    first.click(position={"x": width - 60, "y": 60})
    assert seen.page.locator(".fs-detail").is_visible()
    assert seen.page.evaluate(OVERFLOW) <= 0
    assert seen.troubles() == []
    seen.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, file: Path, width: int, *, dark: bool) -> None:
    """The table with an open row in its middle, and with nothing left, breaks no rule of axe."""
    seen = opened(browser, file, "#all?host=ex00800&sort=-place", width=width, dark=dark)
    seen.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    assert seen.page.locator(".fs-detail").is_visible()
    assert seen.page.evaluate(AXE) == []
    seen.page.get_by_role("searchbox").fill("nothing at all")
    assert seen.page.evaluate(AXE) == []
    assert seen.troubles() == []
    seen.close()
