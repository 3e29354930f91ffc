"""A host with two ways, and how it may behave on them."""

from __future__ import annotations

import asyncio

from fleetscan.model import Answer, Reason, Unknown
from tests.collect.wires import KNOWN, QUESTIONS, REFUSED, Behaviour, Conversation, Wire, well

FIRST, SECOND = QUESTIONS
DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")


async def refusing(_: Conversation) -> Answer:
    """Have nobody there."""
    return Answer(failure=REFUSED)


async def denying(conversation: Conversation) -> Answer:
    """Answer the first question and deny the rest."""
    await well(conversation)
    return Answer(outcomes={FIRST: KNOWN} | dict.fromkeys(conversation.questions[1:], DENIED), round_trips=1)


async def vanishing(_: Conversation) -> Answer:
    """Never take the connection, and never come back either."""
    await asyncio.Event().wait()
    return Answer()


def wires(one: Behaviour, two: Behaviour) -> dict[str, Wire]:
    """Make two ways on which the host behaves so."""
    return {name: Wire(hosts={"ex01": how}, name=name) for name, how in (("one", one), ("two", two))}


def asked(ways: dict[str, Wire]) -> dict[str, int]:
    """Count how often the host was asked on each way."""
    return {name: len(wire.asked) for name, wire in ways.items()}
