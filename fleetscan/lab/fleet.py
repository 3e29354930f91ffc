"""The lab's fleet: every persona and every fault at least once, over two sites and a perimeter network.

Law: the same seed and moment give the same fleet, and a host is the same in a small fleet as in a large one, with and
without those that are reached over SMB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import assert_never

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Attested, Fleet, LabHost
from fleetscan.lab.machine import Machine
from fleetscan.lab.personas import Frame, Persona, Placement, Shelf, frame, laid_over, load_personas, machine
from fleetscan.lab.seats import (
    BEFORE,
    CHOSEN,
    EXPECTED,
    HEALTHY,
    NEW,
    OSAKA,
    PARIS,
    STANDING,
    Blinded,
    Lost,
    Seat,
    Seen,
    Site,
    Word,
    night_before,
)
from fleetscan.lab.smb_seats import smb_seats
from fleetscan.lab.traits import NOTHING_SEEN, Traits, traits_of

SEED = 20261122
WHOLE = 150
"""From this many hosts on, every persona and every fault is there."""

_DAG_PART = "dag-member"
_MEMORY_GIB = (64, 96, 128, 192, 256)
_HALF_DAY = 12 * 60 * 60
_VARIED = 0.3  # of the repeated hosts, how many may be of any calm persona; the others are healthy
_HTTPS = 0.25
_BLOCK = 250
_SITES = 10
_NETBIOS_LIMIT = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """What keeps the names, addresses and dice of one kind of hosts apart from those of others."""

    mark: str
    octet: int
    dice: str


_PLAIN = _Range(mark="", octet=0, dice="")
_OVER_SMB = _Range(mark="s", octet=3, dice=":smb")


def build_fleet(
    *, hosts: int = WHOLE, seed: int = SEED, now: datetime | None = None, smb: bool = False, before: bool = False
) -> Fleet:
    """Build the fleet of ``hosts`` machines at one moment (aware; the present one when not given).

    From :data:`WHOLE` hosts on, every persona and every fault is there; fewer are the first of them, more repeat the
    personas (not the hostile ones, whose answers are large) without any fault. With ``smb`` a whole fleet has those
    that are reached over SMB in addition, at its end: they need Samba, and two of them root. With ``before`` it is the
    fleet of the night before: the same hosts, on some of which nothing was wrong yet, or something else.
    """
    shelf = load_personas()
    moment = now or datetime.now(UTC)
    plain, over_smb = (_Builder(shelf, seed, moment, kind) for kind in (_PLAIN, _OVER_SMB))
    built = [plain.host(night_before(seat) if before else seat) for seat in islice(_seats(shelf, seed), hosts)]
    built += [over_smb.host(seat) for seat in smb_seats() if smb and hosts >= WHOLE]
    return Fleet(seed=seed, hosts=tuple(built))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """Where a seat came to be: its site, its name, its address."""

    site: Site
    name: str
    address: str


class _Builder:
    """Puts one machine of a range after the other in its place."""

    def __init__(self, shelf: Shelf, seed: int, now: datetime, kind: _Range) -> None:
        self._shelf = shelf
        self._seed = f"{seed}{kind.dice}"
        self._now = now
        self._range = kind
        self._frames: dict[tuple[str, bool], Frame] = {}  # with and without a DAG
        self._numbers: Counter[int] = Counter()
        self._built = 0

    def host(self, seat: Seat) -> LabHost:
        stand = self._stand(seat)
        kind = (seat.persona, bool(seat.dag))
        if kind not in self._frames:
            self._frames[kind] = _frame(self._shelf, seat)
        placement = _placement(seat, stand, self._now, _dice(self._seed, self._built))
        self._built += 1
        here = machine(self._frames[kind], placement)
        return _host(seat, stand, self._shelf.personas[seat.persona], here, placement.now.date())

    def _stand(self, seat: Seat) -> _Stand:
        """Give each site of a range its own third octets: 1, 11, 21, ... or 2, 12, ... where the range begins at 0."""
        prefix, fixed = STANDING.get(seat.persona, ("ex", None))
        site = seat.site or fixed or (PARIS, OSAKA)[self._built % 2]
        self._numbers[site.number] += 1
        number = self._numbers[site.number]
        block, last = divmod(number - 1, _BLOCK)
        return _Stand(
            site=site,
            name=f"{prefix}-{site.code}-{self._range.mark}{number:02}.{site.domain}",
            address=f"127.20.{site.number + self._range.octet + _SITES * block}.{last + 1}",
        )


def _dice(seed: str, index: int) -> Random:
    """Give each host its own randomness, so that it is the same whatever stands before it."""
    return Random(f"{seed}:{index}")  # noqa: S311 # variety, not secrecy


def _seats(shelf: Shelf, seed: int) -> Iterator[Seat]:
    yield from CHOSEN
    chosen = {seat.persona for seat in CHOSEN}
    yield from (Seat(persona=name, before=BEFORE.get(name, "")) for name in sorted(set(shelf.personas) - chosen))
    faults = [fault for fault in Fault if fault is not Fault.NONE]
    yield from (
        Seat(persona=name, before=name if fault in NEW else "", fault=fault, expected=EXPECTED[fault])
        for fault, name in zip(faults, cycle(HEALTHY), strict=False)
    )
    calm = sorted(name for name in shelf.personas if not name.startswith("hostile-"))
    yield from (_repeated(calm, _dice(f"{seed}", -1 - index)) for index in count())


def _repeated(calm: Sequence[str], dice: Random) -> Seat:
    return Seat(
        persona=dice.choice(calm if dice.random() < _VARIED else HEALTHY),
        protocol="https" if dice.random() < _HTTPS else "http",
    )


def _frame(shelf: Shelf, seat: Seat) -> Frame:
    recipe = shelf.personas[seat.persona].recipe
    return frame(laid_over(recipe, shelf.parts[_DAG_PART]) if seat.dag else recipe)


def _placement(seat: Seat, stand: _Stand, now: datetime, dice: Random) -> Placement:
    """Vary what no verdict hangs on: memory, and up to half a day more of age (no persona stands so near a limit)."""
    return Placement(
        fqdn=stand.name,
        computer=stand.name.partition(".")[0].upper()[:_NETBIOS_LIMIT],
        site=stand.site.name,
        dag=seat.dag,
        memory_gib=dice.choice(_MEMORY_GIB),
        now=now.astimezone(UTC).replace(microsecond=0),
        extra_age=timedelta(seconds=dice.randrange(_HALF_DAY)),
    )


def _host(seat: Seat, stand: _Stand, persona: Persona, here: Machine, today: date) -> LabHost:
    status, reason, verdicts = _expected(seat, persona)
    return LabHost(
        name=stand.name,
        address=stand.address,
        site=stand.site.name,
        persona=persona.name,
        machine=here,
        ways=seat.ways,
        transport=seat.transport,
        fault=seat.fault,
        smb_fault=seat.smb_fault,
        protocol=seat.protocol,
        configuration_name=seat.configuration_name,
        expected_status=status,
        expected_reason=reason,
        expected_verdicts=verdicts,
        traits=_traits(seat, stand, persona),
        attested={fact: _attested(word, today) for fact, word in seat.attested.items()},
    )


def _attested(word: Word, today: date) -> Attested:
    """Write a word as the inventory has it."""
    days = {"since": today + timedelta(days=word.since), "until": today + timedelta(days=word.until)}
    return {"value": word.value, "by": "J. Doe, mail team", **days, **({"note": word.note} if word.note else {})}


def _traits(seat: Seat, stand: _Stand, persona: Persona) -> Traits:
    """Lay what is seen of the seat over what is seen of the persona."""
    match seat.expected:
        case Lost():
            return NOTHING_SEEN
        case Seen(traits=traits):
            return {**traits_of(persona.lineage, site=stand.site.name, dag=seat.dag), **traits}
        case Blinded(traits=traits):
            return traits
        case _:
            assert_never(seat.expected)


def _expected(seat: Seat, persona: Persona) -> tuple[str, str, Mapping[str, str]]:
    """Lay what is expected of the seat over what is expected of the persona."""
    match seat.expected:
        case Lost(reason=reason):
            return "not_scanned", reason, dict.fromkeys(persona.verdicts, "unknown")
        case Seen(status=status, reason=reason, but=but):
            return status or persona.status, reason, {**persona.verdicts, **but}
        case Blinded(reason=reason, seen=seen):
            return "partial", reason, {**dict.fromkeys(persona.verdicts, "unknown"), **seen}
        case _:
            assert_never(seat.expected)
