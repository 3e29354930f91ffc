"""The records by host: each host's page, and the hosts that were not read, or not whole, by reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from fleetscan.model import (
    INVENTORY,
    Absent,
    Broken,
    Evidence,
    Failure,
    Finding,
    HostRecord,
    Known,
    NotApplicable,
    Outcome,
    Pass,
    Reason,
    Status,
    Undetermined,
    Unknown,
    Value,
    Verdict,
)
from fleetscan.report.byrule import NAMES_SHOWN
from fleetscan.report.desk import Desk, evidence_reading, fault_text, reading, rule_ref, shared_how
from fleetscan.report.names import compact, natural
from fleetscan.report.nouns import Reading, RuleRef
from fleetscan.report.sections import HostVerdict, HostVerdicts, HostView, IncompleteGroup, IncompleteHost
from fleetscan.report.text import DETAIL_LIMIT, value_text, visible
from fleetscan.report.words import REASONS, SEVERITIES, STATUSES, TOPOLOGY, counted, moment, span

NO_RECORD = Failure(reason=Reason.NOT_ASKED, detail="No record of this host was kept: its turn did not come.")
"""Why a host of the run is in the report although nothing was kept of it."""


def host_views(
    desk: Desk,
    records: Iterable[HostRecord],
    verdicts: Iterable[Verdict],
    topologies: Mapping[str, Mapping[str, Outcome]],
) -> tuple[HostView, ...]:
    """Make the page of every host of the desk, in the order of their names; one without a record says so."""
    by_host: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_host[verdict.host].append(verdict)
    recorded = {record.host: record for record in records}
    told = _Told(desk)
    return tuple(
        _host_view(told, recorded[name], by_host[name], topologies.get(name, {}))
        if name in recorded
        else _unrecorded(told, name, by_host[name])
        for name in desk.hosts
    )


def _host_view(
    told: _Told, record: HostRecord, verdicts: Sequence[Verdict], topology: Mapping[str, Outcome]
) -> HostView:
    read = record.facts if record.status is not Status.NOT_SCANNED else {}
    facts = tuple(evidence_reading(evidence) for _, evidence in sorted(read.items()))
    failure = _failure(record)
    return HostView(
        host=told.desk.hosts[record.host],
        address=visible(record.address),
        groups=tuple(map(visible, record.groups)),
        status=str(record.status),
        status_words=STATUSES[record.status],
        failure=REASONS[failure.reason].short if failure else "",
        detail=visible(failure.detail, DETAIL_LIMIT) if failure else "",
        remedy=REASONS[failure.reason].remedy if failure else "",
        transport=visible(record.transport),
        credential=visible(record.credential),
        started=moment(record.started),
        duration=span(record.seconds),
        attempts=record.attempts,
        round_trips=record.round_trips,
        received=record.bytes_received,
        notes=tuple(map(visible, record.notes)),
        product=_product(topology),
        topology=tuple(_place(name, outcome) for name, outcome in topology.items()),
        asked=len(record.facts),
        facts=facts,
        how=shared_how(facts),
        verdicts=_host_verdicts(told, verdicts),
    )


def _place(name: str, outcome: Outcome) -> Reading:
    """Put one field of the topology in words; services are told by their state, short enough for all of them."""
    match name, outcome:
        case "services", Known(value=Mapping() as services, type=kind):
            states: dict[str, list[Value]] = defaultdict(list)
            for service, record in services.items():
                states[str(record.get("state", "")) if isinstance(record, Mapping) else ""].append(service)
            outcome = Known(value=dict(sorted(states.items())), type=kind)
        case _:
            pass
    return reading(TOPOLOGY.get(name, name), outcome)


def _product(topology: Mapping[str, Outcome]) -> str:
    """Name product and cumulative update; the update alone may be unknown."""
    match topology.get("exchange_product"):
        case Known(value=product):
            update = topology.get("exchange_cumulative_update")
            return value_text(product) + (f" {value_text(update.value)}" if isinstance(update, Known) else "")
        case Absent():
            return "none"
        case _:
            return ""


def _failure(record: HostRecord) -> Failure | None:
    """Give why the conversation ended; a host that was not scanned always has a reason."""
    if record.failure is None and record.status is Status.NOT_SCANNED:
        return NO_RECORD
    return record.failure


def _unrecorded(told: _Told, name: str, verdicts: Sequence[Verdict]) -> HostView:
    return HostView(
        host=told.desk.hosts[name],
        address="",
        groups=(),
        status=str(Status.NOT_SCANNED),
        status_words=STATUSES[Status.NOT_SCANNED],
        failure=REASONS[NO_RECORD.reason].short,
        detail=NO_RECORD.detail,
        remedy=REASONS[NO_RECORD.reason].remedy,
        transport="",
        credential="",
        started="",
        duration="",
        attempts=0,
        round_trips=0,
        received=0,
        notes=(),
        product="",
        topology=(),
        asked=0,
        facts=(),
        how="",
        verdicts=_host_verdicts(told, verdicts),
    )


def _host_verdicts(told: _Told, verdicts: Sequence[Verdict]) -> HostVerdicts:
    """Sort the verdicts of one host into the five piles of its page, gravest first."""
    shown: dict[str, list[HostVerdict]] = defaultdict(list)
    folded: dict[str, list[RuleRef]] = defaultdict(list)
    for verdict in sorted(verdicts, key=lambda v: (v.severity.rank, v.rule)):
        match verdict.ruling:
            case Finding() | Undetermined() | Broken():
                shown[verdict.word].append(told.of(verdict))
            case Pass() | NotApplicable():
                folded[verdict.word].append(rule_ref(told.desk.rules[verdict.rule]))
            case _:
                assert_never(verdict.ruling)
    worst = next(iter(shown["finding"]), None)
    return HostVerdicts(
        worst=worst.severity if worst else "",
        worst_words=worst.severity_words if worst else "",
        findings=tuple(shown["finding"]),
        unknown=tuple(shown["unknown"]),
        broken=tuple(shown["broken"]),
        passed=tuple(folded["pass"]),
        not_applicable=tuple(folded["not_applicable"]),
    )


class _Told:
    """Put verdicts in words; what was said of thousands of hosts that did not answer is put in words once."""

    def __init__(self, desk: Desk) -> None:
        """Remember nothing yet."""
        self.desk = desk
        self._last: dict[str, tuple[Verdict, HostVerdict]] = {}

    def of(self, verdict: Verdict) -> HostVerdict:
        """Give the words for a verdict that is shown on the page of its host."""
        last = self._last.get(verdict.rule)
        if last is None or last[0].ruling is not verdict.ruling or last[0].summary is not verdict.summary:
            last = self._last[verdict.rule] = (verdict, _host_verdict(self.desk, verdict))
        return last[1]


def _host_verdict(desk: Desk, verdict: Verdict) -> HostVerdict:
    return HostVerdict(
        rule=rule_ref(desk.rules[verdict.rule]),
        severity=str(verdict.severity),
        severity_words=SEVERITIES[verdict.severity],
        summary=_sentence(verdict),
    )


def _sentence(verdict: Verdict) -> str:
    match verdict.ruling:
        case Undetermined(facts=facts):
            return "; ".join(
                f"{visible(fact.fact)}{f' of {visible(fact.of)}' if fact.of else ''}: {REASONS[fact.reason].short}"
                for fact in facts
            )
        case Broken():
            return fault_text(verdict.ruling)
        case _:
            return visible(verdict.summary, DETAIL_LIMIT)


def not_scanned_groups(desk: Desk, records: Iterable[HostRecord]) -> tuple[IncompleteGroup, ...]:
    """Group the hosts of which nothing is known by reason, those without a record included."""
    rows: dict[Reason, list[tuple[str, IncompleteHost]]] = defaultdict(list)
    unrecorded = dict.fromkeys(desk.hosts)
    for record in records:
        unrecorded.pop(record.host, None)
        if record.status is Status.NOT_SCANNED:
            failure = record.failure or NO_RECORD
            row = _incomplete(desk, record, failure.detail, ())
            rows[failure.reason].append((record.host, row))
    for name in unrecorded:
        row = IncompleteHost(host=desk.hosts[name], address="", detail=NO_RECORD.detail, facts=(), tried="")
        rows[NO_RECORD.reason].append((name, row))
    return _groups(rows)


def partial_groups(desk: Desk, records: Iterable[HostRecord]) -> tuple[IncompleteGroup, ...]:
    """Group the hosts that were read in part by reason; a host stands under every reason it has."""
    rows: dict[Reason, list[tuple[str, IncompleteHost]]] = defaultdict(list)
    for record in records:
        if record.status is not Status.PARTIAL:
            continue
        for reason, facts in _gaps(desk, record).items():
            failure = record.failure
            detail = failure.detail if failure and failure.reason is reason else ""
            rows[reason].append((record.host, _incomplete(desk, record, detail, facts)))
    return _groups(rows)


def _gaps(desk: Desk, record: HostRecord) -> Mapping[Reason, Sequence[Evidence]]:
    """Sort the facts that were asked and are unknown by reason; that of a failure is there even without a fact."""
    gaps: dict[Reason, list[Evidence]] = {record.failure.reason: []} if record.failure else {}
    for _, evidence in sorted(record.facts.items()):
        asked = evidence.fact not in desk.derived and evidence.transport != INVENTORY
        if isinstance(evidence.outcome, Unknown) and asked:
            gaps.setdefault(evidence.outcome.reason, []).append(evidence)
    return gaps


def _incomplete(desk: Desk, record: HostRecord, detail: str, facts: Sequence[Evidence]) -> IncompleteHost:
    credential = f" as {record.credential}" if record.credential else ""
    attempts = f"{counted(record.attempts, 'attempt')} in {span(record.seconds)}" if record.attempts else "not tried"
    tried = f"{attempts} by {record.transport}{credential}"
    return IncompleteHost(
        host=desk.hosts[record.host],
        address=visible(record.address),
        detail=visible(detail, DETAIL_LIMIT),
        facts=tuple(map(evidence_reading, facts)),
        tried=visible(tried),
    )


def _groups(rows: Mapping[Reason, Sequence[tuple[str, IncompleteHost]]]) -> tuple[IncompleteGroup, ...]:
    groups = [
        IncompleteGroup(
            reason=str(reason),
            short=REASONS[reason].short,
            words=REASONS[reason].words,
            remedy=REASONS[reason].remedy,
            hosts=tuple(row for _, row in sorted(found, key=lambda pair: natural(pair[0]))),
            names=compact([name for name, _ in found], NAMES_SHOWN),
        )
        for reason, found in rows.items()
    ]
    return tuple(sorted(groups, key=lambda g: (-len(g.hosts), g.reason)))
