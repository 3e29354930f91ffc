"""The fleet that most tests of this room ask: every fault once, and the healthy hosts."""

from __future__ import annotations

import time

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import LabHost
from fleetscan.lab.server import Lab
from fleetscan.model import Answer
from fleetscan.transport.interface import Step, Target
from fleetscan.transport.winrm import WinrmTransport
from tests.transport.winrm.world import QUESTIONS, pretend

BUDGET = 1.0
SLACK = 1.0  # for a busy machine, beyond budget and grace

FAULTY = {fault: pretend(fault.value, f"127.31.0.{number}", fault=fault) for number, fault in enumerate(Fault, start=1)}
TLS = pretend("tls", "127.31.1.1", secure=True)
JEA = pretend("jea", "127.31.1.2", configuration="FleetScan")
HUNG = tuple(pretend(f"hung-{number}", f"127.31.2.{number}", fault=Fault.HANG_RECEIVE) for number in range(1, 51))


async def ask(aim: Target, budget: float = 15.0) -> tuple[Answer, list[Step], float]:
    """Ask through a transport of its own; give the answer, the steps and the seconds until it came."""
    transport, steps, start = WinrmTransport(workers=4), list[Step](), time.monotonic()
    answer = await transport.ask(aim, QUESTIONS, budget=budget, on_step=steps.append)
    seconds = time.monotonic() - start
    await transport.aclose()
    return answer, steps, seconds


def settled(lab: Lab, host: LabHost) -> bool:
    """Wait until a host has no shell, at most as long as a clean-up may take."""
    until = time.monotonic() + 4
    while lab.shells(host.name) and time.monotonic() < until:
        time.sleep(0.01)
    return lab.shells(host.name) == 0
