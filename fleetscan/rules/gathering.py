"""One group of hosts, as one fleet rule sees it: the known values, who has which, and who was not seen.

Law: what is said of other hosts is bounded, and is the same in whatever order they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import nsmallest
from typing import Final, TypeAlias

from fleetscan.model import PEERS, Evidence, Known, Reason, UnknownFact
from fleetscan.rules.compare import Key, Tally
from fleetscan.rules.condition import Condition
from fleetscan.rules.glimpse import Dark, Lit
from fleetscan.rules.interface import FleetRule
from fleetscan.rules.kinds import Kind, variables
from fleetscan.rules.words import cut, printable

MOST_NAMES: Final = 3
"""Hosts that are named where a few stand for many."""
MOST_VALUES: Final = 4
"""Values that are told where many differ."""
MOST_OBSTACLES: Final = 3
"""Facts that are named where many stand in the way."""
MOST_OF_NAME: Final = 80
"""Characters of the name of one host."""
MOST_OF_VALUE: Final = 200
"""Characters of what one value has and lacks beside another."""

_Kind: TypeAlias = tuple[str, Reason]


@dataclass(frozen=True, slots=True, kw_only=True)
class Some:
    """A few hosts by name, the first in the order of names, for all of ``count``."""

    first: tuple[str, ...]
    count: int

    @classmethod
    def of(cls, names: Sequence[str]) -> Some:
        """Choose among all names."""
        return cls(first=tuple(nsmallest(MOST_NAMES, names)), count=len(names))

    def joined(self, other: Some) -> Some:
        """Choose among those of both; no host is in both."""
        return Some(first=tuple(nsmallest(MOST_NAMES, (*self.first, *other.first))), count=self.count + other.count)

    @property
    def words(self) -> str:
        """Name them."""
        names = ", ".join(cut(printable(name), MOST_OF_NAME) for name in self.first)
        rest = self.count - len(self.first)
        return f"{names} and {rest:,} more" if rest else names


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A fact that is not known of some hosts for one reason; ``detail`` are the words of the first of them."""

    hosts: Some
    detail: str

    def joined(self, other: Obstacle) -> Obstacle:
        """Put two of the same fact and reason together."""
        first = min(self, other, key=lambda one: one.hosts.first)
        return Obstacle(hosts=self.hosts.joined(other.hosts), detail=first.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The hosts that may be peers and were not seen, by the fact and the reason that stood in the way."""

    obstacles: Mapping[_Kind, Obstacle]

    @classmethod
    def of(cls, rule: FleetRule, hosts: Iterable[tuple[str, Dark]]) -> Unseen:
        """Sort hosts by the first fact that is not known of each."""
        sorted_out: dict[_Kind, list[tuple[str, str]]] = defaultdict(list)
        for host, dark in hosts:
            why = dark.why(rule)
            sorted_out[why.fact, why.reason].append((host, why.detail))
        return cls(
            obstacles={
                kind: Obstacle(hosts=Some.of([host for host, _ in found]), detail=min(found)[1])
                for kind, found in sorted_out.items()
            }
        )

    def joined(self, other: Unseen) -> Unseen:
        """Put two lots of hosts together."""
        both = dict(other.obstacles)
        for kind, obstacle in self.obstacles.items():
            both[kind] = obstacle.joined(both[kind]) if kind in both else obstacle
        return Unseen(obstacles=both)

    @property
    def count(self) -> int:
        """Count the hosts."""
        return sum(obstacle.hosts.count for obstacle in self.obstacles.values())

    @property
    def facts(self) -> tuple[UnknownFact, ...]:
        """Name the facts that stand in the way of most hosts."""
        ordered = sorted(self.obstacles.items(), key=lambda item: (-item[1].hosts.count, item[0]))
        return tuple(
            UnknownFact(fact=fact, reason=reason, detail=obstacle.detail, of=obstacle.hosts.words)
            for (fact, reason), obstacle in ordered[:MOST_OBSTACLES]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """One value of the group: how it is shown, and who has it."""

    key: Key
    shown: str
    hosts: Some


class Gathering:
    """One group: its known hosts, and what is not known of others."""

    def __init__(self, rule: FleetRule, known: Sequence[tuple[str, Lit]], unseen: Unseen) -> None:
        """Gather at least one known host."""
        self._rule = rule
        self._known = known
        self.unseen = unseen
        self.tally = Tally.of(lit.value for _, lit in known)
        self.name = min(lit.spelled for _, lit in known)

    @cached_property
    def obstacles(self) -> tuple[UnknownFact, ...]:
        """Name the facts of possible peers that are not known; the same objects for all hosts of the group."""
        return self.unseen.facts

    @cached_property
    def evidence(self) -> Evidence:
        """Sum up what all known hosts of the group have, in a list of at most MOST_VALUES values."""
        told = [f"{value.shown}: {value.hosts.words}" for value in self._values[:MOST_VALUES]]
        rest = len(self._values) - MOST_VALUES
        told += [f"and {rest:,} more values"] if rest > 0 else []
        told += [f"not seen: {fact.fact} of {fact.of}" for fact in self.obstacles]
        compared = self._rule.compare.text if isinstance(self._rule.compare, Condition) else self._rule.compare
        return Evidence(
            fact=PEERS,
            outcome=Known(value=told, type=PEERS),
            where=f"{compared} in {self.name}",
            transport=PEERS,
            credential="",
            at=self._at,
        )

    def instead(self, own: Key) -> str:
        """Say what the peers have that do not have this value, and who they are."""
        others = [value for value in self._values[: MOST_VALUES + 1] if value.key != own]
        if isinstance(self._rule.compare, Condition):
            return "; ".join(value.hosts.words for value in others)
        say = self._has_and_lacks if _lists(self._rule) else _has
        told = [say(value, own) for value in others[:MOST_VALUES]]
        rest = len(self.tally.counts) - 1 - len(told)
        return "; ".join([*told, f"and {rest:,} more values"] if rest > 0 else told)

    def _has_and_lacks(self, value: _Value, own: Key) -> str:
        """Say what a list has and lacks beside one's own."""
        more, less = self._without(value.key, own), self._without(own, value.key)
        words = [*([f"have {', '.join(more)}"] if more else []), *([f"lack {', '.join(less)}"] if less else [])]
        return f"{value.hosts.words} {cut(printable(' and '.join(words)), MOST_OF_VALUE)}"

    def _without(self, these: Key, those: Key) -> list[str]:
        if not isinstance(these, tuple) or not isinstance(those, tuple):
            return []
        gone = frozenset(those)
        return [self._spelling[str(item)] for item in these if item not in gone]

    @cached_property
    def _spelling(self) -> Mapping[str, str]:
        """Give the items of all lists as one of the hosts spells them."""
        return {item.casefold(): item for item in sorted({item for _, lit in self._known for item in lit.items})}

    @property
    def _at(self) -> datetime:
        return max(lit.at for _, lit in self._known)

    @cached_property
    def _values(self) -> tuple[_Value, ...]:
        """Give all values, the most frequent first."""
        names: dict[Key, list[str]] = defaultdict(list)
        shown: dict[Key, str] = {}
        for host, lit in self._known:
            names[lit.value].append(host)
            shown[lit.value] = min(lit.shown, shown.get(lit.value, lit.shown))
        found = [_Value(key=key, shown=shown[key], hosts=Some.of(hosts)) for key, hosts in names.items()]
        return tuple(sorted(found, key=lambda value: (-value.hosts.count, value.hosts.first)))


def _lists(rule: FleetRule) -> bool:
    """Tell whether the rule compares lists of texts."""
    kinds = {name: kind for fact in rule.reads for name, kind in variables(fact, rule.types[fact]).items()}
    return isinstance(rule.compare, str) and kinds[rule.compare] is Kind.STRINGS


def _has(value: _Value, _own: Key) -> str:
    return f"{value.shown} on {value.hosts.words}"
