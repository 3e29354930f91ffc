"""How each :class:`~fleetscan.lab.fault.Fault` is played: where it strikes and what happens then.

Laws: :data:`PLAYS` is the only place that knows a fault by its name. A hang or a reset strikes *after* the request
took effect, so that a client that loses a reply has something to clean up; a refusal strikes before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fleetscan.lab.fault import Fault
from fleetscan.lab.wsfault import ACCESS_DENIED, WsmanFault, quota_exceeded


class Moment(StrEnum):
    """A place in a conversation where a fault can strike."""

    LISTEN = "listen"  # before anybody connects
    CONNECT = "connect"  # when a connection was accepted
    REQUEST = "request"  # when the first request of a connection has arrived
    CHALLENGE = "challenge"  # in place of the server's token
    AUTHENTICATE = "authenticate"  # when the last token has arrived
    CREATE = "create"
    OPEN = "open"  # a Receive for the pool
    COMMAND = "command"
    SEND = "send"
    SCRIPT = "script"  # while the pipeline runs
    RECEIVE = "receive"  # a Receive for a pipeline
    SIGNAL = "signal"
    DELETE = "delete"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """The backlog is full: connections are neither accepted nor refused."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and say nothing more."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Send an RST, after this share of the reply."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class ResetFirst:
    """Send an RST on the first connection only."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Take this many seconds longer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drip:
    """Send one byte each this many seconds, from the first reply on."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Blurt:
    """Say these bytes to whatever arrives first, and close."""

    data: bytes


@dataclass(frozen=True, slots=True)
class NotFound:
    """Be a web server without such a page."""


@dataclass(frozen=True, slots=True)
class RejectLogon:
    """Know another password for the account."""


@dataclass(frozen=True, slots=True)
class Deny:
    """Answer with a fault; the request takes no effect."""

    fault: WsmanFault


@dataclass(frozen=True, slots=True)
class NeverReady:
    """Let every Receive run into its operation timeout."""


@dataclass(frozen=True, slots=True)
class Truncate:
    """Send well-formed HTTP around half an envelope."""


@dataclass(frozen=True, slots=True)
class EndlessBody:
    """Send an HTTP body in chunks, for ever."""


@dataclass(frozen=True, slots=True)
class Flood:
    """Let the pipeline print one string without end, spread over as many Receives as anybody sends."""


@dataclass(frozen=True, slots=True)
class Print:
    """Let the pipeline print this in place of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Throw:
    """Let the script fail with this message."""

    message: str


Act: TypeAlias = (
    Refuse
    | Ignore
    | Hang
    | Reset
    | ResetFirst
    | Wait
    | Drip
    | Blurt
    | NotFound
    | RejectLogon
    | Deny
    | NeverReady
    | Truncate
    | EndlessBody
    | Flood
    | Print
    | Throw
)

Play: TypeAlias = Mapping[Moment, Act]

MAX_SHELLS = 30
"""Windows' default MaxShellsPerUser since Server 2012."""

PLAYS: Mapping[Fault, Play] = {
    Fault.NONE: {},
    Fault.REFUSED: {Moment.LISTEN: Refuse()},
    Fault.BLACK_HOLE: {Moment.LISTEN: Ignore()},
    Fault.HANG_ACCEPT: {Moment.CONNECT: Hang()},
    Fault.HANG_CHALLENGE: {Moment.CHALLENGE: Hang()},
    Fault.HANG_AUTHENTICATE: {Moment.AUTHENTICATE: Hang()},
    Fault.HANG_CREATE: {Moment.CREATE: Hang()},
    Fault.HANG_OPEN: {Moment.OPEN: Hang()},
    Fault.HANG_COMMAND: {Moment.COMMAND: Hang()},
    Fault.HANG_RECEIVE: {Moment.RECEIVE: Hang()},
    Fault.HANG_DELETE: {Moment.DELETE: Hang()},
    Fault.BUSY: {Moment.OPEN: NeverReady(), Moment.RECEIVE: NeverReady()},
    Fault.DRIP: {Moment.CONNECT: Drip(1.0)},
    Fault.SLOW: {Moment.CREATE: Wait(1.0), Moment.SCRIPT: Wait(1.0)},
    Fault.RESET_CREATE: {Moment.CREATE: Reset()},
    Fault.RESET_RECEIVE: {Moment.RECEIVE: Reset(after=0.5)},
    Fault.RESET_ONCE: {Moment.REQUEST: ResetFirst()},
    Fault.WRONG_PASSWORD: {Moment.AUTHENTICATE: RejectLogon()},
    Fault.ACCESS_DENIED: {Moment.CREATE: Deny(ACCESS_DENIED)},
    Fault.QUOTA: {Moment.CREATE: Deny(quota_exceeded(MAX_SHELLS))},
    Fault.INVALID_XML: {Moment.RECEIVE: Truncate()},
    Fault.OVERSIZED: {Moment.SCRIPT: Flood()},
    Fault.ENDLESS_BODY: {Moment.RECEIVE: EndlessBody()},
    Fault.NOT_WINRM: {Moment.REQUEST: NotFound()},
    Fault.GARBAGE: {Moment.CONNECT: Blurt(b"\x00\x15\xfe\xff220 mail.lab.invalid ready\r\n\x80\x01" * 8)},
    Fault.BAD_JSON: {Moment.SCRIPT: Print('{"v": 1, "registry": [')},
    Fault.SCRIPT_ERROR: {Moment.SCRIPT: Throw("Exception of type 'System.OutOfMemoryException' was thrown.")},
}
