"""Many hosts in few words: who they are, and what is said of how many of them. Numbers are always those of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from fleetscan.report.desk import Desk
from fleetscan.report.names import compact, in_order
from fleetscan.report.nouns import FactRef, Gap, Said
from fleetscan.report.text import DETAIL_LIMIT, visible

NAMES_SHOWN: Final = 8
"""How many names or ranges stand for all hosts on one line."""

NAMED: Final = 200
"""Up to how many hosts are named in full; of more, so many names or ranges are shown and the rest is counted."""

ROWS: Final = 20
"""How many different sentences of a group are shown; the rest is counted."""

FEW: Final = 8
"""The same for a rule that could not be judged, of which there can be many, each for several reasons."""

FACTS_SHOWN: Final = 12
"""How many facts stand for all that are missing on the same hosts for the same reason."""

Missing: TypeAlias = tuple[str, str, str, str]
"""Host, fact, of which other hosts it is missing if not of this one, and in what words."""


def short(hosts: Sequence[str]) -> str:
    """Name hosts on one line."""
    return compact(hosts, NAMES_SHOWN)


def listed(hosts: Sequence[str]) -> str:
    """Name hosts in full, or, when they are very many, most of them."""
    return ", ".join(map(visible, in_order(hosts))) if len(hosts) <= NAMED else compact(hosts, NAMED)


def said(rows: Iterable[tuple[str, str, str]]) -> tuple[tuple[Said, ...], int]:
    """Gather (host, text, remark) by what is said, most hosts first; also count the hosts that are left over."""
    hosts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for host, text, aside in rows:
        hosts[text, aside].append(host)
    ordered = sorted(hosts.items(), key=lambda item: (-len(item[1]), item[0]))
    shown = tuple(
        Said(text=visible(text, DETAIL_LIMIT), aside=visible(aside), count=len(names), names=short(names))
        for (text, aside), names in ordered[:ROWS]
    )
    return shown, sum(len(names) for _, names in ordered[ROWS:])


def gaps(desk: Desk, rows: Iterable[Missing], most: int = ROWS) -> tuple[tuple[Gap, ...], int]:
    """Gather what is missing on the same hosts in the same words, most hosts first; also count the facts left over."""
    hosts: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for host, fact, of, detail in rows:
        hosts[fact, of, detail][host] = None
    facts: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = defaultdict(list)
    for (fact, of, detail), names in hosts.items():
        facts[detail, tuple(names)].append((fact, of))
    ordered = sorted(facts.items(), key=lambda item: (-len(item[0][1]), -len(item[1]), item[0][0]))
    return tuple(_gap(desk, *each) for each in ordered[:most]), sum(len(named) for _, named in ordered[most:])


def _gap(desk: Desk, told: tuple[str, tuple[str, ...]], facts: list[tuple[str, str]]) -> Gap:
    detail, hosts = told
    return Gap(
        facts=tuple(_fact(desk, fact, of) for fact, of in sorted(facts)[:FACTS_SHOWN]),
        more=len(facts[FACTS_SHOWN:]),
        detail=visible(detail, DETAIL_LIMIT),
        count=len(hosts),
        names=short(hosts),
    )


def _fact(desk: Desk, fact: str, of: str) -> FactRef:
    known = desk.facts.get(fact)
    if of or known is None:
        return FactRef(id=visible(f"{fact} of {of}" if of else fact), anchor="")
    return FactRef(id=known.id, anchor=known.anchor)
