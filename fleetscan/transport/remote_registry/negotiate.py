"""The first message: what we offer, what the host takes. The only module that knows impacket.

Law: dialects 2.1 to 3.1.1 are offered in one message, older ones never, and signing is always required.

impacket's structures write and read the messages, not its ``SMB3`` object: that one offers dialect 2.0.2 as well, knows
one cipher, announces no large requests, and skips message number 0 on a connection that it did not open itself. So no
private attribute of impacket is needed; :func:`prove_impacket` holds what is used against bytes.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.frames import HEADER_SIZE, NEGOTIATE, Request, refuse
from fleetscan.transport.remote_registry.keys import (
    CIPHERS,
    DIALECT_210,
    DIALECT_300,
    DIALECT_302,
    DIALECT_311,
    ONLY_CIPHER,
    Cipher,
)

if TYPE_CHECKING:
    from impacket.structure import Structure

DIALECTS = (DIALECT_210, DIALECT_300, DIALECT_302, DIALECT_311)

SIGNING_ENABLED, SIGNING_REQUIRED = 0x01, 0x02
SECURITY_MODE = SIGNING_ENABLED | SIGNING_REQUIRED
"""What we say of signing (MS-SMB2, 2.2.3)."""

LARGE_MTU, ENCRYPTION = 0x04, 0x40
CAPABILITIES = LARGE_MTU | ENCRYPTION
"""What we say that we can do (MS-SMB2, 2.2.3)."""

PREAUTH_CONTEXT, ENCRYPTION_CONTEXT, SHA512 = 0x0001, 0x0002, 0x0001
"""What is agreed on beside dialect 3.1.1 (MS-SMB2, 2.2.3.1)."""

_ONE = b"\1\0"
_NO_CIPHER = _ONE + bytes(2)
_CHOICES: Mapping[bytes, Cipher | None] = {
    _NO_CIPHER: None,
    **{_ONE + struct.pack("<H", number): cipher for number, cipher in CIPHERS.items()},
}
_RESPONSE_SIZE = 64
_DIALECT_AT = 4
_RESERVED = slice(60, 64)
_DIALECTS_END = HEADER_SIZE + 36 + 2 * len(DIALECTS)
_CONTEXTS_AT = _DIALECTS_END + -_DIALECTS_END % 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the host chose. ``cipher`` is None where nothing can be encrypted."""

    dialect: int
    server_guid: bytes
    security_mode: int
    capabilities: int
    cipher: Cipher | None

    @property
    def multi_credit(self) -> bool:
        """Whether one request may ask for more than 64 KiB."""
        return bool(self.capabilities & LARGE_MTU)


def offer(guid: bytes, salt: bytes) -> Request:
    """Write the message. ``guid`` (16 bytes) names this client, ``salt`` (32 bytes) is random."""
    from impacket import smb3structs  # noqa: PLC0415 - not loaded unless a host is asked this way

    preauth, encryption = smb3structs.SMB2PreAuthIntegrityCapabilities(), smb3structs.SMB2EncryptionCapabilities()
    preauth["HashAlgorithmCount"] = 1
    preauth["SaltLength"] = len(salt)
    preauth["HashAlgorithms"] = struct.pack("<H", SHA512)
    preauth["Salt"] = salt
    encryption["CipherCount"] = len(CIPHERS)
    encryption["Ciphers"] = struct.pack(f"<{len(CIPHERS)}H", *CIPHERS)
    contexts = ((PREAUTH_CONTEXT, preauth), (ENCRYPTION_CONTEXT, encryption))
    place, body = smb3structs.SMB311ContextData(), smb3structs.SMB2Negotiate()
    place["NegotiateContextOffset"] = _CONTEXTS_AT
    place["NegotiateContextCount"] = len(contexts)
    body["DialectCount"] = len(DIALECTS)
    body["SecurityMode"] = SECURITY_MODE
    body["Capabilities"] = CAPABILITIES
    body["ClientGuid"] = guid
    body["ClientStartTime"] = place.getData()
    body["Dialects"] = list(DIALECTS)
    body["Padding"] = bytes(_CONTEXTS_AT - _DIALECTS_END)
    packed = b""
    for kind, data in contexts:
        packed += bytes(-len(packed) % 8) + _context(smb3structs.SMB2NegotiateContext(), kind, data.getData())
    body["NegotiateContextList"] = packed
    return Request(command=NEGOTIATE, body=body.getData(), message_id=0)


def _context(context: Structure, kind: int, data: bytes) -> bytes:
    context["ContextType"] = kind
    context["DataLength"] = len(data)
    context["Data"] = data
    return bytes(context.getData())


def read_terms(body: bytes) -> Terms:
    """Read what the host chose from the body of its reply. Raises HostFailure."""
    if len(body) < _RESPONSE_SIZE:
        refuse("the answer to the negotiation is too short")
    (dialect,) = struct.unpack_from("<H", body, _DIALECT_AT)
    if dialect not in DIALECTS:
        refuse(f"the host chose dialect 0x{dialect:04x}, which was not offered")
    if dialect != DIALECT_311:  # a reserved field, in which some hosts leave what they like
        body = body[: _RESERVED.start] + bytes(4) + body[_RESERVED.stop :]
    try:
        terms = _terms(body, dialect)
    except HostFailure:
        raise
    except Exception as error:
        message = f"the answer to the negotiation could not be understood ({type(error).__name__})"
        raise HostFailure(Reason.MALFORMED, message) from error
    if not terms.security_mode & SIGNING_ENABLED:
        message = "the host does not sign its replies, so none could be believed; enable SMB signing there"
        raise HostFailure(Reason.UNSUPPORTED, message)
    return terms


def _terms(body: bytes, dialect: int) -> Terms:
    from impacket import smb3structs  # noqa: PLC0415 - as above

    response = smb3structs.SMB2Negotiate_Response(body)
    capabilities = response["Capabilities"]
    if dialect == DIALECT_311:
        at, count = response["NegotiateContextOffset"] - HEADER_SIZE, response["NegotiateContextCount"]
        cipher = _agreed(_contexts(smb3structs.SMB2NegotiateContext, body, at, count))
    else:
        cipher = CIPHERS[ONLY_CIPHER] if dialect != DIALECT_210 and capabilities & ENCRYPTION else None
    return Terms(
        dialect=dialect,
        server_guid=response["ServerGuid"],
        security_mode=response["SecurityMode"],
        capabilities=capabilities,
        cipher=cipher,
    )


def _contexts(kind: type[Structure], body: bytes, at: int, count: int) -> Mapping[int, bytes]:
    """Read the contexts of a reply, which begin at a place in its body; no kind may come twice."""
    found: dict[int, bytes] = {}
    for _ in range(count):
        if at < _RESPONSE_SIZE or at + 8 > len(body):
            refuse("the negotiation's contexts are not where they should be")
        context = kind(body[at:])
        if len(context["Data"]) != context["DataLength"] or context["ContextType"] in found:
            refuse("the negotiation's contexts are not made as they should be")
        found[context["ContextType"]] = context["Data"]
        at += 8 + context["DataLength"] + -context["DataLength"] % 8
    return found


def _agreed(contexts: Mapping[int, bytes]) -> Cipher | None:
    """Check what dialect 3.1.1 was agreed with (MS-SMB2, 3.2.5.2), and give the cipher."""
    hashing, encrypting = contexts.get(PREAUTH_CONTEXT, b""), contexts.get(ENCRYPTION_CONTEXT, _NO_CIPHER)
    if hashing[:2] != _ONE or hashing[4:6] != struct.pack("<H", SHA512):
        refuse("the host did not agree on SHA-512")
    if encrypting not in _CHOICES:
        refuse("the host chose a cipher that was not offered")
    return _CHOICES[encrypting]


@functools.cache
def prove_impacket() -> None:
    """Hold the installed impacket against bytes made by hand (MS-SMB2, 2.2.3, 2.2.4). Raises HostFailure."""
    try:
        good = offer(bytes(range(16)), bytes(range(32))).body == _KNOWN_OFFER and read_terms(_KNOWN_ANSWER) == _KNOWN
    except Exception as error:
        raise _other_impacket() from error
    if not good:
        raise _other_impacket()


def _other_impacket() -> HostFailure:
    message = f"the installed impacket ({version('impacket')}) works otherwise than 0.13.1; install fleetscan's own"
    return HostFailure(Reason.UNSUPPORTED, message)


_KNOWN_OFFER = bytes.fromhex(
    "24000400 0300 0000 44000000 000102030405060708090a0b0c0d0e0f 70000000 0200 0000 1002 0003 0203 1103 00000000"
    "0100 2600 00000000 0100 2000 0100 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 0000"
    "0200 0a00 00000000 0400 0200 0100 0400 0300"
)
_KNOWN_ANSWER = bytes.fromhex(
    "4100 0300 1103 0200 0f0e0d0c0b0a09080706050403020100 6f000000 00000100 00000200 00000300"
    "0000000000000000 0000000000000000 8000 0300 88000000 aabbcc 0000000000"
    "0100 2600 00000000 0100 2000 0100 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 0000"
    "0200 0400 00000000 0100 0100"
)
_KNOWN = Terms(
    dialect=DIALECT_311,
    server_guid=bytes(range(15, -1, -1)),
    security_mode=SECURITY_MODE,
    capabilities=0x6F,
    cipher=CIPHERS[0x0001],
)
