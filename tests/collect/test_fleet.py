"""A fleet: one Collected per host, whatever happens."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from fleetscan.collect.fleet import CUT_OFF, NOT_REACHED, collect_fleet
from fleetscan.collect.limits import Limits
from fleetscan.collect.lockout import Caution
from fleetscan.collect.one_host import Collected
from fleetscan.collect.progress import HostDone, HostStarted, Unobserved
from fleetscan.model import Answer, Reason, Status
from fleetscan.transport.interface import Step, Target
from tests.collect.loop import in_loop
from tests.collect.wires import (
    QUESTIONS,
    REFUSED,
    REJECTED,
    Conversation,
    Wire,
    hung,
    rejecting,
    target,
    well,
    working_for_ever,
)


@dataclass
class Diary:
    """An observer that remembers."""

    started: list[HostStarted] = field(default_factory=list)
    done: list[HostDone] = field(default_factory=list)

    def host_started(self, event: HostStarted) -> None:
        """Remember it."""
        self.started.append(event)

    def host_done(self, event: HostDone) -> None:
        """Remember it."""
        self.done.append(event)


async def scanned(
    wire: Wire,
    targets: Sequence[Target],
    *,
    limits: Limits | None = None,
    diary: Diary | None = None,
    stop: asyncio.Event | None = None,
) -> list[Collected]:
    """Collect a fleet to its end."""
    fleet = collect_fleet(
        targets,
        QUESTIONS,
        {"wire": wire},
        limits=limits or Limits(),
        observer=diary or Unobserved(),
        stop=stop or asyncio.Event(),
    )
    async with aclosing(fleet):
        found = [collected async for collected in fleet]
    assert Counter(each.host.name for each in found) == Counter(each.host.name for each in targets)
    return found


def names(count: int) -> list[str]:
    """Name hosts."""
    return [f"ex{number}" for number in range(count)]


@in_loop
async def test_every_host_is_collected() -> None:
    """A good fleet is complete, each host asked once."""
    wire = Wire()
    found = await scanned(wire, [target(name) for name in names(200)])
    assert all(each.answer.failure is None and each.attempts == 1 for each in found)
    assert len(wire.asked) == 200


@in_loop
async def test_no_host_at_all() -> None:
    """An empty fleet ends at once."""
    assert await scanned(Wire(), []) == []


@in_loop
async def test_a_wrong_password_reaches_two_hosts() -> None:
    """The other 498 are not tried, and say so."""
    wire = Wire(hosts=dict.fromkeys(names(500), rejecting))
    found = await scanned(wire, [target(name) for name in names(500)])
    assert len(wire.asked) == 2
    untried = [each for each in found if each.attempts == 0]
    assert len(untried) == 498
    details = {each.answer.failure.detail for each in untried if each.answer.failure}
    assert details == {f"not tried: credential reader was rejected by {wire.asked[0]} and {wire.asked[1]}"}
    assert {each.answer.failure.reason for each in found if each.answer.failure} == {Reason.AUTH_FAILED}


@in_loop
async def test_one_bad_credential_does_not_stop_the_others() -> None:
    """Hosts of another credential are read to the end."""
    bad = [target(f"bad{number}", credential="bad") for number in range(100)]
    good = [target(f"good{number}", credential="good") for number in range(100)]
    wire = Wire(hosts={each.host.name: rejecting for each in bad})
    found = await scanned(wire, [*bad, *good])
    assert sum(each.answer.failure is None for each in found) == 100
    assert sum(name.startswith("bad") for name in wire.asked) == 2


@in_loop
async def test_hosts_that_cannot_be_reached_are_no_probes() -> None:
    """A hundred dead hosts at the head of the list do not hold up the first live one."""
    dead = frozenset(names(100))
    wire = Wire(unreachable=dead)
    found = await scanned(wire, [target(name) for name in (*names(100), "live")])
    assert wire.asked == ["live"]
    assert {each.answer.failure for each in found if each.host.name in dead} == {REFUSED}
    assert {each.attempts for each in found} == {1}


@in_loop
async def test_a_proven_credential_is_not_preceded_by_a_knock() -> None:
    """Once accepted, hosts are asked straight away."""
    wire = Wire()
    await scanned(wire, [target(name) for name in names(300)], limits=Limits(total=4))
    assert len(wire.reached) < 10


@in_loop
async def test_hung_hosts_do_not_hold_up_the_fleet() -> None:
    """With the first two hosts hung, the others are read while those run into their deadline."""
    wire = Wire(hosts=dict.fromkeys(names(2), hung))
    began = time.monotonic()
    limits = Limits(deadline=1.0, caution=Caution(silent_after=0.1))
    found = await scanned(wire, [target(name) for name in names(50)], limits=limits)
    assert time.monotonic() - began < 3
    assert Counter(each.answer.failure.reason if each.answer.failure else None for each in found) == {
        None: 48,
        Reason.TIMED_OUT: 2,
    }


@in_loop
async def test_a_slow_site_does_not_starve_another_one() -> None:
    """Every host of the quick site ends while the slow one is still busy with its first ones."""
    slow = [target(f"slow{number}", site="slow", credential="s") for number in range(20)]
    quick = [target(f"quick{number}", site="quick", credential="q") for number in range(40)]
    wire = Wire(hosts={each.host.name: working_for_ever for each in slow})
    limits = Limits(total=8, deadline=0.5)
    found = await scanned(wire, [*slow, *quick], limits=limits)
    assert [each.host.site for each in found[:40]] == ["quick"] * 40


@in_loop
async def test_a_stop_ends_everything_within_two_seconds() -> None:
    """What is under way is cut off, the rest was not reached, and each says which."""
    wire = Wire(hosts=dict.fromkeys(names(100), working_for_ever))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    began = time.monotonic()
    found = await scanned(wire, [target(name) for name in names(100)], limits=Limits(total=10), stop=stop)
    assert time.monotonic() - began < 2.2
    assert Counter(each.answer.failure for each in found) == {CUT_OFF: 10, NOT_REACHED: 90}
    assert {each.attempts for each in found if each.answer.failure == NOT_REACHED} == {0}


@in_loop
async def test_a_stop_before_the_start_asks_nobody() -> None:
    """Every host is there all the same."""
    stop = asyncio.Event()
    stop.set()
    wire = Wire()
    found = await scanned(wire, [target(name) for name in names(10)], stop=stop)
    assert {each.answer.failure for each in found} == {NOT_REACHED}
    assert wire.asked == []


@in_loop
async def test_hosts_that_wait_for_a_credential_are_stopped_too() -> None:
    """Nobody waits at the gate after a stop."""
    wire = Wire(hosts=dict.fromkeys(names(20), hung))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, stop.set)
    found = await scanned(wire, [target(name) for name in names(20)], stop=stop)
    assert {each.answer.failure for each in found} == {CUT_OFF}
    assert len(wire.asked) == 2


@in_loop
async def test_what_was_answered_before_the_stop_is_kept() -> None:
    """A stop takes nothing away."""
    wire = Wire(hosts={"ex1": working_for_ever})
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, stop.set)
    found = await scanned(wire, [target(name) for name in names(2)], stop=stop)
    assert [each.answer.failure for each in found] == [None, CUT_OFF]


@in_loop
async def test_cancelling_the_consumer_leaves_nothing_behind() -> None:
    """A cancellation that is no stop goes through."""
    wire = Wire(hosts=dict.fromkeys(names(10), working_for_ever))
    task = asyncio.ensure_future(scanned(wire, [target(name) for name in names(10)]))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@in_loop
async def test_the_observer_sees_every_host() -> None:
    """Each start and each end, with the counts of that moment."""
    diary = Diary()
    wire = Wire(hosts={"ex3": rejecting}, unreachable=frozenset({"ex0"}))
    await scanned(wire, [target(name) for name in names(8)], diary=diary, limits=Limits(total=1))
    assert [event.host.name for event in diary.started] == names(8)
    assert [event.progress.done for event in diary.done] == list(range(1, 9))
    ends = {event.host.name: (event.status, event.failure) for event in diary.done}
    assert ends["ex0"] == (Status.NOT_SCANNED, REFUSED)
    assert ends["ex1"] == (Status.COMPLETE, None)
    assert ends["ex3"] == (Status.NOT_SCANNED, REJECTED)
    assert diary.done[-1].progress.running == 0
    assert diary.done[-1].progress.not_scanned == 2


@in_loop
async def test_a_failing_observer_ends_the_scan() -> None:
    """Its exception is not swallowed, and nothing runs on."""

    class Failing(Diary):
        def host_started(self, event: HostStarted) -> None:
            raise LookupError(event.host.name)

    with pytest.raises(LookupError):
        await scanned(Wire(), [target(name) for name in names(5)], diary=Failing())


@in_loop
async def test_each_host_has_the_deadline_that_is_its_own() -> None:
    """The host's before the run's."""
    budgets: dict[str, float] = {}

    async def see(conversation: Conversation) -> Answer:
        budgets[conversation.target.host.name] = conversation.budget
        return await well(conversation)

    wire = Wire(hosts={"own": see, "run": see})
    await scanned(wire, [target("own", deadline=3), target("run")], limits=Limits(deadline=20))
    assert 2.5 < budgets["own"] <= 3
    assert 19.5 < budgets["run"] <= 20


@in_loop
async def test_a_password_changed_in_the_middle_is_noticed() -> None:
    """After three rejections in a row the rest is left alone."""

    async def changed(conversation: Conversation) -> Answer:
        return await (well if int(conversation.target.host.name[2:]) < 50 else rejecting)(conversation)

    wire = Wire(hosts=dict.fromkeys(names(200), changed))
    found = await scanned(wire, [target(name) for name in names(200)], limits=Limits(total=2))
    assert Counter(each.answer.failure.reason if each.answer.failure else None for each in found) == {
        None: 50,
        Reason.AUTH_FAILED: 150,
    }
    assert sum(each.attempts for each in found) <= 54


@in_loop
async def test_a_rejection_by_a_host_that_was_connected_is_counted_once() -> None:
    """Steps of the transport reach the gate: an accepted logon proves the credential before the answer is there."""
    gate_opened = asyncio.Event()

    async def slow(conversation: Conversation) -> Answer:
        conversation.step(Step.AUTHENTICATED)
        await gate_opened.wait()
        return await well(conversation)

    async def last(conversation: Conversation) -> Answer:
        gate_opened.set()
        return await well(conversation)

    wire = Wire(hosts={"ex0": slow, "ex1": slow, "ex2": slow, "ex3": last})
    found = await scanned(wire, [target(name) for name in names(4)])
    assert all(each.answer.failure is None for each in found)
