"""Outcomes that speak for a setting: they say yes or do not know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from fleetscan.model import Absent, Known, Outcome, Reason, Unknown, Value
from tests.facts.shapes import JSON
from tests.facts.words import AT, DENIED, GONE, derive, known

DAYS = known(7, "parameter")


def newest(modified: Value) -> Known:
    """Give the newest pattern with this time."""
    return known({"name": "lpt$vpn.457", "size": 1, "modified": modified}, "file")


@pytest.mark.parametrize(
    ("seconds", "wanted"), [(-3_600, True), (0, True), (7 * 86_400 - 1, True), (7 * 86_400, False), (9e8, False)]
)
def test_a_pattern_younger_than_its_days_shows_that_updates_arrive(seconds: float, wanted: bool) -> None:  # noqa: FBT001 - a table of cases
    """To the second; an older one shows nothing and says how old it is."""
    outcome = derive("pattern_arrives", newest((AT - timedelta(seconds=seconds)).isoformat()), DAYS)
    if wanted:
        assert outcome == Known(value=True, type="bool")
    else:
        assert isinstance(outcome, Unknown)
        assert outcome.reason is Reason.NOT_LOCATED
        assert f"'lpt$vpn.457', is {int(seconds // 86_400)} days old, 7 or more say nothing" in outcome.detail


@pytest.mark.parametrize(
    ("pattern", "days", "reason", "words"),
    [
        (DENIED, DAYS, Reason.DENIED, "the newest pattern: Access is denied."),
        (GONE, DAYS, Reason.NOT_LOCATED, "there is no pattern in ScanMail's default folder"),
        (newest(AT.isoformat()), GONE, Reason.NOT_LOCATED, "how old a pattern may be is not known"),
        (newest(AT.isoformat()), known("7"), Reason.NOT_LOCATED, "how old a pattern may be is not known"),
        (newest("yesterday"), DAYS, Reason.MALFORMED, "the newest pattern holds"),
        (newest("2026-11-22T01:00:00"), DAYS, Reason.MALFORMED, "the newest pattern holds"),
        (newest(1), DAYS, Reason.MALFORMED, "the newest pattern holds"),
        (known({}), DAYS, Reason.MALFORMED, "the newest pattern holds"),
    ],
)
def test_what_shows_nothing_is_unknown(pattern: Outcome, days: Outcome, reason: Reason, words: str) -> None:
    """No pattern, no time, no days: never no, and never absent."""
    outcome = derive("pattern_arrives", pattern, days)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is reason
    assert words in outcome.detail


@given(value=JSON, days=JSON)
def test_whatever_the_host_answers_it_is_yes_or_unknown(value: Value, days: Value) -> None:
    """A derivation is total, and this one cannot say no."""
    outcome = derive("pattern_arrives", known(value), known(days))
    assert not isinstance(outcome, Absent)
    assert isinstance(outcome, Unknown) or outcome.value is True
