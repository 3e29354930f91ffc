"""Syntax errors: their place and their remedy."""

from __future__ import annotations

import pytest

from fleetscan.authored import parse_yaml
from fleetscan.authored.syntax import MAX_DEPTH
from fleetscan.errors import AuthoredError


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"a: b\n\tc: d", "f.yml:2:1: syntax: found a tab character that violates indentation (indent with spaces)"),
        (b"a:\n\tb: 1", "f.yml:2:1: syntax: found character that cannot start any token (indent with spaces)"),
        (b"a: @x", "f.yml:1:4: syntax: found character that cannot start any token (put the value in quotes)"),
        (
            b"a: b: c",
            (
                "f.yml:1:5: syntax: mapping values are not allowed in this context"
                " (check the indentation, or put a value that holds `: ` in quotes)"
            ),
        ),
        (b"a: 1\n---\nb: 2", "f.yml:2:1: syntax: but found another document (keep one document in a file)"),
        (b"a: *x", "f.yml:1:4: syntax: found undefined alias (put a value that begins with `*` in quotes)"),
        (b"a: &x 1\nb: &x 2", "f.yml:2:4: syntax: second occurrence (give each anchor its own name)"),
        (b'a: "x', "f.yml:1:6: syntax: found unexpected end of stream (close the quote)"),
        (b"a: [1", "f.yml:2:1: syntax: did not find expected ',' or ']' (close the bracket)"),
        (b"%foo", "f.yml:1:5: syntax: found unknown directive name"),
        ("é: 1\nb: \x07".encode(), "f.yml:2:4: syntax: control characters are not allowed (remove that character)"),
        (b"a: 1\nb: \xff", "f.yml:2:4: the file is not UTF-8 (save it as UTF-8)"),
    ],
)
def test_syntax_errors_have_a_place_and_a_remedy(raw: bytes, wanted: str) -> None:
    """The first mistake of syntax ends the reading, with words that say what to do."""
    with pytest.raises(AuthoredError) as caught:
        parse_yaml(raw, "f.yml")
    assert str(caught.value) == wanted


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    """A hundred thousand brackets are a mistake in line 1, not a stack overflow; what is shallow enough passes."""
    with pytest.raises(AuthoredError, match=f"f.yml:1:[0-9]+: syntax: nested deeper than {MAX_DEPTH} levels"):
        parse_yaml(opening.encode() * 100_000, "f.yml")
    assert parse_yaml(b"- " * (MAX_DEPTH - 1) + b"x", "f.yml").data
