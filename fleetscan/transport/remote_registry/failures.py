"""Every exception that a conversation can end in -> a reason from the closed list and words with a remedy.

Law: this is where what all transports share (:mod:`fleetscan.transport.failures`) is joined with what only this room
knows. impacket's exceptions do not come so far: :mod:`negotiate` catches them where its code runs.
"""

from __future__ import annotations

from cryptography.exceptions import (
    AlreadyFinalized,
    AlreadyUpdated,
    InternalError,
    InvalidKey,
    InvalidSignature,
    InvalidTag,
    NotYetFinalized,
    UnsupportedAlgorithm,
)

from fleetscan.model import Failure, Reason
from fleetscan.transport.failures import LAST_ROWS, LOGON_ROWS, NETWORK_ROWS, Row, failure_by

ROWS: tuple[Row, ...] = (
    *LOGON_ROWS,
    Row(
        types=(ConnectionRefusedError,),
        reason=Reason.UNREACHABLE,
        words="nobody listens at this port; is the Server service running, and does the firewall allow SMB (445)?",
    ),
    *NETWORK_ROWS,
    Row(
        types=(InvalidTag, InvalidSignature, InvalidKey, AlreadyFinalized, AlreadyUpdated, NotYetFinalized),
        reason=Reason.MALFORMED,
        words="a reply was altered or not signed; somebody may be in between",
    ),
    Row(
        types=(UnsupportedAlgorithm, InternalError),
        reason=Reason.UNSUPPORTED,
        words="this machine's OpenSSL lacks a cipher that SMB needs; allow MD4, RC4 or AES there, or use Kerberos",
    ),
    *LAST_ROWS,
)
"""From the most to the least special."""


def failure_of(error: Exception) -> Failure:
    """Say why a conversation ended; see :func:`fleetscan.transport.failures.failure_by`."""
    return failure_by(ROWS, error)
