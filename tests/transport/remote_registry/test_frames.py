from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry import frames
from fleetscan.transport.remote_registry.frames import Request, chain, frame_length, framed, split

BODIES = st.lists(st.binary(max_size=40), min_size=1, max_size=5)


def reply(body: bytes = b"", *, status: int = 0, flags: int = frames.FROM_SERVER) -> bytes:
    """Make a reply without signature."""
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, 5, 3, flags, 0, 7, 0, 9, 11, b"")
    return head + body


@given(BODIES)
def test_a_compound_comes_apart_as_it_was_made(bodies: list[bytes]) -> None:
    """Each message of a compound keeps its body, but for what fills it up to 8 bytes."""
    found = split(b"".join(chain([reply(body) for body in bodies])))
    assert [each.body[: len(body)] for each, body in zip(found, bodies, strict=True)] == bodies
    assert found[-1].body == bodies[-1]
    assert all(len(each.raw) % 8 == 0 for each in found[:-1])


def test_a_header_is_read_field_by_field() -> None:
    """Status, command, credits, flags and the three ids are where MS-SMB2 has them."""
    (found,) = split(reply(b"body", status=0xC0000022))
    assert (found.status, found.command, found.credits, found.flags) == (0xC0000022, 5, 3, frames.FROM_SERVER)
    assert (found.message_id, found.tree_id, found.session_id, found.body) == (7, 9, 11, b"body")


def test_a_request_is_written_field_by_field() -> None:
    """What a request says is where MS-SMB2, 2.2.1.2, has it."""
    request = Request(
        command=8, body=b"body", message_id=3, charge=2, credits=64, tree_id=5, session_id=6, flags=frames.SIGNED
    )
    expected = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 2, 0, 8, 64, 8, 0, 3, 0, 5, 6, b"") + b"body"
    assert request.pack() == expected


def test_an_interim_reply_is_pending_and_asynchronous() -> None:
    """The id of an asynchronous reply stands where the tree's would be, and is not taken for it."""
    (found,) = split(reply(status=frames.PENDING, flags=frames.FROM_SERVER | frames.ASYNC))
    assert found.interim
    assert found.tree_id == 0
    assert not split(reply(status=frames.PENDING))[0].interim


@given(st.binary(max_size=300))
def test_any_bytes_are_messages_or_malformed(data: bytes) -> None:
    """Whatever comes, it is taken apart or refused."""
    for tried in (data, reply() + data, reply()[:20] + data):
        found = _apart(tried)
        assert found is None or b"".join(found) == tried


def _apart(tried: bytes) -> list[bytes] | None:
    """Take a frame apart, None when it is malformed."""
    try:
        return [each.raw for each in split(tried)]
    except HostFailure as failure:
        return None if failure.reason is Reason.MALFORMED else []


@pytest.mark.parametrize("following", [1, 63, 68, 8, 128, 0xFFFFFFF8])
def test_a_compound_that_points_elsewhere_is_malformed(following: int) -> None:
    """The next message begins at 8 bytes, behind this header, inside the frame."""
    message = bytearray(reply(bytes(40)))
    struct.pack_into("<I", message, 20, following)
    with pytest.raises(HostFailure, match="malformed"):
        split(bytes(message))


def test_our_own_message_sent_back_is_no_reply() -> None:
    """A reply says that it comes from a server."""
    with pytest.raises(HostFailure, match="no SMB2 reply"):
        split(Request(command=5, body=b"", message_id=7).pack())


def test_the_length_before_a_frame_is_bounded() -> None:
    """A frame may be as large as what is asked for; more is refused before it is read."""
    assert frame_length(framed(b"abc")[:4]) == 3
    assert frame_length(struct.pack(">I", frames.FRAME_LIMIT)) == frames.FRAME_LIMIT
    with pytest.raises(HostFailure, match="too_large"):
        frame_length(struct.pack(">I", frames.FRAME_LIMIT + 1))
    with pytest.raises(HostFailure, match="no SMB over TCP"):
        frame_length(b"HTTP")
