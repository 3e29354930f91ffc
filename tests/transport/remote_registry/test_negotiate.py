from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from impacket import smb3structs

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry import negotiate
from fleetscan.transport.remote_registry.keys import CIPHERS
from fleetscan.transport.remote_registry.negotiate import Terms, offer, prove_impacket, read_terms

GUID, SALT = bytes(range(16)), bytes(range(32))
PREAUTH = struct.pack("<HHIHHH", 1, 38, 0, 1, 32, 1) + SALT + bytes(2)


def cipher_context(number: int) -> bytes:
    """Make the context by which a host chooses a cipher."""
    return struct.pack("<HHIHH", 2, 4, 0, 1, number) + bytes(4)


def answer(
    *contexts: bytes, dialect: int = 0x0311, mode: int = 3, capabilities: int = 0x44, offset: int = 0x80
) -> bytes:
    """Make the body of a reply with a token of no bytes."""
    head = struct.pack("<HHHH16sIIII", 65, mode, dialect, len(contexts), GUID, capabilities, 65536, 65536, 65536)
    return head + bytes(16) + struct.pack("<HHI", 0x80, 0, offset) + b"".join(contexts)


def test_exactly_the_dialects_from_2_1_to_3_1_1_are_offered() -> None:
    """One message offers all of them and no older one, with signing required."""
    message = offer(GUID, SALT)
    count, mode = struct.unpack_from("<HH", message.body, 2)
    assert struct.unpack_from(f"<{count}H", message.body, 36) == (0x0210, 0x0300, 0x0302, 0x0311)
    assert mode == 3
    assert message.message_id == 0


def test_the_contexts_are_where_the_message_says() -> None:
    """The hash and the ciphers follow the dialects, each at a multiple of 8 bytes, and nothing follows them."""
    packed = offer(GUID, SALT).pack()
    start, count = struct.unpack_from("<IH", packed, 64 + 28)
    assert (start % 8, count) == (0, 2)
    assert packed[start : start + len(PREAUTH)] == PREAUTH
    kind, size, _, ciphers, *numbers = struct.unpack("<HHIH4H", packed[start + len(PREAUTH) :])
    assert (kind, size, ciphers, numbers) == (2, 10, 4, list(CIPHERS))


def test_the_host_choice_is_read() -> None:
    """Dialect, cipher, security mode, capabilities and guid are those of the reply."""
    terms = read_terms(answer(PREAUTH, cipher_context(1)))
    assert (terms.dialect, terms.cipher, terms.security_mode) == (0x0311, CIPHERS[1], 3)
    assert (terms.capabilities, terms.server_guid, terms.multi_credit) == (0x44, GUID, True)


@pytest.mark.parametrize(
    ("dialect", "capabilities", "number"),
    [(0x0210, 0x40, None), (0x0300, 0x40, 1), (0x0302, 0x40, 1), (0x0302, 0, None)],
)
def test_older_dialects_choose_their_cipher_by_capability(dialect: int, capabilities: int, number: int | None) -> None:
    """Dialects 3.0 and 3.0.2 know AES-128-CCM alone, dialect 2.1 nothing; the reserved field may hold anything."""
    terms = read_terms(answer(dialect=dialect, capabilities=capabilities, offset=0x204D4C20))
    assert terms.cipher == (CIPHERS[number] if number else None)
    assert not terms.multi_credit


@pytest.mark.parametrize("contexts", [(PREAUTH,), (PREAUTH, cipher_context(0))])
def test_a_host_may_choose_no_cipher(contexts: tuple[bytes, ...]) -> None:
    """No context, or number 0, means that nothing can be encrypted."""
    assert read_terms(answer(*contexts)).cipher is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        answer(),
        answer(dialect=0x0202),
        answer(dialect=0x02FF),
        answer(PREAUTH, cipher_context(9)),
        answer(PREAUTH, cipher_context(1)[:2] + b"\5" + cipher_context(1)[3:]),
        answer(PREAUTH, PREAUTH),
        answer(PREAUTH, cipher_context(1), offset=8),
        answer(PREAUTH, cipher_context(1), offset=0),
        answer(PREAUTH[:6]),
        answer(PREAUTH[:30]),
        answer(PREAUTH[:12] + b"\2\0" + PREAUTH[14:]),
    ],
)
def test_an_answer_that_does_not_fit_is_malformed(body: bytes) -> None:
    """What was not offered, comes twice, is cut or lies elsewhere is refused."""
    with pytest.raises(HostFailure) as caught:
        read_terms(body)
    assert caught.value.reason is Reason.MALFORMED


def test_a_host_that_does_not_sign_is_not_asked() -> None:
    """Without signatures nothing that it says could be believed."""
    with pytest.raises(HostFailure, match="unsupported: the host does not sign"):
        read_terms(answer(PREAUTH, mode=0))


@given(st.binary(max_size=200), st.sampled_from([0x0210, 0x0300, 0x0302, 0x0311]))
def test_any_answer_is_terms_or_a_failure(noise: bytes, dialect: int) -> None:
    """Whatever impacket makes of bytes, nothing but HostFailure comes out."""
    changed = bytearray(answer(PREAUTH, cipher_context(1), dialect=dialect) + noise)
    for index, byte in enumerate(noise[: len(changed)]):
        changed[(index * 7 + byte) % len(changed)] = byte
    for tried in (bytes(changed), answer(dialect=dialect)[:6] + noise):
        with contextlib.suppress(HostFailure):
            assert isinstance(read_terms(tried), Terms)


def test_the_installed_impacket_is_the_one_that_is_known() -> None:
    """Its structures write and read known bytes."""
    prove_impacket.cache_clear()
    prove_impacket()


class _Other(smb3structs.SMB2Negotiate):
    """A structure of another version, which writes something else."""

    def getData(self) -> bytes:  # noqa: N802 - impacket's name
        return super().getData()[::-1]


@pytest.mark.parametrize("other", [_Other, None])
def test_another_impacket_is_refused_with_words(other: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that writes otherwise, or lacks a structure, ends the conversation before it begins."""
    names = {name: getattr(smb3structs, name) for name in dir(smb3structs)} | {"SMB2Negotiate": other}
    strange = SimpleNamespace(**names)
    monkeypatch.setitem(sys.modules, "impacket.smb3structs", strange)
    monkeypatch.setattr("impacket.smb3structs", strange)
    prove_impacket.cache_clear()
    with pytest.raises(HostFailure, match=r"the installed impacket \(0\.13\.1\) works otherwise"):
        prove_impacket()


def test_whatever_impacket_raises_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its structures evaluate what they read; an error of theirs is the host's doing."""

    def stumble(_: bytes) -> None:
        raise Exception  # noqa: TRY002 - as impacket raises it

    names = {name: getattr(smb3structs, name) for name in dir(smb3structs)} | {"SMB2Negotiate_Response": stumble}
    monkeypatch.setattr("impacket.smb3structs", SimpleNamespace(**names))
    with pytest.raises(HostFailure, match="could not be understood") as caught:
        read_terms(answer(PREAUTH))
    assert caught.value.reason is Reason.MALFORMED


def test_impacket_is_not_loaded_before_a_host_is_asked() -> None:
    """Importing the room does not import impacket, whose loading takes its time."""
    code = "import sys, fleetscan.transport.remote_registry; sys.exit('impacket' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_module_says_what_it_offers() -> None:
    """What is said of signing and of abilities is what MS-SMB2 calls signing required, large requests, encryption."""
    assert negotiate.SECURITY_MODE == 0x03
    assert negotiate.CAPABILITIES == 0x44
