"""Every closed list of the model has its words."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fleetscan.model import RULING_NAMES, Ending, Reason, Severity, Status
from fleetscan.report.words import (
    ENDINGS,
    REASONS,
    SEVERITIES,
    STATUSES,
    TOPOLOGY,
    VERDICTS,
    counted,
    moment,
    reason_list,
    span,
)
from fleetscan.topology import Topology


def test_every_word_of_the_model_is_in_its_table() -> None:
    """No reason, ending, severity, status or verdict is without words, in the order of the model."""
    assert list(REASONS) == list(Reason)
    assert list(ENDINGS) == list(Ending)
    assert list(SEVERITIES) == list(Severity)
    assert list(STATUSES) == list(Status)
    assert set(VERDICTS) == set(RULING_NAMES.values())
    assert list(TOPOLOGY) == [field.name for field in fields(Topology)]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_to_do(reason: Reason) -> None:
    """A reason is explained in a sentence, and its remedy is one."""
    words = REASONS[reason]
    assert words.short == words.short.lower()
    assert words.words.endswith(".")
    assert words.remedy.endswith(".")


def test_the_documentation_prints_every_reason() -> None:
    """The table has a head and one row for each reason."""
    head, _, *rows = reason_list().splitlines()
    assert head.count("|") == 5
    assert [row.split("`")[1] for row in rows] == list(Reason)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (59.4, "59.4 s"),
        (59.96, "1 min 0 s"),
        (725, "12 min 5 s"),
        (3600, "1 h 0 min"),
        (9000, "2 h 30 min"),
    ],
)
def test_a_duration_has_two_units(seconds: float, words: str) -> None:
    """A duration is written in the units that matter."""
    assert words == span(seconds)


def test_moments_are_in_utc() -> None:
    """A moment is shown in UTC, wherever it was taken."""
    at = datetime(2026, 11, 22, 3, 0, 3, tzinfo=timezone(timedelta(hours=2)))
    assert moment(at) == moment(at.astimezone(UTC)) == "2026-11-22 01:00:03 UTC"


def test_numbers_agree_with_their_nouns() -> None:
    """One is singular, everything else plural."""
    assert [counted(n, "host") for n in (0, 1, 2000)] == ["0 hosts", "1 host", "2,000 hosts"]
    assert counted(2, "of them is", "of them are") == "2 of them are"
