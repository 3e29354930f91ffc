"""Views and their addresses in a browser: where a fragment leads, where the focus goes, going back, damaged data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browser import Opened, chromium, opened
from tests.report.page import block, packed, page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PARAGRAPHS = "".join(f"<p>Paragraph {number}</p>" for number in range(80))
BODY = f"""<nav aria-label="Views"><ul><li><a href="#summary">Summary</a></li><li><a href="#findings">By rule</a></li>
<li class="scripted"><a href="#servers">Servers</a></li><li class="scripted"><a href="#list">List</a></li></ul></nav>
<main id="main" tabindex="-1"><h1>lab</h1>
<section data-view="summary"><h2 id="summary">Summary</h2>{PARAGRAPHS}
<p id="end"><a href="#server/ex00002">To a server</a></p></section>
<section data-view="findings"><h2 id="findings">By rule</h2>
<p class="tools" hidden><button data-open="found">Open all</button> <button data-close="found">Close all</button></p>
<details data-section="found" id="rule-a"><summary>Rule A</summary>
<p>Why. <a class="copy" href="#rule-a">Link</a></p>{PARAGRAPHS}</details>
<details data-section="found"><summary>Rule B</summary><div id="rule-b"><p>Because.</p></div></details></section>
<section data-view="findings"><h2>Unknown</h2><p id="unknown">Not known.</p></section>
<div id="scripted"></div></main>"""
VIEWS = """
const simple = (title) => h("section", { "aria-label": title }, h("h2", { text: title }));
views.add({ id: "servers", title: "Servers", make: () => ({ element: simple("Servers") }) });
views.add({ id: "server", title: "Server", under: "servers", make(data) {
  const element = simple("Server");
  return { element, show({ item }) { $("h2", element).textContent = item; return { title: item }; } };
} });
views.add({ id: "findings", title: "By rule", also: ["rule"], make: (data, sections) => ({ show({ view, item, query }) {
  if (view !== "rule") return {};
  sections[0].dataset.opened = `${item} on ${query.get("host")}`;
  return { title: item, focus: $("summary", sections[0]) };
} }) });
views.add({ id: "list", title: "List", make(data) {
  const rows = Array.from({ length: data.hosts }, (_, host) => host), element = simple("List");
  const list = table({ label: "List", rows, columns: [{ key: "name", title: "Name", width: "name",
    cell: (host) => h("a", { href: route.link("server", data.name(host)), text: data.name(host) }) }] });
  element.append(list);
  return { element, show() { list.rows = [...rows]; } };
} });
globalThis.lab = { data: unpack(), route };
"""
SHOWN = (
    "[...new Set([...document.querySelectorAll('main [data-view]:not([hidden])')].map((e) => e.dataset.view))].join()"
)
FOCUS = "document.activeElement.textContent"
OPEN = "[...document.querySelectorAll('details')].map((e) => e.open)"
VERDICT = """async ([r, h]) => {
  const data = await lab.data;
  return { ...data.verdict(r, h), tally: data.tally(h), host: data.host(h), place: data.place(0, h) };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page of two static views and four that script makes."""
    path = tmp_path_factory.mktemp("route") / "page.html"
    path.write_text(page(BODY, VIEWS, packed(block(200))), "utf-8")
    return path


@pytest.fixture
def seen(browser: Browser, file: Path) -> Iterator[Opened]:
    """Open the page without a fragment."""
    seen = opened(browser, file)
    yield seen
    assert seen.troubles() == []
    seen.close()


def failed(browser: Browser, path: Path, fragment: str = "") -> Opened:
    """Open a page whose data cannot be unpacked, and wait until it says so."""
    page = browser.new_context().new_page()
    seen = Opened(page=page, address=path.as_uri())
    page.on("console", seen.note)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.goto(f"{seen.address}{fragment}")
    page.get_by_role("alert").wait_for()
    return seen


def test_the_summary_comes_first(seen: Opened) -> None:
    """Without a fragment the summary is shown and nothing takes the focus."""
    assert seen.page.evaluate(SHOWN) == "summary"
    assert seen.page.title() == "Summary · lab"
    assert seen.page.evaluate("document.activeElement === document.body")
    assert seen.page.locator("nav [aria-current=page]").all_inner_texts() == ["Summary"]


@pytest.mark.parametrize(
    ("fragment", "shown", "title", "current"),
    [
        ("#findings", "findings", "By rule", "By rule"),
        ("#servers", "servers", "Servers", "Servers"),
        ("#server/ex00003", "server", "ex00003", "Servers"),
        ("#server/Last%20One", "server", "Last One", "Servers"),
        ("#host-ex00003", "server", "ex00003", "Servers"),
        ("#host-last-one-0123abcd", "server", "Last One", "Servers"),
        ("#rule/a-rule?host=ex00001", "findings", "a-rule", "By rule"),
        ("#rule-b", "findings", "By rule", "By rule"),
        ("#unknown", "findings", "By rule", "By rule"),
        ("#never-heard-of", "summary", "Summary", "Summary"),
        ("#%E0%A4%A/?=&%", "summary", "Summary", "Summary"),
    ],
)
def test_every_fragment_leads_somewhere(
    browser: Browser, file: Path, fragment: str, shown: str, title: str, current: str
) -> None:
    """A view, one with an item, another name of one, an anchor of an older report, and nonsense."""
    for moved in (False, True):
        seen = opened(browser, file, "" if moved else fragment)
        if moved:
            seen.go(fragment)
        assert seen.page.evaluate(SHOWN) == shown
        assert seen.page.title() == f"{title} · lab"
        assert seen.page.locator("nav [aria-current=page]").all_inner_texts() == [current]
        assert seen.troubles() == []
        seen.close()


def test_an_old_anchor_is_opened_and_in_sight(seen: Opened) -> None:
    """What an anchor names is unfolded, scrolled to and has the focus, by its summary where it folds."""
    seen.go("#rule-b")
    assert seen.page.evaluate(OPEN) == [False, True]
    assert seen.page.evaluate(FOCUS) == "Rule B"
    seen.go("#rule-a")
    assert seen.page.evaluate(OPEN) == [True, True]
    assert seen.page.evaluate(FOCUS) == "Rule A"
    seen.go("#end")
    assert seen.page.evaluate(SHOWN) == "summary"
    assert seen.page.evaluate("document.getElementById('end').getBoundingClientRect().top < innerHeight")


def test_the_focus_follows_to_the_heading(seen: Opened) -> None:
    """After a change of view, or of its item, the focus is on the heading and the page at its top."""
    seen.page.evaluate("scrollTo(0, 900)")
    seen.page.get_by_role("link", name="By rule").click()
    seen.page.wait_for_function("document.activeElement.id === 'findings'")
    assert seen.page.evaluate("scrollY") == 0
    seen.go("#server/ex00001")
    assert seen.page.evaluate(FOCUS) == "ex00001"
    seen.go("#server/ex00002")
    assert seen.page.evaluate(FOCUS) == "ex00002"
    seen.go("#rule/x")
    assert seen.page.evaluate(FOCUS) == "Rule A"


def test_a_link_to_where_one_is_leads_there_again(seen: Opened) -> None:
    """Following the link of the current view goes back to its heading."""
    seen.go("#summary")
    seen.page.evaluate("scrollTo(0, 900)")
    seen.page.locator("nav").get_by_role("link", name="Summary").click()
    seen.page.wait_for_function("scrollY === 0")
    assert seen.page.evaluate("document.activeElement.id") == "summary"


def test_back_leads_to_where_the_reader_was(seen: Opened) -> None:
    """Back shows the view before at the same height, with the focus on the link that led away; forward works too."""
    link = seen.page.get_by_role("link", name="To a server")
    link.focus()
    link.scroll_into_view_if_needed()
    seen.page.wait_for_function("scrollY > 500")
    height = seen.page.evaluate("async () => { await new Promise(requestAnimationFrame); return scrollY; }")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_function("document.title.startsWith('ex00002')")
    seen.page.go_back()
    seen.page.wait_for_function("document.title.startsWith('Summary')")
    assert abs(seen.page.evaluate("scrollY") - height) < 2
    assert seen.page.evaluate(FOCUS) == "To a server"
    seen.page.go_forward()
    seen.page.wait_for_function("document.title.startsWith('ex00002')")
    assert seen.page.evaluate(SHOWN) == "server"


def test_back_leads_to_the_same_row(seen: Opened) -> None:
    """A table that is filled with the same rows again is as it was: scrolled, with the focus in its row."""
    seen.go("#list")
    seen.page.locator(".fs-body .fs-row").first.focus()
    seen.page.keyboard.press("End")
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_function("document.title.startsWith('Last One')")
    seen.page.go_back()
    seen.page.wait_for_function("document.title.startsWith('List')")
    assert seen.page.evaluate(FOCUS) == "Last One"
    assert seen.page.get_by_role("link", name="Last One").is_visible()
    assert seen.page.locator(".fs-grid").evaluate("(grid) => grid.scrollTop") > 1000


def test_the_state_is_written_without_a_new_entry(seen: Opened) -> None:
    """A change goes into the query, is encoded, taken out by an empty value, and is no step to go back."""
    seen.go("#servers")
    steps = seen.page.evaluate("history.length")
    seen.page.evaluate("lab.route.change({ find: 'a&b=c #?/%', site: 'Ōsaka' })")
    assert seen.here.endswith("#servers?find=a%26b%3Dc%20%23%3F%2F%25&site=%C5%8Csaka")
    assert seen.page.evaluate("Object.fromEntries(lab.route.read().query)") == {"find": "a&b=c #?/%", "site": "Ōsaka"}
    seen.page.evaluate("lab.route.change({ find: '' })")
    assert seen.here.endswith("#servers?site=%C5%8Csaka")
    assert seen.page.evaluate("history.length") == steps
    assert seen.page.evaluate("lab.route.link('rule', 'a/b?', { host: 'x', none: '' })") == "#rule/a%2Fb%3F?host=x"


def test_the_skip_link_leads_into_the_view(seen: Opened) -> None:
    """It goes to the heading of the open view and leaves the address alone."""
    seen.go("#servers?find=x")
    seen.page.locator(".skip").focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.evaluate(FOCUS) == "Servers"
    assert seen.here.endswith("#servers?find=x")


def test_a_section_is_unfolded_by_a_button(seen: Opened) -> None:
    """The tools are there with script, and open and close all of their section."""
    seen.go("#findings")
    seen.page.get_by_role("button", name="Open all").click()
    assert seen.page.evaluate(OPEN) == [True, True]
    seen.page.get_by_role("button", name="Close all").click()
    assert seen.page.evaluate(OPEN) == [False, False]


def test_a_link_is_copied(browser: Browser, file: Path) -> None:
    """The address goes to the clipboard, which is said, and the reader stays; where that is refused, it leads there."""
    seen = opened(browser, file, "#rule-a")
    seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    steps = seen.page.evaluate("history.length")
    seen.page.get_by_role("link", name="Link").click()
    seen.page.get_by_text("Link copied").wait_for()
    assert seen.page.evaluate("navigator.clipboard.readText()") == f"{seen.address}#rule-a"
    assert seen.page.evaluate("history.length") == steps
    seen.page.context.clear_permissions()
    seen.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    seen.page.get_by_role("link", name="Link").click()
    seen.page.get_by_text("The link is in the address bar").wait_for()
    assert seen.here.endswith("#rule-a")
    seen.close()


def test_paper_gets_summary_and_findings(seen: Opened) -> None:
    """Whatever view is open, printing shows both and all that folds, and afterwards everything is as it was."""
    seen.go("#servers")
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert seen.page.evaluate(SHOWN) == "summary,findings"
    assert seen.page.evaluate(OPEN) == [True, True]
    assert seen.page.get_by_text("Because.").is_visible()
    assert not seen.page.locator("nav").is_visible() or seen.page.locator("nav.bar").count() == 0
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.evaluate(SHOWN) == "servers"
    assert seen.page.evaluate(OPEN) == [False, False]


DAMAGED = {
    "cut": packed(block())[:200],
    "not base64": "@@@@",
    "not gzip": "aGVsbG8=",
    "another format": packed(block() | {"format": 2}),
    "empty": "",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_data_leaves_what_is_static(browser: Browser, tmp_path: Path, damage: str) -> None:
    """The page says so, shows all that needs no data, hides what does, and links still lead to what is there."""
    path = tmp_path / "page.html"
    path.write_text(page(BODY, "", damage), "utf-8")
    seen = failed(browser, path, "#findings")
    assert "The tables of this page cannot be shown." in seen.page.get_by_role("alert").inner_text()
    assert seen.page.evaluate(SHOWN) == "summary,findings"
    assert not seen.page.get_by_role("link", name="Servers").is_visible()
    seen.page.get_by_role("link", name="Summary").click()
    assert seen.page.evaluate(SHOWN) == "summary,findings"
    assert (seen.console, seen.errors) == ([], [])
    seen.close()


def test_a_browser_that_cannot_unpack_says_so(browser: Browser, file: Path, tmp_path: Path) -> None:
    """Without DecompressionStream the page names the browsers that have it."""
    path = tmp_path / "page.html"
    path.write_text(
        file.read_text("utf-8").replace("<script>", "<script>delete window.DecompressionStream;", 1), "utf-8"
    )
    seen = failed(browser, path)
    assert "Firefox 113" in seen.page.get_by_role("alert").inner_text()
    assert seen.page.evaluate(SHOWN) == "summary,findings"
    seen.close()


def test_the_block_is_decoded_as_it_was_written(seen: Opened) -> None:
    """A verdict, its evidence and what is missing, the host and its tally come out with their words."""
    found = seen.page.evaluate(VERDICT, [1, 3])
    assert (found["word"], found["summary"], found["since"]) == ("finding", "ScanMail is off", "Off since spring")
    assert found["severity"] == {"key": "error", "words": "Error", "rank": 0}
    assert found["host"]["name"] == "ex00004"
    assert (found["host"]["site"], found["host"]["groups"]) == ("Milwaukee", ["Paris", "Osaka"])
    assert found["host"]["failure"] is None
    assert found["place"]["value"] == "0"
    assert found["evidence"] == [{"fact": 0, "label": "scanmail.on", "reading": None}]
    assert found["tally"] == {
        "finding": 2,
        "unknown": 0,
        "broken": 0,
        "pass": 0,
        "not_applicable": 1,
        "worst": {"key": "error", "words": "Error", "rank": 0},
    }


def test_readings_tell_their_place_and_their_reason(seen: Opened) -> None:
    """A reading has the place of its fact unless it was read elsewhere, and a reason when it is unknown."""
    readings = seen.page.evaluate(
        "async () => { const d = await lab.data; return [0, 1, 2, 3].map((h) => d.reading(0, h)); }"
    )
    known, unknown, absent, none = readings
    assert (known["state"], known["value"], known["type"], known["where"]) == (
        "known",
        "0",
        "REG_DWORD",
        r"HKLM\SOFTWARE\ScanMail\On",
    )
    assert (unknown["state"], unknown["reason"]["key"], unknown["detail"]) == ("unknown", "denied", "denied here")
    assert unknown["where"] == "a key"
    assert (absent["state"], absent["way"], none) == ("absent", "winrm as reader", None)
    missing = seen.page.evaluate(VERDICT, [0, 2])["missing"]
    assert [(m["fact"], m["label"], m["reason"]["words"], m["detail"]) for m in missing] == [
        (0, "scanmail.on", "Access was denied.", "denied here")
    ]
    other = seen.page.evaluate(VERDICT, [0, 2])["evidence"]
    assert [(e["fact"], e["label"], e["reading"]["value"]) for e in other] == [(0, "scanmail.on", "0")]
