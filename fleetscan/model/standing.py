"""What one run leaves to the next ones: how every host stood, small enough to be kept for a large fleet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Since when a verdict has had its word: the start of a run (UTC).

    ``exact`` tells that the run before it said otherwise; else nothing is known of the time before.
    """

    at: datetime
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One outcome of a fact in the form that is compared: known or absent, type at the source, and the parts.

    A value with parts (a list of services, the lines of a file) has one text each, any other one text in all; what is
    absent has none. What changes by itself, such as a process id or the age of a file, is not in it.
    """

    known: bool
    type: str
    parts: tuple[str, ...]


NEVER: Final = -1
"""The entry of a column for a host of which the fact was never known."""


NO_WORD: Final = "-"
"""The letter of a rule that said nothing of a host."""


def from_before(entry: int) -> int:
    """Turn an index into a table into the entry that says: not known in this run, last known so. And back."""
    return -2 - entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One fact on all hosts: an entry a host, in the order of :attr:`Standing.hosts`.

    From 0 on it is an index into ``table``; :data:`NEVER` and :func:`from_before` say what else it can be.
    """

    table: tuple[Stated, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the hosts of one run stood.

    ``words`` has a row a host and in it a letter a rule (the first of the verdict's word, :data:`NO_WORD` for none);
    ``since``
    has a row a host and in it an index into ``moments`` a rule. ``facts`` has those that were asked or told, by id.
    """

    run: str
    started: datetime
    hosts: tuple[str, ...]
    rules: tuple[str, ...]
    words: tuple[str, ...]
    since: tuple[tuple[int, ...], ...]
    moments: tuple[Since, ...]
    facts: Mapping[str, Column]
