"""The MIME envelope in which WinRM hides messages on plain HTTP ([MS-WSMV] 2.2.9.1)."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from spnego.exceptions import SpnegoError

if TYPE_CHECKING:
    from spnego import ContextProxy

BOUNDARY = "Encrypted Boundary"
_PART = re.compile(
    rb"-- ?Encrypted Boundary\r\n\s*Content-Type: (?P<protocol>[^\r\n]+)\r\n"
    rb"\s*OriginalContent: type=application/soap\+xml;charset=UTF-8;Length=(?P<length>\d+)\r\n"
    rb"-- ?Encrypted Boundary\r\n\s*Content-Type: application/octet-stream\r\n"
)
_END = re.compile(rb"-- ?Encrypted Boundary--\r\n\Z")


class Unreadable(Exception):  # noqa: N818 - it ends in an answer
    """Say that an encrypted message could not be taken apart or decrypted."""


def is_sealed(content_type: str) -> bool:
    """Tell by its ``Content-Type`` whether a body is encrypted."""
    return content_type.lower().startswith("multipart/encrypted")


def seal(context: ContextProxy, message: bytes, protocol: str) -> tuple[str, bytes]:
    """Give ``Content-Type`` and body that hide a message; ``protocol`` is the media type of the scheme."""
    signature, cipher, padding = context.wrap_winrm(message)
    head = (
        f"--{BOUNDARY}\r\n\tContent-Type: {protocol}\r\n"
        f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(message) + padding}\r\n"
        f"--{BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n"
    )
    body = head.encode() + struct.pack("<i", len(signature)) + signature + cipher + f"--{BOUNDARY}--\r\n".encode()
    return f'multipart/encrypted;protocol="{protocol}";boundary="{BOUNDARY}"', body


def unseal(context: ContextProxy, body: bytes) -> tuple[bytes, str]:
    """Give the message in an encrypted body, and the media type of its scheme; raise :class:`Unreadable`."""
    head, end = _PART.match(body), _END.search(body)
    if head is None or end is None:
        msg = "the body is not a WinRM message"
        raise Unreadable(msg)
    payload = body[head.end() : end.start()]
    size = struct.unpack_from("<i", payload)[0] if len(payload) >= 4 else -1  # noqa: PLR2004 - its own length
    if not 0 <= size <= len(payload) - 4:
        msg = "the signature has no length"
        raise Unreadable(msg)
    try:
        message = context.unwrap_winrm(payload[4 : 4 + size], payload[4 + size :])
    except (SpnegoError, ValueError) as error:
        msg = "the message does not decrypt"
        raise Unreadable(msg) from error
    if abs(int(head["length"]) - len(message)) > 16:  # noqa: PLR2004 - padding is at most a cipher block
        msg = "the message has another length than it says"
        raise Unreadable(msg)
    return message, head["protocol"].decode("latin-1").strip()
