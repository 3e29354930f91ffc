"""Outcomes that speak for a setting which cannot be read. Each says yes or does not know; none can say no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from fleetscan.facts.senses import YES, brief, foreign, mapping, number, unknown
from fleetscan.model import Absent, Outcome, Reason, Unknown, Value


def pattern_arrives(inputs: Sequence[Outcome], at: datetime) -> Outcome:
    """Say yes when the newest pattern file is younger than so many days: updates arrive, by schedule or by hand.

    An old file or none does not say that updates are off: a schedule may be on and fail.
    """
    newest, days = mapping(inputs[0], "the newest pattern"), number(inputs[1], "days")
    if isinstance(newest, Unknown):
        return newest
    if isinstance(newest, Absent):
        return unknown(Reason.NOT_LOCATED, "there is no pattern in ScanMail's default folder")
    if isinstance(days, Absent | Unknown):
        return unknown(Reason.NOT_LOCATED, "how old a pattern may be is not known")
    moment = _moment(newest.get("modified"))
    if moment is None:
        return foreign(newest, "the newest pattern")
    age = at - moment
    if age < timedelta(days=days):
        return YES
    name = brief(newest.get("name", ""))
    return unknown(
        Reason.NOT_LOCATED, f"the newest pattern, {name}, is {age.days} days old, {days} or more say nothing"
    )


def _moment(written: Value | None) -> datetime | None:
    """Read an aware time; None when it is none."""
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
