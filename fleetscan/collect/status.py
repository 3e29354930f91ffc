"""How complete an answer is.

Law: nothing unseen is called fine. What is not complete has a reason: a question without an outcome is a failure even
if the transport names none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from fleetscan.model import Absent, Answer, Failure, Known, Question, Reason, Status, Unknown


def status_of(answer: Answer, questions: Sequence[Question]) -> Status:
    """Weigh the questions: every one known or absent, some, or none. Nothing asked and nothing failed is complete."""
    answered = sum(isinstance(answer.outcomes.get(question), Known | Absent) for question in questions)
    if answered == len(questions) and (questions or answer.failure is None):
        return Status.COMPLETE
    return Status.PARTIAL if answered else Status.NOT_SCANNED


def accounted(answer: Answer, questions: Collection[Question]) -> Answer:
    """Give the answer a failure where it has none and some question has no outcome at all."""
    missing = sum(question not in answer.outcomes for question in questions)
    if answer.failure is not None or not missing:
        return answer
    text = f"{missing} of {len(questions)} questions were left without an answer"
    return replace(answer, failure=Failure(reason=Reason.MALFORMED, detail=text))


def explained(answer: Answer, questions: Sequence[Question]) -> Answer:
    """Give the answer a failure where it needs one and has none.

    That is: some question has no outcome at all, or none has an answer (every one was denied, say; then the reason
    is the most frequent one).
    """
    told = accounted(answer, questions)
    if told.failure is None and status_of(told, questions) is Status.NOT_SCANNED:
        return replace(told, failure=_prevailing(told))
    return told


def _prevailing(answer: Answer) -> Failure:
    unknown = [outcome for outcome in answer.outcomes.values() if isinstance(outcome, Unknown)]
    reason, _ = Counter(outcome.reason for outcome in unknown).most_common(1)[0]
    return Failure(reason=reason, detail=next(outcome.detail for outcome in unknown if outcome.reason is reason))
