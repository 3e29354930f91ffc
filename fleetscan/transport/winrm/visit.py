"""Two short visits to a host: is anybody listening, and does it take the logon? Nothing is read on either."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from pypsrp.exceptions import WinRMTransportError

from fleetscan.model import Failure, Host
from fleetscan.transport.interface import Step, Target
from fleetscan.transport.winrm.failures import failure_of, overdue
from fleetscan.transport.winrm.link import Meter, Scissors, connect
from fleetscan.transport.winrm.route import port_of, route_to
from fleetscan.transport.winrm.wire import Wire

if TYPE_CHECKING:
    from fleetscan.transport.winrm.deadline import Deadline
    from fleetscan.transport.winrm.kerberos import Tickets
    from fleetscan.transport.winrm.tls import Contexts

_IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    b"<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)
"""WS-Management's question for the service's own name and version (DSP0226, 11), which no permission guards."""


class Visit:
    """Run one of the visits in a thread; :attr:`failure` says how it ended, None for well."""

    def __init__(self, go: Callable[[Scissors], None]) -> None:
        """Take the visit: a function that blocks, and raises when the visit fails."""
        self._go = go
        self._scissors = Scissors()
        self.failure: Failure | None = None

    def run(self, settle: Callable[[], None]) -> None:
        """Go, and call ``settle`` once. Never raises."""
        try:
            self._go(self._scissors)
        except Exception as error:  # noqa: BLE001 - the transport's law: nothing escapes, failures.py names it
            self.failure = failure_of(error)
        settle()

    def overdue(self) -> Failure:
        """Say that the thread itself is stuck."""
        return overdue(connected=self._scissors.holding)

    def cut(self) -> None:
        """Wake :meth:`run`, from any thread."""
        self._scissors.cut()


def reach(host: Host, deadline: Deadline, scissors: Scissors) -> None:
    """Open and close a TCP connection. Raises OSError."""
    connect(host.address, port_of(host), None, deadline, scissors, Meter(0)).close()


def knock(
    target: Target,
    deadline: Deadline,
    on_step: Callable[[Step], None],
    shared: tuple[Contexts, Tickets],
    scissors: Scissors,
) -> None:
    """Connect, log on and ask who is there. A fault is an answer, too: only somebody who is logged on gets one."""
    wire = Wire(route_to(target, *shared), deadline, on_step, scissors)
    try:
        with contextlib.suppress(WinRMTransportError):  # a fault
            wire.send(_IDENTIFY)
    finally:
        wire.close()
    on_step(Step.CLOSED)
