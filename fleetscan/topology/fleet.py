"""The map of the fleet: Active Directory sites, in them database availability groups, in them servers.

Law: not known is a place of its own. A host whose site or group could not be read is never put among those that
are known to be in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from fleetscan.model import Absent, HostRecord, Known, Outcome, Status
from fleetscan.topology.record import Topology, describe


@dataclass(frozen=True, slots=True)
class Named:
    """A site or a group with a name, in the spelling of the first host that gave it; compare without case."""

    name: str


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The host said that it is in none."""


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The host did not say."""


Place: TypeAlias = Named | Nowhere | NotKnown


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One host on the map. ``site`` is the inventory's and stands beside the site that the host itself reports."""

    host: str
    site: str
    status: Status
    topology: Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The servers of one site that are in one database availability group, by host name."""

    dag: Place
    servers: tuple[Server, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One Active Directory site and its groups: named ones by name, then those in none, then those not known."""

    place: Place
    groups: tuple[Group, ...]

    @property
    def servers(self) -> tuple[Server, ...]:
        """Give the servers of all groups."""
        return tuple(server for group in self.groups for server in group.servers)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Level:
    """A product with its cumulative and security update."""

    product: str
    cumulative_update: str
    security_update: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dag:
    """One database availability group over all its sites.

    ``levels`` are the distinct levels that are known, sorted; ``level_not_known`` are the hosts whose level is not.
    """

    name: str
    hosts: tuple[str, ...]
    levels: tuple[Level, ...]
    level_not_known: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Tell whether at least two different levels were seen; False proves nothing while a level is not known."""
        return len(self.levels) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetMap:
    """The whole fleet: sites in the order of :class:`Site`'s groups, and every named group."""

    sites: tuple[Site, ...]
    dags: tuple[Dag, ...]

    @property
    def servers(self) -> tuple[Server, ...]:
        """Give all servers, in the order of the map."""
        return tuple(server for site in self.sites for server in site.servers)


def chart(records: Iterable[HostRecord]) -> FleetMap:
    """Draw the map from the records of one run; every record appears exactly once."""
    servers = [
        Server(host=record.host, site=record.site, status=record.status, topology=describe(record.facts))
        for record in sorted(records, key=lambda record: (record.host.casefold(), record.host))
    ]
    sites = tuple(
        Site(place=place, groups=tuple(Group(dag=dag, servers=tuple(some)) for dag, some in _split(members, _dag)))
        for place, members in _split(servers, _site)
    )
    named = [(dag.name, members) for dag, members in _split(servers, _dag) if isinstance(dag, Named)]
    return FleetMap(sites=sites, dags=tuple(_survey(name, members) for name, members in named))


def _place(outcome: Outcome) -> Place:
    match outcome:
        case Known(value=str() as name) if name:
            return Named(name)
        case Absent():
            return Nowhere()
        case _:
            return NotKnown()


def _site(server: Server) -> Place:
    return _place(server.topology.ad_site)


def _dag(server: Server) -> Place:
    return _place(server.topology.dag)


def _rank(place: Place) -> tuple[int, str]:
    """Order places, and make names equal that differ in case only."""
    match place:
        case Named(name):
            return 0, name.casefold()
        case Nowhere():
            return 1, ""
        case NotKnown():
            return 2, ""
        case _:
            assert_never(place)


def _split(servers: Iterable[Server], by: Callable[[Server], Place]) -> list[tuple[Place, list[Server]]]:
    parts: dict[tuple[int, str], tuple[Place, list[Server]]] = {}
    for server in servers:
        place = by(server)
        parts.setdefault(_rank(place), (place, []))[1].append(server)
    return [parts[rank] for rank in sorted(parts)]


def _level(server: Server) -> Level | None:
    record = server.topology
    match record.exchange_product, record.exchange_cumulative_update, record.exchange_security_update:
        case Known(value=str() as product), Known(value=str() as cumulative), Known(value=str() as security):
            return Level(product=product, cumulative_update=cumulative, security_update=security)
        case _:
            return None


def _survey(name: str, servers: list[Server]) -> Dag:
    levels = {server.host: _level(server) for server in servers}
    return Dag(
        name=name,
        hosts=tuple(server.host for server in servers),
        levels=tuple(sorted({level for level in levels.values() if level})),
        level_not_known=tuple(host for host, level in levels.items() if level is None),
    )
