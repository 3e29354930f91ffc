"""Complete, partial, not scanned."""

from __future__ import annotations

import pytest

from fleetscan.collect.status import explained, status_of
from fleetscan.model import Absent, Answer, Failure, Outcome, Reason, Status, Unknown
from tests.collect.wires import KNOWN, QUESTIONS

DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
LATE = Unknown(reason=Reason.TIMED_OUT, detail="late")
FAILURE = Failure(reason=Reason.TIMED_OUT, detail="silence")


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ((KNOWN, Absent()), Status.COMPLETE),
        ((KNOWN, DENIED), Status.PARTIAL),
        ((Absent(),), Status.PARTIAL),
        ((DENIED, DENIED), Status.NOT_SCANNED),
        ((), Status.NOT_SCANNED),
    ],
)
def test_the_status_weighs_every_question(outcomes: tuple[Outcome, ...], status: Status) -> None:
    """Known and absent are answers; unknown and nothing are none."""
    answer = Answer(outcomes=dict(zip(QUESTIONS, outcomes, strict=False)))
    assert status_of(answer, QUESTIONS) is status


def test_nothing_asked_is_complete_unless_it_failed() -> None:
    """A plan without questions depends on the conversation alone."""
    assert status_of(Answer(), ()) is Status.COMPLETE
    assert status_of(Answer(failure=FAILURE), ()) is Status.NOT_SCANNED


def test_a_failure_of_the_transport_stands() -> None:
    """What the transport said is not replaced."""
    answer = Answer(failure=FAILURE)
    assert explained(answer, QUESTIONS) is answer


def test_a_whole_answer_needs_no_failure() -> None:
    """Partly denied is explained by the outcomes themselves."""
    answer = Answer(outcomes=dict(zip(QUESTIONS, (KNOWN, DENIED), strict=True)))
    assert explained(answer, QUESTIONS) is answer


def test_nothing_known_has_the_prevailing_reason() -> None:
    """A host that denies everything is not scanned because it denied."""
    answer = Answer(outcomes=dict(zip(QUESTIONS, (DENIED, DENIED), strict=True)))
    assert explained(answer, QUESTIONS).failure == Failure(reason=Reason.DENIED, detail="Access is denied.")


def test_unknown_outcomes_differ_and_the_most_frequent_counts() -> None:
    """With one of each, the first one met is told."""
    answer = Answer(outcomes=dict(zip(QUESTIONS, (LATE, DENIED), strict=True)))
    assert explained(answer, QUESTIONS).failure == Failure(reason=Reason.TIMED_OUT, detail="late")
