"""The view: what a run says, in the order and the words of a report. Pure; every output is made from it.

Law: the counts are those of the run (``run.counts``) and are never made again here; a host of the run without a record
and a rule without an answer are shown beside the findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fleetscan.model import Counts, Ending, HostRecord, Outcome, Run, Severity, Status, Verdict
from fleetscan.report.attested import AttestationView
from fleetscan.report.byrule import group_faults, group_findings, group_unknown, quiet_rules
from fleetscan.report.changed import changes_view
from fleetscan.report.columns import columns
from fleetscan.report.crowds import listed
from fleetscan.report.desk import Desk, lay_out
from fleetscan.report.first import first_actions
from fleetscan.report.incomplete import not_scanned_groups, partial_groups
from fleetscan.report.nouns import Attested, Header, Tally, Totals
from fleetscan.report.past import Past
from fleetscan.report.sections import ReportView
from fleetscan.report.text import visible
from fleetscan.report.words import ENDINGS, SEVERITIES, STATUSES, VERDICTS, moment, span
from fleetscan.rules.interface import Shelf

NO_PAST = Past()
"""Nothing is known of the runs before."""


def build(
    run: Run,
    *,
    shelf: Shelf,
    records: Sequence[HostRecord],
    verdicts: Sequence[Verdict],
    topologies: Mapping[str, Mapping[str, Outcome]],
    past: Past = NO_PAST,
    attestations: Sequence[AttestationView] = (),
) -> ReportView:
    """Build the view of one run.

    ``run.counts`` must be set (ValueError otherwise). ``shelf`` describes the rules and facts; a rule or a fact that
    only a kept record knows is shown without description. ``topologies`` is host -> field -> outcome, fields in the
    order of showing; a host may be missing from it. ``past`` is what is known of the runs before.
    """
    if run.counts is None:
        message = "a run is shown with its counts: set run.counts first"
        raise ValueError(message)
    desk = lay_out(run, shelf, records, verdicts)
    header = _header(run, run.counts)
    findings, faults = group_findings(desk), group_faults(desk)
    unknown = group_unknown(desk, _unread(desk, records))
    not_scanned, partial = not_scanned_groups(desk, records), partial_groups(desk, records)
    return ReportView(
        header=header,
        totals=_totals(run.counts, run.min_coverage),
        affected=_affected(desk),
        first=first_actions(findings, unknown, not_scanned, partial, faults, partly_read=_partly_read(run.counts)),
        changes=changes_view(past),
        findings=findings,
        unknown=unknown,
        faults=faults,
        quiet=quiet_rules(desk),
        not_scanned=not_scanned,
        partial=partial,
        attestations=tuple(map(_attested, attestations)),
        facts=tuple(desk.facts.values()),
        columns=columns(desk, header, run, records, topologies, past, attestations),
    )


def _unread(desk: Desk, records: Iterable[HostRecord]) -> frozenset[str]:
    read = {record.host for record in records if record.status is not Status.NOT_SCANNED}
    return frozenset(desk.hosts.keys() - read)


def _partly_read(counts: Counts) -> int:
    return counts.by_status.get(Status.PARTIAL, 0)


def _affected(desk: Desk) -> int:
    return len({verdict.host for rule in desk.rules for verdict in desk.pile(rule, "finding")})


def _attested(attestation: AttestationView) -> Attested:
    return Attested(
        fact=attestation.fact,
        value=attestation.value,
        by=attestation.by,
        since=attestation.since,
        until=attestation.until,
        state=str(attestation.state),
        note=attestation.note,
        count=len(attestation.hosts),
        names=listed(attestation.hosts),
    )


def _header(run: Run, counts: Counts) -> Header:
    return Header(
        environment=visible(run.environment),
        run=visible(run.id),
        version=visible(run.version),
        started=moment(run.started),
        ended=moment(run.ended) if run.ended else "",
        duration=span((run.ended - run.started).total_seconds()) if run.ended else "",
        ending=str(run.ending),
        ending_words=ENDINGS[run.ending].short,
        alarm=_alarm(run.ending, counts),
        fail_on=visible(run.fail_on),
        packs=tuple(map(visible, run.packs)),
    )


def _alarm(ending: Ending, counts: Counts) -> str:
    """Say loudly that a run is not whole, and what that means for the reader."""
    if ending is Ending.FINISHED:
        return ""
    missing = counts.by_status.get(Status.NOT_SCANNED, 0)
    return (
        f"{ENDINGS[ending].words} What was collected until then is below; "
        f"{missing:,} of {counts.hosts:,} hosts were not scanned, and nothing is known of them."
    )


def _totals(counts: Counts, wanted: int) -> Totals:
    return Totals(
        hosts=counts.hosts,
        statuses=tuple(
            Tally(key=status, words=words, count=counts.by_status.get(status, 0)) for status, words in STATUSES.items()
        ),
        verdicts=tuple(
            Tally(key=word, words=words, count=counts.by_verdict.get(word, 0)) for word, words in VERDICTS.items()
        ),
        severities=tuple(
            Tally(
                key=severity,
                words=SEVERITIES[severity],
                count=counts.findings_by_severity.get(severity, 0),
            )
            for severity in Severity
        ),
        pairs=counts.pairs,
        judged=counts.judged,
        coverage=counts.coverage,
        wanted=wanted,
    )
