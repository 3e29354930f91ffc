"""From a character of a condition to its line and column in the pack.

YAML folds lines, indents blocks and escapes characters, but it never adds or drops a character that is neither white
space nor an escape's own mark. So the n-th such character of the value is the n-th such character in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fleetscan.authored import Document, Position, Steps
from fleetscan.errors import Mistake
from fleetscan.rules.tokens import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack as it was read: the name it is known by, the document, and the text of the file."""

    name: str
    document: Document
    text: str

    def fault(self, steps: Steps, value: str, fault: Fault) -> Mistake:
        """Turn a fault in the text ``value`` that stands at ``steps`` into a mistake in the file."""
        place = self.place(steps, value, fault.offset)
        return Mistake(**place._asdict(), message=fault.message, remedy=fault.remedy)

    def place(self, steps: Steps, value: str, offset: int) -> Position:
        """Find where the character at ``offset`` of the text ``value`` stands; ``steps`` lead to that text."""
        start = self.document.position(steps)
        at = _offset(self.text, start)
        body = _HEADER.match(self.text, at)
        wanted = min(_black(value[:offset]), _black(value) - 1)
        units = _units(self.text, body.end() if body else at)
        return _position(start.file, self.text, next((unit for seen, unit in enumerate(units) if seen == wanted), at))


def _black(text: str) -> int:
    """Count the characters that are not white space."""
    return sum(not char.isspace() for char in text)


_HEADER = re.compile(r"(?:[&!]\S*\s+)*(?:[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\n)?")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^\n]|\r?\n)")
_BLANK_ESCAPES = frozenset(
    {"\\n", "\\r", "\\t", "\\v", "\\f", "\\N", "\\_", "\\L", "\\P", "\\ ", "\\\t", "\\\n", "\\\r\n"}
)


def _units(text: str, at: int) -> Iterator[int]:
    """Yield the offset of each character of the scalar at ``at`` that is not white space; it may run on after it."""
    quote = text[at : at + 1] if text[at : at + 1] in {'"', "'"} else ""
    at += len(quote)
    while at < len(text):
        char = text[at]
        size = 1
        if quote == '"' and (escape := _ESCAPE.match(text, at)):
            char, size = escape.group(), len(escape.group())
        elif quote == "'" and text[at : at + 2] == "''":
            size = 2
        if not char.isspace() and char not in _BLANK_ESCAPES:
            yield at
        at += size


def _offset(text: str, place: Position) -> int:
    lines = text.split("\n")
    return sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1


def _position(file: str, text: str, at: int) -> Position:
    return Position(file, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
