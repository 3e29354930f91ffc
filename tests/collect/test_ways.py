"""What is asked of the next way, and what comes out of several ways together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from fleetscan.collect.ways import OTHER_WAY, WORDS, Ledger, Tried
from fleetscan.model import Absent, Answer, CimRows, Failure, Known, Outcome, Question, Reason, Service, Unknown

A, B, C = (Service(name=name) for name in "ABC")
CIM = CimRows(cim_class="Win32_ComputerSystem", properties=("TotalPhysicalMemory",))
QUESTIONS: tuple[Question, ...] = (A, B, C)
KNOWN = Known(value={"state": "Running"}, type="service")
OTHER = Known(value={"state": "Stopped"}, type="service")
DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
REFUSED = Failure(reason=Reason.UNREACHABLE, detail="nobody listens")
SILENT = Failure(reason=Reason.TIMED_OUT, detail="silence")
REJECTED = Failure(reason=Reason.AUTH_FAILED, detail="wrong password")


def everything(_: Question) -> bool:
    """Take every question."""
    return True


def but_cim(question: Question) -> bool:
    """Take what a registry can give."""
    return not isinstance(question, CimRows)


BOTH: Mapping[str, Callable[[Question], bool]] = {"winrm": everything, "remote_registry": but_cim}


def tried(
    way: str,
    outcomes: Mapping[Question, Outcome] | None = None,
    failure: Failure | None = None,
    *,
    asked: tuple[Question, ...] = QUESTIONS,
    attempts: int = 1,
) -> Tried:
    """Try a way."""
    answer = Answer(outcomes=outcomes or {}, failure=failure, round_trips=2, bytes_received=10, notes=(f"by {way}",))
    return Tried(way=way, asked=asked, answer=answer, attempts=attempts)


def ledger(*ways: Tried, questions: tuple[Question, ...] = QUESTIONS) -> Ledger:
    """Keep a ledger of these ways."""
    kept = Ledger(questions)
    for each in ways:
        kept.add(each)
    return kept


def test_every_reason_is_in_the_table() -> None:
    """A reason that is added to the model must be decided here."""
    assert set(OTHER_WAY) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_the_table_alone_decides_what_is_asked_again(reason: Reason) -> None:
    """Of a question that was answered so, and of a conversation that ended so."""
    word = Unknown(reason=reason, detail="")
    answered = ledger(tried("winrm", {A: KNOWN, B: word, C: Absent()}))
    assert answered.wanted(everything) == ((B,) if OTHER_WAY[reason].question else None)
    ended = ledger(tried("winrm", {A: KNOWN}, Failure(reason=reason, detail="")))
    assert ended.over is not OTHER_WAY[reason].conversation
    assert ended.wanted(everything) == (B, C)


def test_a_rejected_logon_and_what_is_so_are_never_asked_again() -> None:
    """Known and absent are the host's word; so is a wrong type, and the place that was not found follows another."""
    never = {Reason.AUTH_FAILED, Reason.WRONG_TYPE, Reason.NOT_LOCATED, Reason.NOT_ASKED, Reason.TOO_LARGE}
    assert {reason for reason, cure in OTHER_WAY.items() if not cure.question} == never
    assert ledger(tried("winrm", {A: KNOWN, B: Absent(), C: KNOWN})).wanted(everything) is None


def test_a_way_is_asked_what_it_can_give() -> None:
    """And not at all when that is nothing; without any questions it is tried all the same."""
    kept = ledger(tried("winrm", {A: KNOWN}, REFUSED, asked=(A, CIM)), questions=(A, CIM))
    assert kept.wanted(everything) == (CIM,)
    assert kept.wanted(but_cim) is None
    assert ledger(tried("winrm", asked=()), questions=()).wanted(but_cim) == ()


def test_one_way_alone_is_told_as_it_is() -> None:
    """Words, failure and notes are those of the transport, without its name."""
    answer = ledger(tried("winrm", {A: KNOWN, B: DENIED}, SILENT)).answer({"winrm": everything})
    assert answer == Answer(
        outcomes={A: KNOWN, B: DENIED}, failure=SILENT, round_trips=2, bytes_received=10, notes=("by winrm",)
    )


def test_what_the_first_way_could_not_give_comes_from_the_second() -> None:
    """Each outcome names its way; what was spent is added up; that the first one failed is a note."""
    kept = ledger(tried("winrm", {A: KNOWN}, REFUSED), tried("remote_registry", {B: OTHER, C: Absent()}, asked=(B, C)))
    assert kept.answer(BOTH) == Answer(
        outcomes={A: KNOWN, B: OTHER, C: Absent()},
        round_trips=4,
        bytes_received=20,
        notes=("by winrm", "winrm: unreachable: nobody listens", "by remote_registry"),
        ways={A: "winrm", B: "remote_registry", C: "remote_registry"},
    )
    assert (kept.used, kept.attempts) == ("winrm, remote_registry", 2)
    assert kept.ways == {"winrm": REFUSED, "remote_registry": None}


def test_what_is_unknown_after_two_ways_keeps_the_words_of_both() -> None:
    """The more telling reason stands, and the outcome came over both."""
    malformed = Unknown(reason=Reason.MALFORMED, detail="half a word")
    kept = ledger(tried("winrm", {A: KNOWN, B: malformed, C: KNOWN}), tried("remote_registry", {B: DENIED}, asked=(B,)))
    answer = kept.answer(BOTH)
    words = "winrm: half a word; remote_registry: Access is denied."
    assert answer.outcomes[B] == Unknown(reason=Reason.DENIED, detail=words)
    assert answer.ways[B] == "winrm, remote_registry"
    assert answer.failure is None


def test_the_word_of_a_host_outlasts_a_way_that_failed() -> None:
    """Denied over the first way stays denied when nobody listens on the second one; that is told beside it."""
    kept = ledger(
        tried("winrm", {A: KNOWN, B: DENIED, C: KNOWN}), tried("remote_registry", failure=REFUSED, asked=(B,))
    )
    answer = kept.answer(BOTH)
    words = "winrm: Access is denied.; remote_registry: nobody listens"
    assert answer.outcomes[B] == Unknown(reason=Reason.DENIED, detail=words)
    assert answer.failure is None
    assert answer.notes == ("by winrm", "by remote_registry", "remote_registry: unreachable: nobody listens")


def test_a_failure_before_a_word_is_told_with_it() -> None:
    """What the second way said of a thing is its reason, although the first one never came to it."""
    kept = ledger(tried("winrm", failure=SILENT), tried("remote_registry", {A: KNOWN, B: DENIED, C: KNOWN}))
    answer = kept.answer(BOTH)
    words = "winrm: silence; remote_registry: Access is denied."
    assert answer.outcomes[B] == Unknown(reason=Reason.DENIED, detail=words)
    assert answer.ways[B] == "remote_registry"


@pytest.mark.parametrize("first", list(Reason))
@pytest.mark.parametrize("second", list(Reason))
def test_two_failures_are_told_by_name_with_the_more_telling_reason(first: Reason, second: Reason) -> None:
    """In the order of the table, whichever came first."""
    failures = (Failure(reason=first, detail="one"), Failure(reason=second, detail="two"))
    kept = ledger(*map(lambda way, why: tried(way, failure=why), BOTH, failures))
    failure = kept.answer(BOTH).failure
    assert failure is not None
    assert failure.detail == "winrm: one; remote_registry: two"
    assert failure.reason is min(first, second, key=list(OTHER_WAY).index)


def test_a_word_tells_more_than_silence_and_silence_more_than_nobody() -> None:
    """What the operator should look at first is what the whole is called."""
    order = list(OTHER_WAY)
    said = [Reason.AUTH_FAILED, Reason.DENIED, Reason.MALFORMED, Reason.UNSUPPORTED]
    unsaid = [Reason.TIMED_OUT, Reason.UNREACHABLE, Reason.NOT_ASKED]
    assert max(map(order.index, said)) < min(map(order.index, unsaid))
    assert unsaid == sorted(unsaid, key=order.index)


def test_what_no_way_can_give_is_unsupported() -> None:
    """By the names of the ways that there are; where a way that could give it failed, it has that failure."""
    only = ledger(tried("remote_registry", {A: KNOWN}, asked=(A,)), questions=(A, CIM))
    outcome = only.answer({"remote_registry": but_cim}).outcomes[CIM]
    assert outcome == Unknown(reason=Reason.UNSUPPORTED, detail="cannot be asked over remote_registry")
    both = ledger(
        tried("winrm", failure=REFUSED, asked=(A, CIM)),
        tried("remote_registry", {A: KNOWN}, asked=(A,)),
        questions=(A, CIM),
    ).answer(BOTH)
    assert CIM not in both.outcomes
    assert both.ways == {A: "remote_registry", CIM: "winrm"}
    assert both.failure == Failure(reason=Reason.UNREACHABLE, detail="winrm: nobody listens")


def test_a_forgotten_question_is_asked_of_the_next_way() -> None:
    """A transport that leaves out a question and names no failure has failed."""
    kept = ledger(tried("winrm", {A: KNOWN, B: KNOWN}))
    assert kept.wanted(but_cim) == (C,)
    assert kept.ways["winrm"] == Failure(reason=Reason.MALFORMED, detail="1 of 3 questions were left without an answer")


def test_outcomes_that_were_not_asked_for_are_left_out() -> None:
    """A way cannot take back what another one knew."""
    kept = ledger(tried("winrm", {A: KNOWN, B: KNOWN}), tried("remote_registry", {A: DENIED, C: OTHER}, asked=(C,)))
    assert kept.answer(BOTH).outcomes == {A: KNOWN, B: KNOWN, C: OTHER}


def test_a_way_that_was_passed_over_is_named_and_not_used() -> None:
    """It has no attempt, ends nothing, and its reason is the least telling one."""
    barred = Failure(reason=Reason.NOT_ASKED, detail="not tried: no logon by certificate")
    kept = ledger(tried("remote_registry", failure=barred, attempts=0), tried("winrm", failure=SILENT))
    assert not kept.over
    assert (kept.used, kept.attempts) == ("winrm", 1)
    assert kept.answer(BOTH).failure == Failure(
        reason=Reason.TIMED_OUT, detail="remote_registry: not tried: no logon by certificate; winrm: silence"
    )


def test_a_check_is_good_when_one_way_is() -> None:
    """Without questions a failure of one way is a note; when all failed it is that of the host."""
    half = ledger(tried("winrm", failure=SILENT, asked=()), tried("remote_registry", asked=()), questions=())
    assert half.answer(BOTH).failure is None
    assert "winrm: timed_out: silence" in half.answer(BOTH).notes
    none = ledger(*(tried(way, failure=REFUSED, asked=()) for way in BOTH), questions=())
    failure = none.answer(BOTH).failure
    assert failure == Failure(
        reason=Reason.UNREACHABLE, detail="winrm: nobody listens; remote_registry: nobody listens"
    )


def test_the_words_of_several_ways_are_bounded_together() -> None:
    """However long the host's own are, each way has its share."""
    long = Failure(reason=Reason.MALFORMED, detail="x" * 1000)
    failure = ledger(*(tried(way, failure=long) for way in BOTH)).answer(BOTH).failure
    assert failure is not None
    assert len(failure.detail) <= WORDS
    assert "…; remote_registry: xxx" in failure.detail


def test_a_host_that_denies_everything_on_both_ways_is_not_scanned_for_that() -> None:
    """The prevailing reason, in the words of both."""
    denied = dict.fromkeys(QUESTIONS, DENIED)
    failure = ledger(tried("winrm", denied), tried("remote_registry", denied)).answer(BOTH).failure
    assert failure is not None
    assert failure.reason is Reason.DENIED
    assert failure.detail == "winrm: Access is denied.; remote_registry: Access is denied."
