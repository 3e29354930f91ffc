"""Cases: how outcomes are written, and what a case that does not hold says."""

from __future__ import annotations

import pytest

from fleetscan.model import Absent, FactType, Known, Outcome, Reason, Unknown, Value
from fleetscan.rules import run_cases
from fleetscan.rules.given import meaning, outcome
from tests.rules.samples import PACK, load

DAY_BEFORE = "2026-01-30T12:00:00+00:00"
NOON = "2026-01-31T12:00:00+00:00"
WRITTEN: list[tuple[FactType, object, Outcome]] = [
    (FactType.INT, 1, Known(value=1, type="case")),
    (FactType.INT, "absent", Absent()),
    (FactType.STRING, {"known": "absent"}, Known(value="absent", type="case")),
    (FactType.INT, {"unknown": "denied"}, Unknown(reason=Reason.DENIED)),
    (FactType.INT, {"unknown": "timed_out", "detail": "60 s"}, Unknown(reason=Reason.TIMED_OUT, detail="60 s")),
    (FactType.SERVICE, "started", Known(value={"state": "Running", "start": "Auto"}, type="case")),
    (FactType.SERVICE, "stopped", Known(value={"state": "Stopped", "start": "Auto"}, type="case")),
    (FactType.SERVICE, {"start": "Manual"}, Known(value={"state": "Running", "start": "Manual"}, type="case")),
    (FactType.SERVICES, {"A": "stopped"}, Known(value={"A": {"state": "Stopped", "start": "Auto"}}, type="case")),
    (FactType.VALUES, ["C:\\a"], Known(value={"C:\\a": {"type": "REG_DWORD", "value": 0}}, type="case")),
    (FactType.STRINGS, ["a"], Known(value=["a"], type="case")),
    (FactType.TEXT, {"text": "x", "truncated": False}, Known(value={"text": "x", "truncated": False}, type="case")),
    (FactType.STAT, {}, Known(value={"name": "file", "size": 1, "modified": NOON}, type="case")),
    (FactType.NEWEST, {"age_days": 1}, Known(value={"name": "file", "size": 1, "modified": DAY_BEFORE}, type="case")),
]


@pytest.mark.parametrize(("kind", "written", "wanted"), WRITTEN)
def test_an_outcome_is_written_in_few_words(kind: FactType, written: object, wanted: Outcome) -> None:
    """Plain values are known; the other states have words."""
    assert outcome(kind, written) == wanted


WRONG: list[tuple[FactType, object, str]] = [
    (FactType.INT, "one", "a whole number was expected"),
    (FactType.INT, None, "a value is missing"),
    (FactType.INT, {"unknown": "maybe"}, "the reason is one of"),
    (FactType.INT, {"unknown": "denied", "why": "x"}, "`why` has no meaning here"),
    (FactType.INT, {"unknown": "denied", "detail": 5}, "the reason is one of"),
    (FactType.INT, {"known": 1, "why": "x"}, "`why` has no meaning here"),
    (FactType.SERVICE, "running", "a service is `started`"),
    (FactType.SERVICES, ["A"], "services are written"),
    (FactType.VALUES, {"A": 1}, "the values of a key are written as a list"),
    (FactType.NEWEST, "new", "a mapping was expected, not text"),
    (FactType.NEWEST, {"age_days": "old"}, "`age_days` is a whole number"),
    (FactType.NEWEST, {"age_days": True}, "`age_days` is a whole number"),
    (FactType.NEWEST, {"age_days": 36_501}, "`age_days` is a whole number of days, at most 36500"),
    (FactType.NEWEST, {"age_days": -36_501}, "`age_days` is a whole number of days, at most 36500"),
    (FactType.VERSION, 14.0, "text was expected"),
]


@pytest.mark.parametrize(("kind", "written", "message"), WRONG)
def test_an_outcome_that_no_host_could_give_is_refused(kind: FactType, written: object, message: str) -> None:
    """The author reads what was expected."""
    with pytest.raises(ValueError, match=message):
        outcome(kind, written)


MEANINGS: list[tuple[object, Value | Unknown]] = [
    (0, 0),
    ({"unknown": "not_located"}, Unknown(reason=Reason.NOT_LOCATED, detail="it is not there")),
    ({"unknown": "not_located", "detail": "gone"}, Unknown(reason=Reason.NOT_LOCATED, detail="gone")),
]


@pytest.mark.parametrize(("written", "wanted"), MEANINGS)
def test_absence_means_a_value_or_nothing_at_all(written: object, wanted: Value | Unknown) -> None:
    """An author says what absence stands for, or that it decides nothing."""
    assert meaning(FactType.INT, written) == wanted


def test_a_case_that_does_not_hold_says_what_came() -> None:
    """Wanted and got, with the facts that stood in the way."""
    text = PACK.replace("name: bad, given: {svc.one: started, reg.number: 6}", "name: bad, given: {svc.one: started}")
    results = run_cases(load(text))

    assert [result.ok for result in results] == [False, True, True]
    assert results[0].complaint == "wanted finding, came unknown (reg.number)"
    assert results[1].complaint == ""
    assert (results[0].rule, results[0].pack, results[0].case.line) == ("one-thing", "pack", 23)


def test_an_unknown_case_must_name_the_right_facts() -> None:
    """The verdict alone is not enough: the reason is part of it."""
    text = PACK.replace("verdict: unknown, unknown: [reg.number]", "verdict: unknown, unknown: [svc.one]")
    assert run_cases(load(text))[2].complaint == "wanted unknown (svc.one), came unknown (reg.number)"
