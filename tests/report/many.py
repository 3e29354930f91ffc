"""A fleet of any size with fifteen verdicts for each host, as unlike one another as in life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from fleetscan.history.counts import count
from fleetscan.model import Evidence, HostRecord, Known, Value, Verdict
from fleetscan.rules.interface import Rule
from tests.report.sample import Sample, sample

RULES = 15
"""How many verdicts each host has."""

OWN = ("scanmail.temp_files", "cpu.logical")
"""Facts whose value is another one on nearly every host."""

COUNTING = 3
"""The rule of the sample whose sentence tells the first of these values."""


def many(hosts: int, rules: int = RULES) -> Sample:
    """Make the sample's fleet larger: rules under further names, and values of the host's own."""
    base = sample(hosts)
    records = tuple(_own(number, record) for number, record in enumerate(base.records))
    shelved = tuple(islice(_again(base.shelf.rules), rules))
    verdicts = tuple(_verdicts(base, records, shelved))
    run = replace(
        base.run,
        hosts=tuple(record.host for record in records),
        rules=tuple(rule.id for rule in shelved),
        counts=count(records, verdicts),
    )
    return replace(
        base,
        run=run,
        shelf=replace(base.shelf, rules=shelved),
        records=records,
        verdicts=verdicts,
        topologies={
            record.host: base.topologies[old.host]
            for old, record in zip(base.records, records, strict=True)
            if old.host in base.topologies
        },
    )


def _again(rules: tuple[Rule, ...]) -> Iterator[Rule]:
    """Give the rules, and then the same under further names, without end."""
    yield from rules
    turn = 2
    while True:
        yield from (replace(rule, id=f"{rule.id}-{turn}", title=f"{rule.title} ({turn})") for rule in rules)
        turn += 1


def _own(number: int, record: HostRecord) -> HostRecord:
    """Give a host a name of life's length, timings and values of its own."""
    facts = {name: _valued(number, evidence) for name, evidence in record.facts.items()}
    name = f"{record.host}.{record.site.lower()}.corp.example"
    return replace(record, host=name, address=name, seconds=3 + number % 997 / 100, facts=facts)


def _valued(number: int, evidence: Evidence) -> Evidence:
    match evidence.outcome:
        case Known(value=int() as value, type=kind) if evidence.fact in OWN:
            return replace(evidence, outcome=Known(value=value + number * 7919 % 977, type=kind))
        case _:
            return evidence


def _verdicts(base: Sample, records: tuple[HostRecord, ...], rules: tuple[Rule, ...]) -> Iterator[Verdict]:
    """Say of each host under each name what the sample says, on the evidence of this host."""
    per_host = len(base.shelf.rules)
    for number, record in enumerate(records):
        said = base.verdicts[number * per_host : (number + 1) * per_host]
        for place, rule in enumerate(rules):
            verdict = said[place % per_host]
            evidence = tuple(record.facts[each.fact] for each in verdict.evidence)
            summary = f"{verdict.summary} ({_told(record)} files)" if place % per_host == COUNTING else verdict.summary
            yield replace(verdict, host=record.host, rule=rule.id, summary=summary, evidence=evidence)


def _told(record: HostRecord) -> Value:
    outcome = record.facts[OWN[0]].outcome
    return outcome.value if isinstance(outcome, Known) else "unknown"
