"""Evidence of a few facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fleetscan.model import Evidence, Known, Outcome

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
