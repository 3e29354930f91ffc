from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.decode import answerable, decode
from fleetscan.model import (
    Absent,
    CimRows,
    FactType,
    File,
    FileAspect,
    Known,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
    Value,
)
from tests.facts.shapes import FITS, JSON, QUESTIONS, RAW_TYPES
from tests.facts.words import GONE, known, reason_of

VALUE = RegistryValue(key=r"HKLM\K", value="V")
VALUES = RegistryList(key=r"HKLM\K", list="values")
SUBKEYS = RegistryList(key=r"HKLM\K", list="subkeys")
SERVICE = Service(name="S")
SERVICES = Services(pattern="S*")
CIM = CimRows(cim_class="Win32_ComputerSystem", properties=("P",))
WHEN = "2026-11-20T03:00:00Z"
RECORD: dict[str, Value] = {"state": "Running", "start": "Auto", "account": "LocalSystem", "display": "S", "pid": 4}


def _file(aspect: FileAspect) -> File:
    return File(path=r"C:\f", aspect=aspect)


@pytest.mark.parametrize(
    ("kind", "question", "raw", "value"),
    [
        (FactType.INT, VALUE, known(1, "REG_DWORD"), 1),
        (FactType.INT, VALUE, known(2**32 - 1, "REG_DWORD"), 2**32 - 1),
        (FactType.INT, VALUE, known(2**63 - 1, "REG_QWORD"), 2**63 - 1),
        (FactType.STRING, VALUE, known("%ProgramFiles%\\x\0", "REG_EXPAND_SZ"), "%ProgramFiles%\\x"),
        (FactType.STRING, VALUE, known("", "REG_SZ"), ""),
        (FactType.STRINGS, VALUE, known(["a", "b\0"], "REG_MULTI_SZ"), ("a", "b")),
        (FactType.VERSION, VALUE, known("15.02.1544.039", "REG_SZ"), "15.2.1544.39"),
        (
            FactType.VALUES,
            VALUES,
            known({"C:\\x": {"type": "REG_DWORD", "value": 0}, "m": {"type": "REG_MULTI_SZ", "value": ["a"]}}, "key"),
            {"C:\\x": {"type": "REG_DWORD", "value": 0}, "m": {"type": "REG_MULTI_SZ", "value": ["a"]}},
        ),
        (FactType.STRINGS, SUBKEYS, known(["{guid}"], "key"), ("{guid}",)),
        (FactType.SERVICE, SERVICE, known(RECORD | {"other": 1}, "service"), RECORD),
        (FactType.SERVICES, SERVICES, known({"S1": RECORD}, "services"), {"S1": RECORD}),
        (FactType.SERVICES, SERVICES, known({}, "services"), {}),
        (FactType.VERSION, _file(FileAspect.VERSION), known("15.2.1544.39", "file"), "15.2.1544.39"),
        (
            FactType.STAT,
            _file(FileAspect.STAT),
            known({"size": 1, "modified": WHEN}, "file"),
            {"size": 1, "modified": WHEN},
        ),
        (
            FactType.NEWEST,
            _file(FileAspect.NEWEST),
            known({"name": "lpt$vpn.457", "size": 1, "modified": WHEN, "x": 1}, "file"),
            {"name": "lpt$vpn.457", "size": 1, "modified": WHEN},
        ),
        (FactType.INT, _file(FileAspect.COUNT), known(0, "file"), 0),
        (FactType.TEXT, _file(FileAspect.TEXT), known({"text": "x", "truncated": False}, "file"), "x"),
        (FactType.TEXT, _file(FileAspect.TEXT), known({"text": ""}, "file"), ""),
        (FactType.INT, CIM, known([{"P": 8}], "cim"), 8),
        (FactType.BOOL, CIM, known([{"P": True}], "cim"), True),
        (FactType.STRING, CIM, known([{"P": "x"}], "cim"), "x"),
        (FactType.STRINGS, CIM, known([{"P": ["x"]}], "cim"), ("x",)),
        (FactType.VERSION, CIM, known([{"P": "10.0.17763"}], "cim"), "10.0.17763"),
    ],
)
def test_reads_each_type_from_each_place(kind: FactType, question: Question, raw: Known, value: Value) -> None:
    """A sound answer becomes the value of the fact's type, with the raw type beside it."""
    assert decode(kind, question, "P", raw) == Known(value=value, type=raw.type)


@pytest.mark.parametrize(
    ("kind", "raw", "detail"),
    [
        (FactType.INT, known("12", "REG_SZ"), "REG_SZ '12' where int was expected"),
        (FactType.INT, known("01", "REG_BINARY"), "REG_BINARY '01' where int was expected"),
        (FactType.STRING, known(1, "REG_DWORD"), "REG_DWORD 1 where string was expected"),
        (FactType.STRINGS, known("a", "REG_SZ"), "REG_SZ 'a' where strings was expected"),
        (FactType.VERSION, known(15, "REG_DWORD"), "REG_DWORD 15 where version was expected"),
    ],
)
def test_another_registry_type_is_said_and_not_converted(kind: FactType, raw: Known, detail: str) -> None:
    """A value of another registry type is wrong_type, with the type and the value that are there."""
    assert reason_of(decode(kind, VALUE, "", raw)) == (Reason.WRONG_TYPE, detail)


def test_the_words_about_a_long_value_are_bounded() -> None:
    """A long value of the wrong type is shown by its beginning, in printable characters."""
    _, detail = reason_of(decode(FactType.INT, VALUE, "", known("\x1b[31m" + "x" * 9999, "REG_SZ")))
    assert len(detail) < 150
    assert detail.isprintable()


@pytest.mark.parametrize(
    ("kind", "question", "raw"),
    [
        (FactType.INT, VALUE, known("1", "REG_DWORD")),
        (FactType.INT, VALUE, Known(value=True, type="REG_DWORD")),
        (FactType.INT, VALUE, known(-1, "REG_DWORD")),
        (FactType.INT, VALUE, known(2**32, "REG_DWORD")),
        (FactType.INT, VALUE, known(2**64, "REG_QWORD")),
        (FactType.STRING, VALUE, known(1, "REG_SZ")),
        (FactType.STRING, VALUE, known("\ud800", "REG_SZ")),
        (FactType.STRINGS, VALUE, known("ab", "REG_MULTI_SZ")),
        (FactType.STRINGS, VALUE, known(["a", 1], "REG_MULTI_SZ")),
        (FactType.STRINGS, VALUE, known(["a", "\ud800"], "REG_MULTI_SZ")),
        (FactType.VERSION, VALUE, known("newest", "REG_SZ")),
        (FactType.VERSION, _file(FileAspect.VERSION), known(15, "file")),
        (FactType.VALUES, VALUES, known(["a"], "key")),
        (FactType.VALUES, VALUES, known({"a": 1}, "key")),
        (FactType.VALUES, VALUES, known({"a": {"type": "REG_SZ"}}, "key")),
        (FactType.VALUES, VALUES, known({"a": {"type": "REG_SZ", "value": {}}}, "key")),
        (FactType.VALUES, VALUES, known({"\ud800": {"type": "REG_SZ", "value": ""}}, "key")),
        (FactType.SERVICE, SERVICE, known("Running", "service")),
        (FactType.SERVICE, SERVICE, known({"state": "Running"}, "service")),
        (FactType.SERVICE, SERVICE, known(RECORD | {"pid": "4"}, "service")),
        (FactType.SERVICE, SERVICE, known(RECORD | {"account": 4}, "service")),
        (FactType.SERVICES, SERVICES, known({"S1": {"state": 1, "start": "Auto"}}, "services")),
        (FactType.STAT, _file(FileAspect.STAT), known({"size": -1, "modified": WHEN}, "file")),
        (FactType.STAT, _file(FileAspect.STAT), known({"size": 1, "modified": "2026-11-20T03:00:00"}, "file")),
        (FactType.STAT, _file(FileAspect.STAT), known({"size": 1, "modified": "2026-11-20T03:00:00+01:00"}, "file")),
        (FactType.STAT, _file(FileAspect.STAT), known({"size": 1, "modified": "yesterday"}, "file")),
        (FactType.STAT, _file(FileAspect.STAT), known({"size": 1, "modified": 1}, "file")),
        (FactType.NEWEST, _file(FileAspect.NEWEST), known({"size": 1, "modified": WHEN}, "file")),
        (FactType.NEWEST, _file(FileAspect.NEWEST), known(7, "file")),
        (FactType.INT, _file(FileAspect.COUNT), known("0", "file")),
        (FactType.TEXT, _file(FileAspect.TEXT), known("x", "file")),
        (FactType.TEXT, _file(FileAspect.TEXT), known({"text": "x", "truncated": "no"}, "file")),
        (FactType.INT, CIM, known("rows", "cim")),
        (FactType.INT, CIM, known({"P": 1}, "cim")),
        (FactType.INT, CIM, known([1], "cim")),
    ],
)
def test_an_answer_of_another_shape_is_malformed(kind: FactType, question: Question, raw: Known) -> None:
    """An answer that breaks the promise of its own type is malformed, never half a value."""
    assert reason_of(decode(kind, question, "P", raw))[0] is Reason.MALFORMED


def test_what_does_not_fit_is_too_large() -> None:
    """A file that was cut, and a number over 64 bits with sign, are too large rather than near misses."""
    cut = known({"text": "x", "truncated": True}, "file")
    assert reason_of(decode(FactType.TEXT, _file(FileAspect.TEXT), "", cut))[0] is Reason.TOO_LARGE
    assert reason_of(decode(FactType.INT, VALUE, "", known(2**63, "REG_QWORD")))[0] is Reason.TOO_LARGE


def test_cim_rows() -> None:
    """No row or no property is absent; two rows are one too many; another type of property is wrong."""
    assert decode(FactType.INT, CIM, "P", known([], "cim")) == GONE
    assert decode(FactType.INT, CIM, "P", known([{"Q": 1}], "cim")) == GONE
    two = known([{"P": 1}, {"P": 2}], "cim")
    assert reason_of(decode(FactType.INT, CIM, "P", two)) == (
        Reason.MALFORMED,
        "2 rows of Win32_ComputerSystem where one was expected",
    )
    assert reason_of(decode(FactType.INT, CIM, "P", known([{"P": "8"}], "cim"))) == (
        Reason.WRONG_TYPE,
        "P is '8' where int was expected",
    )
    assert reason_of(decode(FactType.INT, CIM, "P", known([{"P": 2**64}], "cim")))[0] is Reason.TOO_LARGE


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("kind", FactType)
def test_a_type_that_a_question_cannot_have_is_wrong(kind: FactType, question: Question) -> None:
    """Asking a question for a type that it cannot have gives wrong_type for every answer."""
    outcome = decode(kind, question, "P", known(1, "REG_DWORD"))
    refused = isinstance(outcome, Unknown) and outcome.detail.endswith(f"cannot be read as {kind.value}")
    assert refused is (kind not in answerable(question))


@given(st.sampled_from(FactType), st.sampled_from(QUESTIONS), st.builds(known, JSON, RAW_TYPES))
def test_any_answer_at_all_is_read_or_refused(kind: FactType, question: Question, raw: Known) -> None:
    """Whatever a host answers, the outcome is known of exactly its type, absent, or unknown in bounded words."""
    match decode(kind, question, "P", raw):
        case Known(value=value, type=raw_type):
            assert FITS[kind](value)
            assert raw_type == raw.type
        case Absent():
            assert isinstance(question, CimRows)
        case Unknown(detail=detail):
            assert 0 < len(detail) <= 500
            assert detail.isprintable()


TEMPLATE: dict[str, Value] = {**RECORD, "state": "Stopped"}
"""The record of a service that only others are made from."""


def _names(template: str, *names: str, record: dict[str, Value] = TEMPLATE) -> tuple[str, ...]:
    services: dict[str, Value] = {template: record, **dict.fromkeys(names, RECORD)}
    outcome = decode(FactType.SERVICES, SERVICES, "", known(services, "services"))
    assert isinstance(outcome, Known)
    assert isinstance(outcome.value, Mapping)
    return tuple(outcome.value)


def test_services_of_a_session_are_no_difference_between_nights() -> None:
    """An instance of a per-user service has another suffix after each logon; its template stands for it."""
    one_night, another = _names("CDPUserSvc", "CDPUserSvc_11dd2e"), _names("CDPUserSvc", "CDPUserSvc_3E7F01", "CDPSvc")
    assert one_night == ("CDPUserSvc",)
    assert another == ("CDPUserSvc", "CDPSvc")
    assert _names("cdpusersvc", "CDPUserSvc_11DD2E") == ("cdpusersvc",)
    assert _names("A", "A_3e9", "A_ffffffff") == ("A",)


def test_a_service_that_only_looks_like_one_of_a_session_stays() -> None:
    """Without its template, or with a suffix that is no number, a service is a service."""
    for name in ("CDPUserSvc_11dd2e", "X_Master", "X_", "X_1g", "_11dd2e", "X_1", "X_01", "XX_11dd2e", "X_123456789"):
        assert _names("X", name) == ("X", name)


def test_beside_a_service_that_runs_nothing_is_left_out() -> None:
    """A template does not run, so what is beside one that does is a service of its own, however it is named."""
    assert _names("Backup", "Backup_2024", record=RECORD) == ("Backup", "Backup_2024")
    assert _names("Backup", "Backup_2024", record={**RECORD, "state": "running"}) == ("Backup", "Backup_2024")


def test_state_and_start_are_all_that_a_service_needs() -> None:
    """Account, display name and process are told where the host gives them."""
    bare: dict[str, Value] = {"state": "Stopped", "start": "Manual"}
    assert decode(FactType.SERVICE, Service(name="S"), "", known(bare, "service")) == known(bare, "service")
    for name in bare:
        less = {word: value for word, value in bare.items() if word != name}
        assert isinstance(decode(FactType.SERVICE, Service(name="S"), "", known(less, "service")), Unknown)
