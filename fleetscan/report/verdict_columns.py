"""The verdicts as columns: per rule one letter a host, and numbers for its sentence, its evidence, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fleetscan.model import NO_WORD, RULING_LETTERS, Broken, Evidence, Severity, Undetermined, UnknownFact, Verdict
from fleetscan.report.desk import Desk
from fleetscan.report.fact_columns import Read
from fleetscan.report.interning import Interned
from fleetscan.report.past import Past, since_text
from fleetscan.report.readings import REASON, Column, Reading
from fleetscan.report.text import DETAIL_LIMIT, visible

Item: TypeAlias = "int | tuple[int, Reading]"
"""One piece of evidence: the number of a fact whose reading stands in its column, or a label and a reading."""

Missing: TypeAlias = tuple[int, int, int]
"""Label, reason, detail of a fact that stood in the way."""

_Numbers: TypeAlias = tuple[int, int, int]
"""Summary, evidence and missing of one verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The verdicts of one rule: each list has a number for every host, and ``word`` one letter.

    ``severity`` is empty where that of every verdict is the rule's own.
    """

    word: str
    summary: Sequence[int]
    since: Sequence[int]
    evidence: Sequence[int]
    missing: Sequence[int]
    severity: Sequence[int]


class VerdictColumns:
    """Makes the columns of one rule after the other, over tables that all rules share."""

    def __init__(
        self,
        desk: Desk,
        strings: Interned[str],
        read: Read,
        facts: Mapping[str, Mapping[str, Evidence]],
        past: Past,
    ) -> None:
        """Know what was read, and the runs before: ``facts`` is host -> fact -> evidence."""
        self._desk = desk
        self._strings = strings
        self._at = read.at
        self._past = past
        self._facts = facts
        self._number = {name: index for index, name in enumerate(desk.facts)}
        self._told: dict[str, Column] = {}
        self._said: dict[str, int] = {}
        self._obstacles: dict[UnknownFact, Missing] = {}
        self.evidence: Interned[tuple[Item, ...]] = Interned(())
        self.missing: Interned[tuple[Missing, ...]] = Interned(())

    def of(self, name: str) -> Table:
        """Make the columns of one rule."""
        count, place = len(self._desk.hosts), self._desk.place
        own = Severity(self._desk.rules[name].severity)
        words, severity = [NO_WORD] * count, [own.rank] * count
        numbers: list[_Numbers] = [(0, 0, 0)] * count
        for word, letter in RULING_LETTERS.items():
            for verdict, told in self._told_of(self._desk.pile(name, word)):
                host = place[verdict.host]
                words[host], numbers[host] = letter, told
                if verdict.severity is not own:
                    severity[host] = verdict.severity.rank
        return Table(
            word="".join(words),
            summary=[each[0] for each in numbers],
            since=self._since(name),
            evidence=[each[1] for each in numbers],
            missing=[each[2] for each in numbers],
            severity=severity if severity.count(own.rank) < count else (),
        )

    def _told_of(self, pile: Iterable[Verdict]) -> Iterator[tuple[Verdict, _Numbers]]:
        """Give each verdict the numbers of what it says; one that shares all with the one before costs nothing."""
        before, told = None, (0, 0, 0)
        for verdict in pile:
            if before is None or not self._alike(before, verdict):
                told = self._numbers(verdict)
            yield verdict, told
            before = verdict

    def _since(self, name: str) -> Sequence[int]:
        if self._past.now is None:
            return [0] * len(self._desk.hosts)
        number = self._strings.number
        return [number(since_text(since)) for since in self._past.since(name, list(self._desk.hosts))]

    def _alike(self, one: Verdict, other: Verdict) -> bool:
        """Tell that two verdicts share all, as those of hosts do that a stopped run left untried."""
        return (
            one.ruling is other.ruling
            and one.evidence is other.evidence
            and one.summary is other.summary
            and self._facts.get(one.host) is self._facts.get(other.host)
        )

    def _numbers(self, verdict: Verdict) -> _Numbers:
        missing: tuple[Missing, ...] = ()
        said = verdict.summary
        match verdict.ruling:
            case Undetermined(facts=facts):
                missing = tuple(map(self._missing, facts))
            case Broken() as ruling:
                said = ruling.fault
            case _:
                pass
        summary = self._said.get(said)
        if summary is None:
            summary = self._said[said] = self._strings.number(visible(said, DETAIL_LIMIT))
        return summary, self._evidence(verdict), self.missing.number(missing)

    def _missing(self, fact: UnknownFact) -> Missing:
        told = self._obstacles.get(fact)
        if told is None:
            told = self._obstacles[fact] = (
                self._strings.number(f"{visible(fact.fact)}{f' of {visible(fact.of)}' if fact.of else ''}"),
                REASON[fact.reason],
                self._strings.number(visible(fact.detail, DETAIL_LIMIT)),
            )
        return told

    def _evidence(self, verdict: Verdict) -> int:
        own, number = self._facts.get(verdict.host, {}), self._number
        return self.evidence.number(
            tuple(
                [
                    number[each.fact] if own.get(each.fact) is each else self._item(verdict.host, own, each)
                    for each in verdict.evidence
                ]
            )
        )

    def _item(self, host: str, own: Mapping[str, Evidence], each: Evidence) -> Item:
        if own.get(each.fact) == each:
            return self._number[each.fact]
        column = self._told.setdefault(each.fact, Column(self._strings))
        reading = column.table[column.of(each, self._at.get(host, each.at))]
        return self._strings.number(visible(each.fact)), reading
