"""From the records and verdicts of a run to what it leaves to the next ones. Pure.

Laws
1. A verdict stands since the start of the first run of an unbroken row in which it had its word; that nothing is known
   of the time before the row is kept with it.
2. What could not be read keeps the place of what was read last, so that no change is lost in a night without answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fleetscan.model import (
    NEVER,
    NO_WORD,
    RULING_LETTERS,
    Absent,
    Column,
    Evidence,
    Fact,
    HostRecord,
    Known,
    Run,
    Since,
    Standing,
    Stated,
    Verdict,
    from_before,
)
from fleetscan.report.stated import ABSENT, compared, key, rests_not, state


def stand(
    run: Run,
    facts: Mapping[str, Fact],
    judged: Iterable[tuple[HostRecord, Sequence[Verdict]]],
    before: Standing | None = None,
) -> Standing:
    """Say how the hosts of a run stand; ``facts`` describes them by id, ``before`` is what the run before left."""
    hosts: list[str] = []
    words: list[str] = []
    rows: list[Sequence[int]] = []
    tables = _Tables(facts)
    for record, verdicts in sorted(judged, key=lambda each: each[0].host):  # the same order every night
        said = {verdict.rule: RULING_LETTERS[verdict.word] for verdict in verdicts}
        hosts.append(record.host)
        words.append("".join([said.get(rule, NO_WORD) for rule in run.rules]))
        rows.append(tables.row(record.facts))
    ages = _Ages(run.started, run.rules, before)
    places = _places(before)
    since = [ages.row(row, places.get(host)) for host, row in zip(hosts, words, strict=True)]
    was = [places.get(host) for host in hosts]
    return Standing(
        run=run.id,
        started=run.started,
        hosts=tuple(hosts),
        rules=run.rules,
        words=tuple(words),
        since=tuple(since),
        moments=tuple(ages.moments),
        facts={name: _kept(column, before, name, was) for name, column in tables.columns(rows)},
    )


def _places(standing: Standing | None) -> dict[str, int]:
    return {host: place for place, host in enumerate(standing.hosts)} if standing else {}


class _Ages:
    """Work out since when; hosts whose verdicts had the same history are worked out once."""

    def __init__(self, now: datetime, rules: Sequence[str], before: Standing | None) -> None:
        self._before = before
        earlier = {rule: place for place, rule in enumerate(before.rules)} if before else {}
        self._places = [earlier.get(rule) for rule in rules]
        self._first, self._new = Since(at=now, exact=False), Since(at=now, exact=True)
        self._rows: dict[tuple[str, str, Sequence[int]], tuple[int, ...]] = {}
        self.moments: dict[Since, int] = {}

    def row(self, words: str, place: int | None) -> tuple[int, ...]:
        """Give the row of a host whose verdicts are these, and that had this place in the run before."""
        old: tuple[str, Sequence[int]] = ("", ())
        if self._before is not None and place is not None:
            old = self._before.words[place], self._before.since[place]
        alike = (words, *old)
        if alike not in self._rows:
            found = [self._since(word, at, *old) for word, at in zip(words, self._places, strict=True)]
            self._rows[alike] = tuple(self.moments.setdefault(since, len(self.moments)) for since in found)
        return self._rows[alike]

    def _since(self, word: str, at: int | None, words: str, since: Sequence[int]) -> Since:
        if self._before is None or at is None or not words or words[at] == NO_WORD:
            return self._first
        return self._before.moments[since[at]] if words[at] == word else self._new


class _Tables:
    """Number the different outcomes of each fact that is compared."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts = [_Numbered(fact) for fact in compared(facts).values()]
        self._rows: dict[int, tuple[Mapping[str, Evidence], Sequence[int]]] = {}

    def row(self, evidence: Mapping[str, Evidence]) -> Sequence[int]:
        """Give an entry a fact; the hosts that a stopped run left untried have all the very same evidence."""
        if id(evidence) not in self._rows:
            self._rows[id(evidence)] = evidence, tuple([each.entry(evidence) for each in self._facts])
        return self._rows[id(evidence)][1]

    def columns(self, rows: Sequence[Sequence[int]]) -> Iterable[tuple[str, Column]]:
        """Turn the rows of the hosts into a column a fact; without hosts there are none."""
        for each, entries in zip(self._facts, zip(*rows, strict=True), strict=False):
            yield each.id, Column(table=tuple(each.table), entries=entries)


class _Numbered:
    """The different outcomes of one fact."""

    def __init__(self, fact: Fact) -> None:
        self.id = fact.id
        self.table: dict[Stated, int] = {}
        self._fact = fact
        self._key = _type if rests_not(fact) else key
        self._seen: dict[object, int] = {}

    def entry(self, evidence: Mapping[str, Evidence]) -> int:
        """Give the number of the outcome that a host has of the fact."""
        found = evidence.get(self.id)
        outcome = found.outcome if found else None
        if isinstance(outcome, Known):
            same = self._key(outcome)
            if same not in self._seen:
                self._seen[same] = self._of(state(self._fact, outcome))
            return self._seen[same]
        return self._of(ABSENT) if isinstance(outcome, Absent) else NEVER

    def _of(self, stated: Stated) -> int:
        return self.table.setdefault(stated, len(self.table))


def _type(outcome: Known) -> object:
    return outcome.type


def _kept(column: Column, before: Standing | None, name: str, was: Sequence[int | None]) -> Column:
    """Put what was known last where nothing is known now; ``was`` has the place of each host in the run before."""
    old = before.facts.get(name) if before else None
    if old is None or NEVER not in column.entries:
        return column
    pairs = list(zip(column.entries, was, strict=True))
    wanted = {old.entries[place] for entry, place in pairs if entry == NEVER and place is not None}
    table = {stated: number for number, stated in enumerate(column.table)}
    last = {entry: from_before(_number(table, old, entry)) for entry in sorted(wanted - {NEVER})} | {NEVER: NEVER}
    entries = [entry if entry != NEVER or place is None else last[old.entries[place]] for entry, place in pairs]
    return Column(table=tuple(table), entries=tuple(entries))


def _number(table: dict[Stated, int], old: Column, entry: int) -> int:
    """Give the number in a table of what an entry of an older column says."""
    return table.setdefault(old.table[entry if entry >= 0 else from_before(entry)], len(table))
