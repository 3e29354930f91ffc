"""Choose hosts by Ansible's patterns: ``paris:&mailbox:!ex07``, ``ex*``, ``~regex``, ``group[0:9]``, ``@file``.

Law: a part that matches nothing is refused. A mistyped exclusion would scan a host that was to be left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import translate
from pathlib import Path
from typing import Final

from fleetscan.authored import suggest
from fleetscan.errors import UsageError
from fleetscan.inventory.interface import Inventory

_PART: Final = re.compile(r"(?:[^\s:,\[\]]|\[[^\]]*\])+")
_SUBSCRIPT: Final = re.compile(r"(?P<stem>.+)\[(?:(?P<index>-?[0-9]+)|(?P<start>[0-9]+):(?P<end>[0-9]*))\]")
_GLOB: Final = (".", "?", "*", "[")


def limit_inventory(inventory: Inventory, pattern: str) -> Inventory:
    """Give the inventory with only the hosts that the pattern chooses, in their order; groups shrink with them.

    Parts are joined by ``:`` or ``,``; ``!`` takes away, ``&`` keeps only; the order of the parts does not matter.
    Raise UsageError when a part is malformed or matches nothing, or no host is left.
    """
    chosen: set[str] = set()
    for part in _ordered(_parts(pattern)):
        if part[0] == "!":
            chosen -= set(_matches(inventory, part[1:]))
        elif part[0] == "&":
            chosen &= set(_matches(inventory, part[1:]))
        else:
            chosen |= set(_matches(inventory, part))
    if not chosen:
        message = f"--limit {pattern}: no host is left"
        raise UsageError(message)
    return replace(
        inventory,
        hosts=tuple(host for host in inventory.hosts if host.name in chosen),
        groups={name: tuple(host for host in hosts if host in chosen) for name, hosts in inventory.groups.items()},
    )


def _parts(pattern: str) -> list[str]:
    parts: list[str] = _PART.findall(pattern)
    if re.sub(r"[\s:,]", "", pattern) != re.sub(r"[\s:,]", "", "".join(parts)):
        message = f"--limit {pattern}: a bracket is not closed"
        raise UsageError(message)
    if not parts:
        message = "--limit: names no host (leave it out to choose all of them)"
        raise UsageError(message)
    return [line for part in parts for line in (_lines(Path(part[1:])) if part.startswith("@") else [part])]


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        message = f"--limit @{path}: cannot be read: {reason}"
        raise UsageError(message) from error
    if not (given := [line.strip() for line in lines if line.strip()]):
        message = f"--limit @{path}: the file names no host"
        raise UsageError(message)
    return given


def _ordered(parts: Sequence[str]) -> list[str]:
    """Put additions first, then what to keep, then what to take away; without an addition begin with all."""
    sorts = {"&": 1, "!": 2}
    ordered = sorted(parts, key=lambda part: sorts.get(part[0], 0))
    return ordered if ordered and ordered[0][0] not in sorts else ["all", *ordered]


def _matches(inventory: Inventory, part: str) -> Sequence[str]:
    names = [part] if part in inventory.places else _chosen(inventory, part)
    if not names:
        near = suggest(part, [*inventory.groups, *(host.name for host in inventory.hosts)])
        hint = f" ({near})" if near.startswith("did you mean") else ""
        message = f"--limit: `{part}` matches no host{hint}"
        raise UsageError(message)
    return names


def _chosen(inventory: Inventory, part: str) -> Sequence[str]:
    if part.startswith("~"):
        return _among(inventory, _compiled(part), is_glob=True)
    subscript = _SUBSCRIPT.fullmatch(part)
    stem = subscript["stem"] if subscript else part
    names = _among(inventory, re.compile(translate(stem)), is_glob=any(char in stem for char in _GLOB))
    return _cut(names, subscript) if subscript else names


def _compiled(part: str) -> re.Pattern[str]:
    try:
        return re.compile(part[1:])
    except re.error as error:
        message = f"--limit: `{part}` is not a regular expression: {error}"
        raise UsageError(message) from error


def _among(inventory: Inventory, wanted: re.Pattern[str], *, is_glob: bool) -> list[str]:
    """Give the hosts of the groups that match and, with a glob or when no group does, the hosts that match."""
    groups = [name for name in inventory.groups if wanted.match(name)]
    found = {host for name in groups for host in inventory.groups[name]}
    if is_glob or not groups:
        found |= {host.name for host in inventory.hosts if wanted.match(host.name)}
    return [host.name for host in inventory.hosts if host.name in found]


def _cut(names: Sequence[str], subscript: re.Match[str]) -> Sequence[str]:
    """Take one by its number from 0 (from the end when negative), or a range with both ends."""
    if index := subscript["index"]:
        return names[int(index) :][:1]
    end = int(subscript["end"]) + 1 if subscript["end"] else None
    return names[int(subscript["start"]) : end]
