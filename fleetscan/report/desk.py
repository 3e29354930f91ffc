"""What every part of the view looks up: hosts, rules and facts by name, and an outcome in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import assert_never

from fleetscan.facts.read import where as place
from fleetscan.model import (
    INVENTORY,
    PEERS,
    Absent,
    Broken,
    Derived,
    Evidence,
    Fact,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Run,
    Severity,
    Unknown,
    UnknownFact,
    Verdict,
)
from fleetscan.report.entry import absences, terms
from fleetscan.report.names import anchors, natural
from fleetscan.report.nouns import FactView, HostRef, Reading, RuleRef, RuleView, Source, Term
from fleetscan.report.text import AUTHORED_LIMIT, DETAIL_LIMIT, paragraphs, value_text, visible
from fleetscan.report.words import REASONS, SEVERITIES, moment
from fleetscan.rules.interface import FleetRule, Rule, Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Every host, rule and fact of the report by its name; ``derived`` are the facts that no host is asked."""

    hosts: Mapping[str, HostRef]
    rules: Mapping[str, RuleView]
    facts: Mapping[str, FactView]
    derived: frozenset[str]


def lay_out(run: Run, shelf: Shelf, records: Sequence[HostRecord], verdicts: Sequence[Verdict]) -> Desk:
    """Name every host of the run or of a record, every rule of the shelf or of a verdict, every fact of either."""
    sites = dict.fromkeys(run.hosts, "") | {record.host: record.site for record in records}
    host_anchors = anchors("host", sites)
    hosts = {
        name: HostRef(name=visible(name), anchor=host_anchors[name], site=visible(site))
        for name, site in sorted(sites.items(), key=lambda item: natural(item[0]))
    }
    facts = _facts(shelf, records)
    return Desk(
        hosts=hosts,
        rules=_rules(shelf, verdicts, facts),
        facts=facts,
        derived=frozenset(name for name, fact in shelf.facts.items() if isinstance(fact.origin, Derived)),
    )


def reading(fact: str, outcome: Outcome, *, where: str = "", how: str = "") -> Reading:
    """Put one outcome in words; ``where`` and ``how`` are made safe here."""
    match outcome:
        case Known(value=value, type=kind):
            return _reading(fact, where, how, state="known", value=value_text(value), kind=visible(kind))
        case Absent():
            return _reading(fact, where, how, state="absent")
        case Unknown(reason=reason, detail=detail):
            return _unknown(fact, where, how, reason, detail)
        case _:
            assert_never(outcome)


@lru_cache(maxsize=512)
def _unknown(fact: str, where: str, how: str, reason: Reason, detail: str) -> Reading:
    """Put in words what is not known; thousands of hosts may not know the same, each for all its facts."""
    return _reading(
        fact, where, how, state="unknown", reason=REASONS[reason].short, detail=visible(detail, DETAIL_LIMIT)
    )


def _reading(
    fact: str, where: str, how: str, *, state: str, value: str = "", kind: str = "", reason: str = "", detail: str = ""
) -> Reading:
    return Reading(
        fact=visible(fact),
        state=state,
        value=value,
        type=kind,
        reason=reason,
        detail=detail,
        where=visible(where),
        how=visible(how),
    )


def evidence_reading(evidence: Evidence) -> Reading:
    """Put one piece of evidence in words."""
    return reading(evidence.fact, evidence.outcome, where=evidence.where, how=_how(evidence))


def _how(evidence: Evidence) -> str:
    if evidence.transport == PEERS:
        return ""
    if evidence.transport == INVENTORY:
        return f"{moment(evidence.at)} from the inventory"
    credential = f" as {evidence.credential}" if evidence.credential else ""
    return f"{moment(evidence.at)} by {evidence.transport}{credential}"


def shared_how(readings: Iterable[Reading]) -> str:
    """Give the moment, transport and credential that all readings share that have one, or nothing when they differ."""
    distinct = {r.how for r in readings if r.how}
    return distinct.pop() if len(distinct) == 1 else ""


def unknown_reading(desk: Desk, verdict: Verdict, missing: UnknownFact) -> Reading:
    """Put a fact that stood in the way in words, with the place and the way from its evidence or the catalogue.

    One that is not known of other hosts names them.
    """
    outcome = Unknown(reason=missing.reason, detail=missing.detail)
    if missing.of:
        return reading(f"{missing.fact} of {missing.of}", outcome)
    for evidence in verdict.evidence:
        if evidence.fact == missing.fact:
            return reading(missing.fact, outcome, where=evidence.where, how=_how(evidence))
    known = desk.facts.get(missing.fact)
    return reading(missing.fact, outcome, where=known.where if known else "")


def fault_text(ruling: Broken) -> str:
    """Show what a broken rule said."""
    return visible(ruling.fault)


def rule_ref(rule: RuleView) -> RuleRef:
    """Point to a rule."""
    return RuleRef(id=rule.id, anchor=rule.anchor, title=rule.title)


def _facts(shelf: Shelf, records: Sequence[HostRecord]) -> Mapping[str, FactView]:
    """Build the catalogue: the facts of the shelf, and those that only a kept record has."""
    places: dict[str, str] = {}
    for record in records:
        for name, evidence in record.facts.items():
            places.setdefault(name, evidence.where)
    names = sorted({*shelf.facts, *places})
    fact_anchors = anchors("fact", names)
    return {name: _fact(name, fact_anchors[name], shelf.facts.get(name), places.get(name)) for name in names}


def _fact(name: str, anchor: str, fact: Fact | None, where: str | None) -> FactView:
    return FactView(
        id=visible(name),
        anchor=anchor,
        type=str(fact.type) if fact else "",
        where=visible(place(fact) if fact else where or ""),
        about=visible(fact.about, AUTHORED_LIMIT) if fact else "",
        confidence=visible(fact.confidence) if fact else "",
    )


def _rules(shelf: Shelf, verdicts: Sequence[Verdict], facts: Mapping[str, FactView]) -> Mapping[str, RuleView]:
    tallies = Counter((verdict.rule, verdict.word) for verdict in verdicts)
    gravest: dict[str, Severity] = {}
    sample: dict[str, Verdict] = {}
    for verdict in verdicts:
        sample.setdefault(verdict.rule, verdict)
        if verdict.word == "finding":
            gravest[verdict.rule] = min(gravest.get(verdict.rule, verdict.severity), verdict.severity, key=_rank)
    shelved = {rule.id: rule for rule in shelf.all_rules}
    rule_anchors = anchors("rule", {**dict.fromkeys(shelved), **dict.fromkeys(sample)})
    views: dict[str, RuleView] = {}
    for name, anchor in rule_anchors.items():
        rule = shelved.get(name)
        severity = gravest.get(name) or (rule.severity if rule else sample[name].severity)
        known = _described(rule, facts, shelf) if rule else _undescribed(sample[name])
        views[name] = _rule(name, anchor, severity, known, tallies)
    return views


def _rank(severity: Severity) -> int:
    return severity.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class _Description:
    title: str
    confidence: str
    why: tuple[str, ...]
    fix: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    applies_to: str = ""
    pack: str = ""
    facts: tuple[FactView, ...] = ()
    terms: tuple[Term, ...] = ()
    absences: Mapping[str, str] = field(default_factory=dict)
    catalogued: bool = False


def _described(rule: Rule | FleetRule, facts: Mapping[str, FactView], shelf: Shelf) -> _Description:
    return _Description(
        title=visible(rule.title),
        confidence=str(rule.confidence),
        why=paragraphs(rule.why),
        fix=tuple(visible(" ".join(step.split()), AUTHORED_LIMIT) for step in rule.fix),
        sources=tuple(_source(text) for text in rule.sources),
        applies_to=visible(rule.applies_to, AUTHORED_LIMIT),
        pack=visible(rule.pack),
        facts=tuple(facts[name] for name in rule.reads if name in facts),
        terms=tuple(terms(rule)),
        absences=absences(rule, shelf.facts),
        catalogued=True,
    )


def _undescribed(verdict: Verdict) -> _Description:
    """Describe a rule that a kept verdict names and that is no longer on the shelf."""
    return _Description(
        title=visible(verdict.rule),
        confidence=str(verdict.confidence),
        why=("This rule is not in the packs that were loaded for this report; only its verdicts were kept.",),
    )


def _source(text: str) -> Source:
    shown = visible(text, AUTHORED_LIMIT)
    return Source(text=shown, address=shown if shown.startswith(("https://", "http://")) and " " not in shown else "")


def _rule(
    name: str, anchor: str, severity: Severity, described: _Description, tallies: Mapping[tuple[str, str], int]
) -> RuleView:
    return RuleView(
        id=visible(name),
        anchor=anchor,
        title=described.title,
        severity=str(severity),
        severity_words=SEVERITIES[severity],
        confidence=described.confidence,
        why=described.why,
        fix=described.fix,
        sources=described.sources,
        applies_to=described.applies_to,
        pack=described.pack,
        facts=described.facts,
        terms=described.terms,
        absences=described.absences,
        catalogued=described.catalogued,
        findings=tallies.get((name, "finding"), 0),
        unknown=tallies.get((name, "unknown"), 0),
        broken=tallies.get((name, "broken"), 0),
        passed=tallies.get((name, "pass"), 0),
        not_applicable=tallies.get((name, "not_applicable"), 0),
    )
