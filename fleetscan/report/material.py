"""What every format is made of: one run, its records and verdicts, the view of them, and what they have in common.

Law: nothing is counted here. A format that lists verdicts lists each of them, so that its numbers are the run's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol, assert_never

from fleetscan.model import (
    Absent,
    Broken,
    Evidence,
    Finding,
    HostRecord,
    Known,
    NotApplicable,
    Outcome,
    Pass,
    Run,
    Since,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Verdict,
)
from fleetscan.report.host_columns import NO_RECORD
from fleetscan.report.names import natural
from fleetscan.report.nouns import RuleView
from fleetscan.report.past import Past
from fleetscan.report.sections import ReportView
from fleetscan.report.text import DETAIL_LIMIT, value_text, visible
from fleetscan.report.words import REASONS
from fleetscan.rules.interface import Shelf

NOT_READ: Final = visible(NO_RECORD.detail)
"""What is said of a host of the run of which nothing was kept."""


class Scribe(Protocol):
    """Write what is kept as JSON, each on one line, in ASCII. :mod:`fleetscan.history` is the one that can."""

    def run(self, run: Run) -> str:
        """Write a run as ``run.json`` has it."""

    def record(self, record: HostRecord, topology: Mapping[str, Outcome]) -> str:
        """Write a record as ``records.ndjson.gz`` has it."""

    def verdict(self, verdict: Verdict) -> str:
        """Write a verdict as ``verdicts.ndjson.gz`` has it, a long value of its evidence cut."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that a format may tell. ``run`` is counted; ``topologies`` are as :func:`fleetscan.report.build` has them.

    ``exit_code`` is that of the run, ``templates`` a folder of somebody else's templates, None for ours.
    """

    run: Run
    shelf: Shelf
    records: Sequence[HostRecord]
    verdicts: Sequence[Verdict]
    topologies: Mapping[str, Mapping[str, Outcome]]
    view: ReportView
    past: Past
    exit_code: int
    scribe: Scribe
    templates: Path | None = None

    @cached_property
    def rules(self) -> Mapping[str, RuleView]:
        """Every rule of the view by its id as it is shown, in the order of their ids."""
        found = [*(group.rule for group in self.view.findings), *self.view.quiet]
        return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}

    @cached_property
    def hosts(self) -> Sequence[HostTold]:
        """Every host of the run, of a record or of a verdict with all that is said of it, in the order of reading."""
        said: dict[str, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            said[verdict.host].append(verdict)
        records = {record.host: record for record in self.records}
        names = sorted({*self.run.hosts, *records, *said}, key=natural)
        return [HostTold(host=name, record=records.get(name), verdicts=_ordered(said.get(name, ()))) for name in names]

    def since(self, verdict: Verdict) -> Since | None:
        """Say since when a verdict is so; None where that is not known."""
        return self._since.get(verdict.rule, {}).get(verdict.host)

    @cached_property
    def _since(self) -> Mapping[str, Mapping[str, Since | None]]:
        by_rule: dict[str, list[str]] = defaultdict(list)
        for verdict in self.verdicts:
            by_rule[verdict.rule].append(verdict.host)
        return {rule: dict(zip(hosts, self.past.since(rule, hosts), strict=True)) for rule, hosts in by_rule.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTold:
    """One host: its record, if one was kept, and its verdicts, gravest rule first."""

    host: str
    record: HostRecord | None
    verdicts: Sequence[Verdict]

    @property
    def silence(self) -> str:
        """Say why nothing is known of the host, or nothing when something is."""
        match self.record:
            case None:
                return NOT_READ
            case HostRecord(status=Status.NOT_SCANNED, failure=failure):
                words = failure or NO_RECORD
                detail = f": {visible(words.detail, DETAIL_LIMIT)}" if words.detail else ""
                return f"{REASONS[words.reason].short}{detail}"
            case _:
                return ""

    @property
    def unjudged(self) -> str:
        """Say why no rule said anything of the host, so that it is in no list of verdicts; empty when one did."""
        return "" if self.verdicts else self.silence or "No rule was judged."


def _ordered(verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
    return sorted(verdicts, key=lambda verdict: (verdict.severity.rank, verdict.rule))


def sentence(verdict: Verdict) -> str:
    """Say in a sentence what a verdict says of its host; for a rule at fault, what the fault is."""
    match verdict.ruling:
        case Broken(fault=fault):
            return visible(fault, DETAIL_LIMIT)
        case Finding() | Pass() | NotApplicable() | Undetermined():
            return visible(verdict.summary, DETAIL_LIMIT)
        case _:
            assert_never(verdict.ruling)


def missing(verdict: Verdict) -> tuple[str, ...]:
    """Name the facts that stood in the way of a verdict, each with its reason."""
    match verdict.ruling:
        case Undetermined(facts=facts):
            return tuple(map(_missing, facts))
        case _:
            return ()


def _missing(fact: UnknownFact) -> str:
    of = f" of {visible(fact.of)}" if fact.of else ""
    detail = f" ({visible(fact.detail, DETAIL_LIMIT)})" if fact.detail else ""
    return f"{visible(fact.fact)}{of}: {REASONS[fact.reason].short}{detail}"


def reading(evidence: Evidence) -> str:
    """Put a piece of evidence on one short line: the fact and what became of it."""
    return f"{visible(evidence.fact)} {_outcome(evidence.outcome)}"


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Known(value=value, type=kind):
            return f"= {value_text(value)} ({visible(kind)})"
        case Absent():
            return "is not there"
        case Unknown(reason=reason, detail=detail):
            return f"is unknown: {REASONS[reason].short}{f' ({visible(detail)})' if detail else ''}"
        case _:
            assert_never(outcome)


def place(evidence: Evidence) -> str:
    """Say where and on which way a fact was read."""
    credential = f" as {visible(evidence.credential)}" if evidence.credential else ""
    return f"{visible(evidence.where)}, by {visible(evidence.transport)}{credential}"
