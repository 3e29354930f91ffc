"""A fleet with a past: the run before it, since when its verdicts are so, and who vouches for what no host says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from fleetscan.model import Attestation, HostRecord, Standing, Verdict
from fleetscan.report import ReportView, build
from fleetscan.report.attested import attestations
from fleetscan.report.past import Past, compare
from fleetscan.report.standing import stand
from tests.report.sample import START, Sample, sample

GONE = "par-ex99"
"""A host that was there before."""

CHANGED, FROM = 5, 12
"""Every fifth host was before what the host twelve places further is now."""

TODAY = START.date()
WORDS = (
    Attestation(
        fact="gateway.filters", value=True, by="Ada Ohm", since=TODAY - timedelta(days=90), until=date(2027, 6, 1)
    ),
    Attestation(
        fact="scans.scheduled",
        value=7,
        by="Bo Volt",
        since=TODAY - timedelta(days=300),
        until=TODAY + timedelta(days=9),
    ),
    Attestation(
        fact="alerts.sent_to",
        value="soc@corp.example",
        by="Ada Ohm",
        since=date(2025, 1, 1),
        until=date(2025, 12, 31),
        note="by mail, ticket 4711",
    ),
)
"""An attestation in force, one that expires soon, and an expired one."""


def lived(hosts: int = 45) -> ReportView:
    """Build the view of a sample with a past."""
    return told(*nights(sample(hosts)))


def nights(made: Sample) -> tuple[Sample, Sample]:
    """Make the run of the night before, and that of this night with its attestations."""
    now = replace(made, records=tuple(_attested(number, record) for number, record in enumerate(made.records)))
    return _yesterday(made), now


def told(before: Sample, now: Sample) -> ReportView:
    """Build the view of a run after another one."""
    then = _standing(before)
    today = _standing(now, then)
    return build(
        now.run,
        shelf=now.shelf,
        records=now.records,
        verdicts=now.verdicts,
        topologies=now.topologies,
        past=Past(run=then.run, started=then.started, why="", changes=compare(then, today), now=today),
        attestations=attestations(now.records, now.run.started.date()),
    )


def _attested(number: int, record: HostRecord) -> HostRecord:
    """Let hosts have two attestations, one, or none, in turn."""
    return replace(record, attestations=WORDS[number % 4 : number % 4 + 2])


def _yesterday(made: Sample) -> Sample:
    """Turn the clock back by a day: some hosts were otherwise, one was not there yet, and one still was."""
    names = [*(record.host for record in made.records[1:]), GONE] if made.records else []
    judged = list(_judged(made))
    places = [(place + 1 + FROM * (place % CHANGED == 0)) % len(names) for place in range(len(names))]
    before = [judged[place] for place in places]
    return replace(
        made,
        run=replace(
            made.run,
            id="2026-11-21T010003Z-corp-prod",
            started=START - timedelta(days=1),
            hosts=tuple(names),
            counts=None,
        ),
        records=tuple(replace(record, host=name) for name, (record, _) in zip(names, before, strict=True)),
        verdicts=tuple(
            verdict.said_of(name) for name, (_, said) in zip(names, before, strict=True) for verdict in said
        ),
        topologies={},
    )


def _judged(made: Sample) -> Iterator[tuple[HostRecord, tuple[Verdict, ...]]]:
    rules = len(made.run.rules)
    for number, record in enumerate(made.records):
        yield record, made.verdicts[number * rules : (number + 1) * rules]


def _standing(made: Sample, before: Standing | None = None) -> Standing:
    return stand(made.run, made.shelf.facts, _judged(made), before)
