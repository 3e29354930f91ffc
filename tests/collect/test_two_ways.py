"""One host with two ways: what the first one cannot give is asked of the second, within one deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from fleetscan.collect import one_host
from fleetscan.collect.lockout import Gate, Permit
from fleetscan.collect.one_host import Collected, HostVisit
from fleetscan.model import Answer, Failure, Question, Reason, Unknown
from fleetscan.transport.interface import Step, Target
from tests.collect.gates import PATIENT
from tests.collect.loop import in_loop
from tests.collect.ways import FIRST, SECOND, asked, denying, refusing, vanishing, wires
from tests.collect.wires import (
    KNOWN,
    QUESTIONS,
    REFUSED,
    REJECTED,
    RESET,
    Conversation,
    Wire,
    answers,
    hung,
    rejecting,
    target,
    well,
)


async def visited(ways: dict[str, Wire], deadline: float = 5.0, aim: Target | None = None) -> Collected:
    """Visit the host alone."""
    permit = await Gate("reader", PATIENT).enter("ex01")
    assert isinstance(permit, Permit)
    try:
        visit = HostVisit(
            ways, aim or target("ex01", ways=tuple(ways)), QUESTIONS, deadline=deadline, pause=lambda least, _: least
        )
        return await visit.go(permit)
    finally:
        permit.leave()


@in_loop
async def test_a_first_way_that_answers_everything_is_the_only_one() -> None:
    """The second way is not even knocked at."""
    ways = wires(well, well)
    found = await visited(ways)
    assert asked(ways) == {"one": 1, "two": 0}
    assert (found.transport, found.attempts, found.answer.ways) == ("one", 1, {})


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_on_the_first_way_and_everything_on_the_second(*, turned: bool) -> None:
    """The order is that of the inventory, whichever names there are."""

    @in_loop
    async def attempt() -> None:
        ways = wires(refusing, well)
        if turned:
            ways = {"two": replace(ways["one"], name="two"), "one": replace(ways["two"], name="one")}
        found = await visited(ways)
        first, second = ways
        assert found.answer.outcomes == answers(QUESTIONS)
        assert found.answer.failure is None
        assert found.answer.notes == (f"{first}: unreachable: refused",)
        assert dict(found.answer.ways) == dict.fromkeys(QUESTIONS, second)
        assert (found.transport, found.attempts) == (f"{first}, {second}", 2)
        assert found.ways == {first: REFUSED, second: None}

    attempt()


@in_loop
async def test_what_was_denied_on_the_first_way_is_asked_of_the_second_and_nothing_else() -> None:
    """Each outcome says which way it came; what was spent is added up."""
    seen: list[tuple[Question, ...]] = []

    async def see(conversation: Conversation) -> Answer:
        seen.append(tuple(conversation.questions))
        return await well(conversation)

    found = await visited(wires(denying, see))
    assert seen == [(SECOND,)]
    assert found.answer.outcomes == {FIRST: KNOWN, **answers([SECOND])}
    assert found.answer.ways == {FIRST: "one", SECOND: "two"}
    assert (found.answer.round_trips, found.answer.failure) == (10, None)


@in_loop
async def test_a_rejected_logon_on_the_first_way_is_the_last() -> None:
    """The password is not sent over the second way."""
    ways = wires(rejecting, well)
    found = await visited(ways)
    assert asked(ways) == {"one": 1, "two": 0}
    assert (found.answer.failure, found.transport) == (REJECTED, "one")


@in_loop
async def test_a_rejected_logon_on_the_second_way_does_not_take_away_what_the_first_gave() -> None:
    """What is still unknown says so in the words of both."""
    found = await visited(wires(denying, rejecting))
    assert found.answer.outcomes[FIRST] == KNOWN
    words = "one: Access is denied.; two: wrong password"
    assert found.answer.outcomes[SECOND] == Unknown(reason=Reason.DENIED, detail=words)
    assert found.ways == {"one": None, "two": REJECTED}


@in_loop
async def test_a_black_hole_is_given_up_long_before_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting has a bound of its own, and the other way nearly all the time; nothing is knocked at for it."""
    monkeypatch.setattr(one_host, "CONNECTING", 0.2)
    ways = wires(vanishing, well)
    found = await visited(ways, deadline=60)
    assert found.seconds < 2
    assert found.answer.outcomes == answers(QUESTIONS)
    failure = found.ways["one"]
    assert failure is not None
    assert failure.reason is Reason.UNREACHABLE
    assert failure.detail.startswith("no connection came about within 0.2 s")
    assert not ways["one"].reached


@in_loop
async def test_a_host_that_took_the_connection_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is for connecting alone."""
    monkeypatch.setattr(one_host, "CONNECTING", 0.1)

    async def slow(conversation: Conversation) -> Answer:
        conversation.step(Step.CONNECTED)
        await asyncio.sleep(0.5)
        return await well(conversation)

    ways = wires(slow, well)
    assert (await visited(ways)).transport == "one"


@pytest.mark.parametrize("how", [hung, vanishing], ids=["silent", "never back"])
def test_a_hung_first_way_leaves_time_for_the_second(
    how: Callable[[Conversation], Awaitable[Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has its share of the deadline, which stays hard for both together."""
    monkeypatch.setattr(one_host, "CONNECTING", 60)
    budgets: list[float] = []

    async def see(conversation: Conversation) -> Answer:
        budgets.append(conversation.budget)
        return await hung(conversation)

    @in_loop
    async def attempt() -> None:
        began = time.monotonic()
        found = await visited(wires(how, see), deadline=3.0)
        assert time.monotonic() - began < 4.0
        assert 0.4 < budgets[0] < 1.1
        failure = found.answer.failure
        assert failure is not None
        assert failure.reason is Reason.TIMED_OUT
        assert failure.detail.startswith("one: ")
        assert failure.detail.endswith("; two: silence")

    attempt()


@in_loop
async def test_a_second_way_without_time_is_passed_over_and_says_so() -> None:
    """The host then ends on its first way."""
    ways = wires(hung, well)
    found = await visited(ways, deadline=0.3)
    assert asked(ways) == {"one": 1, "two": 0}
    assert found.answer.failure == Failure(
        reason=Reason.TIMED_OUT, detail="one: silence; two: not tried: the time of the host was spent"
    )
    assert (found.transport, found.attempts) == ("one", 1)


@in_loop
async def test_a_silent_logon_is_not_followed_by_another_one() -> None:
    """A wrong password would count twice; nobody has accepted this one yet."""

    async def silent(conversation: Conversation) -> Answer:
        conversation.step(Step.CONNECTED)
        conversation.step(Step.PROVING)
        await asyncio.sleep(conversation.budget)
        return Answer(failure=Failure(reason=Reason.TIMED_OUT, detail="silence"))

    ways = wires(silent, well)
    found = await visited(ways, deadline=1.0)
    assert asked(ways) == {"one": 1, "two": 0}
    assert found.answer.failure is not None
    assert found.answer.failure.reason is Reason.TIMED_OUT
    assert "two: not tried: a logon was sent before and not answered" in found.answer.failure.detail


@in_loop
async def test_each_way_has_its_own_retry() -> None:
    """A connection that breaks is tried once more on the way on which it broke."""

    async def reset_once(conversation: Conversation) -> Answer:
        if conversation.attempt > 1:
            return await well(conversation)
        conversation.step(Step.CONNECTED)
        return Answer(failure=RESET)

    async def reset(conversation: Conversation) -> Answer:
        conversation.step(Step.CONNECTED)
        return Answer(failure=RESET)

    ways = wires(reset, reset_once)
    found = await visited(ways)
    assert asked(ways) == {"one": 2, "two": 2}
    assert (found.attempts, found.answer.failure) == (4, None)


@in_loop
async def test_a_barred_way_is_passed_over_with_a_note() -> None:
    """A certificate cannot be used over SMB: the other way is asked, and the record says why only that one."""
    ways = wires(well, well)
    barred = replace(target("ex01", ways=("one", "two")), barred={"one": "it knows no logon by certificate"})
    found = await visited(ways, aim=barred)
    assert asked(ways) == {"one": 0, "two": 1}
    assert found.answer.notes == ("one: not_asked: not tried: it knows no logon by certificate",)
    assert (found.transport, found.answer.failure) == ("two", None)


@in_loop
async def test_a_way_is_not_asked_what_it_cannot_give() -> None:
    """The first way gives the rest; what neither can is unsupported."""
    ways = wires(well, well)
    ways["one"].beyond = frozenset(QUESTIONS)
    ways["two"].beyond = frozenset({SECOND})
    found = await visited(ways)
    assert asked(ways) == {"one": 0, "two": 1}
    assert found.answer.outcomes[SECOND] == Unknown(reason=Reason.UNSUPPORTED, detail="cannot be asked over one or two")
