"""Ways to pass a gate, for tests."""

from __future__ import annotations

import asyncio

from fleetscan.collect.lockout import Caution, Gate, Permit
from fleetscan.model import Failure, Reason
from fleetscan.transport.interface import Step

PATIENT = Caution(silent_after=3600)
HASTY = Caution(silent_after=0.02)
CUT = Failure(reason=Reason.UNREACHABLE, detail="cut off")


async def entered(gate: Gate, host: str) -> Permit:
    """Enter a gate that is open to this host now."""
    async with asyncio.timeout(1):
        permit = await gate.enter(host)
    assert isinstance(permit, Permit)
    return permit


def ended(permit: Permit, failure: Failure) -> None:
    """End a host's turn with a failure."""
    permit.heard(failure)
    permit.leave()


async def waiting(gate: Gate, *hosts: str) -> list[asyncio.Task[Permit | Failure]]:
    """Let hosts queue at a gate; give their tasks after everybody had a look."""
    tasks = [asyncio.create_task(gate.enter(host)) for host in hosts]
    await settled()
    return tasks


async def settled() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def cancelled(tasks: list[asyncio.Task[Permit | Failure]]) -> None:
    """End those that still wait."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def through(tasks: list[asyncio.Task[Permit | Failure]]) -> list[Permit]:
    """Give the permits that were handed out."""
    results = [task.result() for task in tasks if task.done() and not task.cancelled()]
    return [result for result in results if isinstance(result, Permit)]


async def proven(gate: Gate) -> None:
    """Let one host accept the credential."""
    permit = await entered(gate, "first")
    permit.step(Step.AUTHENTICATED)
    permit.leave()
