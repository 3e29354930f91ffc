"""What became of one question: known, absent, or unknown with a reason.

Law: nothing unseen is called fine. There is no fourth state and no default; whoever holds an
outcome must match on its three classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value]"
"""What a fact can hold: what JSON can hold, without null (a missing thing is :class:`Absent`)."""


class Reason(StrEnum):
    """Why a fact is unknown. The list is closed: reports, JSON and rules rely on it."""

    UNREACHABLE = "unreachable"
    AUTH_FAILED = "auth_failed"
    DENIED = "denied"
    TIMED_OUT = "timed_out"
    WRONG_TYPE = "wrong_type"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    NOT_LOCATED = "not_located"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The value as read, and the name of its type at the source (``REG_DWORD``, ``service``, ...)."""

    value: Value
    type: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The host said that the thing is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The host did not say: why, and in what words."""

    reason: Reason
    detail: str = ""


Outcome: TypeAlias = Known | Absent | Unknown
