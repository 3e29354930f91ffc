"""What was read of every host as columns: the facts of the catalogue, and the host's place in the topology."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fleetscan.model import HostRecord, Known, Outcome, Value
from fleetscan.report.desk import Desk
from fleetscan.report.interning import Interned
from fleetscan.report.readings import NOT_THERE, Column, read_at
from fleetscan.report.text import visible
from fleetscan.report.words import TOPOLOGY


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The columns of the facts; ``at`` is the moment at which those of a host were read, by the host's name."""

    columns: Sequence[Mapping[str, object]]
    at: Mapping[str, datetime]


def fact_columns(desk: Desk, strings: Interned[str], records: Iterable[HostRecord]) -> Read:
    """Make a column of every fact; hosts that share their facts share the work."""
    number = {name: index for index, name in enumerate(desk.facts)}
    columns = [Column(strings, fact.where) for fact in desk.facts.values()]
    nothing = [NOT_THERE] * len(columns)
    rows = [nothing] * len(desk.hosts)
    at: dict[str, datetime] = {}
    alike: dict[tuple[int, datetime], tuple[datetime, list[int]]] = {}
    for record in records:
        key = (id(record.facts), record.started)
        if key not in alike:
            moment, row = read_at(record), nothing.copy()
            for name, evidence in record.facts.items():
                fact = number[name]
                row[fact] = columns[fact].of(evidence, moment)
            alike[key] = (moment, row)
        at[record.host], rows[desk.place[record.host]] = alike[key]
    told = [
        {
            "id": fact.id,
            "type": fact.type,
            "where": fact.where,
            "about": fact.about,
            "confidence": fact.confidence,
            "anchor": fact.anchor,
            "asked": name not in desk.derived,
            "table": column.table,
            "column": [row[index] for row in rows],
        }
        for index, ((name, fact), column) in enumerate(zip(desk.facts.items(), columns, strict=True))
    ]
    return Read(columns=told, at=at)


def topology_columns(
    desk: Desk, strings: Interned[str], topologies: Mapping[str, Mapping[str, Outcome]]
) -> Sequence[Mapping[str, object]]:
    """Make a column of every field of the topology, in the order of showing."""
    fields = dict.fromkeys(name for topology in topologies.values() for name in topology)
    return [_field(desk, strings, topologies, name) for name in fields]


def _field(
    desk: Desk, strings: Interned[str], topologies: Mapping[str, Mapping[str, Outcome]], name: str
) -> Mapping[str, object]:
    column = Column(strings)
    told = by_state if name == "services" else _itself
    places = [NOT_THERE] * len(desk.hosts)
    for host, topology in topologies.items():
        if host in desk.place and name in topology:
            places[desk.place[host]] = column.bare(topology[name], told)
    return {"id": visible(name), "label": visible(TOPOLOGY.get(name, name)), "table": column.table, "column": places}


def _itself(outcome: Outcome) -> Outcome:
    return outcome


def by_state(outcome: Outcome) -> Outcome:
    """Tell services by their state, which is short enough for all of them."""
    match outcome:
        case Known(value=Mapping() as services, type=kind):
            states: dict[str, list[Value]] = defaultdict(list)
            for service, record in services.items():
                states[str(record.get("state", "")) if isinstance(record, Mapping) else ""].append(service)
            return Known(value=dict(sorted(states.items())), type=kind)
        case _:
            return outcome
