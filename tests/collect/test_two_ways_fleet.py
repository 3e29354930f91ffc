"""Hosts with two ways in a fleet: looking before a logon, stopping, checking."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

from fleetscan.collect.fleet import CUT_OFF, collect_fleet
from fleetscan.collect.limits import Limits
from fleetscan.collect.one_host import Collected
from fleetscan.collect.progress import Unobserved
from fleetscan.model import Answer, Failure, Question, Reason, Unknown
from fleetscan.transport.interface import Target
from tests.collect.gates import PATIENT
from tests.collect.loop import in_loop
from tests.collect.ways import FIRST, SECOND, asked, denying, refusing, wires
from tests.collect.wires import KNOWN, QUESTIONS, REFUSED, Conversation, Wire, target, well, working_for_ever


async def scanned(
    ways: dict[str, Wire],
    questions: tuple[Question, ...] = QUESTIONS,
    stop: asyncio.Event | None = None,
    aim: Target | None = None,
) -> Collected:
    """Visit the host as a fleet of one."""
    fleet = collect_fleet(
        [aim or target("ex01", ways=tuple(ways))],
        questions,
        ways,
        limits=Limits(deadline=5.0, caution=PATIENT),
        observer=Unobserved(),
        stop=stop or asyncio.Event(),
    )
    async with aclosing(fleet):
        (found,) = [collected async for collected in fleet]
    return found


@in_loop
async def test_a_cautious_visit_looks_for_a_way_on_which_somebody_listens() -> None:
    """Where nobody does no turn is taken and nothing is asked, in the order of the ways."""
    ways = wires(well, well)
    ways["one"].unreachable = frozenset({"ex01"})
    found = await scanned(ways)
    assert [wire.reached for wire in ways.values()] == [["ex01"], ["ex01"]]
    assert asked(ways) == {"one": 0, "two": 1}
    assert (found.transport, found.attempts) == ("one, two", 2)
    assert found.ways == {"one": REFUSED, "two": None}


@in_loop
async def test_a_way_on_which_somebody_listens_ends_the_looking() -> None:
    """The second way costs no connection as long as it is not needed."""
    ways = wires(well, well)
    await scanned(ways)
    assert [wire.reached for wire in ways.values()] == [["ex01"], []]


@in_loop
async def test_a_barred_way_is_not_even_looked_at() -> None:
    """The note is there all the same, once."""
    ways = wires(well, well)
    barred = replace(target("ex01", ways=("one", "two")), barred={"one": "no certificate"})
    found = await scanned(ways, aim=barred)
    assert [wire.reached for wire in ways.values()] == [[], ["ex01"]]
    assert found.answer.notes == ("one: not_asked: not tried: no certificate",)
    assert (found.transport, found.attempts, found.answer.failure) == ("two", 1, None)


@in_loop
async def test_nobody_on_any_way_is_unreachable_by_name() -> None:
    """The failure names both, and there is one attempt for each."""
    ways = wires(well, well)
    for wire in ways.values():
        wire.unreachable = frozenset({"ex01"})
    found = await scanned(ways)
    assert asked(ways) == {"one": 0, "two": 0}
    assert found.answer.failure == Failure(reason=Reason.UNREACHABLE, detail="one: refused; two: refused")
    assert found.attempts == 2


@in_loop
async def test_a_stop_on_the_second_way_keeps_what_the_first_gave() -> None:
    """The record says that it was cut off, so that a resumed run asks again."""
    stop = asyncio.Event()

    async def stopping(conversation: Conversation) -> Answer:
        stop.set()
        return await working_for_ever(conversation)

    found = await scanned(wires(denying, stopping), stop=stop)
    assert found.answer.failure == CUT_OFF
    assert found.answer.outcomes[FIRST] == KNOWN
    outcome = found.answer.outcomes[SECOND]
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.DENIED
    assert (found.transport, found.attempts) == ("one, two", 2)


@in_loop
async def test_without_questions_every_way_is_tried() -> None:
    """A check says of each way whether it works; the host is good when one does."""
    ways = wires(refusing, well)
    found = await scanned(ways, ())
    assert asked(ways) == {"one": 1, "two": 1}
    assert found.ways == {"one": REFUSED, "two": None}
    assert found.answer.failure is None
    both = wires(well, well)
    await scanned(both, ())
    assert asked(both) == {"one": 1, "two": 1}
