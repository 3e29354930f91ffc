"""Make what others wrote safe to show, and visible.

Law: whatever goes in, what comes out holds no control, formatting, bidirectional or invisible character and no lone
surrogate, and its length is bounded. Every string of a report's view (:mod:`fleetscan.report.sections`) went through
here, so that HTML and terminal cannot differ in what they let through. (Encoding for HTML is the template engine's.)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import sha256

from fleetscan.model import Value

LIMIT = 300
"""How many characters of one host-given text are shown."""

VALUE_LIMIT = 1000
"""How many characters of a value with parts are shown."""

DETAIL_LIMIT = 800
"""How many characters of a verdict's sentence are shown, or of why something failed or is not known: how to settle it,
and the words of several ways to a host, fit in."""

AUTHORED_LIMIT = 4000
"""How many characters of one paragraph of a rule pack are shown."""

DEPTH = 6
"""How deep a value is opened; what lies deeper is shown as an ellipsis."""

_LONGEST_ESCAPE = len("\\u{10FFFF}")
_LONGEST_TAIL = 80
_TYPED = {"type", "value"}

UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are control, formatting, surrogate, private, unassigned, or break a line."""

UNSEEN_CHARACTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc") | {
    *map(chr, range(0xFE00, 0xFE10)),  # variation selectors
    *map(chr, range(0xE0100, 0xE01F0)),  # more of them
}
"""Characters of harmless categories that nevertheless show nothing."""


def is_unseen(character: str) -> bool:
    """Tell whether a character would be invisible or would act on the reader's screen."""
    return unicodedata.category(character) in UNSEEN_CATEGORIES or character in UNSEEN_CHARACTERS


def _written(character: str) -> str:
    """Stand for one unseen character: an arrow for the end of a line, else its number.

    Unicode's control pictures would be shorter, but many fonts lack them and show one box for all.
    """
    return "↵" if character == "\n" else f"\\u{{{ord(character):04X}}}"


def visible(text: str, limit: int = LIMIT) -> str:
    """Show at most ``limit`` characters of a text; say how long it was, and its SHA-256, when it was longer."""
    shown = text[:limit]
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_written(c) if is_unseen(c) else c for c in shown.replace("\r\n", "\n"))
    if len(text) <= limit:
        return shown
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{shown}… [cut: {len(text)} characters, SHA-256 {digest}…]"


def bound(limit: int = LIMIT) -> int:
    """Give the most characters that :func:`visible` can answer."""
    return limit * _LONGEST_ESCAPE + _LONGEST_TAIL


def paragraphs(text: str) -> tuple[str, ...]:
    """Split an authored text at blank lines; a line break inside a paragraph is a space."""
    blocks = ("\n".join(map(str.strip, text.splitlines()))).split("\n\n")
    return tuple(visible(" ".join(block.split()), AUTHORED_LIMIT) for block in blocks if block.strip())


def value_text(value: Value) -> str:
    """Show a fact's value on one line: words for truth, ``name: value`` for mappings, commas for sequences.

    A registry value with its type, as it stands in a list, is shown as ``name = value TYPE``.
    """
    return visible(_shown(value, DEPTH), LIMIT if isinstance(value, str) else VALUE_LIMIT)


def _shown(value: Value, depth: int) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(value)
        case _ if depth == 0:
            return "…"
        case dict() | Mapping():  # the concrete class first: asking an abstract one is slow
            return ", ".join([_member(name, inner, depth) for name, inner in value.items()]) if value else "(none)"
        case list() | tuple() | Sequence():
            return ", ".join([_inside(inner, depth) for inner in value]) if value else "(none)"


def _number(value: float) -> str:
    """Show a number; a hostile one may have more digits than Python agrees to print."""
    try:
        return str(value)
    except ValueError:
        return hex(int(value))


def _member(name: str, value: Value, depth: int) -> str:
    if isinstance(value, dict | Mapping) and value.keys() == _TYPED:
        return f"{name} = {_inside(value['value'], depth)} {value['type']}"
    return f"{name}: {_inside(value, depth)}"


def _inside(value: Value, depth: int) -> str:
    """Put what is inside a value in braces when it has parts itself."""
    shown = _shown(value, depth - 1)
    return shown if isinstance(value, str | int | float) else f"{{{shown}}}"
