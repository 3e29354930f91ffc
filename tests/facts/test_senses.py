from __future__ import annotations

import pytest

from fleetscan.facts.senses import brief, field_of, mapping, named, number, runs, text, texts, unknown, version
from fleetscan.model import Reason, Unknown, Value
from tests.facts.words import DENIED, GONE, known


@pytest.mark.parametrize("take", [number, text, texts, version, mapping])
def test_absent_stays_absent_and_unknown_is_named(take: object) -> None:
    """Every sense passes absence on, names an unknown input, and refuses a foreign shape."""
    assert callable(take)
    assert take(GONE, "Input") == GONE
    assert take(DENIED, "Input") == Unknown(reason=Reason.DENIED, detail="Input: Access is denied.")
    foreign = take(known(1.5), "Input")
    assert foreign == Unknown(reason=Reason.MALFORMED, detail="Input holds 1.5")


@pytest.mark.parametrize("value", ["abc", ["a", 1], {"a": 1}])
def test_a_list_of_texts_is_nothing_else(value: Value) -> None:
    """A text is no list, and one stray item spoils it."""
    assert isinstance(texts(known(value), "Input"), Unknown)


def test_an_unknown_without_words_is_named_by_its_reason() -> None:
    """The detail always says something."""
    assert named(Unknown(reason=Reason.TIMED_OUT), "Input").detail == "Input: timed_out"
    assert len(unknown(Reason.DENIED, "x" * 9999).detail) == 500


def test_a_service_runs_by_its_word_only() -> None:
    """Nothing but the word Running, without case, is running."""
    records: list[Value] = [{"state": "RUNNING"}, {"state": "Start Pending"}, {}, "Running"]
    assert [runs(record) for record in records] == [True, False, False, False]
    assert field_of({"state": 1}, "state") == ""


def test_brief_words_are_printable_and_short() -> None:
    """Any value is shown in at most eighty printable characters."""
    for value in ("\x1b[2J\u202e", "x" * 500, {"a": ["\ud800"]}, 10**400):
        assert len(brief(value)) <= 80
        assert brief(value).isprintable()
