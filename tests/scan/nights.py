"""Nights of one environment: runs that are kept as a scan keeps them, of records that were written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fleetscan import history
from fleetscan.history import RunWriter
from fleetscan.model import Attestation, Ending, HostRecord, Known, Outcome, Run, Status
from fleetscan.report.past import Past
from fleetscan.rules.interface import Shelf
from fleetscan.scan import conclude, rejudge
from fleetscan.scan.judging import joined, judge_run
from fleetscan.scan.past import remember
from tests.history import nouns
from tests.scan.labs import SHELF

FIRST = datetime(2026, 11, 20, 1, 0, 0, tzinfo=UTC)
RULE, TOLD = "environment-without-gateway-scanner", "environment.gateway_scanner"
"""A rule that needs one fact only: it is a finding where that is false."""


def start(night: int) -> datetime:
    """Give the moment at which a night's run starts."""
    return FIRST + timedelta(days=night)


def record(host: str, facts: Mapping[str, Outcome], *attestations: Attestation) -> HostRecord:
    """Make the record of a host of which these facts were read."""
    return replace(
        nouns.record(host, status=Status.COMPLETE),
        facts={name: nouns.evidence(name, outcome) for name, outcome in facts.items()},
        parameters={},
        attestations=attestations,
    )


def scanned(host: str, *, behind: bool = True, **facts: Outcome) -> HostRecord:
    """Make the record of a host behind a gateway scanner or not; of facts dots are written as two underscores."""
    known: dict[str, Outcome] = {
        "scanmail.installed": Known(value=True, type="derived"),
        TOLD: Known(value=behind, type="attested"),
    }
    return record(host, known | {name.replace("__", "."): outcome for name, outcome in facts.items()})


def folder_of(out: Path, night: int) -> Path:
    """Give the folder of a night's run."""
    return out / f"{start(night):%Y%m%dT%H%M%SZ}-prod"


def keep(
    out: Path,
    night: int,
    *records: HostRecord,
    ending: Ending = Ending.FINISHED,
    shelf: Shelf = SHELF,
    limit: str = "",
) -> Past:
    """Keep a run as a scan does: host by host, then its end, if it has one. Give what it says of the past."""
    folder = history.new_folder(out, "prod", start(night))
    run = Run(
        id=folder.name,
        environment="prod",
        version="0.1.0",
        started=start(night),
        ended=None,
        ending=Ending.RUNNING,
        hosts=tuple(each.host for each in records),
        rules=tuple(rule.id for rule in shelf.all_rules),
        packs=shelf.packs,
        fail_on="warning",
        min_coverage=100,
        counts=None,
        limit=limit,
    )
    done, among = judge_run(shelf, records)
    with RunWriter(folder, run) as writer:
        for judged in done:
            writer.keep(judged)
        if ending is Ending.RUNNING:
            return Past()
        for verdicts in among.values():
            writer.add(verdicts)
        end = replace(run, ended=start(night) + timedelta(minutes=5), ending=ending)
        whole = joined(done, among)
        conclude(folder, end, shelf, whole)
    return remember(folder, end, shelf.facts, whole)


def past(out: Path, night: int) -> Past:
    """Judge the run of a night again, and give what it says of the past then."""
    folder = folder_of(out, night)
    rejudge(folder, SHELF)
    kept = history.read_kept(folder)
    done, among = judge_run(SHELF, kept.records)
    return remember(folder, kept.run, SHELF.facts, joined(done, among))


def since(past: Past, host: str, rule: str = RULE) -> tuple[int, bool]:
    """Say since which night a rule has said the same of a host, and whether it said otherwise before."""
    [found] = past.since(rule, [host])
    assert found is not None
    return (found.at - FIRST).days, found.exact
