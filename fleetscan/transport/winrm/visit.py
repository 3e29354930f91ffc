"""A visit that logs on: does the host take the credential? Nothing is read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from pypsrp.exceptions import WinRMTransportError

from fleetscan.transport.interface import Step, Target
from fleetscan.transport.link import Scissors
from fleetscan.transport.winrm.route import route_to
from fleetscan.transport.winrm.wire import Wire

if TYPE_CHECKING:
    from fleetscan.transport.deadline import Deadline
    from fleetscan.transport.kerberos import Tickets
    from fleetscan.transport.winrm.tls import Contexts

_IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    b"<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)
"""WS-Management's question for the service's own name and version (DSP0226, 11), which no permission guards."""


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
