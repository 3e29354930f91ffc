"""From a target to a session, and the visit that wants no more than to see the credential taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fleetscan.transport.interface import Step, Target
from fleetscan.transport.link import TOTAL_LIMIT, Meter, Scissors, connect
from fleetscan.transport.remote_registry.route import Route, route_to
from fleetscan.transport.remote_registry.session import Session, open_session
from fleetscan.transport.remote_registry.stream import Stream

if TYPE_CHECKING:
    from fleetscan.transport.deadline import Deadline
    from fleetscan.transport.kerberos import Tickets


def connected(route: Route, deadline: Deadline, scissors: Scissors, meter: Meter) -> Stream:
    """Connect. Raises OSError and HostFailure."""
    return Stream(connect(route.address, route.port, None, deadline, scissors, meter), deadline)


def logged_on(stream: Stream, route: Route, on_step: Callable[[Step], None]) -> Session:
    """Negotiate and log on over a connection. Raises what :mod:`failures` knows."""
    on_step(Step.CONNECTED)
    session = open_session(stream, route.logon, route.encrypt, on_step)
    on_step(Step.AUTHENTICATED)
    return session


def knock(
    target: Target, deadline: Deadline, on_step: Callable[[Step], None], tickets: Tickets, scissors: Scissors
) -> None:
    """Connect and log on; nothing is read."""
    route = route_to(target, tickets)
    stream = connected(route, deadline, scissors, Meter(TOTAL_LIMIT))
    try:
        logged_on(stream, route, on_step)
    finally:
        stream.close()
    on_step(Step.CLOSED)
