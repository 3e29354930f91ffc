"""Every exception that a conversation can end in -> a reason from the closed list and words with a remedy.

Law: this is the only place where exceptions of pypsrp, requests, pyspnego, ssl, socket, http.client and xml are named
as failures. The first row that fits decides; a test walks those libraries and fails when only the last row is left.
Law: ``auth_failed`` means that the credential was turned down, or could not be tried for a reason that lies in it.
"""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml import dom, sax
from xml.parsers import expat

import requests
import urllib3.exceptions
from cryptography.exceptions import UnsupportedAlgorithm
from pypsrp import exceptions as psrp
from spnego import exceptions as negotiate

from fleetscan.errors import HostFailure
from fleetscan.model import Failure, Reason
from fleetscan.transport.winrm import faults
from fleetscan.transport.winrm.kerberos import KERBEROS_ERRORS, kerberos_ruling
from fleetscan.transport.winrm.words import plain

Judge = Callable[[Exception], faults.Ruling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Exception classes, the reason, and words; ``judge`` decides where the class alone does not."""

    types: tuple[type[Exception], ...]
    reason: Reason
    words: str
    judge: Judge | None = None


def _fault(error: Exception) -> faults.Ruling:
    if not isinstance(error, psrp.WSManFaultError):
        return faults.fault(None)
    reason, words = faults.fault(error.code)
    return reason, f"{words}; the host says: {error.reason or 'nothing'} (code {error.code})"


def _status(error: Exception) -> faults.Ruling:
    if not isinstance(error, psrp.WinRMTransportError):
        return faults.status(0)
    reason, words = faults.status(error.code)
    return reason, f"{words} (HTTP {error.code})"


def _token(error: Exception) -> faults.Ruling:
    """Tell a refusal in the token apart from a token that is broken (both are the same class in pyspnego)."""
    if "rejection" in str(error):
        return Reason.AUTH_FAILED, "the host turned the logon down"
    return Reason.MALFORMED, "the host's part of the logon could not be read"


def _spnego(error: Exception) -> faults.Ruling:
    """Judge by the Kerberos error inside, if there is one."""
    return _inside(error) or (Reason.MALFORMED, "the logon or a protected message failed")


def _credential(error: Exception) -> faults.Ruling:
    return _inside(error) or (Reason.AUTH_FAILED, f"{_NO_CREDENTIAL} ({plain(str(error), 160)})")


def _inside(error: Exception) -> faults.Ruling | None:
    base = error.base_error if isinstance(error, negotiate.SpnegoError) else None
    return kerberos_ruling(base) if isinstance(base, KERBEROS_ERRORS) else None


_NO_CREDENTIAL = "the credential cannot be used for this kind of logon; check user, auth and secret, or run kinit"
_TLS = "TLS failed; is this the HTTPS port, and do host and scanner share a TLS version?"
_CERTIFICATE = (
    "the host's certificate was not accepted, so nothing was sent; set ansible_psrp_ca_cert to the CA that signed it, "
    "and use the name it was issued for"
)
_REPLY = "a reply of the host could not be understood"

ROWS: tuple[Row, ...] = (
    Row(types=(psrp.AuthenticationError,), reason=Reason.AUTH_FAILED, words="the host does not accept the logon"),
    Row(types=(psrp.WSManFaultError,), reason=Reason.UNSUPPORTED, words="by fault code", judge=_fault),
    Row(types=(psrp.WinRMTransportError,), reason=Reason.UNSUPPORTED, words="by HTTP status", judge=_status),
    Row(
        types=(psrp.InvalidRunspacePoolStateError, psrp.InvalidPipelineStateError, psrp.InvalidPSRPOperation),
        reason=Reason.MALFORMED,
        words="the host's PowerShell session broke",
    ),
    Row(types=(psrp.WinRMError,), reason=Reason.MALFORMED, words=_REPLY),
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
    Row(types=(ssl.SSLCertVerificationError,), reason=Reason.UNREACHABLE, words=_CERTIFICATE),
    Row(types=(ssl.SSLError, requests.exceptions.SSLError), reason=Reason.UNREACHABLE, words=_TLS),
    Row(types=(urllib3.exceptions.SSLError,), reason=Reason.UNREACHABLE, words=_TLS),
    Row(
        types=(TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError),
        reason=Reason.TIMED_OUT,
        words="no answer in time; raise fleetscan_deadline if the host is merely slow",
    ),
    Row(
        types=(socket.gaierror, socket.herror),
        reason=Reason.UNREACHABLE,
        words="the name cannot be resolved; check ansible_host and DNS",
    ),
    Row(
        types=(ConnectionRefusedError,),
        reason=Reason.UNREACHABLE,
        words="nobody listens at this port; run Enable-PSRemoting there, or check port and ansible_psrp_protocol",
    ),
    Row(
        types=(http.client.IncompleteRead, ConnectionError),
        reason=Reason.UNREACHABLE,
        words="the host cut the connection in the middle of the conversation",
    ),
    Row(
        types=(http.client.HTTPException,),
        reason=Reason.MALFORMED,
        words="what answered does not speak HTTP; check port and ansible_psrp_protocol",
    ),
    Row(
        types=(requests.exceptions.InvalidJSONError, requests.exceptions.ContentDecodingError),
        reason=Reason.MALFORMED,
        words=_REPLY,
    ),
    Row(types=(requests.RequestException,), reason=Reason.UNREACHABLE, words="the connection failed"),
    Row(types=(urllib3.exceptions.HTTPError,), reason=Reason.UNREACHABLE, words="the connection failed"),
    Row(types=(OSError,), reason=Reason.UNREACHABLE, words="the host cannot be reached"),
    Row(types=(MemoryError,), reason=Reason.TOO_LARGE, words="the host's answer does not fit into memory"),
    Row(
        types=(
            SyntaxError,  # ElementTree.ParseError is one
            expat.ExpatError,
            dom.DOMException,
            sax.SAXException,
            UnsupportedAlgorithm,
            queue.Empty,
            RuntimeError,  # requests' CookieConflictError and RecursionError are
            ValueError,
            LookupError,
            AttributeError,
            TypeError,
            ArithmeticError,
            struct.error,
            zlib.error,
        ),
        reason=Reason.MALFORMED,
        words=_REPLY,
    ),
    Row(
        types=(Exception,),
        reason=Reason.MALFORMED,
        words="an error that fleetscan does not know; please report it",
    ),
)
"""From the most to the least special."""


def row_for(kind: type[Exception]) -> Row:
    """Find the row of an exception class."""
    return next(row for row in ROWS if issubclass(kind, row.types))


def failure_of(error: Exception) -> Failure:
    """Say why a conversation ended: reason, and at most 500 printable characters without any secret.

    The library's own text is quoted in brackets. Passwords never get into one: they are given to pyspnego only,
    which keeps them out of its messages.
    """
    if isinstance(error, HostFailure):
        return Failure(reason=error.reason, detail=plain(error.detail))
    row = row_for(type(error))
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
