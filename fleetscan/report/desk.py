"""What every part of the view looks up: hosts, rules, facts and verdicts by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fleetscan.facts.read import where as place
from fleetscan.model import RULING_NAMES, Derived, Fact, HostRecord, Run, Verdict
from fleetscan.report.names import anchors, natural
from fleetscan.report.nouns import FactView, HostRef, RuleView
from fleetscan.report.ruleviews import Piles, rule_views
from fleetscan.report.text import AUTHORED_LIMIT, visible
from fleetscan.rules.interface import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that is looked up by name while a view is built.

    ``hosts`` is in the order of reading and ``place`` numbers it; ``derived`` are the facts that no host is asked.
    """

    hosts: Mapping[str, HostRef]
    place: Mapping[str, int]
    rules: Mapping[str, RuleView]
    facts: Mapping[str, FactView]
    derived: frozenset[str]
    piles: Piles

    def pile(self, rule: str, word: str) -> Sequence[Verdict]:
        """Give the verdicts of a rule that say the same word."""
        return self.piles.get(rule, {}).get(word, ())


def lay_out(run: Run, shelf: Shelf, records: Sequence[HostRecord], verdicts: Sequence[Verdict]) -> Desk:
    """Name every host of the run, of a record or of a verdict, every rule of the shelf or of a verdict, every fact."""
    sites = dict.fromkeys(run.hosts, "") | {record.host: record.site for record in records}
    sites = dict.fromkeys([verdict.host for verdict in verdicts], "") | sites
    hosts = {
        name: HostRef(name=visible(name), site=visible(site))
        for name, site in sorted(sites.items(), key=lambda item: natural(item[0]))
    }
    facts, piles = _facts(shelf, records), _piles(verdicts)
    return Desk(
        hosts=hosts,
        place={name: number for number, name in enumerate(hosts)},
        rules=rule_views(shelf, piles, facts),
        facts=facts,
        derived=frozenset(name for name, fact in shelf.facts.items() if isinstance(fact.origin, Derived)),
        piles=piles,
    )


def _piles(verdicts: Iterable[Verdict]) -> Piles:
    piles: dict[str, dict[str, list[Verdict]]] = {}
    for verdict in verdicts:
        words = piles.get(verdict.rule)
        if words is None:
            words = piles[verdict.rule] = {word: [] for word in RULING_NAMES.values()}
        words[RULING_NAMES[type(verdict.ruling)]].append(verdict)
    return piles


def _facts(shelf: Shelf, records: Iterable[HostRecord]) -> Mapping[str, FactView]:
    """Build the catalogue: the facts of the shelf, and those that only a kept record has."""
    places: dict[str, str] = {}
    seen: set[int] = set()  # hosts that a stopped run left untried share their facts
    for record in records:
        if id(record.facts) not in seen:
            seen.add(id(record.facts))
            for name in record.facts.keys() - places.keys():
                places[name] = record.facts[name].where
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
