from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.negotiate import LARGE_MTU
from fleetscan.transport.remote_registry.validate import NOT_KNOWN, VALIDATE, validated
from tests.transport.remote_registry import relay
from tests.transport.remote_registry.native import running, target
from tests.transport.remote_registry.peer import Asked, Peer, reply, talking
from tests.transport.remote_registry.talk import session


@pytest.mark.parametrize("name", ["SMB2_10", "SMB3_00", "SMB3_02"])
def test_a_negotiation_that_was_left_alone_is_confirmed(name: str) -> None:
    """Samba remembers what was offered and chosen as we do."""
    with running(f"server max protocol = {name}") as server, session(target(server)) as opened:
        Channel(opened, server.address).run_one(validated(opened))


def without_encryption(frame: bytes) -> list[bytes]:
    """Take the host's ability to encrypt out of its answer."""
    changed = bytearray(frame)
    struct.pack_into("<I", changed, 88, struct.unpack_from("<I", frame, 88)[0] & ~0x40)
    return [bytes(changed)]


def another_name(frame: bytes) -> list[bytes]:
    """Change the host's guid."""
    return [relay.flipped(frame, 72 * 8)]


def older(frame: bytes) -> list[bytes]:
    """Say that the host chose dialect 2.1."""
    return [frame[:68] + struct.pack("<H", 0x0210) + frame[70:]]


@pytest.mark.parametrize(
    ("options", "change"),
    [
        (("server max protocol = SMB3_02",), without_encryption),
        (("server max protocol = SMB2_10",), another_name),
    ],
)
def test_a_negotiation_that_was_tampered_with_is_seen(
    options: tuple[str, ...], change: Callable[[bytes], list[bytes]]
) -> None:
    """The host's memory, which is signed, differs from what came over the wire."""
    with (
        running(*options) as server,
        relay.before(target(server), relay.at(0, change)) as meddled,
        session(meddled) as opened,
        pytest.raises(HostFailure, match="altered") as caught,
    ):
        Channel(opened, server.address).run_one(validated(opened))
    assert caught.value.reason is Reason.MALFORMED


def test_a_dialect_that_was_taken_down_does_not_even_log_on() -> None:
    """Host and scanner sign in different ways then, so that the first signature does not fit."""
    with (
        running("server max protocol = SMB3_02", "server smb encrypt = off") as server,
        relay.before(target(server), relay.at(0, older)) as meddled,
        pytest.raises(HostFailure, match="altered or not signed"),
        session(meddled),
    ):
        pass


def ioctl(asked: Asked, *, status: int = 0, output: bytes = b"", offset: int = 112) -> bytes:
    """Answer the question about the negotiation."""
    head = struct.pack("<HHI16sIIIIII", 49, 0, VALIDATE, bytes(16), 0, 0, offset, len(output), 0, 0)
    return reply(asked, head + output if status == 0 else bytes(9), status=status)


def confirm(answer: Callable[[Asked], bytes]) -> None:
    """Ask a peer that answers so."""

    def play(peer: Peer) -> None:
        peer.share()
        (asked,) = peer.read()
        assert struct.unpack_from("<I16sHH4H", asked.body, 56) == (0x44, bytes(16), 3, 4, 0x210, 0x300, 0x302, 0x311)
        peer.write(answer(asked))

    with talking(play) as channel:
        channel.run_one(validated(channel.session))


def test_what_the_host_remembers_is_compared_in_full() -> None:
    """Capabilities, guid, security mode and dialect, in this order."""
    confirm(lambda asked: ioctl(asked, output=struct.pack("<I16sHH", LARGE_MTU, bytes(16), 3, 0x0311)))


@pytest.mark.parametrize("status", sorted(NOT_KNOWN))
def test_a_host_that_does_not_know_the_question_is_believed(status: int) -> None:
    """It says so in a signed reply, which nobody in between could have made."""
    confirm(lambda asked: ioctl(asked, status=status))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda asked: ioctl(asked, status=0xC0000022), Reason.DENIED),
        (lambda asked: ioctl(asked, output=struct.pack("<I16sHH", 0, bytes(16), 3, 0x0311)), Reason.MALFORMED),
        (lambda asked: ioctl(asked, output=b"short"), Reason.MALFORMED),
        (lambda asked: ioctl(asked, output=bytes(24), offset=8), Reason.MALFORMED),
        (lambda asked: reply(asked, bytes(12)), Reason.MALFORMED),
    ],
)
def test_anything_else_ends_the_conversation(answer: Callable[[Asked], bytes], reason: Reason) -> None:
    """Denied, different, cut or elsewhere: nothing is asked of such a host."""
    with pytest.raises(HostFailure) as caught:
        confirm(answer)
    assert caught.value.reason is reason


def test_a_host_without_the_share_of_pipes_cannot_confirm() -> None:
    """A refused share has no signed word about the negotiation."""
    with (
        talking(lambda peer: peer.write(reply(peer.read()[0], bytes(9), status=0xC00000BB))) as channel,
        pytest.raises(HostFailure, match="does not confirm"),
    ):
        channel.run_one(validated(channel.session))
