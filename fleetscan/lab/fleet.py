"""The lab's fleet: every persona and every fault at least once, over two sites and a perimeter network.

Law: the same seed and moment give the same fleet, and a host is the same in a small fleet as in a large one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import Literal, TypeAlias

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Fleet, LabHost
from fleetscan.lab.machine import Machine
from fleetscan.lab.personas import Frame, Persona, Placement, Shelf, frame, laid_over, load_personas, machine

SEED = 20261122
JEA_CONFIGURATION = "FleetScan"
"""The name of the constrained endpoint on the lab's JEA hosts."""

_DAG_PART = "dag-member"
_MEMORY_GIB = (64, 96, 128, 192, 256)
_HALF_DAY = 12 * 60 * 60
_VARIED = 0.3  # of the repeated hosts, how many may be of any calm persona; the others are healthy
_HTTPS = 0.25
_BLOCK = 250
_SITES = 10
_NETBIOS_LIMIT = 15

Protocol: TypeAlias = Literal["http", "https"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """One network: its name (also in Active Directory), and what names and addresses of its hosts are made of."""

    name: str
    number: int
    code: str
    domain: str


_PARIS = _Site(name="Paris", number=1, code="par", domain="corp.example")
_OSAKA = _Site(name="Osaka", number=2, code="osa", domain="corp.example")
_PERIMETER = _Site(name="Perimeter", number=3, code="dmz", domain="dmz.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    """One place in the fleet, before anything random is added."""

    persona: str
    fault: Fault = Fault.NONE
    site: _Site | None = None
    dag: str = ""
    protocol: Protocol = "http"
    configuration_name: str = "Microsoft.PowerShell"


_STANDING: Mapping[str, tuple[str, _Site | None]] = {
    "edge-with-scanmail": ("edge", _PERIMETER),
    "edge-without-scanmail": ("edge", _PERIMETER),
    "windows-plain": ("srv", None),
}
"""First part of the name and the site of a persona; all others are ``ex`` and in Paris or Osaka in turn."""

_CHOSEN = (
    # Two availability groups; the first is spread over both sites.
    _Seat(persona="exchange-2019-cu15", site=_PARIS, dag="DAG-WORLD", protocol="https"),
    _Seat(persona="exchange-2019-cu15", site=_OSAKA, dag="DAG-WORLD", protocol="https"),
    _Seat(persona="scanmail-pattern-old", site=_OSAKA, dag="DAG-WORLD"),
    _Seat(persona="exchange-2016", site=_PARIS, dag="DAG-PARIS"),
    _Seat(persona="scanmail-vulnerable", site=_PARIS, dag="DAG-PARIS"),
    _Seat(persona="exchange-se", configuration_name=JEA_CONFIGURATION),
    _Seat(persona="defender-nothing-excluded", configuration_name=JEA_CONFIGURATION, protocol="https"),
    _Seat(persona="exchange-2019-cu14", protocol="https"),
    _Seat(persona="edge-with-scanmail", protocol="https"),
    _Seat(persona="edge-without-scanmail", protocol="https"),
)
"""Seats with something of their own; every persona that is not here gets a plain one after them."""

_FAULTY = ("exchange-2019-cu15", "exchange-2016", "exchange-se", "exchange-2019-cu14")
"""The healthy personas that stand behind the faults, in turn."""

_SURVIVED = ""
_REASONS: Mapping[Fault, str] = {
    Fault.NONE: _SURVIVED,
    Fault.REFUSED: "unreachable",
    Fault.BLACK_HOLE: "unreachable",  # no TCP connection within the time for connecting
    Fault.HANG_ACCEPT: "timed_out",
    Fault.HANG_CHALLENGE: "timed_out",
    Fault.HANG_AUTHENTICATE: "timed_out",
    Fault.HANG_CREATE: "timed_out",
    Fault.HANG_OPEN: "timed_out",
    Fault.HANG_COMMAND: "timed_out",
    Fault.HANG_RECEIVE: "timed_out",
    Fault.HANG_DELETE: _SURVIVED,  # everything was answered before
    Fault.BUSY: "timed_out",
    Fault.DRIP: "timed_out",
    Fault.SLOW: _SURVIVED,
    Fault.RESET_CREATE: "unreachable",
    Fault.RESET_RECEIVE: "unreachable",
    Fault.RESET_ONCE: _SURVIVED,  # by the second attempt
    Fault.WRONG_PASSWORD: "auth_failed",
    Fault.ACCESS_DENIED: "denied",
    Fault.QUOTA: "denied",
    Fault.INVALID_XML: "malformed",
    Fault.OVERSIZED: "too_large",
    Fault.ENDLESS_BODY: "too_large",
    Fault.NOT_WINRM: "unsupported",
    Fault.GARBAGE: "malformed",
    Fault.BAD_JSON: "malformed",
    Fault.SCRIPT_ERROR: "unsupported",
}
"""Why a host with this fault is not scanned, or that it is scanned all the same. A new fault must be decided here."""


def build_fleet(*, hosts: int = 80, seed: int = SEED, now: datetime | None = None) -> Fleet:
    """Build the fleet of ``hosts`` machines at one moment (aware; the present one when not given).

    From 80 hosts on, every persona and every fault is there; fewer are the first of them, more repeat the personas
    (not the hostile ones, whose answers are large) without any fault.
    """
    moment = now or datetime.now(UTC)
    shelf = load_personas()
    frames: dict[tuple[str, bool], Frame] = {}  # with and without a DAG
    numbers: dict[int, int] = {}
    built = []
    for index, seat in enumerate(islice(_seats(shelf, seed), hosts)):
        stand = _stand(seat, index, numbers)
        kind = (seat.persona, bool(seat.dag))
        if kind not in frames:
            frames[kind] = _frame(shelf, seat)
        placement = _placement(seat, stand, moment, _dice(seed, index))
        built.append(_host(seat, stand, shelf.personas[seat.persona], machine(frames[kind], placement)))
    return Fleet(seed=seed, hosts=tuple(built))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """Where a seat came to be: its site, its number there, its name."""

    site: _Site
    number: int
    name: str


def _dice(seed: int, index: int) -> Random:
    """Give each host its own randomness, so that it is the same whatever stands before it."""
    return Random(f"{seed}:{index}")  # noqa: S311 # variety, not secrecy


def _seats(shelf: Shelf, seed: int) -> Iterator[_Seat]:
    yield from _CHOSEN
    chosen = {seat.persona for seat in _CHOSEN}
    yield from (_Seat(persona=name) for name in sorted(set(shelf.personas) - chosen))
    faults = [fault for fault in Fault if fault is not Fault.NONE]
    yield from (_Seat(persona=name, fault=fault) for fault, name in zip(faults, cycle(_FAULTY), strict=False))
    calm = sorted(name for name in shelf.personas if not name.startswith("hostile-"))
    yield from (_repeated(calm, _dice(seed, -1 - index)) for index in count())


def _repeated(calm: Sequence[str], dice: Random) -> _Seat:
    return _Seat(
        persona=dice.choice(calm if dice.random() < _VARIED else _FAULTY),
        protocol="https" if dice.random() < _HTTPS else "http",
    )


def _stand(seat: _Seat, index: int, numbers: dict[int, int]) -> _Stand:
    prefix, fixed = _STANDING.get(seat.persona, ("ex", None))
    site = seat.site or fixed or (_PARIS, _OSAKA)[index % 2]
    number = numbers[site.number] = numbers.get(site.number, 0) + 1
    return _Stand(site=site, number=number, name=f"{prefix}-{site.code}-{number:02}.{site.domain}")


def _frame(shelf: Shelf, seat: _Seat) -> Frame:
    recipe = shelf.personas[seat.persona].recipe
    return frame(laid_over(recipe, shelf.parts[_DAG_PART]) if seat.dag else recipe)


def _placement(seat: _Seat, stand: _Stand, now: datetime, dice: Random) -> Placement:
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


def _address(stand: _Stand) -> str:
    """Give each site its own third octets: 1, 11, 21, ... for the first, 2, 12, 22, ... for the second."""
    block, last = divmod(stand.number - 1, _BLOCK)
    return f"127.20.{stand.site.number + _SITES * block}.{last + 1}"


def _host(seat: _Seat, stand: _Stand, persona: Persona, here: Machine) -> LabHost:
    reason = _REASONS[seat.fault]
    return LabHost(
        name=stand.name,
        address=_address(stand),
        site=stand.site.name,
        persona=persona.name,
        machine=here,
        fault=seat.fault,
        protocol=seat.protocol,
        configuration_name=seat.configuration_name,
        expected_status="not_scanned" if reason else persona.status,
        expected_reason=reason,
        expected_verdicts=dict.fromkeys(persona.verdicts, "unknown") if reason else persona.verdicts,
    )
