"""Cut the text of a condition into tokens, to find foreign spellings and to split it at its outermost operator.

The grammar itself is the engine's business; this file only has to know where strings, comments and brackets are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``kind`` is string, name, number or mark; ``start`` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A mistake in a condition: where it is (characters from 0), what it is, what to do."""

    offset: int
    message: str
    remedy: str = ""


_TOKEN: Final = re.compile(
    r'''
      (?P<space> \s+ | //[^\n]* )
    | (?P<string> (?: [rR][bB]? | [bB][rR] ) (?: """[\s\S]*?""" | \'\'\'[\s\S]*?\'\'\' | "[^"\n]*" | '[^'\n]*' )
                | [bB]? (?: """ (?:\\[\s\S]|[^\\])*? """ | \'\'\' (?:\\[\s\S]|[^\\])*? \'\'\'
                          | " (?:\\.|[^"\\\n])* " | ' (?:\\.|[^'\\\n])* ' ) )
    | (?P<name> [A-Za-z_][A-Za-z0-9_]* )
    | (?P<number> 0x[0-9A-Fa-f]+u? | (?:\d+\.\d+|\d+)(?:[eE][+-]?\d+)?u? )
    | (?P<mark> \{\{ | \{% | === | && | \|\| | == | != | <= | >= | <> | [\s\S] )
    ''',
    re.VERBOSE,
)


def tokens(text: str) -> tuple[Token, ...]:
    """Cut ``text``; white space and comments are left out."""
    found = ((match.lastgroup or "mark", match) for match in _TOKEN.finditer(text))
    return tuple(Token(kind, match.group(), match.start()) for kind, match in found if kind != "space")


_ABSENCE: Final = "say under `absent:` what a missing value means"
_CHOICE: Final = "write `condition ? one : other`"
_TEMPLATE: Final = "leave the braces out: a condition is written as it stands"
_FOREIGN_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "and": "write `&&`",
        "or": "write `||`",
        "not": "write `!` before what is denied: `!(a == b)`",
        "is": "write `==`",
        "none": _ABSENCE,
        "null": _ABSENCE,
        "nil": _ABSENCE,
        "undefined": _ABSENCE,
        "defined": _ABSENCE,
        "has": f"{_ABSENCE}; a record has `.exists` or `.installed`",
        "if": _CHOICE,
        "elif": _CHOICE,
        "else": _CHOICE,
        "dyn": "leave it out: conditions are typed",
        "len": "write `size(list)`",
    }
)
"""Words of other languages, in any case, and what to write."""
_FOREIGN_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "=": "write `==`",
        "===": "write `==`",
        "<>": "write `!=`",
        "&": "write `&&`",
        "|": "write `||`",
        "{{": _TEMPLATE,
        "{%": _TEMPLATE,
    }
)


def foreign(text: str) -> tuple[Fault, ...]:
    """Find spellings of Jinja, Python and SQL that CEL does not have, and those of CEL that a condition may not use."""
    nothing = Token("mark", "", 0)
    cut = tokens(text)
    return tuple(
        Fault(offset=token.start, message=f"`{token.text}` is not a word of a condition", remedy=remedy)
        for before, token, after in zip((nothing, *cut), cut, (*cut[1:], nothing), strict=False)
        if "." not in {before.text, after.text} and (remedy := _foreign(token))
    )


def _foreign(token: Token) -> str:
    match token.kind:
        case "name" if token.text in _OWN_NAMES:
            return ""
        case "name":
            word = token.text.lower()
            return _FOREIGN_NAMES.get(word, "") or (f"write `{word}`" if word in _OWN_NAMES else "")
        case "mark":
            return _FOREIGN_MARKS.get(token.text, "")
        case _:
            return ""


_OWN_NAMES: Final = frozenset({"true", "false"})


def name_start(text: str, offset: int) -> int:
    """Find where the dotted name that covers the character at ``offset`` begins; ``offset`` itself when none does."""
    start = end = offset
    previous = Token("mark", "", 0)
    for token in tokens(text):
        if token.start > offset:
            break
        if token.kind == "name" and previous.text != ".":
            start, end = token.start, token.start
        if token.kind == "name" or token.text == ".":
            end = token.start + len(token.text)
        previous = token
    return start if start <= offset < end else offset


_OPEN: Final = frozenset("([{")
_CLOSE: Final = frozenset(")]}")


def split(text: str) -> tuple[str, tuple[str, ...]]:
    """Split at the outermost ``||``, or else ``&&``: the operator and the parts; ``""`` and the whole otherwise.

    A text with an outermost ``?`` is one part: both operators bind tighter than it.
    """
    outermost = tuple(_outermost(text))
    marks = {token.text for token in outermost}
    operator = "" if "?" in marks else next((mark for mark in ("||", "&&") if mark in marks), "")
    cuts = [token.start for token in outermost if operator and token.text == operator]
    bounds = pairwise([-len(operator), *cuts, len(text)])
    return operator, tuple(text[start + len(operator) : end].strip() for start, end in bounds)


def _outermost(text: str) -> Iterator[Token]:
    depth = 0
    for token in tokens(text):
        if token.kind != "mark":
            continue
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0:
            yield token
