from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from impacket import crypto

from fleetscan.errors import HostFailure
from fleetscan.transport.remote_registry import keys
from fleetscan.transport.remote_registry.frames import Request
from fleetscan.transport.remote_registry.keys import CIPHERS, Cipher, Envelope, derive, envelope, signed, signer, verify

KEY = bytes(range(16))
HASH = hashlib.sha512(b"preauth").digest()
MESSAGE = Request(command=5, body=b"some body", message_id=3).pack()
DIALECTS = (0x0210, 0x0300, 0x0302, 0x0311)


def mirrored(cipher: Cipher) -> tuple[Envelope, Envelope]:
    """Make the two ends of a connection."""
    ours, theirs = bytes(range(cipher.key_size)), bytes(range(1, cipher.key_size + 1))
    return Envelope(cipher, 77, ours, theirs), Envelope(cipher, 77, theirs, ours)


@given(st.binary(min_size=16, max_size=16), st.binary(max_size=20), st.binary(max_size=64), st.sampled_from([16, 32]))
def test_keys_are_derived_as_impacket_derives_them(key: bytes, label: bytes, context: bytes, size: int) -> None:
    """The derivation is that of SP 800-108, held against other code."""
    assert derive(key, label, context, size) == crypto.KDF_CounterMode(key, label, context, size * 8)


def test_keys_of_a_published_session() -> None:
    """The keys are those of Microsoft's published example of dialect 3.0 (SMB 3.0 encryption and signing keys)."""
    session_key = bytes.fromhex("B4546771B515F766A86735532DD6C4F0")
    assert derive(session_key, b"SMB2AESCCM\0", b"ServerIn \0").hex().upper() == "261B72350558F2E9DCF613070383EDBF"
    assert derive(session_key, b"SMB2AESCCM\0", b"ServerOut\0").hex().upper() == "8FE2B57EC34D2DB5B1A9727F526BBDB5"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_signed_verifies_and_nothing_else(dialect: int) -> None:
    """One flipped bit anywhere in a message, its signature included, is found."""
    sign = signer(dialect, KEY, HASH)
    message = signed(MESSAGE, sign)
    verify(message, sign)
    for bit in range(len(message) * 8):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(HostFailure, match="altered or not signed"):
            verify(bytes(changed), sign)


def test_dialect_2_signs_with_hmac() -> None:
    """Dialect 2.1 signs with HMAC-SHA256 of the session's key, cut to 16 bytes."""
    assert signer(0x0210, KEY, b"")(MESSAGE) == hmac.digest(KEY, MESSAGE, "sha256")[:16]


@pytest.mark.parametrize(
    ("dialect", "label", "context"), [(0x0300, b"SMB2AESCMAC\0", b"SmbSign\0"), (0x0311, b"SMBSigningKey\0", HASH)]
)
def test_dialect_3_signs_with_cmac(dialect: int, label: bytes, context: bytes) -> None:
    """Dialect 3 signs with AES-128-CMAC under a derived key, as impacket does it."""
    key = crypto.KDF_CounterMode(KEY, label, context, 128)
    sign = signer(dialect, KEY, HASH)
    assert sign(MESSAGE) == crypto.AES_CMAC(key, MESSAGE, len(MESSAGE)) == sign(MESSAGE)


def test_a_long_key_is_cut_and_a_short_one_filled() -> None:
    """Signing takes 16 bytes of the logon's key, whatever its length (MS-SMB2, 3.2.5.3)."""
    assert signer(0x0311, KEY + b"more", HASH)(MESSAGE) == signer(0x0311, KEY, HASH)(MESSAGE)
    assert signer(0x0210, b"short", b"")(MESSAGE) == signer(0x0210, b"short".ljust(16, b"\0"), b"")(MESSAGE)


@pytest.mark.parametrize("cipher", CIPHERS.values(), ids=lambda cipher: cipher.name)
def test_what_was_sealed_opens_and_nothing_else(cipher: Cipher) -> None:
    """One flipped bit anywhere in a frame but the unused bytes of its head is found; those are covered, too."""
    ours, theirs = mirrored(cipher)
    frame = theirs.seal(MESSAGE)
    assert ours.open(frame) == MESSAGE
    for bit in range(32, len(frame) * 8):
        changed = bytearray(frame)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(HostFailure, match="altered or not signed"):
            ours.open(bytes(changed))


@pytest.mark.parametrize("cipher", CIPHERS.values(), ids=lambda cipher: cipher.name)
def test_a_frame_that_is_cut_does_not_open(cipher: Cipher) -> None:
    """Every shorter frame is refused."""
    ours, theirs = mirrored(cipher)
    frame = theirs.seal(MESSAGE)
    for size in range(len(frame)):
        with pytest.raises(HostFailure, match="altered or not signed"):
            ours.open(frame[:size])


@pytest.mark.parametrize("cipher", CIPHERS.values(), ids=lambda cipher: cipher.name)
def test_no_nonce_comes_twice(cipher: Cipher) -> None:
    """Each frame has a number of its own, which is its nonce."""
    ours, _ = mirrored(cipher)
    nonces = {ours.seal(MESSAGE)[20:36] for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(nonce[cipher.nonce_size :] == bytes(16 - cipher.nonce_size) for nonce in nonces)


def test_our_own_frame_sent_back_does_not_open() -> None:
    """The two directions have different keys."""
    ours = envelope(0x0311, CIPHERS[1], KEY, HASH, 77)
    with pytest.raises(HostFailure, match="altered or not signed"):
        ours.open(ours.seal(MESSAGE))


def test_ciphers_of_256_bits_take_the_whole_key() -> None:
    """A long key of Kerberos counts in full where a cipher has 32 bytes of key, and 16 bytes of it elsewhere."""
    long, longer = KEY + b"a" * 16, KEY + b"b" * 16
    assert envelope(0x0311, CIPHERS[1], long, HASH, 7).seal(MESSAGE) == envelope(
        0x0311, CIPHERS[1], longer, HASH, 7
    ).seal(MESSAGE)
    assert envelope(0x0311, CIPHERS[3], long, HASH, 7).seal(MESSAGE) != envelope(
        0x0311, CIPHERS[3], longer, HASH, 7
    ).seal(MESSAGE)


def test_the_hash_before_the_keys_is_a_chain() -> None:
    """Each message is hashed behind the hash of those before it."""
    assert keys.preauth_hash(bytes(64), b"first") == hashlib.sha512(bytes(64) + b"first").digest()
