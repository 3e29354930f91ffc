"""Outcomes as columns: each fact has a table of the readings that occur, and a number in it for every host.

A reading is ``[state, value, type, reason, detail, where, way]``: the state is 0 known, 1 absent or 2 unknown, the
reason a number in the list of reasons or -1; the rest are numbers of strings. ``where`` is 0 where it is the fact's own
place; ``way`` names the moment only where it is not that of the host.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Final, TypeAlias, assert_never

from fleetscan.model import INVENTORY, PEERS, Absent, Evidence, HostRecord, Known, Outcome, Reason, Unknown
from fleetscan.report.interning import Interned, likeness
from fleetscan.report.text import DETAIL_LIMIT, value_text, visible
from fleetscan.report.words import moment

Reading: TypeAlias = tuple[int, int, int, int, int, int, int]

REASON: Final[Mapping[Reason, int]] = {reason: number for number, reason in enumerate(Reason)}
"""Reason -> its number in a data block."""

NO_REASON: Final = -1
NOT_THERE: Final = -1
"""In a column: the record of the host does not have the fact."""


def outcome_key(outcome: Outcome) -> Hashable:
    """Tell outcomes apart."""
    match outcome:
        case Known(value=value, type=kind):
            return (kind, likeness(value))
        case Absent():
            return None
        case Unknown(reason=reason, detail=detail):
            return (reason, detail, None)
        case _:
            assert_never(outcome)


def reading(strings: Interned[str], outcome: Outcome, where: str = "", way: str = "") -> Reading:
    """Put one outcome in words."""
    place, how = strings.number(visible(where)), strings.number(visible(way))
    match outcome:
        case Known(value=value, type=kind):
            return (0, strings.number(value_text(value)), strings.number(visible(kind)), NO_REASON, 0, place, how)
        case Absent():
            return (1, 0, 0, NO_REASON, 0, place, how)
        case Unknown(reason=reason, detail=detail):
            return (2, 0, 0, REASON[reason], strings.number(visible(detail, DETAIL_LIMIT)), place, how)
        case _:
            assert_never(outcome)


def way(evidence: Evidence, at: datetime | None) -> str:
    """Say over which way a fact came, and when, unless that was at ``at``."""
    if evidence.transport == PEERS:
        return ""
    if evidence.transport == INVENTORY:
        by = "the inventory"
    else:
        by = f"{evidence.transport} as {evidence.credential}" if evidence.credential else evidence.transport
    return by if evidence.at == at else f"{by}, {moment(evidence.at)}"


def read_at(record: HostRecord) -> datetime:
    """Give the moment at which most facts of a record were read."""
    moments = {evidence.at for evidence in record.facts.values()}
    if len(moments) == 1:
        return moments.pop()
    counted = Counter(e.at for e in record.facts.values() if e.transport != INVENTORY)
    return counted.most_common(1)[0][0] if counted else record.started


class Column:
    """One fact: the readings that occur."""

    def __init__(self, strings: Interned[str], where: str = "") -> None:
        """Know the place that needs not be said again."""
        self._strings = strings
        self._where = where
        self._numbers: dict[Hashable, int] = {}
        self.table: list[Reading] = []

    def of(self, evidence: Evidence, at: datetime) -> int:
        """Give the number of a piece of evidence."""
        own = None if evidence.at is at or evidence.at == at else evidence.at
        key = (outcome_key(evidence.outcome), evidence.where, evidence.transport, evidence.credential, own)
        number = self._numbers.get(key)
        if number is None:
            where = "" if visible(evidence.where) == self._where else evidence.where
            number = self._add(key, reading(self._strings, evidence.outcome, where, way(evidence, at)))
        return number

    def bare(self, outcome: Outcome, told: Callable[[Outcome], Outcome]) -> int:
        """Give the number of an outcome as ``told`` tells it; place and way are told elsewhere."""
        key = outcome_key(outcome)
        number = self._numbers.get(key)
        return self._add(key, reading(self._strings, told(outcome))) if number is None else number

    def _add(self, key: Hashable, new: Reading) -> int:
        number = self._numbers[key] = len(self.table)
        self.table.append(new)
        return number
