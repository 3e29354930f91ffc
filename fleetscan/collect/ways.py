"""What one way to a host could not give and another one may, and what came out of all of them together. Pure.

Laws
1. What one way knew is never lost by the next one, nor asked again.
2. A rejected logon is the last word: an end for a reason that no other way may cure is the end of the host.
3. What is unknown after several ways keeps the words of each, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType

from fleetscan.collect.status import accounted, explained
from fleetscan.model import Absent, Answer, Failure, Known, Outcome, Question, Reason, Unknown

WORDS = 500
"""Characters that the words of all ways about one thing may take together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """What another way may do about a reason: ``question`` that was answered so, ``conversation`` that ended so."""

    question: bool
    conversation: bool


OTHER_WAY: Mapping[Reason, Cure] = MappingProxyType(
    {
        # A second logon after a rejected one may lock the account out.
        Reason.AUTH_FAILED: Cure(question=False, conversation=False),
        # The value was seen; it is what it is.
        Reason.WRONG_TYPE: Cure(question=False, conversation=False),
        # One value has the same limit on every way, a whole answer has not.
        Reason.TOO_LARGE: Cure(question=False, conversation=True),
        # What the place is derived from is asked again by itself.
        Reason.NOT_LOCATED: Cure(question=False, conversation=False),
        # Each way has rights of its own.
        Reason.DENIED: Cure(question=True, conversation=True),
        Reason.MALFORMED: Cure(question=True, conversation=True),
        Reason.UNSUPPORTED: Cure(question=True, conversation=True),
        Reason.TIMED_OUT: Cure(question=True, conversation=True),
        Reason.UNREACHABLE: Cure(question=True, conversation=True),
        # The run was stopped.
        Reason.NOT_ASKED: Cure(question=False, conversation=False),
    }
)
"""What is asked of the next way, and what is not.

The order is that of telling: of several reasons the first one here stands for all. What a host says tells more than
its silence, and silence more than that nobody was there.
"""

_RANKS: Mapping[Reason, int] = {reason: rank for rank, reason in enumerate(OTHER_WAY)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One way to a host: what it was asked, or would have been, and what came of it in so many attempts."""

    way: str
    asked: Collection[Question]
    answer: Answer
    attempts: int


class Ledger:
    """What is known of one host so far, way by way."""

    def __init__(self, questions: Sequence[Question]) -> None:
        """Know nothing yet."""
        self._questions = questions
        self._tried: list[Tried] = []
        self._heard: dict[Question, dict[str, Outcome]] = {}

    @property
    def ways(self) -> Mapping[str, Failure | None]:
        """Say how each way that had its turn ended; ``None`` is well."""
        return {tried.way: tried.answer.failure for tried in self._tried}

    @property
    def used(self) -> str:
        """Name the ways that were used, in their order."""
        return ", ".join(tried.way for tried in self._tried if tried.attempts)

    @property
    def attempts(self) -> int:
        """Count the attempts on all ways."""
        return sum(tried.attempts for tried in self._tried)

    @property
    def over(self) -> bool:
        """Tell whether no other way may be tried."""
        failures = (tried.answer.failure for tried in self._tried if tried.attempts)
        return any(failure and not OTHER_WAY[failure.reason].conversation for failure in failures)

    def wanted(self, can: Callable[[Question], bool]) -> tuple[Question, ...] | None:
        """Choose what to ask of a way that ``can`` be asked some things; ``None`` when it could add nothing.

        Without any questions, as in a check, every way is to be tried.
        """
        found = tuple(question for question in self._questions if self._is_open(question) and can(question))
        return found if found or not self._questions else None

    def add(self, tried: Tried) -> None:
        """Learn what came of one way; a question that it left out has its failure."""
        asked, answer = dict.fromkeys(tried.asked), accounted(tried.answer, tried.asked)
        self._tried.append(replace(tried, asked=asked.keys(), answer=answer))
        for question in asked:
            if (outcome := answer.outcomes.get(question)) is not None:
                self._heard.setdefault(question, {})[tried.way] = outcome

    def answer(self, can: Mapping[str, Callable[[Question], bool]]) -> Answer:
        """Sum up; ``can`` tells of every way of the host, by name, what it can be asked."""
        outcomes = {question: self._outcome(question) for question in self._heard}
        unasked = [question for question in self._questions if not any(able(question) for able in can.values())]
        impossible = Unknown(reason=Reason.UNSUPPORTED, detail=f"cannot be asked over {' or '.join(can)}")
        outcomes |= dict.fromkeys(unasked, impossible)
        blamed = self._blamed(outcomes)
        return explained(
            Answer(
                outcomes=outcomes,
                failure=self._failure(blamed),
                round_trips=sum(tried.answer.round_trips for tried in self._tried),
                bytes_received=sum(tried.answer.bytes_received for tried in self._tried),
                notes=tuple(chain.from_iterable(self._notes(tried, blamed) for tried in self._tried)),
                ways=dict(self._provenance()) if self._several else {},
            ),
            self._questions,
        )

    @property
    def _several(self) -> bool:
        return len(self._tried) > 1

    def _is_open(self, question: Question) -> bool:
        """Tell whether a question is worth asking: nobody answered, or who did last could not, for a curable reason."""
        heard = self._heard.get(question)
        match next(reversed(heard.values())) if heard else None:
            case None:
                return True
            case Unknown(reason=reason):
                return OTHER_WAY[reason].question
            case Known() | Absent():
                return False

    def _outcome(self, question: Question) -> Outcome:
        """Give what a question came to: the answer if there is one, else every word that was said of it."""
        heard = self._heard[question]
        *_, last = heard.values()
        if not isinstance(last, Unknown):
            return last
        words = dict(self._words(question))
        if len(words) == 1:
            return last
        said = (outcome.reason for outcome in heard.values() if isinstance(outcome, Unknown))
        return Unknown(reason=_telling(said), detail=_joined(words))

    def _words(self, question: Question) -> Iterator[tuple[str, str]]:
        """Say by name why each way that was asked a question has no answer: its own word, or how it ended before."""
        for tried in self._tried:
            if question in tried.asked:
                why = tried.answer.outcomes.get(question, tried.answer.failure)
                if isinstance(why, Unknown | Failure):
                    yield tried.way, why.detail or why.reason

    def _provenance(self) -> Iterator[tuple[Question, str]]:
        """Name the way that gave an answer; where none did, the ways that said why, else those that were asked."""
        for question in self._questions:
            heard = self._heard.get(question, {})
            *_, last = heard or ("",)
            silent = (tried.way for tried in self._tried if tried.attempts and question in tried.asked)
            answered = isinstance(heard.get(last), Known | Absent)
            if way := last if answered else ", ".join(heard or silent):
                yield question, way

    def _blamed(self, outcomes: Mapping[Question, Outcome]) -> Sequence[Tried]:
        """Find the ways that failed and are why something has no answer: of one alone, that one."""
        failed = [tried for tried in self._tried if tried.answer.failure]
        if not self._several:
            return failed
        if not self._questions:
            return failed if len(failed) == len(self._tried) else ()
        return [tried for tried in failed if any(question not in outcomes for question in tried.asked)]

    def _failure(self, blamed: Sequence[Tried]) -> Failure | None:
        failures = {tried.way: tried.answer.failure for tried in blamed if tried.answer.failure}
        if not failures or not self._several:
            return next(iter(failures.values()), None)
        words = {way: failure.detail or failure.reason for way, failure in failures.items()}
        return Failure(reason=_telling(failure.reason for failure in failures.values()), detail=_joined(words))

    def _notes(self, tried: Tried, blamed: Sequence[Tried]) -> Iterator[str]:
        """Give the remarks of one way, and its failure where another way made up for it."""
        yield from tried.answer.notes
        failure = tried.answer.failure
        if failure and tried not in blamed:
            yield f"{tried.way}: {failure.reason}: {failure.detail}"


def _telling(reasons: Iterator[Reason]) -> Reason:
    return min(reasons, key=_RANKS.__getitem__)


def _joined(words: Mapping[str, str]) -> str:
    """Put the words of several ways side by side, each with its share of the room."""
    room = WORDS // len(words)
    return "; ".join(_cut(f"{way}: {said}", room - len("; ")) for way, said in words.items())


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"
