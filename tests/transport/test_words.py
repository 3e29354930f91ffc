from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.transport.words import plain, valid


@given(st.text(), st.integers(2, 40))
def test_plain_text_is_one_bounded_printable_line(text: str, limit: int) -> None:
    """Whatever goes in."""
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())
    line.encode()


@given(st.text(st.characters()))
def test_valid_text_can_be_written(text: str) -> None:
    """Surrogates are the only characters that are changed."""
    fixed = valid(text)
    fixed.encode()
    if not any("\ud800" <= each <= "\udfff" for each in text):
        assert fixed == text


def test_marks_that_turn_the_line_around_are_blanks() -> None:
    """A host cannot reorder what stands beside its words."""
    assert plain("a\u202eb\u2066c\u200bd\x1b[0me") == "a b c d [0me"
    assert plain("x" * 30, 5) == "xxxx…"
