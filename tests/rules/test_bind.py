"""From outcomes to variables: nothing that is not known gets a value."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import FactType, Known, Reason, Unknown, UnknownFact, Value
from fleetscan.rules.bind import MOST_ITEMS, Bound, Missing, bind, bind_value
from fleetscan.rules.condition import Input
from fleetscan.rules.kinds import FIELDS, RECORDS, parse_version, variables
from tests.rules.samples import ABSENT, AT

RECENT = (AT - timedelta(days=3, hours=23)).isoformat()
FITTING: list[tuple[FactType, Value, dict[str, Input]]] = [
    (FactType.BOOL, True, {"": True}),
    (FactType.INT, 2**63 - 1, {"": 2**63 - 1}),
    (FactType.STRING, "x\0\0", {"": "x"}),
    (FactType.STRINGS, ("a", "b"), {"": ["a", "b"]}),
    (FactType.VERSION, "15.02.1544.0", {"": [15, 2, 1544]}),
    (FactType.TEXT, "words", {"": "words"}),
    (FactType.TEXT, {"text": "words", "truncated": False}, {"": "words"}),
    (FactType.VALUES, {"C:\\a": {"type": "REG_DWORD", "value": 0}}, {"": ["C:\\a"]}),
    (
        FactType.SERVICE,
        {"state": "running", "start": "Auto"},
        {".installed": True, ".started": True, ".state": "running", ".start": "Auto"},
    ),
    (
        FactType.SERVICES,
        {"A": {"state": "Running", "start": "Manual"}, "B": {"state": "Stopped", "start": "Auto"}},
        {".names": ["A", "B"], ".running": ["A"], ".automatic": ["B"]},
    ),
    (FactType.STAT, {"size": 5, "modified": RECENT}, {".exists": True, ".size": 5, ".modified": RECENT}),
    (
        FactType.NEWEST,
        {"name": "f", "size": 5, "modified": RECENT},
        {".exists": True, ".size": 5, ".modified": RECENT, ".name": "f", ".age_days": 3},
    ),
]


@pytest.mark.parametrize(("kind", "value", "fields"), FITTING)
def test_a_known_value_becomes_the_variables_of_its_type(
    kind: FactType, value: Value, fields: dict[str, Input]
) -> None:
    """The variables are exactly those that a condition may name."""
    bound = bind("a.b", kind, Known(value=value, type="x"), AT)

    assert bound == Bound(variables={f"a.b{suffix}": value for suffix, value in fields.items()})
    assert {f"a.b{suffix}" for suffix in fields} == variables("a.b", kind).keys()


UNFIT: list[tuple[FactType, Value, Reason]] = [
    (FactType.BOOL, 1, Reason.WRONG_TYPE),
    (FactType.INT, True, Reason.WRONG_TYPE),
    (FactType.INT, "1", Reason.WRONG_TYPE),
    (FactType.INT, 1.0, Reason.WRONG_TYPE),
    (FactType.INT, 2**63, Reason.TOO_LARGE),
    (FactType.STRING, 1, Reason.WRONG_TYPE),
    (FactType.STRING, "in\0side", Reason.MALFORMED),
    (FactType.STRING, "half \ud800", Reason.MALFORMED),
    (FactType.STRINGS, "abc", Reason.WRONG_TYPE),
    (FactType.STRINGS, {"a": 1}, Reason.WRONG_TYPE),
    (FactType.STRINGS, ["a", 1], Reason.WRONG_TYPE),
    (FactType.STRINGS, ["x"] * (MOST_ITEMS + 1), Reason.TOO_LARGE),
    (FactType.VERSION, "15.x", Reason.MALFORMED),
    (FactType.VERSION, "", Reason.MALFORMED),
    (FactType.VERSION, "1.2.3.4.5.6.7.8.9", Reason.MALFORMED),
    (FactType.VERSION, "99999999999", Reason.MALFORMED),
    (FactType.VERSION, "1.٣", Reason.MALFORMED),
    (FactType.TEXT, {"text": "x", "truncated": True}, Reason.TOO_LARGE),
    (FactType.TEXT, {"text": "x"}, Reason.MALFORMED),
    (FactType.VALUES, ["a"], Reason.WRONG_TYPE),
    (FactType.VALUES, dict.fromkeys((str(n) for n in range(MOST_ITEMS + 1)), 0), Reason.TOO_LARGE),
    (FactType.SERVICE, "Running", Reason.WRONG_TYPE),
    (FactType.SERVICE, {"state": "Running"}, Reason.MALFORMED),
    (FactType.SERVICES, {"A": "Running"}, Reason.WRONG_TYPE),
    (FactType.STAT, {"size": 1}, Reason.MALFORMED),
    (FactType.NEWEST, {"name": "f", "size": 1, "modified": "yesterday"}, Reason.MALFORMED),
    (FactType.NEWEST, {"name": "f", "size": 1, "modified": "2026-01-01T00:00:00"}, Reason.MALFORMED),
]


@pytest.mark.parametrize(("kind", "value", "reason"), UNFIT)
def test_a_value_that_does_not_fit_is_unknown(kind: FactType, value: Value, reason: Reason) -> None:
    """A near miss is no hit: the reason says what was wrong with it."""
    bound = bind("a.b", kind, Known(value=value, type="x"), AT)

    assert isinstance(bound, UnknownFact)
    assert (bound.fact, bound.reason) == ("a.b", reason)
    assert bound.detail


@pytest.mark.parametrize("kind", FactType)
def test_what_is_not_there_is_a_record_or_left_to_the_rule(kind: FactType) -> None:
    """A record that is not there has its check, and no field that could be mistaken for a reading."""
    missing = bind("a.b", kind, ABSENT, AT)

    assert isinstance(missing, Missing)
    assert (missing.record is not None) == (kind in RECORDS)
    if missing.record is not None:
        assert not any(missing.record.values())
        assert missing.record.keys() <= variables("a.b", kind).keys()


def test_an_unknown_outcome_stays_unknown_with_its_reason() -> None:
    """The host's words are kept."""
    outcome = Unknown(reason=Reason.TIMED_OUT, detail="60 s")
    assert bind("a.b", FactType.INT, outcome, AT) == UnknownFact(fact="a.b", reason=Reason.TIMED_OUT, detail="60 s")


_VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["state", "start", "size", "name", "modified", "text", "truncated"]), inner)
    ),
    max_leaves=6,
)


@given(st.sampled_from(FactType), _VALUES)
def test_no_value_raises(kind: FactType, value: Value) -> None:
    """Whatever a host managed to say, it is bound or unknown."""
    assert isinstance(bind_value("a.b", kind, value, AT), Bound | UnknownFact)


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=8))
def test_versions_are_read_without_loss(numbers: list[int]) -> None:
    """All numbers are kept, but for zeros at the end."""
    read = parse_version(".".join(map(str, numbers)))
    assert read is not None
    assert read + [0] * (len(numbers) - len(read)) == numbers


def test_every_type_has_its_fields() -> None:
    """The table is complete, and records are those with more than one field."""
    assert set(FIELDS) == set(FactType)
    assert {kind for kind in FactType if len(FIELDS[kind]) > 1} == RECORDS


def test_the_longest_list_is_given_to_a_condition() -> None:
    """Two thousand items are not too many."""
    longest = bind_value("a.b", FactType.STRINGS, ["x"] * MOST_ITEMS, AT)
    assert longest == Bound(variables={"a.b": ["x"] * MOST_ITEMS})
