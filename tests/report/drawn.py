"""A fleet with a map: DAGs, one of them over two sites, an Edge server, and hosts of which site or DAG is not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fleetscan.model import Absent, HostRecord, Known, Outcome, Reason, Status, Unknown, Verdict
from tests.report.sample import Sample, sample

DAG_SIZE = 4
STRETCHED = "DAG-BOTH"
"""The DAG with members in Paris and in Osaka."""

EDGE = "par-ex03"
UNSITED = ("osa-ex04", "osa-ex05")
"""Hosts to which the inventory gives no site."""

PERIMETER = "perimeter-read"
"""The credential of every fifth host."""

GRAVEST = ("error", "warning", "best-practice", "non-default", "info")


def drawn(hosts: int = 45) -> Sample:
    """Make the sample with a place in the topology for every host that was scanned."""
    made = sample(hosts)
    records = tuple(_placed(number, record) for number, record in enumerate(made.records))
    topologies = {
        record.host: {**made.topologies[record.host], **_topology(number, record)}
        for number, record in enumerate(records)
        if record.host in made.topologies
    }
    return replace(made, records=records, topologies=topologies)


def _placed(number: int, record: HostRecord) -> HostRecord:
    site = "" if record.host in UNSITED else record.site
    transport = "remote_registry" if number % 7 == 0 else record.transport
    return replace(record, site=site, transport=transport, credential=PERIMETER if number % 5 == 0 else "exchange-read")


def _topology(number: int, record: HostRecord) -> Mapping[str, Outcome]:
    role = "EdgeTransport" if record.host == EDGE else "Mailbox"
    return {"dag": _dag(number, record), "exchange_roles": Known(value=[role], type="derived")}


def _dag(number: int, record: HostRecord) -> Outcome:
    if record.status is Status.NOT_SCANNED:
        return Unknown(reason=Reason.UNREACHABLE, detail="")
    if record.host in {"par-ex01", "osa-ex01"}:
        return Known(value=STRETCHED, type="derived")
    if number // 3 % DAG_SIZE == 0:
        return Absent()
    return Known(value=f"DAG-{record.site.upper()}-{number // 3 // DAG_SIZE}", type="derived")


def states(made: Sample) -> Mapping[str, str]:
    """Tell what the drawing must show of each host: its gravest finding, or else why there is none to show."""
    said: dict[str, list[Verdict]] = {record.host: [] for record in made.records}
    for verdict in made.verdicts:
        said[verdict.host].append(verdict)
    return {record.host: _state(record, said[record.host]) for record in made.records}


def _state(record: HostRecord, verdicts: list[Verdict]) -> str:
    found = {str(verdict.severity) for verdict in verdicts if verdict.word == "finding"}
    words = {verdict.word for verdict in verdicts}
    if found:
        return next(severity for severity in GRAVEST if severity in found)
    if record.status is Status.NOT_SCANNED:
        return "not-scanned"
    return next(word for word in ("broken", "unknown", "pass", "not_applicable") if word in words)
