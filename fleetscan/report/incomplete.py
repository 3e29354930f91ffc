"""The hosts that were not read, or not whole, by reason: what happened, what is missing, what was tried."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fleetscan.model import INVENTORY, Evidence, Failure, HostRecord, Reason, Status, Unknown
from fleetscan.report.crowds import Missing, gaps, listed, said, short
from fleetscan.report.desk import Desk
from fleetscan.report.host_columns import NO_RECORD, failure_of
from fleetscan.report.sections import IncompleteGroup
from fleetscan.report.words import REASONS, counted


def not_scanned_groups(desk: Desk, records: Iterable[HostRecord]) -> tuple[IncompleteGroup, ...]:
    """Group the hosts of which nothing is known by reason, those without a record included."""
    rows: dict[Reason, list[tuple[str, str, str]]] = defaultdict(list)
    unrecorded = dict.fromkeys(desk.hosts)
    for record in records:
        unrecorded.pop(record.host, None)
        if record.status is Status.NOT_SCANNED:
            failure = failure_of(record) or NO_RECORD
            rows[failure.reason].append((record.host, failure.detail, _tried(record)))
    for name in unrecorded:
        rows[NO_RECORD.reason].append((name, NO_RECORD.detail, ""))
    return _ordered(_group(desk, reason, [row[0] for row in found], found, ()) for reason, found in rows.items())


def _tried(record: HostRecord) -> str:
    credential = f" as {record.credential}" if record.credential else ""
    attempts = counted(record.attempts, "attempt") if record.attempts else "not tried"
    return f"{attempts} by {record.transport}{credential}"


def partial_groups(desk: Desk, records: Iterable[HostRecord]) -> tuple[IncompleteGroup, ...]:
    """Group the hosts that were read in part by reason; a host stands under every reason it has."""
    hosts: dict[Reason, list[str]] = defaultdict(list)
    ends: dict[Reason, list[tuple[str, str, str]]] = defaultdict(list)
    missing: dict[Reason, list[Missing]] = defaultdict(list)
    for record in records:
        if record.status is not Status.PARTIAL:
            continue
        for reason, facts in _missing(desk, record).items():
            hosts[reason].append(record.host)
            missing[reason] += _gaps(record.host, facts, record.failure)
        if record.failure:
            ends[record.failure.reason].append((record.host, record.failure.detail, _tried(record)))
    return _ordered(_group(desk, reason, hosts[reason], ends[reason], missing[reason]) for reason in hosts)


def _missing(desk: Desk, record: HostRecord) -> Mapping[Reason, Sequence[Evidence]]:
    """Sort the facts that were asked and are unknown by reason; that of a failure is there even without a fact."""
    found: dict[Reason, list[Evidence]] = {record.failure.reason: []} if record.failure else {}
    for _, evidence in sorted(record.facts.items()):
        asked = evidence.fact not in desk.derived and evidence.transport != INVENTORY
        if isinstance(evidence.outcome, Unknown) and asked:
            found.setdefault(evidence.outcome.reason, []).append(evidence)
    return found


def _gaps(host: str, facts: Iterable[Evidence], failure: Failure | None) -> Iterator[Missing]:
    """Tell what is missing; what the failure says already is not said again of each fact."""
    for evidence in facts:
        detail = evidence.outcome.detail if isinstance(evidence.outcome, Unknown) else ""
        yield host, evidence.fact, "", "" if failure and detail == failure.detail else detail


def _group(
    desk: Desk,
    reason: Reason,
    hosts: Sequence[str],
    happened: Sequence[tuple[str, str, str]],
    missing: Sequence[Missing],
) -> IncompleteGroup:
    says, rest = said(happened)
    lacks, gaps_rest = gaps(desk, missing)
    return IncompleteGroup(
        reason=str(reason),
        short=REASONS[reason].short,
        words=REASONS[reason].words,
        remedy=REASONS[reason].remedy,
        count=len(hosts),
        says=says,
        rest=rest,
        gaps=lacks,
        gaps_rest=gaps_rest,
        names=short(hosts),
        listed=listed(hosts),
    )


def _ordered(groups: Iterable[IncompleteGroup]) -> tuple[IncompleteGroup, ...]:
    return tuple(sorted(groups, key=lambda g: (-g.count, g.reason)))
