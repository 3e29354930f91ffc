"""Host records with a few facts, for maps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fleetscan.model import Evidence, HostRecord, Known, Outcome, Status

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def text(value: str) -> Known:
    """Make a known text."""
    return Known(value=value, type="string")


def evidence(facts: Mapping[str, Outcome]) -> dict[str, Evidence]:
    """Make evidence of outcomes by fact id."""
    return {
        fact: Evidence(fact=fact, outcome=outcome, where="x", transport="winrm", credential="c", at=AT)
        for fact, outcome in facts.items()
    }


def record(host: str, facts: Mapping[str, Outcome], *, site: str = "") -> HostRecord:
    """Make a record of one host."""
    return HostRecord(
        host=host,
        address=host,
        site=site,
        groups=(),
        status=Status.COMPLETE if facts else Status.NOT_SCANNED,
        failure=None,
        transport="winrm",
        credential="c",
        started=AT,
        seconds=1.0,
        attempts=1,
        round_trips=1,
        bytes_received=1,
        notes=(),
        facts=evidence(facts),
    )
