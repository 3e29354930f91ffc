"""When a host is tried once more on the same way."""

from __future__ import annotations

import pytest

from fleetscan.collect.one_way import RETRIES, Again, Phase
from fleetscan.model import Answer, Failure, Reason
from fleetscan.transport.interface import Step
from tests.collect.loop import in_loop
from tests.collect.visits import collected
from tests.collect.wires import REFUSED, RESET, Conversation


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("phase", list(Phase))
def test_the_table_alone_decides_on_a_retry(reason: Reason, phase: Phase) -> None:
    """Each reason in each phase is tried again exactly when the table says so."""
    reported = {
        Phase.CONNECTING: (),
        Phase.LOGGING_ON: (Step.CONNECTED,),
        Phase.INSIDE: (Step.CONNECTED, Step.AUTHENTICATED, Step.CONNECTED),
    }

    async def fail(conversation: Conversation) -> Answer:
        for step in reported[phase]:
            conversation.step(step)
        return Answer(failure=Failure(reason=reason, detail=""))

    @in_loop
    async def attempt() -> None:
        result = await collected(fail)
        assert result.attempts == (2 if (reason, phase) in RETRIES else 1)

    attempt()


@in_loop
async def test_a_refused_connection_is_not_tried_again_although_its_end_is_told() -> None:
    """Also a conversation that never came to a connection reports that it is closed."""

    async def refused(conversation: Conversation) -> Answer:
        conversation.step(Step.CLOSED)
        return Answer(failure=REFUSED)

    assert (await collected(refused)).attempts == 1


@pytest.mark.parametrize("steps", [(Step.CONNECTED, Step.CLOSED), (Step.CONNECTED, Step.AUTHENTICATED, Step.CLOSED)])
def test_the_end_of_a_conversation_does_not_change_how_far_it_came(steps: tuple[Step, ...]) -> None:
    """A connection that broke is tried again, closed or not."""

    async def reset(conversation: Conversation) -> Answer:
        for step in steps:
            conversation.step(step)
        return Answer(failure=RESET)

    @in_loop
    async def attempt() -> None:
        assert (await collected(reset)).attempts == 2

    attempt()


def test_only_a_broken_connection_is_worth_a_retry() -> None:
    """Refused, rejected, denied, timed out, too large, malformed and unsupported are never tried again."""
    assert set(RETRIES) == {(Reason.UNREACHABLE, Phase.LOGGING_ON), (Reason.UNREACHABLE, Phase.INSIDE)}
    assert all(again == Again(shortest=0.3, longest=0.9) for again in RETRIES.values())


@in_loop
async def test_no_retry_without_time_for_it() -> None:
    """A retry that could not end before the deadline is not begun."""

    async def reset(conversation: Conversation) -> Answer:
        conversation.step(Step.CONNECTED)
        return Answer(failure=RESET)

    assert (await collected(reset, deadline=1.2, pause=lambda _, most: most)).attempts == 1
