"""Proofs of a password that nobody answered: what may follow them, and what not."""

from __future__ import annotations

import pytest

from fleetscan.collect.lockout import ANSWERED, Gate
from fleetscan.model import Failure, Reason
from fleetscan.transport.interface import Step
from tests.collect.gates import CUT, HASTY, PATIENT, ended, entered, proven, settled, through, waiting
from tests.collect.loop import in_loop
from tests.collect.wires import REJECTED


@in_loop
async def test_a_proof_that_nobody_answered_is_not_followed_by_another_one() -> None:
    """Neither on the same way nor on another; once somebody accepted the credential it may be."""
    gate = Gate("reader", PATIENT)
    permit = await entered(gate, "a")
    permit.step(Step.PROVING)
    permit.heard(CUT)
    hindrance = permit.hindrance()
    assert hindrance is not None
    assert hindrance.reason is Reason.NOT_ASKED
    await proven(gate)
    assert permit.hindrance() is None
    permit.leave()


@pytest.mark.parametrize("reason", list(Reason))
@in_loop
async def test_whether_a_proof_was_answered_is_a_matter_of_the_end(reason: Reason) -> None:
    """A host that denies, or knows no such logon, has answered; one that rejected it is counted for that."""
    gate = Gate("reader", PATIENT)
    permit = await entered(gate, "a")
    permit.step(Step.PROVING)
    permit.heard(Failure(reason=reason, detail=""))
    assert (permit.hindrance() is None) == (reason in ANSWERED | {Reason.AUTH_FAILED})
    permit.leave()
    assert gate.cautious


@in_loop
async def test_a_connection_that_broke_before_the_proof_hinders_nothing() -> None:
    """No password has left."""
    gate = Gate("reader", PATIENT)
    permit = await entered(gate, "a")
    permit.step(Step.CONNECTED)
    permit.heard(CUT)
    assert permit.hindrance() is None
    permit.leave()


@in_loop
async def test_a_gate_that_was_closed_meanwhile_hinders_every_other_logon() -> None:
    """Two hosts rejected the credential while a third one was asked without a proof."""
    gate = Gate("reader", HASTY)
    third, *others = [await entered(gate, host) for host in "cab"]
    for permit in others:
        ended(permit, REJECTED)
    assert third.hindrance() == gate.refusal
    third.leave()


@in_loop
async def test_a_host_that_accepted_the_credential_may_be_logged_on_to_again() -> None:
    """Its second connection proves nothing that was not known, also when it is cut off."""
    gate = Gate("reader", PATIENT)
    permit = await entered(gate, "a")
    for step in (Step.PROVING, Step.AUTHENTICATED, Step.CONNECTED, Step.PROVING):
        permit.step(step)
    permit.heard(CUT)
    assert permit.hindrance() is None
    permit.leave()
    assert not gate.cautious


@in_loop
async def test_proofs_that_nobody_answered_close_an_unproven_gate_in_the_end() -> None:
    """Not before the last who might still accept the credential is through."""
    gate = Gate("reader", PATIENT)
    permits = []
    for host in "abc":
        permits.append(await entered(gate, host))
        permits[-1].step(Step.PROVING)
        permits[-1].heard(CUT)
        if host != "c":
            permits[-1].leave()
    assert gate.refusal is None
    tasks = await waiting(gate, "d", "e")
    assert len(through(tasks)) == 1
    through(tasks)[0].leave()
    permits[-1].leave()
    await settled()
    refusal = Failure(
        reason=Reason.AUTH_FAILED,
        detail="not tried: credential reader was sent to a and b and c, which did not say whether it is right",
    )
    assert gate.refusal == refusal
    assert tasks[1].result() == refusal
