"""Everything can be reached and used with the keyboard alone, and a reader always sees where the focus is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fleetscan.report.html import render
from tests.report.browser import VIEWS, Opened, chromium, link, opened
from tests.report.lived import lived

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STOPS = 400
"""More stops than any view has; who needs more is held in one."""

STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const outlined = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
    || [...here.children].some((child) => getComputedStyle(child).outlineStyle === "auto");
  const points = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]].map(([x, y]) =>
    document.elementFromPoint(box.left + x * box.width, box.top + y * box.height));
  const root = document.documentElement;
  const seen = points.some((top) => top && (here.contains(top) || (top.contains(here) && top !== root)));
  return {
    name: (here.getAttribute("aria-label") ?? here.textContent).trim().slice(0, 60),
    kind: here.localName,
    place: [...document.querySelectorAll("*")].indexOf(here),
    outlined,
    seen,
  };
}"""
"""What has the focus: its name, where it stands in the document, and whether a reader sees it."""

TOP = """() => {
  scrollTo(0, 0);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
"""Let the next Tab be the first one of the page."""

WITHIN = "(selector) => Boolean(document.activeElement?.closest(selector))"
VIEW = "document.querySelector('main [data-view]:not([hidden])')?.dataset.view"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One element that had the focus."""

    name: str
    kind: str
    place: int
    outlined: bool
    seen: bool


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


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the report; nothing has the focus."""
    seen = opened(browser, file)
    yield seen
    assert seen.troubles() == []
    seen.close()


def press(seen: Opened, *keys: str) -> None:
    """Press keys, and let the page draw."""
    for key in keys:
        seen.page.keyboard.press(key)
    seen.page.evaluate("async () => { for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame); }")


def stop(seen: Opened) -> Stop | None:
    """Tell what has the focus."""
    found = seen.page.evaluate(STOP)
    return Stop(**found) if found else None


def tab_to(seen: Opened, selector: str, *, key: str = "Tab") -> None:
    """Press Tab until the focus is on, or in, what a selector finds."""
    for _ in range(STOPS):
        seen.page.keyboard.press(key)
        if seen.page.evaluate(WITHIN, selector):
            return
    pytest.fail(f"{selector} is not reached")


def round_trip(seen: Opened, key: str) -> list[Stop]:
    """Press a key until the focus leaves the document or is back at the beginning; give every stop."""
    seen.page.evaluate(TOP)
    stops: list[Stop] = []
    if key == "Shift+Tab":
        seen.page.keyboard.press(key)
    for _ in range(STOPS):
        seen.page.keyboard.press(key)
        here = stop(seen)
        if here is None or (stops and here.place == stops[0].place):
            return stops
        stops.append(here)
    pytest.fail(f"no way out after {stops[-1]}")


@pytest.mark.parametrize("width", [1440, 390])
def test_every_stop_of_every_view_is_seen_and_left(browser: Browser, file: Path, width: int) -> None:
    """From the top to the end: stops in the order of the page, each with an outline and not covered, and no trap."""
    seen = opened(browser, file, width=width)
    wrong = []
    for fragment in (*map(link, VIEWS), link("server", "par-ex01"), link("baseline", "par-ex01")):
        seen.go(fragment)
        stops = round_trip(seen, "Tab")
        assert len(stops) > len(VIEWS) / 2, fragment
        assert [each.place for each in stops] == sorted(each.place for each in stops), fragment
        wrong += [(fragment, each) for each in stops if not (each.outlined and each.seen)]
    assert wrong == []
    seen.close()


@pytest.mark.parametrize("view", ["summary", "findings", "all", "servers"])
def test_backwards_is_as_free_as_forwards(seen: Opened, view: str) -> None:
    """Shift and Tab lead out of every view as well."""
    seen.go(link(view))
    assert len(round_trip(seen, "Shift+Tab")) > 1


def test_the_first_stop_skips_the_navigation(seen: Opened) -> None:
    """The skip link is the first stop, is seen, and leads into the view that is open."""
    seen.go("#servers")
    seen.page.evaluate(TOP)
    press(seen, "Tab")
    assert seen.page.evaluate(WITHIN, ".skip")
    assert seen.page.locator(".skip").is_visible()
    press(seen, "Enter")
    assert seen.page.evaluate(WITHIN, "main")
    assert seen.page.evaluate(VIEW) == "servers"
    press(seen, "Tab")
    assert seen.page.evaluate(WITHIN, "main [data-view=servers]")


def test_the_navigation_leads_to_every_view(seen: Opened) -> None:
    """Tab to each link and Enter: this view alone is shown and has the focus, and the link says that it is current."""
    for view in VIEWS:
        seen.page.evaluate(TOP)
        tab_to(seen, f"nav a[href='#{view}']")
        press(seen, "Enter")
        shown = seen.page.evaluate(
            "[...document.querySelectorAll('main [data-view]:not([hidden])')].map((e) => e.dataset.view)"
        )
        assert set(shown) == {view}
        assert seen.page.locator(f"nav a[href='#{view}']").get_attribute("aria-current") == "page"
        assert seen.page.evaluate(WITHIN, f"[data-view='{view}']")
        assert seen.page.locator("nav [aria-current]").count() == 1


def test_a_rule_is_opened_read_and_left(seen: Opened) -> None:
    """Enter opens a rule; Tab leads to its servers; Enter shows the evidence of one; Escape closes it; Tab leads on."""
    seen.go("#findings")
    tab_to(seen, "details[data-section=findings] > summary")
    press(seen, "Enter")
    tab_to(seen, "details[open] fs-table .fs-body [role=row]")
    press(seen, "ArrowDown", "Enter")
    detail = seen.page.locator("fs-table .fs-detail")
    assert detail.is_visible()
    assert "read by" in detail.inner_text() or "winrm" in detail.inner_text()
    assert "host=" in seen.page.evaluate("location.hash")
    press(seen, "Escape")
    assert detail.count() == 0
    assert seen.page.evaluate(WITHIN, ".fs-body [role=row]")
    tab_to(seen, "summary")


def test_rows_are_walked_with_arrows(seen: Opened) -> None:
    """Arrows, End and Home move the focus among rows; the row is seen; Tab leads to the link of the row."""
    seen.go("#servers")
    tab_to(seen, ".fs-body [role=row]")
    indices = []
    for key in ("ArrowDown", "End", "ArrowUp", "PageUp", "Home"):
        press(seen, key)
        here = stop(seen)
        assert here
        assert here.seen
        assert here.outlined
        indices.append(int(seen.page.evaluate("document.activeElement.getAttribute('aria-rowindex')")))
    assert indices[:3] == [3, 46, 45]
    assert 2 < indices[3] < 45
    assert indices[4] == 2
    press(seen, "Tab")
    name = seen.page.evaluate("document.activeElement.textContent")
    press(seen, "Enter")
    assert seen.page.evaluate("location.hash") == link("server", name)
    assert name in seen.page.inner_text("[data-view=servers]:not([hidden]), [data-view=server]:not([hidden])")


def test_a_table_is_sorted_with_the_keyboard(seen: Opened) -> None:
    """Enter on the head of a column sorts, once more turns it round, and the head says so; the focus stays."""
    seen.go("#servers")
    tab_to(seen, "fs-table .fs-head button")
    ways = []
    for _ in range(2):
        press(seen, "Enter")
        ways.append(
            seen.page.evaluate("document.activeElement.closest('[role=columnheader]').getAttribute('aria-sort')")
        )
    assert set(ways) == {"ascending", "descending"}


def test_a_list_is_searched_with_the_keyboard(seen: Opened) -> None:
    """Typing narrows the list, keeps it in the address, and says how many are left."""
    seen.go("#all")
    tab_to(seen, "main input[type=search]")
    seen.page.keyboard.type("temp osaka")
    press(seen)
    assert "osaka" in seen.page.evaluate("location.hash")
    before = seen.page.locator("[data-view=all] [role=status]").first.inner_text()
    press(seen, "Control+a", "Delete")
    assert seen.page.locator("[data-view=all] [role=status]").first.inner_text() != before
    assert "osaka" not in seen.page.evaluate("location.hash")


def test_a_server_is_chosen_in_the_drawing(seen: Opened) -> None:
    """The drawing is one stop; arrows move in it; Enter opens the server; back leads back to the drawing."""
    seen.go("#topology")
    tab_to(seen, "fs-topology .cell")
    for _ in range(STOPS):
        if "#server/" in (seen.page.evaluate("document.activeElement.getAttribute('href')") or ""):
            break
        press(seen, "ArrowRight")
    here = stop(seen)
    assert here
    assert here.seen
    target = seen.page.evaluate("document.activeElement.getAttribute('href')")
    press(seen, "Enter")
    assert seen.page.evaluate("location.hash") == target
    seen.page.go_back()
    press(seen)
    assert seen.page.evaluate(VIEW) == "topology"
    tab_to(seen, "fs-topology .cell")
    tab_to(seen, "main a:not(.cell), footer, nav a")
