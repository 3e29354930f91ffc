"""Tokens: strings, comments and brackets are found where the engine finds them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.rules.reference_map import referenced_names
from fleetscan.rules.tokens import name_start, split, tokens

STRINGS = ["'a && b'", '"a && b"', "'''a ' && b'''", '"""a " && b"""', "r'a\\'", "b'\\x41'", "rb'\\'", "'a\\'&&'"]


@pytest.mark.parametrize("text", STRINGS)
def test_a_string_is_one_token(text: str) -> None:
    """Quotes of every kind, raw and with escapes."""
    assert [(token.kind, token.text) for token in tokens(f"{text} && c")] == [
        ("string", text),
        ("mark", "&&"),
        ("name", "c"),
    ]


def test_comments_and_blanks_are_left_out() -> None:
    """What the engine skips is skipped."""
    assert [token.text for token in tokens("a // b && c\n  == 0x1Fu")] == ["a", "==", "0x1Fu"]


SPLITS = [
    ("a", ("", ("a",))),
    ("a && b", ("&&", ("a", "b"))),
    ("a && b || c && d", ("||", ("a && b", "c && d"))),
    ("(a || b) && c", ("&&", ("(a || b)", "c"))),
    ("x[a && b] && y.z(c || d)", ("&&", ("x[a && b]", "y.z(c || d)"))),
    ("a ? b && c : d || e", ("", ("a ? b && c : d || e",))),
    ("'&&' == b", ("", ("'&&' == b",))),
]


@pytest.mark.parametrize(("text", "parts"), SPLITS)
def test_a_condition_splits_at_its_outermost_operator(text: str, parts: tuple[str, tuple[str, ...]]) -> None:
    """`||` before `&&`, nothing inside brackets, strings or a ternary."""
    assert split(text) == parts


def test_a_dotted_name_begins_at_its_first_word() -> None:
    """The engine points at a dot in the middle; people look for the beginning."""
    text = "x && ab.cd.ef == gh"
    assert [name_start(text, offset) for offset in (7, 10, 5, 17, 14, 3)] == [5, 5, 5, 17, 14, 3]


@given(st.text("ab.&|?()[]'\"\\/ \nrR0=", max_size=30))
def test_no_text_raises_and_no_character_is_lost(text: str) -> None:
    """Tokens never overlap, and parts never hold more than the text."""
    found = tokens(text)
    assert all(text.startswith(token.text, token.start) for token in found)
    assert all(one.start + len(one.text) <= two.start for one, two in pairwise(found))
    assert sum(map(len, split(text)[1])) <= len(text)


def test_fields_of_other_shapes_are_passed_over() -> None:
    """A newer engine may write numbers of 32 and 64 bits and long varints beside the names."""
    reference = b"\x0a\x03a.b"
    entry = b"\x08\x80\x01" + b"\x12" + bytes([len(reference)]) + reference
    checked = b"\x09" + b"\0" * 8 + b"\x0d" + b"\0" * 4 + b"\x12" + bytes([len(entry)]) + entry
    assert referenced_names(b"\x12" + bytes([len(checked)]) + checked) == ("a.b",)
