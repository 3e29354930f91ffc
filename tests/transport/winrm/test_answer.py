from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import HostFailure
from fleetscan.model import (
    Absent,
    CimRows,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
)
from fleetscan.transport.winrm.answer import decode
from fleetscan.transport.winrm.request import plan
from fleetscan.transport.words import TEXT_LIMIT
from tests.transport.winrm.questions import PLACED, QUESTIONS, answers

VALUE = RegistryValue(key="HKLM\\A", value="B")
RECORD = {"s": "ok", "state": "Running", "start": "Auto"}
KNOWN = {"state": "Running", "start": "Auto"}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def _one(question: Question, section: str, item: object) -> Outcome:
    """Read one item as the answer to one question."""
    text = json.dumps({"v": 1, section: item if section == "services" else [item]})
    return decode(text, plan([question]))[question]


@given(st.data(), st.lists(PLACED, max_size=8, unique=True))
def test_what_a_host_may_answer_is_read_as_what_it_means(
    data: st.DataObject, questions: list[RegistryValue | RegistryList | File | CimRows]
) -> None:
    """Item by item, for every kind of question and every state."""
    asked = plan(questions)
    drawn = {question: data.draw(answers(question)) for question in questions}
    answer = {
        "v": 1,
        "registry": [drawn[each][0] for each in asked.registry],
        "files": [drawn[each][0] for each in asked.files],
        "cim": [drawn[each][0] for each in asked.cim],
    }
    assert decode(json.dumps(answer), asked) == {question: outcome for question, (_, outcome) in drawn.items()}


@given(
    st.lists(QUESTIONS, max_size=5), st.dictionaries(st.sampled_from(("registry", "services", "files", "cim")), _JSON)
)
def test_any_json_gives_every_question_an_outcome(questions: list[Question], sections: dict[str, object]) -> None:
    """Nothing that a host makes up escapes as an error, and nothing of it becomes known by accident."""
    outcomes = decode(json.dumps({"v": 1, **sections}), plan(questions))
    assert set(outcomes) == set(questions)
    json.dumps([str(outcome) for outcome in outcomes.values()]).encode()


@given(st.text(max_size=40) | _JSON.map(json.dumps))
def test_any_text_is_an_answer_or_a_failure(text: str) -> None:
    """There is no third way out."""
    with contextlib.suppress(HostFailure):
        assert set(decode(text, plan([VALUE]))) == {VALUE}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        '{"v": 2}',
        '{"v": true}',
        '{"v": "1"}',
        "{}",
        '{"v": 1, "v": 1}',
        '{"v": 1, "registry": [{"s": "ok", "s": "absent"}]}',
        '{"v": 1, "x": NaN}',
        '{"v": 1, "x": -Infinity}',
        '{"v": 1, "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
        '{"v": 1, "x": ' + "9" * 5_000 + "}",
        '{"v": 1} {}',
    ],
    ids=lambda text: text[:24],
)
def test_what_is_no_answer_of_the_contract_is_a_failure(text: str) -> None:
    """Duplicate names, constants that are no numbers, nesting without end, other versions."""
    with pytest.raises(HostFailure) as caught:
        decode(text, plan([VALUE]))
    assert caught.value.reason is Reason.MALFORMED
    assert len(caught.value.detail) < 300


@pytest.mark.parametrize(
    "item",
    [
        None,
        "ok",
        [],
        {},
        {"s": "fine"},
        {"s": "ok"},
        {"s": "ok", "t": "REG_DWORD", "d": -1},
        {"s": "ok", "t": "REG_DWORD", "d": 2**32},
        {"s": "ok", "t": "REG_DWORD", "d": True},
        {"s": "ok", "t": "REG_DWORD", "d": "1"},
        {"s": "ok", "t": "REG_QWORD", "d": 2**64},
        {"s": "ok", "t": "REG_SZ", "d": None},
        {"s": "ok", "t": "REG_MULTI_SZ", "d": "one"},
        {"s": "ok", "t": "REG_MULTI_SZ", "d": [1]},
        {"s": "ok", "t": "REG_BINARY", "d": "0"},
        {"s": "ok", "t": "REG_BINARY", "d": "zz"},
        {"s": "ok", "t": "REG_LINK", "d": "x"},
        {"s": "ok", "t": ["REG_SZ"], "d": "x"},
    ],
    ids=str,
)
def test_a_value_that_is_off_is_unknown(item: object) -> None:
    """Never absent, never a default."""
    outcome = _one(VALUE, "registry", item)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("question", "section", "item"),
    [
        (RegistryList(key="K", list="values"), "registry", {"s": "ok", "d": []}),
        (RegistryList(key="K", list="values"), "registry", {"s": "ok", "d": {"a": 1}}),
        (RegistryList(key="K", list="values"), "registry", {"s": "ok", "d": {"a": {"t": "REG_SZ"}}}),
        (RegistryList(key="K", list="subkeys"), "registry", {"s": "ok", "d": {}}),
        (File(path="p", aspect=FileAspect.VERSION), "files", {"s": "ok", "version": "1"}),
        (File(path="p", aspect=FileAspect.VERSION), "files", {"s": "ok", "version": "1.2.3.4.5"}),
        (File(path="p", aspect=FileAspect.STAT), "files", {"s": "ok", "size": 1.5, "modified": "2026-11-20T03:00:00Z"}),
        (File(path="p", aspect=FileAspect.STAT), "files", {"s": "ok", "size": 1, "modified": "yesterday"}),
        (File(path="p", aspect=FileAspect.COUNT), "files", {"s": "ok", "count": -1}),
        (File(path="p", aspect=FileAspect.TEXT, max_bytes=2), "files", {"s": "ok", "text": "abc"}),
        (CimRows(cim_class="C", properties=("P",)), "cim", {"s": "ok", "rows": {}}),
        (CimRows(cim_class="C", properties=("P",)), "cim", {"s": "ok", "rows": [[]]}),
        (CimRows(cim_class="C", properties=("P",)), "cim", {"s": "ok", "rows": [{"P": {}}]}),
        (CimRows(cim_class="C", properties=("P",)), "cim", {"s": "ok", "rows": [{"P": 2**70}]}),
        (Service(name="a"), "services", {"a": {"s": "ok", "state": 4, "start": "Auto"}}),
        (Service(name="a"), "services", {"a": {**RECORD, "pid": -1}}),
        (Service(name="a"), "services", {"a": RECORD, "A": RECORD}),
        (Service(name="a"), "services", {"b": RECORD}),
        (Service(name="a"), "services", []),
        (Services(pattern="a*"), "services", {"A*": RECORD}),
        (Services(pattern="a*"), "services", {"abc": RECORD, "ABC": RECORD}),
    ],
    ids=str,
)
def test_an_answer_of_the_wrong_shape_is_unknown(question: Question, section: str, item: object) -> None:
    """For every section."""
    outcome = _one(question, section, item)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "section", [{}, {"registry": []}, {"registry": [{"s": "absent"}] * 2}, {"registry": "x"}], ids=str
)
def test_a_section_of_the_wrong_length_answers_nothing(section: dict[str, object]) -> None:
    """Positions would be guessed otherwise."""
    outcome = decode(json.dumps({"v": 1, **section}), plan([VALUE]))[VALUE]
    assert outcome == Unknown(
        reason=Reason.MALFORMED, detail="the host did not answer the section registry item by item"
    )


def test_a_text_without_end_is_too_large() -> None:
    """One text may have a million characters."""
    outcome = _one(VALUE, "registry", {"s": "ok", "t": "REG_SZ", "d": "x" * (TEXT_LIMIT + 1)})
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.TOO_LARGE


def test_lone_surrogates_become_replacement_characters() -> None:
    """Everything that is known can be written to a file."""
    outcome = _one(VALUE, "registry", {"s": "ok", "t": "REG_SZ", "d": "a\ud800b"})
    assert outcome == Known(value="a\ufffdb", type="REG_SZ")
    pair = _one(VALUE, "registry", {"s": "ok", "t": "REG_SZ", "d": "\ud83d\ude00"})
    assert pair == Known(value="\U0001f600", type="REG_SZ")


def test_a_message_of_the_host_is_cut_and_made_plain() -> None:
    """It is data: one line, no control characters, at most 500 characters."""
    outcome = _one(VALUE, "registry", {"s": "denied", "m": "no\x1b[31m\n" + "x" * 900})
    assert isinstance(outcome, Unknown)
    assert outcome.detail.startswith("no [31m xxx")
    assert len(outcome.detail) == 500
    assert _one(VALUE, "registry", {"s": "denied", "m": 5}) == Unknown(reason=Reason.DENIED)


def test_services_are_found_without_case() -> None:
    """Under whatever spelling the host answers."""
    asked = plan([Service(name="MSExchangeIS"), Service(name="msexchangeis"), Service(name="gone")])
    told = {"MsExchangeIS": {**RECORD, "pid": 3, "account": "LocalSystem", "display": None}, "GONE": {"s": "absent"}}
    outcomes = decode(json.dumps({"v": 1, "services": told}), asked)
    assert list(outcomes.values()) == [
        Known(value={**KNOWN, "account": "LocalSystem", "pid": 3}, type="service"),
        Known(value={**KNOWN, "account": "LocalSystem", "pid": 3}, type="service"),
        Absent(),
    ]


def test_a_pattern_gathers_what_matched() -> None:
    """Others, absent ones and other patterns' refusals are not in it; nothing is a known nothing."""
    told = {"Alpha": RECORD, "Beta": RECORD, "Almost": {"s": "absent"}, "al*": {"s": "denied"}}
    assert _one(Services(pattern="a*"), "services", told) == Known(value={"Alpha": KNOWN}, type="services")
    assert _one(Services(pattern="x*"), "services", told) == Known(value={}, type="services")
    assert _one(Services(pattern="x*"), "services", {}) == Known(value={}, type="services")


@pytest.mark.parametrize(
    ("told", "reason", "detail"),
    [
        ({"a*": {"s": "denied", "m": "no"}}, Reason.DENIED, "no"),
        ({"A*": {"s": "error", "late": True, "m": "late"}}, Reason.TIMED_OUT, "late"),
        ({"Alpha": RECORD, "Able": {"s": "denied", "m": "no"}}, Reason.DENIED, "Able: no"),
    ],
    ids=str,
)
def test_a_pattern_with_anything_unknown_is_unknown(told: dict[str, object], reason: Reason, detail: str) -> None:
    """The service that is not shown might be the one that matters."""
    assert _one(Services(pattern="a*"), "services", told) == Unknown(reason=reason, detail=detail)


def test_cim_values_may_be_lists_and_numbers_of_both_kinds() -> None:
    """Properties come under the name they were asked by."""
    question = CimRows(cim_class="C", properties=("Roles", "Load", "Free"))
    outcome = _one(question, "cim", {"s": "ok", "rows": [{"ROLES": ["a", True], "Load": 0.5, "Free": -3}]})
    assert outcome == Known(value=[{"Roles": ["a", True], "Load": 0.5, "Free": -3}], type="cim")
