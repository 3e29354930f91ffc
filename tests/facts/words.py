"""Short words for outcomes, so that a test reads like a table."""

from __future__ import annotations

from datetime import UTC, datetime

from fleetscan.facts import DERIVATIONS
from fleetscan.model import Absent, Known, Outcome, Reason, Unknown, Value

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
GONE = Absent()
DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
TIMED_OUT = Unknown(reason=Reason.TIMED_OUT, detail="the budget was spent")


def known(value: Value, kind: str = "REG_SZ") -> Known:
    """Make a known outcome."""
    return Known(value=value, type=kind)


def dword(value: int) -> Known:
    """Make a known DWORD."""
    return Known(value=value, type="REG_DWORD")


def service(state: str = "Running", start: str = "Auto") -> Known:
    """Make a known service."""
    return Known(value={"state": state, "start": start}, type="service")


def services(**states: str) -> Known:
    """Make known services, each started automatically, by name and state."""
    return Known(value={name: {"state": state, "start": "Auto"} for name, state in states.items()}, type="services")


def derive(name: str, *inputs: Outcome, at: datetime = AT) -> Outcome:
    """Call a derivation of the table."""
    return DERIVATIONS[name].function(inputs, at)


def value_of(outcome: Outcome) -> Value:
    """Take the value of an outcome that must be known."""
    assert isinstance(outcome, Known), outcome
    return outcome.value


def reason_of(outcome: Outcome) -> tuple[Reason, str]:
    """Take reason and words of an outcome that must be unknown."""
    assert isinstance(outcome, Unknown), outcome
    return outcome.reason, outcome.detail
