"""From what is known of all hosts to the verdicts of the rules that hold them against each other.

Laws
1. Nothing unseen is called fine. A host passes, or is without peers, only when every host was seen that may be one, or
   when it would not matter what those have; a host of which the group or the value is not known may be one. One that is
   not seen never turns a finding or an unknown into a pass or into not applicable; a finding stands on what is known,
   and says how many were not seen.
2. The order of the hosts does not matter.
3. Of each host only what these rules read is kept, and the work grows with the hosts, not with their pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, assert_never

from fleetscan.model import Finding, HostRecord, NotApplicable, Pass, Ruling, Undetermined, Verdict
from fleetscan.rules.compare import WAYS, Standing
from fleetscan.rules.gathering import Gathering, Unseen
from fleetscan.rules.glimpse import Dark, Glimpse, Lit, Outside, glance
from fleetscan.rules.interface import FleetRule, Shelf
from fleetscan.rules.judge import NO_OVERRIDES, complete
from fleetscan.rules.sight import Binder
from fleetscan.rules.words import cut, sentence

MOST_OF_PEERS: Final = 600
"""Characters of what a sentence says of the peers of a host."""


class FleetJudge:
    """Sees the hosts of a run one after the other, and judges all of them in the end."""

    def __init__(self, shelf: Shelf) -> None:
        """Begin without a host."""
        self._shelf = shelf
        self._glimpses: dict[str, tuple[Glimpse, ...]] = {}
        self._last: tuple[HostRecord, tuple[Glimpse, ...]] | None = None

    def see(self, record: HostRecord) -> None:
        """Look at one host; a second record of the same host takes the place of the first.

        Hosts that share their facts, as those do that a stopped run left untried, are looked at once.
        """
        if self._last is None or not _alike(self._last[0], record):
            self._last = (record, self._look(record))
        self._glimpses[record.host] = self._last[1]

    def _look(self, record: HostRecord) -> tuple[Glimpse, ...]:
        rules = self._shelf.fleet_rules
        binder = Binder(complete(self._shelf, rules, record))
        return tuple(
            glance(rule, binder, record.parameters.get(rule.id, NO_OVERRIDES), record.started) for rule in rules
        )

    def verdicts(self) -> Mapping[str, tuple[Verdict, ...]]:
        """Judge every host that was seen by every fleet rule, in the order of the shelf."""
        found: dict[str, list[Verdict]] = {host: [] for host in self._glimpses}
        for index, rule in enumerate(self._shelf.fleet_rules):
            seen = {host: glimpses[index] for host, glimpses in self._glimpses.items()}
            for verdict in _judged(rule, seen):
                found[verdict.host].append(verdict)
        return MappingProxyType({host: tuple(verdicts) for host, verdicts in found.items()})


def _alike(one: HostRecord, other: HostRecord) -> bool:
    return one.facts is other.facts and one.parameters == other.parameters and one.started == other.started


def _judged(rule: FleetRule, seen: Mapping[str, Glimpse]) -> Iterator[Verdict]:
    groups = _groups(rule, seen)
    alone: dict[int, Verdict] = {}  # what is said of a host by itself is the same for all that share a glimpse
    for host, glimpse in seen.items():
        if isinstance(glimpse, Lit):
            yield _among(rule, host, glimpse, groups[glimpse.group])
            continue
        if id(glimpse) not in alone:
            alone[id(glimpse)] = _by_itself(rule, host, glimpse)
        yield replace(alone[id(glimpse)], host=host)


def _groups(rule: FleetRule, seen: Mapping[str, Glimpse]) -> Mapping[str, Gathering]:
    """Gather the known hosts by group; a host of unknown group is a possible peer in each of them."""
    lit: dict[str, list[tuple[str, Lit]]] = defaultdict(list)
    dark: dict[str, list[tuple[str, Dark]]] = defaultdict(list)
    for host, glimpse in seen.items():
        match glimpse:
            case Lit(group=group):
                lit[group].append((host, glimpse))
            case Dark(group=group):
                dark[group].append((host, glimpse))
            case Outside():
                pass
            case _:
                assert_never(glimpse)
    anywhere = Unseen.of(rule, dark[""])
    return {
        group: Gathering(rule, known, anywhere.joined(Unseen.of(rule, dark[group]))) for group, known in lit.items()
    }


def _by_itself(rule: FleetRule, host: str, glimpse: Outside | Dark) -> Verdict:
    ruling: Ruling = glimpse.ruling if isinstance(glimpse, Dark) else NotApplicable()
    return Verdict(
        host=host,
        rule=rule.id,
        severity=rule.severity,
        confidence=rule.confidence,
        ruling=ruling,
        summary=sentence(rule, ruling, {}),
        evidence=glimpse.evidence,
    )


def _among(rule: FleetRule, host: str, lit: Lit, group: Gathering) -> Verdict:
    ruling = _ruling(rule, lit, group)
    return Verdict(
        host=host,
        rule=rule.id,
        severity=rule.severity,
        confidence=rule.confidence,
        ruling=ruling,
        summary=_sentence(rule, lit, group, ruling),
        evidence=(*lit.evidence, group.evidence),
    )


def _ruling(rule: FleetRule, lit: Lit, group: Gathering) -> Finding | Pass | NotApplicable | Undetermined:
    match WAYS[rule.kind].decide(group.tally, lit.value, lit.least):
        case Standing.APART:
            return Finding()
        case Standing.FINE:
            return Pass()
        case Standing.ALIKE | Standing.ALONE if group.obstacles:
            return Undetermined(facts=group.obstacles)
        case Standing.ALIKE:
            return Pass()
        case Standing.ALONE:
            return NotApplicable()


def _sentence(
    rule: FleetRule, lit: Lit, group: Gathering, ruling: Finding | Pass | NotApplicable | Undetermined
) -> str:
    peers = group.tally.known - 1
    match ruling:
        case Finding():
            words = {**lit.words, "group": group.name, "peers": cut(group.instead(lit.value), MOST_OF_PEERS)}
            return f"{sentence(rule, ruling, words)}{_unseen(group.unseen.count)}"
        case Pass():
            return f"{sentence(rule, ruling, {})} (peers in {group.name}: {peers:,})"
        case NotApplicable():
            return f"not applicable: too few peers in {group.name} to compare with: {peers:,}"
        case Undetermined():
            return sentence(rule, ruling, {})
        case _:
            assert_never(ruling)


def _unseen(count: int) -> str:
    if not count:
        return ""
    return f" ({count:,} possible {'peer was' if count == 1 else 'peers were'} not seen.)"
