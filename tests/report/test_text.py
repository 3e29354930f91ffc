"""What others wrote is safe to show, and visible."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Value
from fleetscan.report.text import LIMIT, VALUE_LIMIT, bound, is_unseen, paragraphs, value_text, visible

ANY_TEXT = st.text(st.characters())
"""Every code point, lone surrogates included."""

VALUES: st.SearchStrategy[Value] = st.recursive(
    st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(ANY_TEXT, st.integers(0, 40))
def test_nothing_that_acts_or_hides_survives(text: str, limit: int) -> None:
    """Whatever the text, no unseen character comes out, and the length is bounded."""
    shown = visible(text, limit)
    assert not any(map(is_unseen, shown))
    assert len(shown) <= bound(limit)
    shown.encode()


@given(VALUES)
def test_a_value_is_one_safe_line(value: Value) -> None:
    """Whatever a fact holds, it is shown on one bounded line without unseen characters."""
    shown = value_text(value)
    assert not any(map(is_unseen, shown))
    assert len(shown) <= bound(VALUE_LIMIT)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C:\\Program Files\\Trend Micro", "C:\\Program Files\\Trend Micro"),
        ("Accès refusé. 拒否", "Accès refusé. 拒否"),
        ("\x1b[31mred", "\\u{001B}[31mred"),
        ("a\r\nb\nc\td\x00", "a↵b↵c\\u{0009}d\\u{0000}"),
        ("\x7f\x85\r", "\\u{007F}\\u{0085}\\u{000D}"),
        ("ex\u202egpj", "ex\\u{202E}gpj"),
        ("\u2066\u2069\u061c\u200b\ufeff", "\\u{2066}\\u{2069}\\u{061C}\\u{200B}\\u{FEFF}"),
        ("\ud800", "\\u{D800}"),
        ("a\u2028b", "a\\u{2028}b"),
        ("\u3164", "\\u{3164}"),
        ("\U000e0041", "\\u{E0041}"),
    ],
)
def test_unseen_characters_are_written_out(text: str, shown: str) -> None:
    """The end of a line becomes an arrow, other unseen characters their numbers; letters of any script stay."""
    assert shown == visible(text)


def test_every_format_character_counts_as_unseen() -> None:
    """All bidirectional controls that Unicode knows are among the unseen."""
    controls = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    found = [chr(c) for c in range(0x110000) if unicodedata.bidirectional(chr(c)) in controls]
    assert len(found) == 9
    assert all(map(is_unseen, found))


def test_a_long_text_says_how_long_it_was() -> None:
    """A cut text ends with its length and a piece of its SHA-256."""
    digest = sha256(b"x" * 301).hexdigest()[:12]
    assert visible("x" * 301) == "x" * LIMIT + f"… [cut: 301 characters, SHA-256 {digest}…]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.5, "1.5"),
        ("", ""),
        ([], "(none)"),
        ({}, "(none)"),
        (["a", "b"], "a, b"),
        ([["a"], {"b": 1}], "{a}, {b: 1}"),
        ({"state": "Running", "pid": 4}, "state: Running, pid: 4"),
        ({r"C:\temp": {"type": "REG_DWORD", "value": 0}}, r"C:\temp = 0 REG_DWORD"),
        ([[[[[[["deep"]]]]]]], "{{{{{{…}}}}}}"),
    ],
)
def test_values_read_like_words(value: Value, shown: str) -> None:
    """A value is shown in words: no quotes, no escapes, parts by name."""
    assert shown == value_text(value)


def test_a_number_that_python_will_not_print_is_shown() -> None:
    """A number with more digits than Python prints is shown in hexadecimal, cut."""
    assert value_text(10**6000).startswith("0x")


def test_a_text_is_cut_earlier_than_a_value_with_parts() -> None:
    """One long string is cut at the limit for texts, a long list at the wider one."""
    assert value_text("x" * 400).startswith("x" * LIMIT + "…")
    assert not value_text(["x" * 400]).endswith("]")


def test_paragraphs_are_split_at_blank_lines() -> None:
    """Line breaks inside a paragraph are spaces, blank lines part paragraphs."""
    assert paragraphs("One\n  line.\n\n\n Two. \n") == ("One line.", "Two.")
    assert paragraphs(" ") == ()
