"""A visit to one host that has one way."""

from __future__ import annotations

from collections.abc import Callable

from fleetscan.collect.lockout import Caution, Gate, Permit
from fleetscan.collect.one_host import Collected, HostVisit
from tests.collect.wires import QUESTIONS, Behaviour, Wire, target


def shortest(least: float, most: float) -> float:
    """Draw the pause that suits a test."""
    assert 0 < least < most
    return 0.0


async def collected(
    behaviour: Behaviour, deadline: float = 5.0, pause: Callable[[float, float], float] = shortest
) -> Collected:
    """Ask one host that behaves so."""
    wires = {"wire": Wire(hosts={"ex01": behaviour})}
    permit = await Gate("reader", Caution()).enter("ex01")
    assert isinstance(permit, Permit)
    try:
        return await HostVisit(wires, target("ex01"), QUESTIONS, deadline=deadline, pause=pause).go(permit)
    finally:
        permit.leave()
