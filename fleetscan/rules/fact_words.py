"""Check the words of a fact: service names, patterns, names; places are checked in :mod:`fleetscan.authored`.

Each check answers the word or raises ValueError; the name of the key stands before its message.
"""

from __future__ import annotations

import re
from typing import Final, Literal

MOST_TEXT: Final = 1_048_576
"""Bytes of one file that may be asked for."""

MOST_DAYS: Final = 36_500
"""Days that an outcome may be old."""


def service_name(name: str) -> str:
    """Accept the short name of one service."""
    if not name.strip() or len(name) > 256 or re.search(r"[\\/*?\x00-\x1f]", name):  # noqa: PLR2004 - Windows' own limit
        _refuse("must be the short name of a service; for a pattern write `services:`")
    return name


def service_pattern(pattern: str) -> str:
    """Accept a beginning of short names with ``*`` at its end."""
    if not pattern.endswith("*") or not pattern[:-1]:
        _refuse("must be the beginning of a name and `*` at its end")
    service_name(pattern[:-1])
    return pattern


def file_pattern(pattern: str) -> str:
    """Accept a file name with wildcards, without folders."""
    if re.search(r'[\\/<>"|:\x00-\x1f]', pattern):
        _refuse("must be a file name with `*` and `?`, without folders")
    return pattern


def file_question(what: Literal["version", "stat", "newest", "count", "text"], pattern: str, *, limited: bool) -> None:
    """Accept ``pattern`` where files are looked for, and ``max`` where text is read."""
    looks = what in {"newest", "count"}
    if looks and not pattern:
        _refuse(f"must have a `pattern`, because of `what: {what}`")
    if pattern and not looks:
        _refuse("must not have a `pattern`: it goes with `what: newest` and `what: count`")
    if limited and what != "text":
        _refuse("must not have a `max`: it goes with `what: text`")


def cim_name(name: str) -> str:
    """Accept the name of a CIM class or property."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,127}", name):
        _refuse("must be made of letters, digits and underscores")
    return name


_RESERVED: Final = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "null", "package", "parameter", "return", "true", "var", "void", "while"),
    )
)


def check_fact_id(fact: str) -> None:
    """Refuse what is not ``area.name``: two or more words of small letters, digits and underscores, joined by dots."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", fact):
        _refuse("a fact is named `area.name`: small letters, digits and underscores, joined by dots")
    if reserved := _RESERVED.intersection(fact.split(".")):
        _refuse(f"`{min(reserved)}` is a word of the condition language and cannot be part of a name")


def _refuse(message: str) -> None:
    raise ValueError(message)
