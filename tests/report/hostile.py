"""A run in which every string that a host, an inventory or a pack gives is hostile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

from fleetscan.model import (
    Absent,
    Broken,
    Evidence,
    Fact,
    Failure,
    HostRecord,
    Known,
    Outcome,
    Ruling,
    Undetermined,
    Unknown,
    Verdict,
)
from fleetscan.rules.interface import Rule
from tests.report.sample import Sample, sample

POISON = (
    "\"'></script></style></title><script>window.canary=1</script><img src=x onerror=window.canary=1>"
    "<a href=javascript:window.canary=1>{{7*7}}[red]\x1b[31m\x00\u202e\u2066\u200b\ud800&amp;\n"
)
"""Markup, script, template syntax, console markup, ANSI, NUL, bidi, invisible, a lone surrogate."""

SEEN = "<script>window.canary=1</script>"
"""A part of the poison as a reader must see it."""


def poisoned(text: str) -> str:
    """Put the poison around a text."""
    return f"{text}{POISON}"


def hostile(hosts: int = 24) -> Sample:
    """Make a sample in which every string is poisoned."""
    base = sample(hosts)
    packs = tuple(map(poisoned, base.run.packs))
    run = replace(
        base.run,
        id=poisoned(base.run.id),
        environment=poisoned(base.run.environment),
        version=poisoned(base.run.version),
        hosts=tuple(map(poisoned, base.run.hosts)),
        packs=packs,
        fail_on=poisoned(base.run.fail_on),
    )
    facts = {poisoned(name): _fact(fact) for name, fact in base.shelf.facts.items()}
    return Sample(
        run=run,
        shelf=replace(base.shelf, facts=facts, rules=tuple(map(_rule, base.shelf.rules)), packs=packs),
        records=tuple(map(_record, base.records)),
        verdicts=tuple(map(_verdict, base.verdicts)),
        topologies={
            poisoned(host): {poisoned(name): _outcome(outcome) for name, outcome in topology.items()}
            for host, topology in base.topologies.items()
        },
    )


def strings(thing: object) -> Iterator[str]:
    """Walk through every string of a view."""
    match thing:
        case str():
            yield thing
        case tuple():
            for inner in thing:
                yield from strings(inner)
        case _ if is_dataclass(thing):
            for each in fields(thing):
                yield from strings(getattr(thing, each.name))
        case _:
            return


def _fact(fact: Fact) -> Fact:
    return replace(fact, id=poisoned(fact.id), about=poisoned(fact.about))


def _rule(rule: Rule) -> Rule:
    return replace(
        rule,
        id=poisoned(rule.id),
        title=poisoned(rule.title),
        reads=tuple(map(poisoned, rule.reads)),
        why=poisoned(rule.why),
        fix=(*map(poisoned, rule.fix), f"`{POISON}`"),
        sources=(*map(poisoned, rule.sources), "javascript:window.canary=1"),
        applies_to=poisoned(rule.applies_to),
        pack=poisoned(rule.pack),
    )


def _record(record: HostRecord) -> HostRecord:
    return replace(
        record,
        host=poisoned(record.host),
        address=poisoned(record.address),
        site=poisoned(record.site),
        groups=tuple(map(poisoned, record.groups)),
        failure=_failure(record.failure),
        transport=poisoned(record.transport),
        credential=poisoned(record.credential),
        notes=tuple(map(poisoned, record.notes)),
        facts=_facts(record.facts),
    )


def _facts(facts: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
    return {poisoned(name): _evidence(evidence) for name, evidence in facts.items()}


def _failure(failure: Failure | None) -> Failure | None:
    return replace(failure, detail=poisoned(failure.detail)) if failure else None


def _evidence(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        fact=poisoned(evidence.fact),
        outcome=_outcome(evidence.outcome),
        where=poisoned(evidence.where),
        transport=poisoned(evidence.transport),
        credential=poisoned(evidence.credential),
    )


def _outcome(outcome: Outcome) -> Outcome:
    match outcome:
        case Known(type=kind):
            return Known(value={POISON: [POISON, "x" * 5000]}, type=poisoned(kind))
        case Absent():
            return outcome
        case Unknown():
            return replace(outcome, detail=poisoned("y" * 200))


def _verdict(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        host=poisoned(verdict.host),
        rule=poisoned(verdict.rule),
        ruling=_ruling(verdict.ruling),
        summary=poisoned(verdict.summary),
        evidence=tuple(map(_evidence, verdict.evidence)),
    )


def _ruling(ruling: Ruling) -> Ruling:
    match ruling:
        case Undetermined(facts=facts):
            return Undetermined(
                facts=tuple(replace(fact, fact=poisoned(fact.fact), detail=poisoned(fact.detail)) for fact in facts)
            )
        case Broken(fault=fault):
            return Broken(fault=poisoned(fault))
        case _:
            return ruling
