from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts import plan, read
from fleetscan.facts.decode import answerable
from fleetscan.model import (
    Absent,
    Answer,
    CimRows,
    Derived,
    Evidence,
    Fact,
    FactType,
    Failure,
    File,
    FileAspect,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryValue,
    Service,
    Unknown,
)
from tests.facts.shapes import FITS, JSON, QUESTIONS, RAW_TYPES, asked
from tests.facts.words import AT, DENIED, GONE, known, reason_of

FIXED = RegistryValue(key=r"HKLM\N", value="SiteName")
DYNAMIC = RegistryValue(key=r"HKLM\N", value="DynamicSiteName")
FACTS = (
    asked("ad.fixed", FactType.STRING, FIXED),
    asked("ad.dynamic", FactType.STRING, DYNAMIC),
    Fact(id="ad.site", type=FactType.STRING, origin=Derived(derivation="ad_site", inputs=("ad.fixed", "ad.dynamic"))),
)


def _read(facts: tuple[Fact, ...], answer: Answer) -> dict[str, Evidence]:
    return dict(read(plan(facts), answer, transport="winrm", credential="exchange-read", at=AT))


def test_evidence_names_value_type_place_and_way() -> None:
    """Evidence of an asked fact holds the raw type and the place; of a derived one, the derivation and its inputs."""
    record = _read(FACTS, Answer(outcomes={FIXED: Absent(), DYNAMIC: known("Osaka")}))
    assert record["ad.dynamic"] == Evidence(
        fact="ad.dynamic",
        outcome=Known(value="Osaka", type="REG_SZ"),
        where=r"HKLM\N\DynamicSiteName",
        transport="winrm",
        credential="exchange-read",
        at=AT,
    )
    assert record["ad.site"].where == "ad_site(ad.fixed, ad.dynamic)"
    assert record["ad.site"].outcome == Known(value="Osaka", type="string")
    assert record["ad.fixed"].outcome == GONE


def test_what_was_not_answered_has_the_reason_of_the_end() -> None:
    """A question without an answer is unknown for the reason for which the conversation ended, or was not asked."""
    cut = Failure(reason=Reason.TIMED_OUT, detail="20 s were spent")
    record = _read(FACTS, Answer(outcomes={DYNAMIC: known("Osaka")}, failure=cut))
    assert reason_of(record["ad.fixed"].outcome) == (Reason.TIMED_OUT, "20 s were spent")
    assert reason_of(record["ad.site"].outcome) == (Reason.TIMED_OUT, "SiteName: 20 s were spent")
    assert reason_of(_read(FACTS, Answer())["ad.fixed"].outcome)[0] is Reason.NOT_ASKED


def test_absent_and_unknown_pass_through() -> None:
    """What the host said of a thing is not reinterpreted."""
    record = _read(FACTS, Answer(outcomes={FIXED: DENIED, DYNAMIC: GONE}))
    assert record["ad.fixed"].outcome == DENIED
    assert record["ad.dynamic"].outcome == GONE


def test_a_merged_cim_question_answers_each_of_its_facts() -> None:
    """Facts of one CIM class take their properties from the one merged answer; each names its own place."""
    facts = (
        asked("cpu.logical", FactType.INT, CimRows(cim_class="C", properties=("P",)), "P"),
        asked("memory.bytes", FactType.INT, CimRows(cim_class="C", properties=("M",)), "M"),
    )
    merged = CimRows(cim_class="C", properties=("P", "M"))
    record = _read(facts, Answer(outcomes={merged: known([{"P": 8, "M": 2**37}], "cim")}))
    assert {name: evidence.outcome for name, evidence in record.items()} == {
        "cpu.logical": known(8, "cim"),
        "memory.bytes": known(2**37, "cim"),
    }
    assert record["cpu.logical"].where == "CIM C (P)"


def test_each_fact_says_which_way_it_came() -> None:
    """A derived one came the way of its inputs, where they share one; the rest came the way of the record."""
    way: dict[Question, str] = {FIXED: "remote_registry", DYNAMIC: "remote_registry"}
    answer = Answer(outcomes={FIXED: GONE, DYNAMIC: known("Osaka")}, ways=way)
    assert {each.transport for each in _read(FACTS, answer).values()} == {"remote_registry"}
    mixed = _read(FACTS, Answer(outcomes={FIXED: GONE, DYNAMIC: known("Osaka")}, ways={FIXED: "remote_registry"}))
    assert {name: each.transport for name, each in mixed.items()} == {
        "ad.fixed": "remote_registry",
        "ad.dynamic": "winrm",
        "ad.site": "winrm",
    }


def test_every_fact_of_the_plan_comes_out_once() -> None:
    """The evidence is that of the plan, in its order, whatever else was answered."""
    stray: dict[object, Outcome] = {Service(name="stray"): known({}, "service")}
    answer = Answer(outcomes={FIXED: GONE, **{q: o for q, o in stray.items() if isinstance(q, Service)}})
    assert list(_read(FACTS, answer)) == ["ad.fixed", "ad.dynamic", "ad.site"]


OUTCOMES = st.builds(known, JSON, RAW_TYPES) | st.sampled_from([GONE, DENIED])


@given(st.lists(st.none() | OUTCOMES, min_size=len(QUESTIONS), max_size=len(QUESTIONS)))
def test_no_answer_makes_reading_fail(outcomes: list[Outcome | None]) -> None:
    """For any JSON in any place reading never raises and never yields a known value of another type."""
    facts = tuple(
        asked(f"f.q{number}_{kind.value}", kind, question, "P")
        for number, question in enumerate(QUESTIONS)
        for kind in sorted(answerable(question))
    )
    answers = {question: one for question, one in zip(QUESTIONS, outcomes, strict=True) if one is not None}
    record = _read(facts, Answer(outcomes=answers))
    assert list(record) == [fact.id for fact in facts]
    for fact in facts:
        outcome = record[fact.id].outcome
        assert isinstance(outcome, Absent | Unknown) or FITS[fact.type](outcome.value)


@pytest.mark.parametrize(
    ("modified", "reason"),
    [
        ("2026-11-23T01:02:03Z", None),  # the clock of the host may be a day ahead
        ("2026-11-23T01:02:04Z", Reason.MALFORMED),
        ("2036-01-01T00:00:00Z", Reason.MALFORMED),
    ],
)
def test_a_newest_file_of_the_future_is_not_young(modified: str, reason: Reason | None) -> None:
    """A file that is dated well after the reading has no age, and is unknown instead of fresh."""
    question = File(path="P", aspect=FileAspect.NEWEST, pattern="lpt$vpn.*")
    answer = Answer(outcomes={question: known({"name": "lpt$vpn.457", "size": 1, "modified": modified}, "file")})
    outcome = _read((asked("a.newest", FactType.NEWEST, question),), answer)["a.newest"].outcome
    assert (outcome.reason if isinstance(outcome, Unknown) else None) is reason
