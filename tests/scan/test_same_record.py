"""The same machine, read over both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from fleetscan.collect import Limits
from fleetscan.history import read_records
from fleetscan.lab import Fault, LabHost
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.host import Transport
from fleetscan.lab.personas import load_personas
from fleetscan.model import Absent, Asked, CimRows, Derived, Evidence, HostRecord, Known, Unknown, Value
from fleetscan.scan import scan
from tests.scan.labs import SHELF, job_for, served

BY_NATURE = {
    "wmi-broken": "over WinRM services are listed through WMI; the service manager does without",
    "slow-collector": "the collector is slow with files; the share is not",
}
"""Machines of which one way knows more, and why: what both know must be the same all the same."""

CIM = {
    fact.id
    for fact in SHELF.facts.values()
    if isinstance(fact.origin, Asked) and isinstance(fact.origin.question, CimRows)
}


def _hosts() -> list[LabHost]:
    """Give one sound host for each persona."""
    found: dict[str, LabHost] = {}
    for host in build_fleet(hosts=300).hosts:
        if host.fault is Fault.NONE and host.smb_fault == "none":
            found.setdefault(host.persona, host)
    assert found.keys() == load_personas().personas.keys()
    return list(found.values())


def _read(hosts: Iterable[LabHost], transport: Transport, place: Path) -> Mapping[str, HostRecord]:
    """Scan the hosts over one way; give the records by persona."""
    seated = [
        replace(
            host,
            ways=("winrm", "smb"),
            transport=transport,
            protocol="http",
            configuration_name="Microsoft.PowerShell",
        )
        for host in hosts
    ]
    place.mkdir()
    with served(seated) as lab:
        limits = Limits(deadline=60.0, total=8)
        done = asyncio.run(scan(job_for(lab.environment(place), place / "out", limits=limits)))
    names = {host.name: host.persona for host in seated}
    return {names[record.host]: record for record in read_records(done.folder)}


def _told(evidence: Evidence) -> object:
    """Leave out where it comes from, and the words of who could not say."""
    match evidence.outcome:
        case Known(value=Mapping() as named, type=kind):
            return {name: _reason(each) for name, each in named.items()}, kind
        case Known() | Absent() as outcome:
            return outcome
        case Unknown(reason=reason):
            return reason


def _reason(entry: Value) -> Value:
    """Of a part that could not be read, keep why, and leave the host's own words out."""
    match entry:
        case {"type": "denied" as reason}:
            return reason
        case _:
            return entry


def _rests_on_cim(fact: str) -> bool:
    """Tell whether a fact is a CIM property, or derived from one."""
    origin = SHELF.facts[fact].origin
    return fact in CIM or (isinstance(origin, Derived) and any(map(_rests_on_cim, origin.inputs)))


def test_every_persona_has_the_same_record_over_both_ways(tmp_path: Path) -> None:
    """Fact by fact, but for provenance; CIM, which one way cannot give, is unknown there because it is unsupported."""
    hosts = _hosts()
    winrm, remote = (_read(hosts, way, tmp_path / way) for way in ("winrm", "remote_registry"))
    different = []
    for persona, record in winrm.items():
        assert record.facts.keys() == remote[persona].facts.keys()
        for fact, evidence in record.facts.items():
            one, other = _told(evidence), _told(remote[persona].facts[fact])
            if fact in CIM:
                assert other == "unsupported", (persona, fact)
            elif one != other and not _rests_on_cim(fact):
                different.append((persona, fact, one, other))
    assert [each for each in different if not any(isinstance(told, str) for told in each[2:])] == []
    assert [each for each in different if each[0] not in BY_NATURE] == []
