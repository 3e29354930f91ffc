"""Whether the negotiation, which nobody signs before dialect 3.1.1, was tampered with.

Law: what was offered and what was chosen are asked again over the session (MS-SMB2, 3.2.5.5), and a host that remembers
them otherwise is not listened to. A host that does not know the question says so in a reply that is signed as well,
which nobody in between could have made.
"""

from __future__ import annotations

import struct

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.flow import RELATED_FILE, Code, Command, Exchange, Flow
from fleetscan.transport.remote_registry.frames import HEADER_SIZE, SUCCESS
from fleetscan.transport.remote_registry.negotiate import CAPABILITIES, DIALECTS, SECURITY_MODE
from fleetscan.transport.remote_registry.session import Session

PIPES = "IPC$"
"""The share of the pipes, on which the question is asked."""

VALIDATE = 0x00140204
"""FSCTL_VALIDATE_NEGOTIATE_INFO (MS-SMB2, 2.2.31)."""

NOT_KNOWN = frozenset({0xC0000128, 0xC0000010, 0xC00000BB, 0xC000019C})
"""What hosts without the question answer: FILE_CLOSED, INVALID_DEVICE_REQUEST, NOT_SUPPORTED, FS_DRIVER_REQUIRED."""

_IOCTL = struct.Struct("<HHI16sIIIIIIII")
_IOCTL_REPLY = struct.Struct("<HHI16sIIIIII")
_ASKED = struct.Struct(f"<I16sHH{len(DIALECTS)}H")
_ANSWERED = struct.Struct("<I16sHH")
_FSCTL = 1


def validated(session: Session) -> Flow[None]:
    """Ask, and compare. Raises HostFailure."""
    asked = _ASKED.pack(CAPABILITIES, session.guid, SECURITY_MODE, len(DIALECTS), *DIALECTS)
    head = _IOCTL.pack(
        57, 0, VALIDATE, RELATED_FILE, HEADER_SIZE + _IOCTL.size, len(asked), 0, 0, 0, _ANSWERED.size, _FSCTL, 0
    )
    (reply,) = yield Exchange(PIPES, (Command(Code.IOCTL, head + asked),))
    if reply.status in NOT_KNOWN and reply.body:
        return
    if reply.status != SUCCESS:
        message = f"the host does not confirm the negotiation (NTSTATUS 0x{reply.status:08X}), so nothing was asked"
        raise HostFailure(Reason.DENIED, message)
    terms = session.terms
    chosen = _ANSWERED.pack(terms.capabilities, terms.server_guid, terms.security_mode, terms.dialect)
    if _output(reply.body) != chosen:
        message = "the negotiation was altered on its way; somebody may be in between"
        raise HostFailure(Reason.MALFORMED, message)


def _output(body: bytes) -> bytes:
    """Take the answer out of the reply (MS-SMB2, 2.2.32)."""
    if len(body) < _IOCTL_REPLY.size:
        return b""
    start, size = _IOCTL_REPLY.unpack_from(body)[6:8]
    return body[start - HEADER_SIZE :][:size] if start >= HEADER_SIZE + _IOCTL_REPLY.size else b""
