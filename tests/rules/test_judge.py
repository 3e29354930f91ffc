"""Verdicts: order of decision, reasons, sentences, and what may never happen."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts import DERIVATIONS
from fleetscan.model import (
    Broken,
    Evidence,
    Failure,
    Finding,
    HostRecord,
    NotApplicable,
    Outcome,
    Pass,
    Reason,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
)
from fleetscan.rules import judge, judge_all, load_shelf
from tests.rules.samples import ABSENT, AT, DENIED, STARTED, STOPPED, evidence, evidence_of, known, load, rule

ONE = load().rules[0]
SHELF = load_shelf(derivations=DERIVATIONS)


def _record(facts: dict[str, Evidence], failure: Failure | None = None) -> HostRecord:
    return HostRecord(
        host="EX01",
        address="127.0.0.2",
        site="",
        groups=(),
        status=Status.COMPLETE,
        failure=failure,
        transport="winrm",
        credential="reader",
        started=AT,
        seconds=1.0,
        attempts=1,
        round_trips=4,
        bytes_received=100,
        notes=(),
        facts=facts,
    )


def test_a_finding_says_what_was_read() -> None:
    """Placeholders are filled from the evidence, and all that was read is kept in the author's order."""
    seen = evidence(reg__number=known(6), svc__one=STARTED)
    verdict = judge(ONE, seen, host="EX01")

    assert verdict.ruling == Finding()
    assert verdict.summary == "Number is 6 while One is Running."
    assert verdict.evidence == (seen["svc.one"], seen["reg.number"])
    assert (verdict.host, verdict.rule, verdict.word) == ("EX01", "one-thing", "finding")


def test_other_verdicts_have_sentences_of_their_own() -> None:
    """Pass, not applicable and unknown are said in words that an engineer can act on."""
    passed = judge(ONE, evidence(reg__number=known(5), svc__one=STARTED), host="h")
    foreign = judge(ONE, evidence(reg__number=DENIED, svc__one=ABSENT), host="h")
    dark = judge(ONE, evidence(reg__number=DENIED, svc__one=STARTED), host="h")

    assert (passed.ruling, passed.summary) == (Pass(), "does not hold: One thing is wrong")
    assert foreign.ruling == NotApplicable()
    assert foreign.summary == "not applicable: this rule is about servers with the service One"
    assert dark.summary == "unknown: reg.number was denied (Access is denied.)"


def test_applicability_comes_first() -> None:
    """A rule whose applicability is unknown is unknown, even where its condition could not hold."""
    verdict = judge(ONE, evidence(reg__number=known(1), svc__one=DENIED), host="h")
    wanted = UnknownFact(fact="svc.one", reason=Reason.DENIED, detail="Access is denied.")
    assert verdict.ruling == Undetermined(facts=(wanted,))


def test_an_override_moves_the_threshold() -> None:
    """The environment's number is used and the sentence shows it."""
    parts = replace(ONE, summary="{reg.number} of {parameter.most}")
    seen = evidence(reg__number=known(6), svc__one=STARTED)

    assert judge(parts, seen, host="h", parameters={"most": 6}).ruling == Pass()
    assert judge(parts, seen, host="h", parameters={"most": 2}).summary == "6 of 2"


@pytest.mark.parametrize("override", [{"most": "6"}, {"most": True}, {"least": 1}, {"most": {}}])
def test_an_override_that_does_not_fit_breaks_the_rule_aloud(override: dict[str, Value]) -> None:
    """A wrong threshold never passes as a verdict."""
    verdict = judge(ONE, evidence(reg__number=known(6), svc__one=STARTED), host="h", parameters=override)
    assert isinstance(verdict.ruling, Broken)
    assert "one-thing" in verdict.summary


def test_absence_can_decide_nothing() -> None:
    """`absent: {fact: {unknown: ...}}` makes the rule unknown, for values and for records."""
    value = rule("reg.number > 1", "reg.number", "{reg.number: {unknown: not_located, detail: gone}}")
    record = rule("svc.one.started", "svc.one", "{svc.one: {unknown: not_located}}")

    dark = judge(value, evidence(reg__number=ABSENT), host="h")
    assert dark.summary == "unknown: reg.number could not be located (gone)"
    gone = judge(record, evidence(svc__one=ABSENT), host="h").ruling
    assert gone == Undetermined(
        facts=(UnknownFact(fact="svc.one", reason=Reason.NOT_LOCATED, detail="it is not there"),)
    )


def test_absence_without_a_meaning_is_unknown() -> None:
    """A rule that was made without the loader, and says nothing of absence, gets no default."""
    silent = replace(ONE, absent={})
    verdict = judge(silent, evidence(reg__number=ABSENT, svc__one=STARTED), host="h")
    assert isinstance(verdict.ruling, Undetermined)


def test_only_facts_that_stood_in_the_way_are_named() -> None:
    """An unknown fact in a part that is decided anyway is left out."""
    both = rule(
        "(reg.text == 'x' || svc.one.started) && reg.number > 1",
        "svc.one, reg.number, reg.text",
        "{reg.number: 0, reg.text: ''}",
    )
    seen = evidence(svc__one=STARTED, reg__text=DENIED, reg__number=Unknown(reason=Reason.TIMED_OUT))

    ruling = judge(both, seen, host="h").ruling

    assert ruling == Undetermined(facts=(UnknownFact(fact="reg.number", reason=Reason.TIMED_OUT, detail=""),))


def test_a_rule_that_fails_on_known_facts_is_broken() -> None:
    """Division by zero is the rule's fault, and is neither a pass nor an unknown."""
    divided = rule("10 / reg.number > 1", "reg.number", "{reg.number: 0}")

    assert judge(divided, evidence(reg__number=known(0)), host="h").ruling == Broken(fault="divide by zero")
    assert judge(divided, evidence(reg__number=ABSENT), host="h").summary == "the rule is broken: divide by zero"
    assert isinstance(judge(divided, evidence(reg__number=DENIED), host="h").ruling, Undetermined)


def test_a_broken_part_beside_an_unknown_that_cannot_matter_is_broken() -> None:
    """The unknown fact is not blamed for the rule's own fault."""
    mixed = rule(
        "10 / reg.number > 1 && (svc.one.started || reg.text == 'x')",
        "svc.one, reg.number, reg.text",
        "{reg.number: 0, reg.text: ''}",
    )
    seen = evidence(svc__one=STARTED, reg__text=DENIED, reg__number=known(0))
    assert judge(mixed, seen, host="h").ruling == Broken(fault="divide by zero")


def test_a_field_of_a_file_that_is_not_there_breaks_the_rule() -> None:
    """A guard in the wrong place is the rule's fault, and says so."""
    facts = "  f.new: {file: 'C:\\a', what: newest, pattern: '*'}\n"
    unguarded = rule("f.new.age_days > 1 || f.new.exists", "f.new", facts=facts)
    assert judge(unguarded, evidence(f__new=ABSENT), host="h").ruling == Broken(fault="f.new.age_days has no value")


def test_what_a_host_said_enters_a_sentence_bounded_and_printable() -> None:
    """Control characters, directions and megabytes stay out of the summary."""
    loud = rule("reg.text != ''", "reg.text", "{reg.text: ''}")
    loud = replace(loud, summary="It says {reg.text}, {no.such}.")
    seen = evidence(reg__text=known("\x1b[31m\u202e\n" + "x" * 100_000 + "{reg.text}"))

    summary = judge(loud, seen, host="h").summary

    assert summary.startswith("It says \N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER} xxx")
    assert summary.endswith("x…, (unknown).")
    assert len(summary) < 200


SHOWN: list[tuple[Outcome, str]] = [
    (known(value=True), "true"),
    (known(["a", "b"]), "a, b"),
    (known([]), "none"),
    (known([str(n) for n in range(10)]), "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"),
    (known({"a": 1}), "a"),
    (known(5), "5"),
    (ABSENT, "(absent)"),
    (DENIED, "(unknown)"),
]


@pytest.mark.parametrize(("outcome", "words"), SHOWN)
def test_a_placeholder_shows_what_was_read_or_that_it_was_not(outcome: Outcome, words: str) -> None:
    """The meaning of absence is the rule's; the sentence says what the host said."""
    always = replace(rule("svc.one.started", "svc.one"), summary="<{reg.text}>", reads=("svc.one", "reg.text"))
    always = replace(always, types={**always.types, "reg.text": ONE.types["reg.number"]})
    seen = evidence(svc__one=STARTED, reg__text=outcome)
    assert judge(always, seen, host="h").summary == f"<{words}>"


def test_a_host_that_was_not_scanned_has_a_verdict_for_every_rule() -> None:
    """Each one unknown, each needed fact with the failure's own reason."""
    failure = Failure(reason=Reason.AUTH_FAILED, detail="the password is wrong")
    verdicts = judge_all(SHELF, _record({}, failure))

    assert [verdict.rule for verdict in verdicts] == [rule.id for rule in SHELF.rules]
    for verdict, read in zip(verdicts, SHELF.rules, strict=True):
        assert isinstance(verdict.ruling, Undetermined)
        assert {(fact.reason, fact.detail) for fact in verdict.ruling.facts} == {(failure.reason, failure.detail)}
        assert tuple(piece.fact for piece in verdict.evidence) == read.reads
        assert all(piece.where and piece.transport == "winrm" and piece.at == AT for piece in verdict.evidence)


def test_a_fact_that_nobody_asked_for_is_unknown() -> None:
    """A kept run can be judged by newer rules: what they need and it lacks was not asked."""
    verdict = judge_all(load(), _record(evidence(svc__one=STARTED)))[0]
    assert verdict.ruling == Undetermined(facts=(UnknownFact(fact="reg.number", reason=Reason.NOT_ASKED, detail=""),))
    bare = judge(ONE, {}, host="h")
    assert isinstance(bare.ruling, Undetermined)
    assert bare.evidence == ()


def test_a_complete_record_is_judged_as_it_is_and_overrides_reach_their_rule() -> None:
    """Overrides are given by rule and name."""
    record = _record(evidence(svc__one=STARTED, reg__number=known(6)))
    assert judge_all(load(), record)[0].ruling == Finding()
    assert judge_all(load(), record, {"one-thing": {"most": 10}})[0].ruling == Pass()


_STATES: list[Outcome] = [
    ABSENT,
    DENIED,
    STARTED,
    STOPPED,
    known(value=True),
    known(value=False),
    known(1),
    known("15.2.1544.4"),
    known(()),
    known({}),
]
_OUTCOMES = st.sampled_from(_STATES)


@given(st.data())
def test_no_answer_of_a_host_raises_and_no_unknown_fact_is_called_fine(data: st.DataObject) -> None:
    """Any mixture of outcomes gives a verdict, and an unknown one names at least one fact that is not known."""
    facts = {fact for read in SHELF.rules for fact in read.reads}
    seen = evidence_of({fact: data.draw(_OUTCOMES) for fact in sorted(facts)})
    for verdict in judge_all(SHELF, _record(seen)):
        match verdict.ruling:
            case Undetermined(facts=named):
                assert named
            case Broken(fault=fault):
                pytest.fail(f"{verdict.rule}: {fault}")
            case _:
                assert verdict.summary


def test_ten_thousand_hosts_are_judged_in_seconds() -> None:
    """Conditions are compiled once: a verdict costs microseconds, not milliseconds."""
    record = _record({}, Failure(reason=Reason.UNREACHABLE, detail="no route"))
    begun = perf_counter()
    count = sum(len(judge_all(SHELF, record)) for _ in range(100))
    assert (perf_counter() - begun) / count < 0.002
