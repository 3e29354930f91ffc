"""Version numbers as Windows and its programs write them.

Accepted: one to six numbers of at most ten digits, joined by dots, or by commas as old version resources do
(``7, 0, 0, 1386``), blanks around the whole, and words behind it after a blank (``6.1.7601.17514 (win7sp1_rtm)``).
Leading zeros mean nothing (``15.02.1544.039`` is ``15.2.1544.39``). Anything else is no version.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Version: TypeAlias = tuple[int, ...]
"""The numbers of a version, most significant first."""

_SHAPE = re.compile(r"[ \t]*([0-9]{1,10}(?:(?:\.|[ \t]?,[ \t]?)[0-9]{1,10}){0,5})(?:[ \t][^\r\n]*)?\0*", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+")


def parse_version(text: str) -> Version | None:
    """Read the numbers at the head of ``text``; ``None`` when it is no version."""
    match = _SHAPE.fullmatch(text)
    return tuple(map(int, _NUMBER.findall(match[1]))) if match else None


def format_version(version: Version) -> str:
    """Write the numbers with dots and without leading zeros."""
    return ".".join(map(str, version))


def compare_versions(left: Version, right: Version) -> int:
    """Order two versions as -1, 0 or 1; a number that is not there counts as 0, so that 15.2 equals 15.2.0."""
    length = max(len(left), len(right))
    ours, theirs = (side + (0,) * (length - len(side)) for side in (left, right))
    return (ours > theirs) - (ours < theirs)
