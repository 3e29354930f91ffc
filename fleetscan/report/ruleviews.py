"""The rules as a report shows them: what the shelf says of each, and what is left of one that it has no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from fleetscan.model import Severity, Verdict
from fleetscan.report.entry import absences, terms, when
from fleetscan.report.names import anchors
from fleetscan.report.nouns import FactView, RuleView, Source, Term
from fleetscan.report.text import AUTHORED_LIMIT, paragraphs, visible
from fleetscan.report.words import SEVERITIES
from fleetscan.rules.interface import FleetRule, Rule, Shelf

Piles: TypeAlias = Mapping[str, Mapping[str, Sequence[Verdict]]]
"""Rule -> word of a verdict -> the verdicts, as they came."""


def rule_views(shelf: Shelf, piles: Piles, facts: Mapping[str, FactView]) -> Mapping[str, RuleView]:
    """Show every rule of the shelf or of a verdict, by its id: those of the shelf first, in its order."""
    described = {rule.id: (rule.severity, _described(rule, facts, shelf)) for rule in shelf.all_rules}
    for name, words in piles.items():
        if name not in described:
            verdict = next(pile[0] for pile in words.values() if pile)
            described[name] = (verdict.severity, _undescribed(verdict))
    rule_anchors = anchors("rule", described)
    return {
        name: _rule(name, rule_anchors[name], own, known, piles.get(name, {}))
        for name, (own, known) in described.items()
    }


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
    when: str = ""
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
        when=when(rule),
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
    name: str, anchor: str, own: Severity, described: _Description, words: Mapping[str, Sequence[Verdict]]
) -> RuleView:
    severity = min((verdict.severity for verdict in words.get("finding", ())), key=_rank, default=own)
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
        when=described.when,
        absences=described.absences,
        catalogued=described.catalogued,
        findings=len(words.get("finding", ())),
        unknown=len(words.get("unknown", ())),
        broken=len(words.get("broken", ())),
        passed=len(words.get("pass", ())),
        not_applicable=len(words.get("not_applicable", ())),
    )
