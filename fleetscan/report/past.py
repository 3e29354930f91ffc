"""What a report says of the past: since when a verdict is so, and what changed since the run before. Pure.

Laws
1. A run is compared with one other run, and says with which; without one it says why, and claims no change.
2. Only what was read in both is a change. What could not be read this time is counted apart; the time after, it is
   compared with what was read last.
3. A host on which no rule can be judged any more, or some can again, is one change and not one a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import itemgetter

from fleetscan.model import NEVER, NO_WORD, RULING_LETTERS, Since, Standing, Stated, from_before
from fleetscan.report.names import natural
from fleetscan.report.words import moment

WORDS: Mapping[str, str] = {letter: word for word, letter in RULING_LETTERS.items()} | {NO_WORD: ""}
"""The letter of a verdict in a :class:`Standing` -> its word, empty where there was no verdict."""

_FINDING = RULING_LETTERS["finding"]
_JUDGED = (_FINDING, RULING_LETTERS["pass"], RULING_LETTERS["not_applicable"])


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A rule that says something else of a host than before, in the words of verdicts, empty for no verdict."""

    host: str
    rule: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact that is another one on a host than when it was last read.

    Where the value has parts, both sides hold only those that the other has not.
    """

    host: str
    fact: str
    before: Stated
    after: Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A host on which no rule could be judged this time.

    The time before ``findings`` rules had found something and ``checks`` others were judged; ``facts`` facts were read
    then and could not be read this time.
    """

    host: str
    findings: int
    checks: int
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different from the run before; sorted by host, then rule or fact.

    Rules that are new or gone change no verdict, and hosts that are new or gone neither verdict nor fact.
    ``unread`` tells on which hosts how many facts were read the time before and could not be read this time.
    ``silent`` hosts stand neither there nor in ``verdicts``; of hosts that are ``back``, on which none could be judged
    the time before, ``verdicts`` has the findings alone.
    """

    verdicts: tuple[VerdictChange, ...] = ()
    facts: tuple[FactChange, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    silent: tuple[Silence, ...] = ()
    back: tuple[str, ...] = ()
    new_hosts: tuple[str, ...] = ()
    gone_hosts: tuple[str, ...] = ()
    new_rules: tuple[str, ...] = ()
    gone_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All that a report needs to know of the runs before.

    ``run`` and ``started`` are those of the run compared with; without one ``run`` is empty, ``why`` says why in a
    sentence, and there are no changes. ``now`` is what this run leaves to the next one, or None when nobody knows.
    """

    run: str = ""
    started: datetime | None = None
    why: str = "Nothing is known of the runs before."
    changes: Changes = field(default_factory=Changes)
    now: Standing | None = None

    def since(self, rule: str, hosts: Sequence[str]) -> list[Since | None]:
        """Say since when a rule has said the same of each of these hosts; None where that is not known."""
        if self.now is None or rule not in self.now.rules:
            return [None] * len(hosts)
        place, moments = self.now.rules.index(rule), self.now.moments
        known = {
            host: moments[row[place]]
            for host, words, row in zip(self.now.hosts, self.now.words, self.now.since, strict=True)
            if words[place] != NO_WORD
        }
        return [known.get(host) for host in hosts]


def since_text(since: Since | None) -> str:
    """Write since when, or that it may be longer; empty when nothing is known."""
    return "" if since is None else moment(since.at) + ("" if since.exact else " or before")


def stated_text(stated: Stated) -> str:
    """Write what was stated on one line; its parts are safe to show."""
    return ", ".join(stated.parts) if stated.parts or not stated.known else "(none)"


def compare(before: Standing, now: Standing, *, everyone: Iterable[str] | None = None) -> Changes:
    """Say what is different.

    ``everyone`` are the hosts that count as still there, of :attr:`Standing.hosts` where it is not given: all of a run
    that was killed before their turn came, or those of the run before when this one was limited to a few.
    """
    both = _both(before, now)
    there = set(now.hosts if everyone is None else everyone)
    facts, unread = _facts(before, now, both)
    verdicts, silent, back = _verdicts(before, now, both, unread)
    return Changes(
        verdicts=tuple(verdicts),
        facts=tuple(facts),
        unread={host: lost for host, lost in unread.items() if host not in silent},
        silent=tuple(silent.values()),
        back=tuple(back),
        new_hosts=tuple(sorted(set(now.hosts) - set(before.hosts), key=natural)),
        gone_hosts=tuple(sorted(set(before.hosts) - there, key=natural)),
        new_rules=tuple(rule for rule in now.rules if rule not in before.rules),
        gone_rules=tuple(rule for rule in before.rules if rule not in now.rules),
    )


def _both(before: Standing, now: Standing) -> list[tuple[str, int, int]]:
    """Give the hosts of both with their places there and here, in the order of their names."""
    places = {host: place for place, host in enumerate(before.hosts)}
    both = [(host, places[host], here) for here, host in enumerate(now.hosts) if host in places]
    return sorted(both, key=lambda each: natural(each[0]))


def _verdicts(
    before: Standing, now: Standing, both: Sequence[tuple[str, int, int]], unread: Mapping[str, int]
) -> tuple[list[VerdictChange], dict[str, Silence], list[str]]:
    """Compare verdicts host by host; the hosts that fell silent, and those that are back, are given apart."""
    verdicts: list[VerdictChange] = []
    silent: dict[str, Silence] = {}
    back: list[str] = []
    for host, rules, old, new in _differing(before, now, both):
        changed = [
            VerdictChange(host=host, rule=rule, before=WORDS[was], after=WORDS[is_])
            for rule, was, is_ in zip(rules, old, new, strict=True)
            if was != is_
        ]
        if _judged(old) and not _judged(new):
            found = old.count(_FINDING)
            silent[host] = Silence(host=host, findings=found, checks=_judged(old) - found, facts=unread.get(host, 0))
        elif _judged(new) and not _judged(old):
            back.append(host)
            verdicts += [change for change in changed if change.after == WORDS[_FINDING]]
        else:
            verdicts += changed
    return verdicts, silent, back


def _judged(letters: str) -> int:
    return sum(map(letters.count, _JUDGED))


def _differing(
    before: Standing, now: Standing, both: Sequence[tuple[str, int, int]]
) -> Iterator[tuple[str, Sequence[str], str, str]]:
    """Give the hosts of which the rules of both runs say something else now: those rules, and their letters."""
    places = {rule: place for place, rule in enumerate(before.rules)}
    shared = sorted((rule, places[rule], here) for here, rule in enumerate(now.rules) if rule in places)
    rules = [rule for rule, _, _ in shared]
    same = before.rules == now.rules
    for host, there, here in both:
        if same and before.words[there] == now.words[here]:
            continue
        old = "".join(before.words[there][was] for _, was, _ in shared)
        new = "".join(now.words[here][is_] for _, _, is_ in shared)
        if old != new:
            yield host, rules, old, new


def _facts(
    before: Standing, now: Standing, both: Sequence[tuple[str, int, int]]
) -> tuple[list[FactChange], dict[str, int]]:
    """Compare what was read now with what was read last, and count what was read the time before and not now."""
    found: list[tuple[int, FactChange]] = []
    unread = [0] * len(both)
    for name in sorted(before.facts.keys() & now.facts.keys()):
        old, new = before.facts[name], now.facts[name]
        if before.hosts == now.hosts and old == new:
            continue
        numbers = {stated: number for number, stated in enumerate(new.table)}
        same = [numbers.get(stated) for stated in old.table]
        pairs: dict[tuple[int, int], tuple[Stated, Stated]] = {}
        for rank, (host, there, here) in enumerate(both):
            was, entry = old.entries[there], new.entries[here]
            if entry < 0:
                unread[rank] += was >= 0
            elif was != NEVER and same[place := _place(was)] != entry:
                if (place, entry) not in pairs:
                    pairs[place, entry] = _apart(old.table[place], new.table[entry])
                before_it, after = pairs[place, entry]
                found.append((rank, FactChange(host=host, fact=name, before=before_it, after=after)))
    found.sort(key=itemgetter(0))
    return [change for _, change in found], {
        host: lost for (host, _, _), lost in zip(both, unread, strict=True) if lost
    }


def _place(entry: int) -> int:
    return entry if entry >= 0 else from_before(entry)


def _apart(before: Stated, after: Stated) -> tuple[Stated, Stated]:
    """Leave out the parts that both have, unless nothing would be left: then their order changed, or their type."""
    lost, come = _without(before, after), _without(after, before)
    return (lost, come) if lost.parts or come.parts else (before, after)


def _without(one: Stated, other: Stated) -> Stated:
    there = set(other.parts)
    return replace(one, parts=tuple(part for part in one.parts if part not in there))
