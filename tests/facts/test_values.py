from __future__ import annotations

import pytest

from fleetscan.facts.values import datum, number_in
from fleetscan.model import Reason, Value
from tests.facts.words import GONE, reason_of


def _value(kind: str, value: Value) -> dict[str, Value]:
    return {"Enabled": {"type": kind, "value": value}}


@pytest.mark.parametrize(("kind", "value"), [("REG_DWORD", 0), ("REG_DWORD", 4_294_967_295), ("REG_QWORD", 7)])
def test_a_number_is_found_without_case(kind: str, value: int) -> None:
    """Windows compares value names without case, and so do we."""
    assert number_in(_value(kind, value), "ENABLED", "TLS 1.0 Server") == value


def test_what_is_not_there_is_absent() -> None:
    """A key that is not there holds no value, nor does one that holds others."""
    assert number_in(GONE, "Enabled", "K") == GONE
    assert number_in(_value("REG_DWORD", 1), "Other", "K") == GONE


@pytest.mark.parametrize(
    ("kind", "value"),
    [("REG_SZ", "0"), ("REG_SZ", 0), ("REG_BINARY", "00000000"), ("REG_DWORD", "0"), ("REG_DWORD", True)],
)
def test_a_value_of_another_type_is_no_number(kind: str, value: Value) -> None:
    """A number that was typed as text is unknown, and the words show type and value."""
    outcome = number_in(_value(kind, value), "Enabled", "TLS 1.0 Server")
    assert not isinstance(outcome, int)
    reason, detail = reason_of(outcome)
    assert reason is Reason.WRONG_TYPE
    assert detail == f"TLS 1.0 Server: Enabled is {kind!r} {value!a} where a number was expected"


def test_a_value_that_is_no_record_is_unknown() -> None:
    """Whatever the shape of the answer, it does not become a number."""
    assert datum({"Enabled": 1}, "enabled") == {}
    outcome = number_in({"Enabled": 1}, "Enabled", "K")
    assert not isinstance(outcome, int)
    assert reason_of(outcome)[0] is Reason.WRONG_TYPE
