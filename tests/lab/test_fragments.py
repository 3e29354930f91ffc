"""Fragments as Windows cuts them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.fragments import FRAGMENT, HEADER, Message, Outbox, messages


def test_messages_are_marked_as_utf8() -> None:
    """The text after the 40 bytes of header begins with a byte order mark; a message without text has none."""
    whole = HEADER.pack(7, 0, 3, 43) + b"h" * 40 + b"<x>" + HEADER.pack(8, 0, 3, 40) + b"h" * 40
    first, second = messages(whole)
    assert (first.object_id, first.data) == (7, b"h" * 40 + b"\xef\xbb\xbf<x>")
    assert (second.object_id, second.data) == (8, b"h" * 40)


@given(st.lists(st.binary(min_size=1, max_size=5000), max_size=4), st.lists(st.integers(0, 6000), min_size=1))
def test_nothing_is_lost_in_cutting(texts: list[bytes], rooms: list[int]) -> None:
    """Whatever room there is, the fragments carry every message whole, in order, numbered, marked first and last."""
    outbox, taken = Outbox(), []
    for number, text in enumerate(texts):
        outbox.put(Message(number, text))
    while not outbox.empty:
        for room in rooms:
            taken += outbox.take(room)
    found: dict[int, bytes] = {}
    for fragment in taken:
        object_id, number, flags, length = HEADER.unpack_from(fragment)
        assert length == len(fragment) - HEADER.size
        assert bool(flags & 1) == (number == 0) == (object_id not in found)
        found[object_id] = found.get(object_id, b"") + fragment[HEADER.size :]
        assert bool(flags & 2) == (found[object_id] == texts[object_id])
    assert list(found.values()) == texts


def test_room_is_kept_to() -> None:
    """Fragments are at most 32 KiB each, and no more than the room in all."""
    outbox = Outbox()
    outbox.put(Message(1, b"x" * 100_000))
    taken = outbox.take(50_000)
    assert [len(each) for each in taken] == [FRAGMENT, 50_000 - FRAGMENT]
    assert sum(map(len, outbox.take(200_000))) == 100_000 - 50_000 + 2 * HEADER.size + 2 * HEADER.size


def test_a_message_without_end() -> None:
    """It fills every room, is never marked last, and is gone when the outbox is cleared."""
    outbox = Outbox()
    outbox.put(Message(1, b"begin", without_end=True))
    for _ in range(3):
        taken = outbox.take(100_000)
        assert sum(map(len, taken)) > 99_000
        assert not any(HEADER.unpack_from(each)[2] & 2 for each in taken)
    outbox.clear()
    assert outbox.empty
