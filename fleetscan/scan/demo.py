"""The lab, scanned like any other environment, and the outcome held against what its personas were written to show.

Law: the expectation comes from the lab alone; nothing here knows a rule or a fault.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fleetscan import history
from fleetscan.collect import Limits, Observer
from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.facts import DERIVATIONS
from fleetscan.inventory import load_inventory
from fleetscan.lab import Fleet, Lab, LabHost
from fleetscan.lab.among import expected_among
from fleetscan.model import HostRecord, Verdict
from fleetscan.rules.load import load_shelf
from fleetscan.scan import Done, ScanJob, scan
from fleetscan.transport import Target

ENVIRONMENT = "demo"
USER = r"LAB\svc-fleetscan"
LIMITS = Limits(deadline=12.0)
"""No need to wait for the hung ones as long as for real servers; those that answer have a deadline of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """A scanned lab: its run, and every difference to what was expected, as sentences."""

    done: Done
    differences: tuple[str, ...]


async def demo(fleet: Fleet, out: Path, *, limits: Limits = LIMITS, observer: Observer | None = None) -> Demonstration:
    """Serve a fleet on loopback, scan it through its own inventory, and compare. Raises OperatorError."""
    password = secrets.token_urlsafe()
    credential = Credential(name="lab", user=USER, auth=Auth.NTLM, secret=Secret(password))
    with Lab(fleet, user=USER, password=password) as lab, tempfile.TemporaryDirectory() as place:
        inventory = load_inventory([lab.environment(Path(place))])
        job = ScanJob(
            environment=ENVIRONMENT,
            targets=tuple(Target(host=host, credential=credential) for host in inventory.hosts),
            shelf=load_shelf(derivations=DERIVATIONS),
            out=out,
            limits=limits,
        )
        done = await scan(job, observer)
    found = differences(fleet, history.read_records(done.folder), history.read_verdicts(done.folder))
    return Demonstration(done=done, differences=tuple(found))


def differences(fleet: Fleet, records: Iterable[HostRecord], verdicts: Iterable[Verdict]) -> Iterator[str]:
    """Say, host by host, where a run is not what the lab expects. A rule without expectation must find nothing."""
    by_host = {record.host: record for record in records}
    words: dict[str, dict[str, str]] = {}
    for verdict in verdicts:
        words.setdefault(verdict.host, {})[verdict.rule] = verdict.word
    among = expected_among(fleet.hosts)
    for host in fleet.hosts:
        if host.name not in by_host:
            yield f"{_named(host)}: has no record"
        else:
            yield from _of_record(host, by_host[host.name])
            expected = {**host.expected_verdicts, **among[host.name]}
            yield from _of_verdicts(host, expected, words.get(host.name, {}))


def _of_record(host: LabHost, record: HostRecord) -> Iterator[str]:
    expected = (host.expected_status, host.expected_reason)
    seen = (record.status.value, record.failure.reason.value if record.failure else "")
    if seen != expected:
        detail = f": {record.failure.detail}" if record.failure else ""
        yield f"{_named(host)}: {_words(seen)} instead of {_words(expected)}{detail}"


def _of_verdicts(host: LabHost, expected: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[str]:
    for rule in sorted(seen.keys() | expected.keys()):
        word, wanted = seen.get(rule, "no verdict"), expected.get(rule)
        if word != wanted and (wanted is not None or word == "finding"):
            yield f"{_named(host)}: {rule} is {word} instead of {wanted or 'nothing'}"


def _named(host: LabHost) -> str:
    """Name a host, and what it was made to be."""
    faults = [fault.value for fault in (host.fault, host.smb_fault) if fault != "none"] or ["none"]
    return f"{host.name} ({', '.join([host.persona, *faults])})"


def _words(state: Sequence[str]) -> str:
    return " ".join(filter(None, state)).replace("_", " ")
