"""What an exception below any transport means: the rows that all transports share, and how rows are read.

Law: pyspnego's, libkrb5's, socket's and Python's own exceptions are named as failures here and nowhere else; each
transport adds the rows of its own libraries in its own ``failures`` module.
Law: ``auth_failed`` means that the credential was turned down, or could not be tried for a reason that lies in it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from spnego import exceptions as negotiate

from fleetscan.errors import HostFailure
from fleetscan.model import Failure, Reason
from fleetscan.transport.kerberos import KERBEROS_ERRORS, kerberos_ruling
from fleetscan.transport.words import plain

Ruling: TypeAlias = tuple[Reason, str]
"""A reason from the closed list, and words with a remedy."""

Judge: TypeAlias = Callable[[Exception], Ruling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Exception classes, the reason, and words; ``judge`` decides where the class alone does not."""

    types: tuple[type[Exception], ...]
    reason: Reason
    words: str
    judge: Judge | None = None


def _token(error: Exception) -> Ruling:
    """Tell a refusal in the token apart from a token that is broken (both are the same class in pyspnego)."""
    if "rejection" in str(error):
        return Reason.AUTH_FAILED, "the host turned the logon down"
    return Reason.MALFORMED, "the host's part of the logon could not be read"


def _spnego(error: Exception) -> Ruling:
    """Judge by the Kerberos error inside, if there is one."""
    return _inside(error) or (Reason.MALFORMED, "the logon or a protected message failed")


def _credential(error: Exception) -> Ruling:
    return _inside(error) or (Reason.AUTH_FAILED, f"{_NO_CREDENTIAL} ({plain(str(error), 160)})")


def _inside(error: Exception) -> Ruling | None:
    base = error.base_error if isinstance(error, negotiate.SpnegoError) else None
    return kerberos_ruling(base) if isinstance(base, KERBEROS_ERRORS) else None


_NO_CREDENTIAL = "the credential cannot be used for this kind of logon; check user, auth and secret, or run kinit"

STOPPED = Failure(reason=Reason.NOT_ASKED, detail="the scan was stopped before the host had answered")
"""Why a conversation that was cut has no answer."""

NO_ANSWER = "no answer in time; raise fleetscan_deadline if the host is merely slow"
UNREADABLE = "a reply of the host could not be understood"
CUT = "the host cut the connection in the middle of the conversation"

LOGON_ROWS: tuple[Row, ...] = (
    Row(
        types=(
            negotiate.NoCredentialError,
            negotiate.InvalidCredentialError,
            negotiate.CredentialsExpiredError,
            negotiate.BadMechanismError,
            negotiate.BadNameError,
        ),
        reason=Reason.AUTH_FAILED,
        words="by the Kerberos error inside",
        judge=_credential,
    ),
    Row(types=(negotiate.InvalidTokenError,), reason=Reason.MALFORMED, words="by what the token says", judge=_token),
    Row(types=(negotiate.SpnegoError,), reason=Reason.MALFORMED, words="by the Kerberos error inside", judge=_spnego),
    Row(types=KERBEROS_ERRORS, reason=Reason.AUTH_FAILED, words="by Kerberos error", judge=kerberos_ruling),
    Row(
        types=(negotiate.FeatureMissingError, negotiate.NativeError, ImportError, NotImplementedError),
        reason=Reason.UNSUPPORTED,
        words="this installation cannot log on that way; Kerberos needs the extra fleetscan[kerberos]",
    ),
)
"""Logging on."""

NETWORK_ROWS: tuple[Row, ...] = (
    Row(types=(TimeoutError,), reason=Reason.TIMED_OUT, words=NO_ANSWER),
    Row(
        types=(socket.gaierror, socket.herror),
        reason=Reason.UNREACHABLE,
        words="the name cannot be resolved; check ansible_host and DNS",
    ),
    Row(types=(ConnectionError,), reason=Reason.UNREACHABLE, words=CUT),
    Row(types=(OSError,), reason=Reason.UNREACHABLE, words="the host cannot be reached"),
)
"""The network; a transport puts its words for a connection that is refused before them."""

LAST_ROWS: tuple[Row, ...] = (
    Row(types=(MemoryError,), reason=Reason.TOO_LARGE, words="the host's answer does not fit into memory"),
    Row(
        types=(
            SyntaxError,
            RuntimeError,
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
            ArithmeticError,
            struct.error,
        ),
        reason=Reason.MALFORMED,
        words=UNREADABLE,
    ),
    Row(
        types=(Exception,),
        reason=Reason.MALFORMED,
        words="an error that fleetscan does not know; please report it",
    ),
)
"""What a parser stumbles over, and what nobody thought of."""


def row_for(rows: Sequence[Row], kind: type[Exception]) -> Row:
    """Find the row of an exception class: the first that fits."""
    return next(row for row in rows if issubclass(kind, row.types))


def failure_by(rows: Sequence[Row], error: Exception) -> Failure:
    """Say why a conversation ended: reason, and at most 500 printable characters without any secret.

    The library's own text is quoted in brackets. Passwords never get into one: they are given to pyspnego only,
    which keeps them out of its messages.
    """
    if isinstance(error, HostFailure):
        return Failure(reason=error.reason, detail=plain(error.detail))
    row = row_for(rows, type(error))
    if row.judge is not None:
        reason, words = row.judge(error)
        return Failure(reason=reason, detail=plain(words))
    own = plain(str(error), 160)
    told = f"{type(error).__name__}: {own}" if own else type(error).__name__
    return Failure(reason=row.reason, detail=plain(f"{row.words} ({told})"))


def overdue(*, connected: bool) -> Failure:
    """Say what a thread is stuck in that does not come back in time: only two calls cannot be interrupted."""
    if connected:
        return Failure(reason=Reason.TIMED_OUT, detail="the Kerberos library did not come back in time; check the KDC")
    return Failure(reason=Reason.UNREACHABLE, detail="the name was not resolved in time; check ansible_host and DNS")


def dated(failure: Failure, seconds: float, reached: str | None) -> Failure:
    """Tell of a timeout how long it was and how far the host had come; leave every other failure as it is."""
    if failure.reason is not Reason.TIMED_OUT:
        return failure
    spent = f"{round(seconds, 1):g} s"
    detail = (
        f"no answer within {spent} (last step: {reached or 'connecting'}); raise fleetscan_deadline if the host is slow"
    )
    return Failure(reason=failure.reason, detail=detail)


def table(rows: Sequence[Row]) -> str:
    """Print the exception classes as Markdown, in the order in which they are tried."""
    lines = (f"| {_names(row)} | {row.reason if row.judge is None else 'it depends'} | {row.words} |" for row in rows)
    return "\n".join(["| exception | reason | what it means, what to do |", "| --- | --- | --- |", *lines])


def _names(row: Row) -> str:
    return ", ".join(f"`{kind.__name__}`" for kind in row.types)
