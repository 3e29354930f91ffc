"""The summary for a chat or a ticket: short, and nothing in it but our own markup."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fleetscan.model import Ending
from fleetscan.report.markdown import LINES, digest, name, prose
from tests.report.formatted import material, written
from tests.report.generated import FEW, WORDS, runs
from tests.report.hostile import TEXTS, hostile, venomous
from tests.report.sample import Sample, sample

if TYPE_CHECKING:
    from markdown_it.token import Token
    from syrupy.assertion import SnapshotAssertion

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close"),
    *("list_item_open", "list_item_close", "inline", "text", "code_inline", "strong_open", "strong_close"),
}
"""What a reader of Markdown may find in a summary."""

CALLS = re.compile(r"@\w")
ADDRESSES = re.compile(r"(?i)\b(?:https?|ftp|javascript|mailto|data):\S|www\.\S")

texts = st.sampled_from((*WORDS, *TEXTS, "a@b.example", "https://evil.example", "![x](y)", "a`b", "``", "# x", "1. x"))
texts |= st.text("`@#<>[]()!*_\\~|ahtp:/w. \n", max_size=12)


def tokens(text: str) -> list[Token]:
    """Read Markdown as GitHub does."""
    return [inner for token in READER.parse(text) for inner in (token, *(token.children or ()))]


def acting(text: str) -> list[str]:
    """Name what a reader of Markdown, or of what is made of it, would act on beside our own headings and lists."""
    read = tokens(text)
    shown = [token.content for token in read if token.type == "text"]
    return [
        *(token.type for token in read if token.type not in OURS),
        *(words for words in shown if CALLS.search(words) or ADDRESSES.search(words)),
    ]


def test_the_summary_of_a_run(snapshot: SnapshotAssertion) -> None:
    """What is wrong, where, what to do, what is not known."""
    assert written(material(sample(45, ending=Ending.INTERRUPTED)), "markdown") == snapshot


def test_a_clean_fleet_takes_few_lines() -> None:
    """Without findings and gaps only the numbers are told."""
    assert written(material(sample(1)), "markdown").splitlines() == [
        "# corp-prod: 0 findings",
        "",
        "Run `2026-11-22T010003Z-corp-prod`, 2026-11-22 01:00:03 UTC, took 12 min 5 s, fleetscan 0.1.0",
        "",
        "- 0 findings on 0 hosts of 1",
        "- Other checks: unknown 0, broken rules 0, passed 7, not applicable 0",
        "- Hosts: 1 complete, 0 partial, 0 not scanned; coverage 100 %",
    ]


def test_a_run_without_an_end_has_no_duration() -> None:
    """A run that is going on does not say how long it took."""
    made = sample(1)
    text = written(material(replace(made, run=replace(made.run, ended=None))), "markdown")
    assert "took" not in text


@pytest.mark.parametrize("made", [hostile(), hostile(120), *map(venomous, range(12))])
def test_nothing_of_a_hostile_run_acts(made: Sample) -> None:
    """No markup, link, picture, address or mention comes from a host, an inventory or a pack."""
    text = written(material(made), "markdown")
    assert acting(text) == []
    assert "<script" not in text


@FEW
@given(made=runs())
def test_nothing_of_a_generated_run_acts(made: Sample) -> None:
    """The same for runs that nobody thought of, and as short."""
    text = written(material(made), "markdown")
    assert acting(text) == []
    assert len(text.splitlines()) <= LINES


@given(text=texts)
def test_a_name_is_code_and_nothing_else(text: str) -> None:
    """Whatever a host is called, all of it is one piece of code, without a sign that acts in HTML or calls somebody."""
    read = tokens(f"- {name(text)}: x")
    assert [token.type for token in read if token.type in {"text", "code_inline"}] == (
        ["code_inline", "text"] if name(text).startswith("`") else ["text"]
    )
    assert not set("<>@&|\"'") & set(name(text))


@given(text=texts)
def test_an_authored_text_is_text_and_code(text: str) -> None:
    """Whatever a pack says, only what stands between backticks is code, and nothing acts."""
    assert acting(f"- **Error**: {prose(text)} (2 hosts)") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Set `A_b|c` to 0 (or 1).", "Set `A_b|c` to 0 (or 1)."),
        ("a <b> & *c* [d](e) _f_ | g", r"a &lt;b&gt; &amp; \*c\* \[d\](e) \_f\_ \| g"),
        ("ask @all about #12, or a@b.c", "ask `@`all about `#`12, or a`@`b.c"),
        ("see https://x.example/?a=1 now", "see `https://x.example/?a=1` now"),
        ("@a`b`@c", "`@`a`b` `@`c"),
        ("one ` alone", r"one \` alone"),
        ("a ``b", "a b"),
        ("`@`@a", "`@` `@`a"),
    ],
)
def test_an_authored_text_is_shown_like_this(text: str, shown: str) -> None:
    """Readable as it stands, for a chat that shows no Markdown."""
    assert prose(text) == shown


def test_the_longest_summary_is_short_and_counts_what_it_leaves_out() -> None:
    """With many rules, reasons and gaps there are no more lines than a reader takes in."""
    told = material(sample(1200, ending=Ending.DEADLINE))
    view = told.view
    many = replace(
        view,
        findings=view.findings * 5,
        unknown=view.unknown * 5,
        faults=view.faults * 5,
        not_scanned=view.not_scanned * 2,
        partial=view.partial * 2,
    )
    text = "".join(digest(replace(told, view=many)))
    assert 50 < len(text.splitlines()) <= LINES
    left = sum(group.count for group in many.findings[12:])
    assert f"- and {len(many.findings) - 12} more rules ({left:,} findings), in the report" in text
