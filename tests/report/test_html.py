"""One HTML file: encoded, self-contained, bound by its policy, whole without script."""

from __future__ import annotations

import base64
import os
import re
import shutil
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import fleetscan
from fleetscan.errors import UsageError
from fleetscan.model import Ending
from fleetscan.report.html import PAGE, SCRIPT, STYLE, breakable, render, segments, templates_folder, ticked
from fleetscan.report.nouns import Tally
from tests.report.hostile import SEEN, hostile
from tests.report.sample import sample

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

BYTES_PER_HOST = 6_000
"""What one more host may cost in the file, with the ten facts and seven rules of the sample."""


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
    """Only one style and one script element, no attribute that acts, no address but anchors and sources."""
    parsed = Page(page)
    names = [tag for tag, _ in parsed.tags]
    assert (names.count("script"), names.count("style"), names.count("img"), names.count("link")) == (1, 1, 0, 0)
    acting = [name for _, attributes in parsed.tags for name in attributes if name == "style" or name.startswith("on")]
    assert acting == []
    assert all(link.startswith(("#", "https://")) for link in parsed.links)


@pytest.mark.parametrize("page", [HOSTILE, NORMAL], ids=["hostile", "normal"])
def test_every_link_leads_somewhere_and_every_anchor_is_one(page: str) -> None:
    """Each internal link has its target, and no id stands twice."""
    parsed = Page(page)
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {link[1:] for link in parsed.links if link.startswith("#")} <= set(parsed.ids)


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
    """A rule and a host are found under their own names."""
    assert {"rule-scanmail-processes-twice", "host-par-ex01"} <= set(Page(NORMAL).ids)


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
    ):
        assert words in page
    assert "Broken rules</h2>" not in page


def test_no_host_is_not_everything_fine() -> None:
    """An empty run does not claim that all is well."""
    assert "No host was scanned." in render(sample(0).view())


def test_every_rule_can_have_found_something() -> None:
    """Without quiet rules the section says so."""
    view = replace(sample(6).view(), quiet=())
    assert "Every rule found something." in render(view)


def test_a_host_costs_few_bytes() -> None:
    """The file stays usable for a thousand hosts."""
    few, many = (len(render(sample(hosts).view())) for hosts in (100, 200))
    assert (many - few) / 100 < BYTES_PER_HOST


def test_the_page_of_a_small_run(snapshot: SnapshotAssertion) -> None:
    """The words and the structure of a small run are these."""
    page = render(sample(12).view())
    page = re.sub(r"<(style|script)>.*?</\1>", r"<\1>…</\1>", page, flags=re.DOTALL)
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy our templates, to be changed."""
    return Path(shutil.copytree(templates_folder(), tmp_path / "templates"))


def test_own_templates_are_used(folder: Path) -> None:
    """A folder of somebody else's renders with its own words."""
    (folder / PAGE).write_text("{{ view.header.environment }}: {{ counted(view.totals.hosts, 'host') }}")
    assert render(sample(2).view(), folder) == "corp-prod: 2 hosts"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (PAGE, "{% if %}", rf"{PAGE}:1: "),
        (PAGE, "{{ view.nothing }}", "nothing"),
        (PAGE, "{% include 'lost.j2' %}", "no template lost.j2"),
        (STYLE, "p {} </style>", f"{STYLE}: must not contain </"),
        (SCRIPT, "'</script>'", f"{SCRIPT}: must not contain </"),
    ],
)
def test_a_broken_template_is_the_operators_to_mend(folder: Path, name: str, text: str, says: str) -> None:
    """What is wrong with a template folder is said with its place."""
    (folder / name).write_text(text)
    with pytest.raises(UsageError, match=says):
        render(sample(1).view(), folder)


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    """A folder that holds nothing of ours is named."""
    with pytest.raises(UsageError, match=r"report\.css: cannot be read"):
        render(sample(1).view(), tmp_path)


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
