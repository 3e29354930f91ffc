"""No account is locked out: how many hosts a credential is tried on."""

from __future__ import annotations

import asyncio

import pytest

from fleetscan.collect.lockout import Gate, Gates, Logon, Permit
from fleetscan.model import Failure, Reason
from fleetscan.transport.interface import Step
from tests.collect.gates import HASTY, PATIENT, cancelled, ended, entered, proven, settled, through, waiting
from tests.collect.loop import in_loop
from tests.collect.wires import REFUSED, REJECTED


@in_loop
async def test_an_unproven_credential_is_tried_on_two_hosts_at_once() -> None:
    """The third host waits."""
    gate = Gate("reader", PATIENT)
    tasks = await waiting(gate, "a", "b", "c", "d")
    assert [permit.host for permit in through(tasks)] == ["a", "b"]
    assert gate.cautious
    await cancelled(tasks)
    for permit in through(tasks):
        permit.leave()


@in_loop
async def test_the_first_acceptance_lets_everybody_in() -> None:
    """A credential that works is no longer watched."""
    gate = Gate("reader", PATIENT)
    tasks = await waiting(gate, *"abcdef")
    through(tasks)[0].step(Step.CONNECTED)
    await settled()
    assert len(through(tasks)) == 2
    through(tasks)[0].step(Step.AUTHENTICATED)
    through(tasks)[0].step(Step.AUTHENTICATED)
    await settled()
    assert len(through(tasks)) == 6
    assert not gate.cautious
    for permit in through(tasks):
        permit.leave()


@in_loop
async def test_two_rejections_close_the_gate_for_all_others() -> None:
    """The refusal names the credential and who rejected it, and comes at once from then on."""
    gate = Gate("reader", PATIENT)
    tasks = await waiting(gate, *"abcd")
    for permit in through(tasks):
        ended(permit, REJECTED)
    await settled()
    refusal = Failure(reason=Reason.AUTH_FAILED, detail="not tried: credential reader was rejected by a and b")
    assert [task.result() for task in tasks[2:]] == [refusal, refusal]
    assert await gate.enter("e") == refusal


@in_loop
async def test_after_one_rejection_hosts_are_tried_one_by_one() -> None:
    """Rejected and under way are never more than two together."""
    gate = Gate("reader", PATIENT)
    tasks = await waiting(gate, *"abcd")
    ended(through(tasks)[0], REJECTED)
    await settled()
    assert [permit.host for permit in through(tasks)] == ["a", "b"]
    ended(through(tasks)[1], REFUSED)
    await settled()
    assert [permit.host for permit in through(tasks)] == ["a", "b", "c"]
    through(tasks)[2].step(Step.AUTHENTICATED)
    await settled()
    assert len(through(tasks)) == 4
    for permit in through(tasks)[2:]:
        permit.leave()


@in_loop
async def test_an_end_that_is_no_rejection_frees_the_place() -> None:
    """Unreachable, denied or cut off says nothing of the password."""
    gate = Gate("reader", PATIENT)
    for host in "abcdefgh":
        ended(await entered(gate, host), REFUSED)
    assert gate.refusal is None


@in_loop
async def test_a_silent_host_makes_room_for_another_one() -> None:
    """A hung host does not hold up the fleet."""
    gate = Gate("reader", HASTY)
    first = [await entered(gate, "a"), await entered(gate, "b")]
    third = await entered(gate, "c")
    assert {permit.logon for permit in first} == {Logon.SILENT}
    for permit in (*first, third):
        permit.leave()


@in_loop
async def test_silent_hosts_make_room_for_two_others_only() -> None:
    """At worst four wrong passwords are on their way."""
    gate = Gate("reader", HASTY)
    permits = [await entered(gate, host) for host in "abcd"]
    await asyncio.sleep(0.1)
    tasks = await waiting(gate, "e")
    assert not through(tasks)
    permits[0].leave()
    permits[1].leave()
    await settled()
    assert len(through(tasks)) == 1
    for permit in (*permits[2:], *through(tasks)):
        permit.leave()


@in_loop
async def test_a_silent_host_that_rejects_in_the_end_counts() -> None:
    """Slow is not innocent."""
    gate = Gate("reader", HASTY)
    permits = [await entered(gate, host) for host in "abcd"]
    for permit in permits:
        ended(permit, REJECTED)
    assert gate.refusal == Failure(
        reason=Reason.AUTH_FAILED, detail="not tried: credential reader was rejected by a and b"
    )


@in_loop
async def test_three_rejections_in_a_row_close_a_proven_gate() -> None:
    """A password that was changed, or an account that was locked, in the middle of the run."""
    gate = Gate("reader", PATIENT)
    await proven(gate)
    permits = [await entered(gate, host) for host in "abc"]
    for permit in permits[:2]:
        ended(permit, REJECTED)
        assert gate.refusal is None
    ended(permits[2], REJECTED)
    assert gate.refusal == Failure(
        reason=Reason.AUTH_FAILED, detail="not tried: credential reader was rejected by a and b and c"
    )


@in_loop
async def test_an_acceptance_in_between_forgets_the_rejections() -> None:
    """Single hosts with a password of their own do not end a run."""
    gate = Gate("reader", PATIENT)
    for _ in range(5):
        await proven(gate)
        ended(await entered(gate, "odd"), REJECTED)
        ended(await entered(gate, "other"), REJECTED)
    assert gate.refusal is None


@in_loop
async def test_a_proven_gate_is_careful_again_after_a_rejection() -> None:
    """Rejected and under way are three at most, but silent hosts never hold up a credential that worked."""
    gate = Gate("reader", HASTY)
    await proven(gate)
    ended(await entered(gate, "odd"), REJECTED)
    assert gate.cautious
    permits = [await entered(gate, host) for host in "abcdefgh"]
    assert {permit.logon for permit in permits[:6]} == {Logon.SILENT}
    for permit in permits:
        permit.leave()


@in_loop
async def test_a_closed_gate_stays_closed() -> None:
    """A late acceptance does not contradict what other hosts were told."""
    gate = Gate("reader", HASTY)
    slow, *others = [await entered(gate, host) for host in "abc"]
    for permit in others:
        ended(permit, REJECTED)
    slow.step(Step.AUTHENTICATED)
    slow.leave()
    assert gate.refusal is not None


@in_loop
async def test_a_rejection_after_the_logon_is_none() -> None:
    """Who accepted the credential did not reject it, whatever the end was called."""
    gate = Gate("reader", PATIENT)
    permit = await entered(gate, "a")
    permit.step(Step.AUTHENTICATED)
    ended(permit, REJECTED)
    assert not gate.cautious


@in_loop
async def test_a_host_that_gives_up_waiting_leaves_no_trace() -> None:
    """A cancelled host does not take the place of the next one."""
    gate = Gate("reader", PATIENT)
    permits = [await entered(gate, "a"), await entered(gate, "b")]
    tasks = await waiting(gate, "c", "d")
    tasks[0].cancel()
    permits[0].leave()
    await settled()
    assert [permit.host for permit in through(tasks)] == ["d"]
    for permit in (permits[1], *through(tasks)):
        permit.leave()


@in_loop
async def test_credentials_are_judged_apart() -> None:
    """One gate per name."""
    gates = Gates(PATIENT)
    assert gates["a"] is gates["a"]
    assert gates["a"] is not gates["b"]


@pytest.mark.parametrize("hosts", [10, 100])
def test_a_wrong_password_reaches_two_hosts_of_any_number(hosts: int) -> None:
    """However many hosts there are and in whatever order they answer."""

    @in_loop
    async def attempt() -> None:
        gate = Gate("reader", PATIENT)
        tried = 0

        async def visit(number: int) -> None:
            nonlocal tried
            permit = await gate.enter(str(number))
            if isinstance(permit, Permit):
                tried += 1
                for _ in range(number % 7):
                    await asyncio.sleep(0)
                ended(permit, REJECTED)

        await asyncio.gather(*map(visit, range(hosts)))
        assert tried == 2

    attempt()
