"""Make what a host or a library said fit to be shown: bounded, one line, no control characters, valid Unicode.

Law: no text of a host leaves this room without having passed :func:`plain` or :func:`valid`.
"""

from __future__ import annotations

import re

LIMIT = 500
"""Characters of a host's own message that are kept, as in the collector contract."""

TEXT_LIMIT = 1_048_576
"""Characters that one text of a host may have when it is a value."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def valid(text: str) -> str:
    """Replace lone surrogates, which no file of ours could hold, with U+FFFD; pairs become their character."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def plain(text: str, limit: int = LIMIT) -> str:
    """Fold control, format and blank characters into single blanks and cut at ``limit`` characters."""
    head = valid(text[: limit * 4])
    line = " ".join(_UNPRINTABLE.sub(" ", head).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
