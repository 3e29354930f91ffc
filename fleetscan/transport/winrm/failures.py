"""Every exception that a WinRM conversation can end in -> a reason from the closed list and words with a remedy.

Law: this is the only place where exceptions of pypsrp, requests, urllib3, ssl, http.client and xml are named as
failures. The first row that fits decides; a test walks those libraries and fails when only the last row is left.
"""

from __future__ import annotations

import http.client
import queue
import ssl
import zlib
from xml import dom, sax
from xml.parsers import expat

import requests
import urllib3.exceptions
from cryptography.exceptions import UnsupportedAlgorithm
from pypsrp import exceptions as psrp

from fleetscan.model import Failure, Reason
from fleetscan.transport.failures import (
    CUT,
    LAST_ROWS,
    LOGON_ROWS,
    NETWORK_ROWS,
    NO_ANSWER,
    UNREADABLE,
    Row,
    Ruling,
    failure_by,
)
from fleetscan.transport.winrm import faults


def _fault(error: Exception) -> Ruling:
    if not isinstance(error, psrp.WSManFaultError):
        return faults.fault(None)
    reason, words = faults.fault(error.code)
    return reason, f"{words}; the host says: {error.reason or 'nothing'} (code {error.code})"


def _status(error: Exception) -> Ruling:
    if not isinstance(error, psrp.WinRMTransportError):
        return faults.status(0)
    reason, words = faults.status(error.code)
    return reason, f"{words} (HTTP {error.code})"


_TLS = "TLS failed; is this the HTTPS port, and do host and scanner share a TLS version?"
_CERTIFICATE = (
    "the host's certificate was not accepted, so nothing was sent; set ansible_psrp_ca_cert to the CA that signed it, "
    "and use the name it was issued for"
)

ROWS: tuple[Row, ...] = (
    Row(types=(psrp.AuthenticationError,), reason=Reason.AUTH_FAILED, words="the host does not accept the logon"),
    Row(types=(psrp.WSManFaultError,), reason=Reason.UNSUPPORTED, words="by fault code", judge=_fault),
    Row(types=(psrp.WinRMTransportError,), reason=Reason.UNSUPPORTED, words="by HTTP status", judge=_status),
    Row(
        types=(psrp.InvalidRunspacePoolStateError, psrp.InvalidPipelineStateError, psrp.InvalidPSRPOperation),
        reason=Reason.MALFORMED,
        words="the host's PowerShell session broke",
    ),
    Row(types=(psrp.WinRMError,), reason=Reason.MALFORMED, words=UNREADABLE),
    *LOGON_ROWS,
    Row(types=(ssl.SSLCertVerificationError,), reason=Reason.UNREACHABLE, words=_CERTIFICATE),
    Row(types=(ssl.SSLError, requests.exceptions.SSLError), reason=Reason.UNREACHABLE, words=_TLS),
    Row(types=(urllib3.exceptions.SSLError,), reason=Reason.UNREACHABLE, words=_TLS),
    Row(types=(requests.Timeout, urllib3.exceptions.TimeoutError), reason=Reason.TIMED_OUT, words=NO_ANSWER),
    Row(
        types=(ConnectionRefusedError,),
        reason=Reason.UNREACHABLE,
        words="nobody listens at this port; run Enable-PSRemoting there, or check port and ansible_psrp_protocol",
    ),
    Row(types=(http.client.IncompleteRead, http.client.RemoteDisconnected), reason=Reason.UNREACHABLE, words=CUT),
    Row(
        types=(http.client.HTTPException,),
        reason=Reason.MALFORMED,
        words="what answered does not speak HTTP; check port and ansible_psrp_protocol",
    ),
    Row(
        types=(requests.exceptions.InvalidJSONError, requests.exceptions.ContentDecodingError),
        reason=Reason.MALFORMED,
        words=UNREADABLE,
    ),
    Row(types=(requests.RequestException,), reason=Reason.UNREACHABLE, words="the connection failed"),
    Row(types=(urllib3.exceptions.HTTPError,), reason=Reason.UNREACHABLE, words="the connection failed"),
    Row(
        types=(expat.ExpatError, dom.DOMException, sax.SAXException, UnsupportedAlgorithm, queue.Empty, zlib.error),
        reason=Reason.MALFORMED,
        words=UNREADABLE,
    ),
    *NETWORK_ROWS,
    *LAST_ROWS,
)
"""From the most to the least special."""


def failure_of(error: Exception) -> Failure:
    """Say why a conversation ended; see :func:`~fleetscan.transport.failures.failure_by`."""
    return failure_by(ROWS, error)
