"""One host: deadline, retries, and transports that break their promise."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest

from fleetscan.model import Absent, Answer, Failure, Reason
from fleetscan.transport.interface import Step
from tests.collect.loop import in_loop
from tests.collect.visits import collected
from tests.collect.wires import (
    KNOWN,
    QUESTIONS,
    RESET,
    Conversation,
    answers,
    rejecting,
    well,
)


@in_loop
async def test_a_good_host_is_asked_once() -> None:
    """All answers, one attempt, and who asked whom."""
    before = datetime.now(UTC)
    result = await collected(well)
    assert result.answer.outcomes == answers(QUESTIONS)
    assert result.answer.failure is None
    assert (result.attempts, result.transport, result.credential) == (1, "wire", "reader")
    assert before <= result.started <= datetime.now(UTC)
    assert 0 <= result.seconds < 1


@in_loop
async def test_the_transport_is_given_the_deadline_as_its_budget() -> None:
    """The first attempt may use all the time there is."""
    budgets = []

    async def see(conversation: Conversation) -> Answer:
        budgets.append(conversation.budget)
        return await well(conversation)

    await collected(see, deadline=7)
    assert 6.5 < budgets[0] <= 7


@pytest.mark.parametrize("steps", [(Step.CONNECTED,), (Step.CONNECTED, Step.AUTHENTICATED, Step.OPENED)])
def test_a_connection_that_broke_is_tried_once_more(steps: tuple[Step, ...]) -> None:
    """After a reset the second attempt counts, and both are added up."""

    async def reset_once(conversation: Conversation) -> Answer:
        if conversation.attempt > 1:
            return await well(conversation)
        for step in steps:
            conversation.step(step)
        return Answer(failure=RESET, round_trips=2, bytes_received=5, notes=("cut",))

    @in_loop
    async def attempt() -> None:
        result = await collected(reset_once)
        assert result.answer == Answer(outcomes=answers(QUESTIONS), round_trips=11, bytes_received=105, notes=("cut",))
        assert result.attempts == 2

    attempt()


@in_loop
async def test_a_connection_that_breaks_every_time_is_tried_twice() -> None:
    """There is one retry, not a loop."""

    async def reset(conversation: Conversation) -> Answer:
        conversation.step(Step.CONNECTED)
        return Answer(failure=RESET)

    result = await collected(reset)
    assert (result.attempts, result.answer.failure) == (2, RESET)


@in_loop
async def test_what_the_first_attempt_read_is_kept() -> None:
    """The second attempt asks only for the rest."""
    first, second = QUESTIONS
    asked = []

    async def half(conversation: Conversation) -> Answer:
        asked.append(tuple(conversation.questions))
        conversation.step(Step.CONNECTED)
        if conversation.attempt == 1:
            return Answer(outcomes={first: KNOWN}, failure=RESET)
        return await well(conversation)

    result = await collected(half)
    assert asked == [(first, second), (second,)]
    assert result.answer.outcomes == {first: KNOWN, second: Absent()}


@in_loop
async def test_a_transport_that_never_returns_is_cut_off() -> None:
    """Silence beyond the budget ends as timed out, within the deadline and a second."""

    async def never(_: Conversation) -> Answer:
        await asyncio.Event().wait()
        return Answer()

    began = time.monotonic()
    result = await collected(never, deadline=0.2)
    assert time.monotonic() - began < 1.2
    assert result.answer.failure is not None
    assert result.answer.failure.reason is Reason.TIMED_OUT


@in_loop
async def test_a_transport_that_ignores_its_cancellation_is_left_behind() -> None:
    """Even then the host ends within the deadline and a second."""
    let_go = asyncio.Event()

    async def stubborn(_: Conversation) -> Answer:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue
        raise LookupError

    began = time.monotonic()
    result = await collected(stubborn, deadline=0.1)
    assert time.monotonic() - began < 1.1
    assert result.answer.failure is not None
    assert result.answer.failure.reason is Reason.TIMED_OUT
    let_go.set()
    await asyncio.sleep(0.01)


@in_loop
async def test_a_transport_that_raises_is_a_failure_without_its_words() -> None:
    """The exception's text may hold a secret: only its kind and place are told."""

    async def broken(_: Conversation) -> Answer:
        message = "hunter2"
        raise KeyError(message)

    failure = (await collected(broken)).answer.failure
    assert failure is not None
    assert failure.reason is Reason.MALFORMED
    assert failure.detail.startswith("the transport raised KeyError in broken, line ")
    assert "hunter2" not in failure.detail


@in_loop
async def test_a_transport_that_cancels_itself_is_a_failure() -> None:
    """A CancelledError that nobody asked for does not end the run."""

    async def confused(_: Conversation) -> Answer:
        raise asyncio.CancelledError

    failure = (await collected(confused)).answer.failure
    assert failure is not None
    assert failure.reason is Reason.TIMED_OUT


@in_loop
async def test_cancellation_reaches_the_transport_and_goes_on() -> None:
    """The transport may cut its connection; the caller sees the cancellation."""
    cut = asyncio.Event()

    async def patient(_: Conversation) -> Answer:
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()
        return Answer()

    task = asyncio.ensure_future(collected(patient))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cut.is_set()


def test_the_end_of_the_process_is_not_a_failure_of_the_host() -> None:
    """SystemExit in a transport goes through."""

    async def leaving(_: Conversation) -> Answer:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        in_loop(lambda: _ignore(collected(leaving)))()


def test_an_exception_that_is_none_of_ours_goes_through() -> None:
    """What is no Exception is not explained away."""

    class Alarm(BaseException):
        """Something that must not be caught."""

    async def alarming(_: Conversation) -> Answer:
        raise Alarm

    with pytest.raises(Alarm):
        in_loop(lambda: _ignore(collected(alarming)))()


async def _ignore(work: object) -> None:
    assert asyncio.iscoroutine(work)
    await work


@in_loop
async def test_questions_without_an_answer_are_a_failure() -> None:
    """A transport that forgets a question and names no failure does not make the host complete."""

    async def forgetful(_: Conversation) -> Answer:
        return Answer(outcomes={QUESTIONS[0]: KNOWN})

    failure = (await collected(forgetful)).answer.failure
    assert failure == Failure(reason=Reason.MALFORMED, detail="1 of 2 questions were left without an answer")


@in_loop
async def test_a_rejected_logon_is_not_repeated() -> None:
    """A wrong password is sent once."""
    assert (await collected(rejecting)).attempts == 1
