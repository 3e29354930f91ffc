"""The view: what a run says, in the order and the words of a report. Pure; every output is made from it.

Law: the counts are those of the run (``run.counts``) and are never made again here; a host of the run without a record
and a rule without an answer are shown beside the findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleetscan.model import Counts, Ending, HostRecord, Outcome, Run, Severity, Status, Verdict
from fleetscan.report.byhost import host_views, not_scanned_groups, partial_groups
from fleetscan.report.byrule import group_faults, group_findings, group_unknown, quiet_rules
from fleetscan.report.desk import lay_out
from fleetscan.report.first import first_actions
from fleetscan.report.nouns import Header, Tally, Totals
from fleetscan.report.sections import ReportView
from fleetscan.report.text import visible
from fleetscan.report.words import ENDINGS, SEVERITIES, STATUSES, VERDICTS, moment, span
from fleetscan.rules.interface import Shelf


def build(
    run: Run,
    *,
    shelf: Shelf,
    records: Sequence[HostRecord],
    verdicts: Sequence[Verdict],
    topologies: Mapping[str, Mapping[str, Outcome]],
) -> ReportView:
    """Build the view of one run.

    ``run.counts`` must be set (ValueError otherwise). ``shelf`` describes the rules and facts; a rule or a fact that
    only a kept record knows is shown without description. ``topologies`` is host -> field -> outcome, fields in the
    order of showing; a host may be missing from it.
    """
    if run.counts is None:
        message = "a run is shown with its counts: set run.counts first"
        raise ValueError(message)
    desk = lay_out(run, shelf, records, verdicts)
    not_scanned = not_scanned_groups(desk, records)
    unread = {*run.hosts} - {record.host for record in records}
    unread |= {record.host for record in records if record.status is Status.NOT_SCANNED}
    findings = group_findings(desk, verdicts)
    unknown = group_unknown(desk, verdicts, unread)
    faults = group_faults(desk, verdicts)
    partial = partial_groups(desk, records)
    return ReportView(
        header=_header(run, run.counts),
        totals=_totals(run.counts, run.min_coverage),
        affected=len({host.host.name for group in findings for host in group.hosts}),
        first=first_actions(findings, unknown, not_scanned, partial, faults),
        findings=findings,
        unknown=unknown,
        faults=faults,
        not_scanned=not_scanned,
        partial=partial,
        hosts=host_views(desk, records, verdicts, topologies),
        quiet=quiet_rules(desk),
        facts=tuple(desk.facts.values()),
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
