"""The keys of a session, its signatures and its encryption. Pure; the primitives are those of ``cryptography``.

Law: a nonce never comes twice under one key. Law: what does not verify raises HostFailure (malformed), and nothing of
it is given on. MS-SMB2: 3.1.4.1 (signing), 3.1.4.2 (keys), 3.1.4.3 (encryption), 2.2.41 (the transform header).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.frames import HEADER_SIZE, SIGNATURE

DIALECT_210, DIALECT_300, DIALECT_302, DIALECT_311 = 0x0210, 0x0300, 0x0302, 0x0311
"""The dialects that are spoken (MS-SMB2, 2.2.3)."""

SEALED = b"\xfdSMB"
"""What an encrypted frame begins with."""

Sign: TypeAlias = Callable[[bytes], bytes]
"""Compute the 16 bytes of the signature of a message whose signature field is zero."""

_SHORT = 16
_TRANSFORM = struct.Struct("<4s16s16sIHHQ")
_ASSOCIATED = 20
_ENCRYPTED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cipher:
    """One way to encrypt: its name, primitive, the bytes of its key and of its nonce."""

    name: str
    primitive: type[AESCCM | AESGCM]
    key_size: int
    nonce_size: int


CIPHERS: Mapping[int, Cipher] = {
    0x0002: Cipher(name="AES-128-GCM", primitive=AESGCM, key_size=16, nonce_size=12),
    0x0001: Cipher(name="AES-128-CCM", primitive=AESCCM, key_size=16, nonce_size=11),
    0x0004: Cipher(name="AES-256-GCM", primitive=AESGCM, key_size=32, nonce_size=12),
    0x0003: Cipher(name="AES-256-CCM", primitive=AESCCM, key_size=32, nonce_size=11),
}
"""By their number in the negotiation (MS-SMB2, 2.2.3.1.2), the preferred one first."""

ONLY_CIPHER = 0x0001
"""The cipher of dialects 3.0 and 3.0.2, which negotiate none."""


def altered() -> HostFailure:
    """Make the failure of a reply whose signature or tag is missing or wrong."""
    return HostFailure(Reason.MALFORMED, "a reply was altered or not signed; somebody may be in between")


@dataclass(frozen=True, slots=True)
class _Labels:
    """The label and the context of each key."""

    signing: tuple[bytes, bytes]
    ours: tuple[bytes, bytes]
    theirs: tuple[bytes, bytes]


_LABELS_30 = _Labels(
    signing=(b"SMB2AESCMAC\0", b"SmbSign\0"),
    ours=(b"SMB2AESCCM\0", b"ServerIn \0"),
    theirs=(b"SMB2AESCCM\0", b"ServerOut\0"),
)


def _labels(dialect: int, preauth: bytes) -> _Labels:
    if dialect != DIALECT_311:
        return _LABELS_30
    return _Labels(
        signing=(b"SMBSigningKey\0", preauth),
        ours=(b"SMBC2SCipherKey\0", preauth),
        theirs=(b"SMBS2CCipherKey\0", preauth),
    )


def derive(key: bytes, label: bytes, context: bytes, size: int = _SHORT) -> bytes:
    """Derive a key of ``size`` bytes: NIST SP 800-108 in counter mode with HMAC-SHA256 (MS-SMB2, 3.1.4.2)."""
    function = KBKDFHMAC(
        algorithm=SHA256(),
        mode=Mode.CounterMode,
        length=size,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=label,
        context=context,
        fixed=None,
    )
    return function.derive(key)


def preauth_hash(so_far: bytes, message: bytes) -> bytes:
    """Go on with the hash over the messages before the keys (MS-SMB2, 3.2.5.2); it begins with 64 zero bytes."""
    return hashlib.sha512(so_far + message).digest()


def signer(dialect: int, session_key: bytes, preauth: bytes) -> Sign:
    """Choose how this session signs. ``session_key`` is as the logon gave it."""
    short = _shortened(session_key)
    if dialect == DIALECT_210:
        return lambda message: hmac.digest(short, message, "sha256")[:16]
    fresh = CMAC(AES(derive(short, *_labels(dialect, preauth).signing)))

    def sign(message: bytes) -> bytes:
        code = fresh.copy()  # three times as fast as a new one
        code.update(message)
        return code.finalize()

    return sign


def _shortened(session_key: bytes) -> bytes:
    """Cut or fill the logon's key to 16 bytes (MS-SMB2, 3.2.5.3)."""
    return session_key[:_SHORT].ljust(_SHORT, b"\0")


def signed(message: bytes, sign: Sign) -> bytes:
    """Write the signature of a message, whose signature field is zero, into it."""
    return message[: SIGNATURE.start] + sign(message) + message[SIGNATURE.stop :]


def verify(message: bytes, sign: Sign) -> None:
    """Hold a message against its signature. Raises HostFailure."""
    bare = message[: SIGNATURE.start] + bytes(16) + message[HEADER_SIZE:]
    if not hmac.compare_digest(sign(bare), message[SIGNATURE]):
        raise altered()


class Envelope:
    """Encrypt our frames and decrypt the host's, for one session."""

    def __init__(self, cipher: Cipher, session_id: int, ours: bytes, theirs: bytes) -> None:
        """Take the two keys."""
        self._session_id = session_id
        self._nonce_size = cipher.nonce_size
        self._ours = cipher.primitive(ours)
        self._theirs = cipher.primitive(theirs)
        self._sent = 0

    def seal(self, frame: bytes) -> bytes:
        """Encrypt a frame; its number is its nonce."""
        self._sent += 1
        nonce = self._sent.to_bytes(self._nonce_size, "little")
        head = _TRANSFORM.pack(SEALED, b"", nonce, len(frame), 0, _ENCRYPTED, self._session_id)
        sealed = self._ours.encrypt(nonce, frame, head[_ASSOCIATED:])
        return head[:4] + sealed[-16:] + head[_ASSOCIATED:] + sealed[:-16]

    def open(self, frame: bytes) -> bytes:
        """Decrypt a frame. Raises HostFailure when any bit of it is not as the host sent it."""
        if len(frame) < _TRANSFORM.size:
            raise altered()
        _, tag, nonce, size, _, flags, session_id = _TRANSFORM.unpack_from(frame)
        sealed = frame[_TRANSFORM.size :]
        if size != len(sealed) or flags != _ENCRYPTED or session_id != self._session_id:
            raise altered()
        associated = frame[_ASSOCIATED : _TRANSFORM.size]
        try:
            return self._theirs.decrypt(nonce[: self._nonce_size], sealed + tag, associated)
        except InvalidTag:
            raise altered() from None


def envelope(dialect: int, cipher: Cipher, session_key: bytes, preauth: bytes, session_id: int) -> Envelope:
    """Make the envelope of a session. The keys of AES-256 come from the whole of the logon's key."""
    labels = _labels(dialect, preauth)
    root = session_key if cipher.key_size > _SHORT else _shortened(session_key)
    ours, theirs = (derive(root, *each, cipher.key_size) for each in (labels.ours, labels.theirs))
    return Envelope(cipher, session_id, ours, theirs)
