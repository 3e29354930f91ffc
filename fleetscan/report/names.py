"""Short and stable names: anchors for links, and many hosts in few words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256

from fleetscan.report.text import visible

_LONGEST_SLUG = 60
_SHORTEST_RANGE = 3
_LONGEST_NUMBER = 18
_NUMBERED = re.compile(r"(?P<head>.*?)(?P<number>[0-9]{1,9})(?P<tail>[^0-9]*)", re.DOTALL)


def slug(name: str) -> str:
    """Reduce a name to letters, digits, dot and hyphen; a piece of its SHA-256 keeps what was lost apart."""
    kept = re.sub(r"[^a-z0-9.-]+", "-", name.lower())[:_LONGEST_SLUG]
    return kept if kept == name.lower() and kept else f"{kept}-{_digest(name)}"


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def anchors(prefix: str, names: Iterable[str]) -> Mapping[str, str]:
    """Give every name its anchor; names that differ only in case get a piece of their SHA-256 as well."""
    slugs = {name: slug(name) for name in names}
    shared = Counter(slugs.values())
    return {name: f"{prefix}-{s}" + (f"-{_digest(name)}" if shared[s] > 1 else "") for name, s in slugs.items()}


@lru_cache(maxsize=16_384)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Give the key that sorts ``ex2`` before ``ex10``; every rule sorts the same hosts again."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", name)
    return tuple((0, int(p[:_LONGEST_NUMBER]), p) if p[0] in "0123456789" else (1, 0, p) for p in pieces)


def in_order(names: Iterable[str]) -> list[str]:
    """Give every name once, in natural order."""
    return sorted(set(names), key=natural)


def compact(names: Sequence[str], most: int) -> str:
    """Name many hosts in few words, in the inventory's own range syntax: ``ex[01:12], mail3 and 4 more``.

    At most ``most`` names or ranges are shown; the rest is counted.
    """
    groups = _ranges(in_order(names))
    shown, left = groups[:most], groups[most:]
    words = ", ".join(words for words, _ in shown)
    rest = sum(size for _, size in left)
    return f"{words} and {rest} more" if rest else words


def _ranges(names: Sequence[str]) -> list[tuple[str, int]]:
    """Fold names that count up by one into ranges; keep the order of the first of each."""
    series: dict[tuple[str, str, int], list[int]] = {}
    for name in names:
        if found := _NUMBERED.fullmatch(name):
            digits = found["number"]
            series.setdefault((found["head"], found["tail"], len(digits)), []).append(int(digits))
        else:
            series[(name, "", 0)] = []
    groups: list[tuple[str, int]] = []
    for (head, tail, width), numbers in series.items():
        groups += _fold(visible(head), visible(tail), width, numbers) if width else [(visible(head), 1)]
    return groups


def _fold(head: str, tail: str, width: int, numbers: list[int]) -> list[tuple[str, int]]:
    groups: list[tuple[str, int]] = []
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        if len(run) >= _SHORTEST_RANGE:
            groups.append((f"{head}[{run[0]:0{width}}:{run[-1]:0{width}}]{tail}", len(run)))
        else:
            groups += [(f"{head}{number:0{width}}{tail}", 1) for number in run]
    return groups
