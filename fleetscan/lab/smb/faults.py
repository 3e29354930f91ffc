"""How each :class:`~fleetscan.lab.smb.fault.SmbFault` is played: where it strikes and what happens then.

Laws: :data:`PLAYS` is the only place that knows a fault by its name. A hang or a drop strikes *after* the request took
effect, so that a client that loses a reply has something to clean up; a refusal strikes before.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fleetscan.lab.smb.fault import SmbFault


class Moment(StrEnum):
    """A place in a conversation where a fault can strike."""

    LISTEN = "listen"  # before anybody connects
    SETTINGS = "settings"  # what smbd is told about the address
    WINREG_PIPE = "winreg-pipe"  # the open of the pipe
    SVCCTL_PIPE = "svcctl-pipe"
    WINREG_BIND = "winreg-bind"
    SVCCTL_BIND = "svcctl-bind"
    OPEN_ROOT = "open-root"
    CLOSE_KEY = "close-key"
    ENUM_KEY = "enum-key"
    ENUM_VALUE = "enum-value"
    OPEN_KEY = "open-key"
    QUERY_INFO = "query-info"
    QUERY_VALUE = "query-value"
    GET_VERSION = "get-version"
    QUERY_VALUES = "query-values"
    CLOSE_SERVICE = "close-service"
    QUERY_STATUS = "query-status"
    ENUM_SERVICES = "enum-services"
    OPEN_SCM = "open-scm"
    OPEN_SERVICE = "open-service"
    QUERY_CONFIG = "query-config"
    QUERY_CONFIG2 = "query-config2"
    QUERY_STATUS_EX = "query-status-ex"
    OTHER = "other"  # any operation that only reads need not know
    REPLY = "reply"  # every reply to a call


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """The backlog is full: connections are neither accepted nor refused."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Connections are accepted, and nothing is said."""


@dataclass(frozen=True, slots=True)
class Blurt:
    """Say these bytes in place of an answer."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Settings:
    """Tell smbd these lines about the address; ``{nowhere}`` is an empty file."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such pipe; after this many opens there is one (0: never)."""

    opens: int = 0


@dataclass(frozen=True, slots=True)
class Single:
    """There is one instance of the pipe, and no second one beside it."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the pipe open and say nothing more."""


@dataclass(frozen=True, slots=True)
class Drop:
    """End the TCP connection."""


@dataclass(frozen=True, slots=True)
class Shut:
    """End the pipe; the connection goes on."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Take this many seconds longer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Deny:
    """Answer with this Win32 error when any of these rights is asked for; nothing takes effect."""

    code: int = 5
    rights: int = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Throw:
    """Answer with an RPC fault (C706, appendix E; for a bind: with a refusal); nothing takes effect."""

    status: int


@dataclass(frozen=True, slots=True)
class Want:
    """Say that there is no room, whatever is offered, and how many bytes would do (0: a few more than offered)."""

    need: int = 0


@dataclass(frozen=True, slots=True)
class Endless:
    """Have one more item at every index."""


@dataclass(frozen=True, slots=True)
class Shorten:
    """Lose the last byte of a value's data."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Write these bytes over the reply's stub, at these places (from its end when negative)."""

    bytes_at: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Halve:
    """Send half of the stub."""


@dataclass(frozen=True, slots=True)
class Misnumber:
    """Answer to another call."""


@dataclass(frozen=True, slots=True)
class Crumble:
    """Send fragments of one byte."""


Act: TypeAlias = (
    Refuse
    | Ignore
    | Silence
    | Blurt
    | Settings
    | Missing
    | Single
    | Hang
    | Drop
    | Shut
    | Wait
    | Deny
    | Throw
    | Want
    | Endless
    | Shorten
    | Patch
    | Halve
    | Misnumber
    | Crumble
)

Play: TypeAlias = Mapping[Moment, Act]

ACCESS_DENIED = 5
SERVICE_QUERY_CONFIG = 0x1
"""A right on a service (MS-SCMR, 3.1.4)."""
NO_MEMORY = 0x1C00001B
"""nca_s_fault_remote_no_memory (C706, appendix E)."""

_HUGE = struct.pack("<I", 0x7FFFFFFF)
_ALL = struct.pack("<I", 0xFFFFFFFF)
_NULL = struct.pack("<I", 0)
_QWORD = struct.pack("<I", 11)
_NO_STATE = struct.pack("<I", 99)
_START_PENDING = struct.pack("<I", 2)
_NOISE = b"\x00\x15\xfe\xff220 mail.lab.invalid ready\r\n\x80\x01" * 8


def _each(act: Act, *moments: Moment) -> Play:
    return dict.fromkeys(moments, act)


PLAYS: Mapping[SmbFault, Play] = {
    SmbFault.NONE: {},
    SmbFault.REFUSED: {Moment.LISTEN: Refuse()},
    SmbFault.BLACK_HOLE: {Moment.LISTEN: Ignore()},
    SmbFault.HANG_ACCEPT: {Moment.LISTEN: Silence()},
    SmbFault.GARBAGE: {Moment.LISTEN: Blurt(_NOISE)},
    SmbFault.WRONG_PASSWORD: {Moment.SETTINGS: Settings(("username map = {nowhere}",))},
    SmbFault.NTLM_DISABLED: {Moment.SETTINGS: Settings(("ntlm auth = disabled",))},
    SmbFault.ENCRYPTION_REQUIRED: {Moment.SETTINGS: Settings(("server smb encrypt = required",))},
    SmbFault.PIPE_MISSING: {Moment.WINREG_PIPE: Missing()},
    SmbFault.PIPES_MISSING: _each(Missing(), Moment.WINREG_PIPE, Moment.SVCCTL_PIPE),
    SmbFault.PIPE_LATE: {Moment.WINREG_PIPE: Missing(opens=2)},
    SmbFault.ONE_PIPE: _each(Single(), Moment.WINREG_PIPE, Moment.SVCCTL_PIPE),
    SmbFault.DROP: {Moment.WINREG_PIPE: Drop()},
    SmbFault.WINREG_REFUSED: {Moment.WINREG_BIND: Throw(ACCESS_DENIED)},
    SmbFault.WINREG_DENIED: {Moment.OPEN_ROOT: Deny()},
    SmbFault.WINREG_FAULT: {Moment.OPEN_ROOT: Throw(ACCESS_DENIED)},
    SmbFault.SVCCTL_DENIED: {Moment.OPEN_SCM: Deny()},
    SmbFault.STATUS_DENIED: {Moment.OPEN_SERVICE: Deny()},
    SmbFault.CONFIG_DENIED: {Moment.OPEN_SERVICE: Deny(rights=SERVICE_QUERY_CONFIG)},
    SmbFault.HANG_PIPE: _each(Hang(), Moment.WINREG_PIPE, Moment.SVCCTL_PIPE),
    SmbFault.HANG_BIND: _each(Hang(), Moment.WINREG_BIND, Moment.SVCCTL_BIND),
    SmbFault.HANG_OPEN_ROOT: {Moment.OPEN_ROOT: Hang()},
    SmbFault.HANG_OPEN_KEY: {Moment.OPEN_KEY: Hang()},
    SmbFault.HANG_QUERY_VALUE: {Moment.QUERY_VALUE: Hang()},
    SmbFault.HANG_ENUM_KEY: {Moment.ENUM_KEY: Hang()},
    SmbFault.HANG_ENUM_VALUE: {Moment.ENUM_VALUE: Hang()},
    SmbFault.HANG_OPEN_SCM: {Moment.OPEN_SCM: Hang()},
    SmbFault.HANG_OPEN_SERVICE: {Moment.OPEN_SERVICE: Hang()},
    SmbFault.HANG_QUERY_STATUS: _each(Hang(), Moment.QUERY_STATUS, Moment.QUERY_STATUS_EX),
    SmbFault.HANG_QUERY_CONFIG: {Moment.QUERY_CONFIG: Hang()},
    SmbFault.DROP_PIPE: _each(Drop(), Moment.WINREG_PIPE, Moment.SVCCTL_PIPE),
    SmbFault.DROP_BIND: _each(Drop(), Moment.WINREG_BIND, Moment.SVCCTL_BIND),
    SmbFault.DROP_OPEN_ROOT: {Moment.OPEN_ROOT: Drop()},
    SmbFault.DROP_OPEN_KEY: {Moment.OPEN_KEY: Drop()},
    SmbFault.DROP_QUERY_VALUE: {Moment.QUERY_VALUE: Drop()},
    SmbFault.DROP_ENUM_KEY: {Moment.ENUM_KEY: Drop()},
    SmbFault.DROP_ENUM_VALUE: {Moment.ENUM_VALUE: Drop()},
    SmbFault.DROP_OPEN_SCM: {Moment.OPEN_SCM: Drop()},
    SmbFault.DROP_OPEN_SERVICE: {Moment.OPEN_SERVICE: Drop()},
    SmbFault.DROP_QUERY_STATUS: _each(Drop(), Moment.QUERY_STATUS, Moment.QUERY_STATUS_EX),
    SmbFault.DROP_QUERY_CONFIG: {Moment.QUERY_CONFIG: Drop()},
    SmbFault.CLOSED_PIPE: _each(Shut(), Moment.QUERY_VALUE, Moment.QUERY_STATUS, Moment.QUERY_STATUS_EX),
    SmbFault.MORE_DATA: _each(Want(), Moment.QUERY_VALUE, Moment.ENUM_KEY, Moment.ENUM_VALUE, Moment.QUERY_CONFIG),
    SmbFault.ENDLESS_ENUM: _each(Endless(), Moment.ENUM_KEY, Moment.ENUM_VALUE),
    # The places are those of the layouts in winreg.py and svcctl.py; a test per fault holds them.
    SmbFault.ABSURD_COUNT: {Moment.QUERY_INFO: Patch(((-40, _ALL), (-28, _ALL)))},
    SmbFault.ABSURD_SIZE: {
        Moment.QUERY_VALUE: Patch(((12, _HUGE),)),
        Moment.ENUM_KEY: Patch(((8, _HUGE),)),
        Moment.ENUM_VALUE: Patch(((8, _HUGE),)),
        Moment.QUERY_CONFIG: Patch(((36, _HUGE),)),
    },
    SmbFault.ABSURD_LENGTH: {
        Moment.QUERY_VALUE: Patch(((20, _HUGE),)),
        Moment.ENUM_KEY: Patch(((16, _HUGE),)),
        Moment.ENUM_VALUE: Patch(((16, _HUGE),)),
        Moment.QUERY_CONFIG: Patch(((44, _HUGE),)),
    },
    SmbFault.ABSURD_NEED: _each(Want(0x7FFFFFFF), Moment.QUERY_VALUE, Moment.ENUM_VALUE, Moment.QUERY_CONFIG),
    SmbFault.ABSENT_REFERENT: {
        Moment.QUERY_VALUE: Patch(((0, _NULL),)),
        Moment.ENUM_KEY: Patch(((4, _NULL),)),
        Moment.ENUM_VALUE: Patch(((4, _NULL),)),
        Moment.QUERY_CONFIG: Patch(((28, _NULL),)),
    },
    SmbFault.WRONG_TYPE: {Moment.QUERY_VALUE: Patch(((4, _QWORD),))},
    SmbFault.WRONG_SIZE: _each(Shorten(), Moment.QUERY_VALUE, Moment.ENUM_VALUE),
    SmbFault.WRONG_STATE: {
        Moment.QUERY_STATUS: Patch(((4, _NO_STATE),)),
        Moment.QUERY_STATUS_EX: Patch(((8, _NO_STATE),)),
    },
    SmbFault.PENDING: {
        Moment.QUERY_STATUS: Patch(((4, _START_PENDING),)),
        Moment.QUERY_STATUS_EX: Patch(((8, _START_PENDING),)),
    },
    SmbFault.RPC_FAULT: _each(
        Throw(NO_MEMORY), Moment.QUERY_VALUE, Moment.ENUM_KEY, Moment.ENUM_VALUE, Moment.QUERY_STATUS
    ),
    SmbFault.WRONG_CALL_ID: {Moment.REPLY: Misnumber()},
    SmbFault.GARBAGE_PDU: {Moment.REPLY: Blurt(_NOISE)},
    SmbFault.TRUNCATED: {Moment.REPLY: Halve()},
    SmbFault.CRUMBS: {Moment.REPLY: Crumble()},
    SmbFault.SLOW: {Moment.REPLY: Wait(0.1)},
}
