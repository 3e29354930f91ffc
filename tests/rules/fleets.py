"""A small fleet rule of each kind, and short ways to see hosts with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from fleetscan.model import Failure, HostRecord, Outcome, Status, Value, Verdict
from fleetscan.rules import FleetJudge, FleetRule, Shelf
from tests.rules.samples import AT, evidence_of, load

PACK = """\
facts:
  dag.name: {registry: 'HKLM\\Cluster', value: ClusterName, type: string}
  ad.site: {registry: 'HKLM\\Netlogon', value: Site, type: string}
  box.there: {service: Box}
  box.level: {registry: 'HKLM\\SOFTWARE\\Box', value: Level, type: version}
  box.parts: {registry: 'HKLM\\SOFTWARE\\Box', value: Parts, type: strings}
rules:
  - id: levels
    title: Levels differ
    severity: warning
    confidence: inferred
    summary: "{box.level} in {group}; others {peers}."
    applies_to: hosts with a box
    reads: [box.there, box.level]
    across: dag
    kind: mixed
    applies: box.there.installed
    compare: box.level
    absent: {box.level: {unknown: not_located}}
    why: Because.
    fix: [Do it.]
    sources: [A book]
    cases:
      - name: all
        hosts:
          a: {dag.name: D, box.there: started, box.level: '1.0'}
          b: {dag.name: D, box.there: started, box.level: '1'}
          c: {dag.name: D, box.there: started, box.level: '2.0'}
          d: {dag.name: E, box.there: started, box.level: {unknown: denied}}
          e: {dag.name: E, box.there: absent, box.level: absent}
        verdicts: {a: pass, b: pass, c: finding, d: unknown, e: not_applicable}
        unknown: {d: [box.level]}
  - id: odd-one
    title: One is odd
    severity: info
    confidence: inferred
    summary: "Parts are {box.parts} in {group}; {peers}."
    applies_to: hosts with a box
    reads: [box.parts]
    across: site
    kind: outlier
    compare: box.parts
    absent: {box.parts: {unknown: not_located}}
    parameters: {least_peers: {default: 3, about: How many have to agree.}}
    why: Because.
    fix: [Do it.]
    sources: [A book]
    cases: &cases
      - name: all
        hosts:
          a: {ad.site: S, box.parts: [x, y]}
          b: {ad.site: S, box.parts: [Y, X]}
          c: {ad.site: S, box.parts: [y, x]}
          d: {ad.site: S, box.parts: [z]}
          e: {ad.site: T, box.parts: {unknown: denied}}
        verdicts: {a: pass, d: finding, e: unknown}
        unknown: {e: [box.parts]}
  - id: lacks-it
    title: It is missing
    severity: error
    confidence: documented
    summary: "Not in {group}, but on {peers}."
    applies_to: hosts
    reads: [box.there]
    across: fleet
    kind: missing
    compare: box.there.installed
    why: Because.
    fix: [Do it.]
    sources: [A book]
    cases:
      - name: all
        hosts:
          a: {box.there: started}
          b: {box.there: absent}
          c: {box.there: {unknown: denied}}
        verdicts: {a: pass, b: finding, c: unknown}
        unknown: {c: [box.there]}
"""
SHELF = load(PACK)
LEVELS, ODD, LACKS = SHELF.fleet_rules


def record(
    host: str,
    given: Mapping[str, Outcome],
    *,
    parameters: Mapping[str, Mapping[str, Value]] | None = None,
    failure: Failure | None = None,
) -> HostRecord:
    """Make the record of a host."""
    return HostRecord(
        host=host,
        address=host,
        site="",
        groups=(),
        status=Status.NOT_SCANNED if failure else Status.COMPLETE,
        failure=failure,
        transport="winrm",
        credential="reader",
        started=AT,
        seconds=1.0,
        attempts=1,
        round_trips=1,
        bytes_received=1,
        notes=(),
        facts=evidence_of(given),
        parameters=parameters or {},
    )


def judged(rule: FleetRule, records: Iterable[HostRecord], shelf: Shelf = SHELF) -> dict[str, Verdict]:
    """Judge these hosts by one rule."""
    fleet = FleetJudge(replace(shelf, fleet_rules=(rule,)))
    for each in records:
        fleet.see(each)
    return {host: verdicts[0] for host, verdicts in fleet.verdicts().items()}
