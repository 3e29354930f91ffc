from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

import pytest

from fleetscan.errors import HostFailure
from fleetscan.model import Reason, SmbEncryption
from fleetscan.transport.interface import Step
from tests.samba import Samba
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.native import running, target
from tests.transport.remote_registry.talk import channel, create, exchange, session

DIALECTS = {"SMB2_10": 0x0210, "SMB3_00": 0x0300, "SMB3_02": 0x0302, "SMB3_11": 0x0311}
CIPHERS = ("AES-128-GCM", "AES-128-CCM", "AES-256-GCM", "AES-256-CCM")


@pytest.fixture(scope="module")
def samba() -> Iterator[Samba]:
    """Run a Samba as it is configured out of the box."""
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def signing() -> Iterator[Samba]:
    """Run a Samba that signs and does not encrypt."""
    with running("server smb encrypt = off") as server:
        yield server


@pytest.fixture(scope="module")
def old() -> Iterator[Samba]:
    """Run a Samba that ends at dialect 2.1."""
    with running("server max protocol = SMB2_10") as server:
        yield server


@pytest.mark.parametrize(("name", "dialect"), DIALECTS.items())
@pytest.mark.parametrize("encrypt", ["off", "default"])
def test_every_dialect_is_spoken_signed_and_encrypted(name: str, dialect: int, encrypt: str) -> None:
    """The host's newest dialect is taken, everything is encrypted where both can, and a pipe opens."""
    with (
        running(f"server max protocol = {name}", f"server smb encrypt = {encrypt}") as server,
        session(target(server)) as opened,
    ):
        assert opened.terms.dialect == dialect
        assert opened.sealed == (dialect > 0x0210 and encrypt == "default")
        assert opened.credits > 100
        with channel(target(server)) as talk:
            (reply,) = talk.run_one(exchange("IPC$", create("winreg")))
            assert reply.status == 0


@pytest.mark.parametrize("cipher", CIPHERS)
def test_every_cipher_is_spoken(cipher: str) -> None:
    """A host that allows one cipher only gets it."""
    with (
        running(f"server smb3 encryption algorithms = {cipher}", "server smb encrypt = required") as server,
        session(target(server, encrypt=SmbEncryption.REQUIRED)) as opened,
    ):
        assert opened.terms.cipher is not None
        assert opened.terms.cipher.name == cipher
        with channel(target(server)) as talk:
            assert talk.run_one(exchange("IPC$", create("winreg")))[0].status == 0


def test_the_steps_are_told_as_they_happen(samba: Samba) -> None:
    """The proof of the password is announced before it leaves, and the session after the host has proved itself."""
    steps: list[Step] = []
    with session(target(samba), steps.append):
        assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED]


def test_a_logon_takes_three_round_trips(samba: Samba) -> None:
    """One for the negotiation, two for NTLM; the fastest is the length of a round trip."""
    with session(target(samba)) as opened:
        assert opened.stream.sends == 3
        assert 0 < opened.seconds < 1


@pytest.mark.parametrize(
    ("options", "reason", "words"),
    [
        (("ntlm auth = disabled",), Reason.UNSUPPORTED, "refuses NTLM"),
        (("server max protocol = SMB2_02", "server min protocol = SMB2_02"), Reason.UNSUPPORTED, "neither SMB 2.1 nor"),
        (("server max protocol = NT1", "server min protocol = NT1"), Reason.UNREACHABLE, "SMB 1 is never used"),
        (("server max protocol = SMB2_10", "server smb encrypt = required"), Reason.DENIED, "ACCESS_DENIED"),
    ],
)
def test_a_host_that_does_not_want_us_says_why(options: tuple[str, ...], reason: Reason, words: str) -> None:
    """NTLM disabled, too old, encryption demanded that the dialect lacks: each has its reason and words."""
    with running(*options) as server, pytest.raises(HostFailure, match=words) as caught, session(target(server)):
        pass
    assert caught.value.reason is reason


@pytest.mark.parametrize("user", ["LAB\\svc-fleetscan", "LAB\\nobody-knows-me"])
def test_a_wrong_password_is_turned_down(samba: Samba, user: str) -> None:
    """The failure counts for the lock-out breaker, and the secret is not in it."""
    with (
        pytest.raises(HostFailure, match="does not accept the user") as caught,
        session(target(samba, user=user, password="Wrong-1")),
    ):
        pass
    assert caught.value.reason is Reason.AUTH_FAILED
    assert "Wrong-1" not in str(caught.value)


def test_a_guest_is_refused() -> None:
    """A host that lets anybody in as guest signs with no key of ours, so nothing that it says would count."""
    with (
        running("map to guest = bad user") as server,
        pytest.raises(HostFailure, match="guest") as caught,
        session(target(server, user="LAB\\nobody-knows-me")),
    ):
        pass
    assert caught.value.reason is Reason.AUTH_FAILED


@pytest.mark.parametrize("server", ["signing", "old"])
def test_encryption_that_is_demanded_and_not_to_be_had_ends_before_the_logon(
    server: str, request: pytest.FixtureRequest
) -> None:
    """Not even the proof of the password leaves."""
    steps: list[Step] = []
    host: Samba = request.getfixturevalue(server)
    with (
        pytest.raises(HostFailure, match="fleetscan_smb_encrypt") as caught,
        session(target(host, encrypt=SmbEncryption.REQUIRED), steps.append),
    ):
        pass
    assert caught.value.reason is Reason.UNSUPPORTED
    assert steps == [Step.CONNECTED]


@pytest.mark.parametrize("server", ["samba", "signing"])
@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("byte", [13, 30, 45, 68, 70, 100])
def test_a_logon_that_was_tampered_with_is_not_believed(
    server: str, number: int, byte: int, request: pytest.FixtureRequest
) -> None:
    """One flipped bit in any of the host's three messages ends the logon of dialect 3.1.1."""
    host: Samba = request.getfixturevalue(server)
    meddle = relay.at(number, lambda frame: [relay.flipped(frame, byte * 8 % (len(frame) * 8) + 3)])
    with pytest.raises((HostFailure, ValueError)), relay.before(target(host), meddle) as meddled, session(meddled):
        pass


def downgraded(frame: bytes) -> list[bytes]:
    """Take the host's abilities out of its answer to the negotiation."""
    changed = bytearray(frame)
    (capabilities,) = struct.unpack_from("<I", frame, 64 + 24)
    struct.pack_into("<I", changed, 64 + 24, capabilities & ~0x40)
    return [bytes(changed)]


def unsigned(frame: bytes) -> list[bytes]:
    """Take the signature off a message."""
    changed = bytearray(frame)
    changed[16] &= ~0x08
    changed[48:64] = bytes(16)
    return [bytes(changed)]


def as_guest(frame: bytes) -> list[bytes]:
    """Say that we are a guest."""
    changed = bytearray(frame)
    changed[66] |= 0x01
    return [bytes(changed)]


def as_smb_1(frame: bytes) -> list[bytes]:
    """Answer in the old protocol."""
    return [b"\xffSMB" + frame[4:]]


def other_message(frame: bytes) -> list[bytes]:
    """Answer another message."""
    return [frame[:24] + bytes([frame[24] + 1]) + frame[25:]]


def other_session(frame: bytes) -> list[bytes]:
    """Answer in another session."""
    return [frame[:40] + bytes([frame[40] ^ 1]) + frame[41:]]


def token_elsewhere(frame: bytes) -> list[bytes]:
    """Say that the token begins behind the end of the message."""
    return [frame[:68] + struct.pack("<H", 60000) + frame[70:]]


def endless(frame: bytes) -> list[bytes]:
    """Say that there is more to come."""
    return [frame[:8] + struct.pack("<I", 0xC0000016) + frame[12:]]


def without_token(frame: bytes) -> list[bytes]:
    """Say that the logon is complete, before anybody has proved anything."""
    return [frame[:8] + bytes(4) + frame[12:70] + bytes(2)]


def short(frame: bytes) -> list[bytes]:
    """Send the head of a message alone."""
    return [frame[:66]]


def refused(frame: bytes) -> list[bytes]:
    """Answer with STATUS_ACCOUNT_LOCKED_OUT."""
    return [frame[:8] + struct.pack("<I", 0xC0000234) + frame[12:]]


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (2, unsigned, "altered or not signed"),
        (2, as_guest, "guest"),
        (0, as_smb_1, "SMB 1"),
        (1, other_message, "nothing that was asked"),
        (2, other_session, "changed the session"),
        (1, token_elsewhere, "not where it should be"),
        (1, without_token, "without proving itself"),
        (1, short, "too short"),
        (0, short, "too short"),
        (1, refused, "locked out"),
        (0, lambda _: None, "hung up before it answered"),
        (2, lambda frame: [frame, frame], ""),
    ],
)
def test_a_logon_that_goes_wrong_says_how(
    signing: Samba, number: int, change: Callable[[bytes], list[bytes] | None], words: str
) -> None:
    """Each way in which a host's message can be off has its words; a message that comes twice is found later."""
    with relay.before(target(signing), relay.at(number, change)) as meddled:
        if not words:
            with session(meddled):
                return
        with pytest.raises(HostFailure, match=words), session(meddled):
            pass


def test_a_logon_without_end_is_malformed(signing: Samba) -> None:
    """A host that always wants one more token is not followed for ever, nor sent a second proof."""
    steps: list[Step] = []
    with (
        relay.before(target(signing), lambda number, frame: endless(frame) if number else [frame]) as meddled,
        pytest.raises(Exception, match=r"."),
        session(meddled, steps.append),
    ):
        pass
    assert steps.count(Step.PROVING) == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_host_that_hangs_up_during_the_logon(samba: Samba, number: int) -> None:
    """It is a connection that was cut."""
    with (
        relay.before(target(samba), relay.at(number, lambda _: None)) as meddled,
        pytest.raises(ConnectionError),
        session(meddled),
    ):
        pass


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_host_that_says_nothing_costs_the_time_that_there_is(samba: Samba, number: int) -> None:
    """Silence at any message of the logon ends at the deadline."""
    with (
        relay.before(target(samba), relay.at(number, lambda _: [])) as meddled,
        pytest.raises(TimeoutError),
        session(meddled, seconds=0.3),
    ):
        pass


def test_an_interim_reply_is_waited_over(signing: Samba) -> None:
    """A host may say that the logon takes a moment; that message belongs to no hash and no key."""

    def pending(frame: bytes) -> list[bytes]:
        flags = struct.pack("<I", 0x03)
        return [frame[:8] + struct.pack("<I", 0x103) + frame[12:16] + flags + frame[20:64] + bytes(9), frame]

    with relay.before(target(signing), relay.at(2, pending)) as meddled, session(meddled) as opened:
        assert opened.terms.dialect == 0x0311
