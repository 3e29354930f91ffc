"""One HTML file: encoded, self-contained, bound by its policy, whole without script."""

from __future__ import annotations

import base64
import itertools
import os
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import fleetscan
from fleetscan.errors import UsageError
from fleetscan.model import Ending
from fleetscan.report.html import PAGE, breakable, joined, packed, render, segments, templates_folder, ticked
from fleetscan.report.nouns import Attested, Tally
from tests.report.block import Block
from tests.report.hostile import SEEN, hostile
from tests.report.sample import sample

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

BYTES_PER_HOST = 100
"""What one more host may cost in the file, with the ten facts and seven rules of the sample."""

DATA = re.compile(r'(<script type="text/plain" id="data">)([A-Za-z0-9+/=]*)(</script>)')
"""The data block in its element."""


class Page(HTMLParser):
    """Collect what a test wants to know of a page."""

    def __init__(self, text: str) -> None:
        """Read the whole page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag, its id and where it leads."""
        named = dict(attrs)
        self.tags.append((tag, named))
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name, value in attrs if name in {"href", "src"} and value]


HOSTILE = render(hostile().view())
NORMAL = render(sample(45).view())


@pytest.mark.parametrize("page", [HOSTILE, NORMAL], ids=["hostile", "normal"])
def test_the_page_has_no_style_attribute_no_handler_and_no_other_file(page: str) -> None:
    """Only one style, one script and one data element, no attribute that acts, no address but anchors and sources."""
    parsed = Page(page)
    names = [tag for tag, _ in parsed.tags]
    assert (names.count("style"), names.count("img"), names.count("link")) == (1, 0, 0)
    assert [attributes for tag, attributes in parsed.tags if tag == "script"] == [
        {"type": "text/plain", "id": "data"},
        {},
    ]
    acting = [name for _, attributes in parsed.tags for name in attributes if name == "style" or name.startswith("on")]
    assert acting == []
    assert all(link.startswith(("#", "https://")) for link in parsed.links)


@pytest.mark.parametrize("page", [HOSTILE, NORMAL], ids=["hostile", "normal"])
def test_every_link_leads_somewhere_and_every_anchor_is_one(page: str) -> None:
    """Each internal link has its target, or script makes it, and no id stands twice."""
    parsed = Page(page)
    assert len(parsed.ids) == len(set(parsed.ids))
    scripted = {
        attributes["href"]
        for tag, attributes in parsed.tags
        if tag == "a" and "scripted" in (attributes.get("class") or "")
    }
    led = {link for link in parsed.links if link.startswith("#")} - scripted
    assert {link[1:] for link in led} <= set(parsed.ids)


def test_the_navigation_leads_to_every_view() -> None:
    """The Analyzer's names, in this order; those that script makes are marked."""
    nav = NORMAL.partition("<nav")[2].partition("</nav>")[0]
    links = re.findall(r'<a href="#([\w-]+)"( class="scripted")?>', nav)
    assert [view for view, _ in links] == [
        *("summary", "findings", "critical", "all", "non-default", "changes", "informational", "baseline"),
        *("topology", "servers", "coverage", "attestations", "asked"),
    ]
    static = {view for view, scripted in links if not scripted}
    body = NORMAL.partition("<main")[2].partition("</main>")[0]
    assert static == set(re.findall(r'<section[^>]* data-view="([\w-]+)"', body))


@pytest.mark.parametrize("page", [HOSTILE, NORMAL], ids=["hostile", "normal"])
def test_headings_are_in_order(page: str) -> None:
    """One first heading, and none that skips a level."""
    levels = [int(tag[1]) for tag, _ in Page(page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


def test_the_data_is_in_the_page_and_the_same_every_time() -> None:
    """What the script unpacks is the view's block, and the same view gives the same bytes."""
    view = sample(12).view()
    page = render(view)
    assert Block.of(page).raw == Block(view.columns).raw
    assert render(sample(12).view()) == page
    assert packed(view.columns) in page


def test_every_rule_has_its_place_for_a_table() -> None:
    """Each item names its rule and the word of its verdicts, and holds the names of all its hosts."""
    items = [attributes for _, attributes in Page(NORMAL).tags if "data-rule" in attributes]
    places = [(a["data-rule"], a["data-word"]) for a in items if a.get("class") == "hosts-of"]
    assert places == [(a["data-rule"], a["data-word"]) for a in items if "item rule" in (a.get("class") or "")]
    assert ("scanmail-processes-twice", "finding") in places
    assert ("scanmail-processes-twice", "unknown") in places
    section = NORMAL.partition('data-rule="scanmail-processes-twice" data-word="finding"')[2].partition(
        "</details>\n</div>"
    )[0]
    assert '<p class="listed">mil-ex01, mil-ex07, mil-ex09, mil-ex12, mil-ex15, par-ex02</p>' in section


def test_the_policy_lets_only_our_style_and_script_run() -> None:
    """The hashes in the policy are those of the two elements, to the byte."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', NORMAL)
    assert policy
    hashes = [
        base64.b64encode(sha256(found.encode()).digest()).decode()
        for name in ("script", "style")
        for found in re.findall(rf"<{name}>(.*?)</{name}>", NORMAL, re.DOTALL)
    ]
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_what_hosts_say_is_text() -> None:
    """Hostile markup, template syntax and characters arrive encoded and visible; the file is valid UTF-8."""
    assert HOSTILE.encode()
    assert SEEN not in HOSTILE
    assert "&lt;script&gt;window.canary=1&lt;/script&gt;" in HOSTILE
    assert "{{7*7}}" in HOSTILE
    assert "\\u{202E}" in HOSTILE
    assert "\\u{001B}[31m\\u{0000}" in HOSTILE
    assert not set("\x00\x1b\u202e\u2066\u200b") & set(HOSTILE)


def test_anchors_are_stable() -> None:
    """A rule is found under its own name, with a finding and without, and under its unknowns and faults."""
    assert {
        "rule-scanmail-processes-twice",
        "unknown-rule-scanmail-processes-twice",
        "rule-antivirus-two-file-scanners",
        "broken-rule-antivirus-two-file-scanners",
        "not-scanned-unreachable",
        "partial-denied",
        "fact-cpu.logical",
    } <= set(Page(NORMAL).ids)


def test_a_run_that_stopped_early_says_so_before_anything_else() -> None:
    """The alarm stands above the navigation."""
    page = render(sample(6, ending=Ending.BREAKER).view())
    assert 0 < page.index("This run is not complete.") < page.index("<nav")
    assert "This run is not complete." not in NORMAL


def test_a_clean_fleet_is_told_that_nothing_is_left() -> None:
    """Without findings, unknowns and gaps every section says what its emptiness means."""
    made = sample(1)
    page = render(made.view())
    for words in (
        "No rule found anything",
        "Every rule could be judged",
        "Every host was reached",
        "Nothing: every host",
        "Nothing is known of the runs before.",
        "No value of this run is attested.",
    ):
        assert words in page
    assert "Broken rules</h3>" not in page


def test_no_host_is_not_everything_fine() -> None:
    """An empty run does not claim that all is well."""
    assert "No host was scanned." in render(sample(0).view())


def test_every_rule_can_have_found_something() -> None:
    """Without quiet rules the section says so."""
    view = replace(sample(6).view(), quiet=())
    assert "Every rule found something." in render(view)


def test_what_changed_is_told_in_the_summary() -> None:
    """With the run that is compared with, and a way to all changes."""
    view = sample(6).view()
    changes = replace(view.changes, previous="before", started="yesterday", sentences=("1 new finding (a)",))
    page = render(replace(view, changes=changes))
    assert "Compared with before, started yesterday." in page
    assert "<li>1 new finding (a)</li>" in page
    assert "Nothing changed." in render(replace(view, changes=replace(changes, sentences=())))


def test_attestations_are_a_table() -> None:
    """Each with its state, its person, its days and its hosts."""
    word = Attested(
        fact="scanmail.told",
        value="",
        by="Ada <b>",
        since="2026-01-01",
        until="2026-12-31",
        state="expiring",
        note="Asked by phone.",
        count=2,
        names="a, b",
    )
    page = render(replace(sample(6).view(), attestations=(word,)))
    section = page.partition('data-view="attestations"')[2].partition("</section>")[0]
    for words in ("Expiring", "(empty)", "Ada &lt;b&gt;", "Asked by phone.", "2026-12-31", "2 hosts"):
        assert words in section


def test_a_host_costs_few_bytes() -> None:
    """The file stays small for ten thousand hosts: what stands outside the data hardly grows."""
    few, many = (len(render(sample(hosts).view())) for hosts in (400, 1400))
    assert (many - few) / 1000 < BYTES_PER_HOST


def test_the_page_of_a_small_run(snapshot: SnapshotAssertion) -> None:
    """The words and the structure of a small run are these."""
    page = render(sample(12).view())
    page = DATA.sub(r"\1…\3", re.sub(r"<(style|script)>.*?</\1>", r"<\1>…</\1>", page, flags=re.DOTALL))
    assert re.sub(r"sha256-[\w+/=]+", "sha256-…", page) == snapshot


def test_templates_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The packed folder wins where it exists, which it does in a wheel and not in a checkout."""
    in_wheel = Path(fleetscan.__file__).parent / "_data" / "templates"
    in_checkout = Path(__file__).parents[2] / "templates"
    assert templates_folder() == (in_wheel if "FLEETSCAN_UNDER_TEST" in os.environ else in_checkout)
    packed = tmp_path / "_data" / "templates"
    packed.mkdir(parents=True)
    monkeypatch.setattr("fleetscan.report.html.files", lambda _: tmp_path)
    assert templates_folder() == packed


def written(folder: Path, name: str, text: str) -> Path:
    """Put one file into a folder of somebody else's."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder


def test_a_folder_holds_only_what_it_changes(tmp_path: Path) -> None:
    """A page of somebody's own is rendered with our partials, styles and scripts."""
    page = "{{ view.header.environment }}: {{ counted(view.totals.hosts, 'host') }} {% include 'header.html.j2' %}"
    rendered = render(sample(2).view(), written(tmp_path, PAGE, page))
    assert rendered.startswith("corp-prod: 2 hosts")
    assert "<h1>corp-prod</h1>" in rendered


def test_a_partial_of_somebody_else_takes_the_place_of_ours(tmp_path: Path) -> None:
    """The rest of the page is ours."""
    rendered = render(sample(2).view(), written(tmp_path, "header.html.j2", "<h1>Nightly scan</h1>"))
    assert "<h1>Nightly scan</h1>" in rendered
    assert "<h1>corp-prod</h1>" not in rendered
    assert 'data-view="coverage"' in rendered


def test_styles_and_scripts_are_joined_by_name(tmp_path: Path) -> None:
    """A file of the same name takes the place of ours, one of another name comes in its order, to the last."""
    ours = tmp_path / "ours"
    theirs = tmp_path / "theirs"
    for folder, name, text in (
        (ours, "10-base.css", "base"),
        (ours, "20-parts.css", "parts"),
        (theirs, "20-parts.css", "theirs"),
        (theirs, "15-logo.css", "logo\r\n"),
    ):
        folder.mkdir(exist_ok=True)
        written(folder, f"css/{name}", text)
    assert joined([theirs, ours], "css") == "base\nlogo\n\ntheirs"
    assert joined([ours], "js") == ""


def test_a_style_of_somebody_else_is_let_by_the_policy(tmp_path: Path) -> None:
    """The hash is that of all that was joined."""
    rendered = render(sample(2).view(), written(tmp_path, "css/99-house.css", "h1 { color: #123456 }"))
    style = rendered.partition("<style>")[2].partition("</style>")[0]
    assert style.endswith("h1 { color: #123456 }")
    assert base64.b64encode(sha256(style.encode()).digest()).decode() in rendered


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (PAGE, "{% if %}", rf"{PAGE}:1: "),
        (PAGE, "{{ view.nothing }}", "nothing"),
        (PAGE, "{% include 'lost.j2' %}", "no template lost.j2"),
        ("css/x.css", "p {} </style>", r"x\.css: must not contain </"),
        ("js/x.js", "'</script>'", r"x\.js: must not contain </"),
        ("js/x.js", "'<!--<script>'", r"x\.js: must not contain </ or <!--"),
    ],
)
def test_a_broken_template_is_the_operators_to_mend(tmp_path: Path, name: str, text: str, says: str) -> None:
    """What is wrong with a template folder is said with its place."""
    with pytest.raises(UsageError, match=says):
        render(sample(1).view(), written(tmp_path, name, text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Bytes that are no text are the operator's to mend."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "x.css").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"x\.css: cannot be read"):
        render(sample(1).view(), tmp_path)


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    """A folder that holds nothing of ours, or is none, is named: it is not what was meant."""
    for folder in (tmp_path, tmp_path / "lost"):
        with pytest.raises(UsageError, match="holds no template"):
            render(sample(1).view(), folder)


def test_a_bar_shows_all_that_was_counted() -> None:
    """Every count has a piece that can be seen, the pieces do not overlap and fill no more than the bar."""
    tallies = [Tally(key=key, words="", count=n) for key, n in (("a", 1), ("b", 0), ("c", 99_999))]
    pieces = segments(tallies)
    assert [(piece.key, piece.x, piece.width) for piece in pieces] == [("a", 0, 8), ("c", 8, 991)]
    assert segments([]) == ()


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Set `A<B` to 0", "Set <code>A&lt;B</code> to 0"),
        ("one ` alone <b>", "one ` alone &lt;b&gt;"),
        ("", ""),
    ],
)
def test_backticks_are_code(text: str, markup: str) -> None:
    """What stands between backticks is shown as code, everything is encoded."""
    assert markup == str(ticked(text))


def test_places_wrap_at_backslashes() -> None:
    """A registry path may wrap after each backslash, and is encoded."""
    assert str(breakable("HKLM\\<b>\\x")) == "HKLM\\<wbr>&lt;b&gt;\\<wbr>x"
