from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Reason
from fleetscan.transport.remote_registry.ndr import NAME_LIMIT, Malformed, Reader, counted, fits, room, u32, wide

TEXTS = st.text(st.characters(exclude_characters="\0"), max_size=40)


@given(TEXTS)
def test_a_counted_string_is_read_as_it_was_written(text: str) -> None:
    """Lone surrogates and pairs included; the NUL at the end is no part of the text."""
    assert Reader(counted(text)).counted(1000) == text


@given(TEXTS)
def test_a_wide_string_is_read_as_it_was_written(text: str) -> None:
    """What follows it stands at the next multiple of four."""
    reader = Reader(wide(text) + u32(7))
    assert (reader.wide(1000), reader.u32()) == (text, 7)


def test_a_counted_string_has_the_form_of_the_protocol() -> None:
    """Length and room in bytes, a referent, three counts of units, the text with its NUL, padding (MS-RRP, 2.2.4)."""
    expected = "0400 0400 00000200 02000000 00000000 02000000 4100 0000"
    assert counted("A") == bytes.fromhex(expected)
    assert counted("AB").endswith(bytes.fromhex("4100 4200 0000 0000"))


def test_a_nul_inside_is_part_of_a_name_and_the_end_of_a_text() -> None:
    """A counted string is as long as it says; the other ends at its first NUL (C706, 14.3.4)."""
    assert Reader(counted("a\0b")).counted(100) == "a\0b"
    assert Reader(wide("a\0b")).wide(100) == "a"


def test_room_is_asked_for_without_sending_it() -> None:
    """The buffer has a size and no bytes."""
    assert room(1024) == bytes.fromhex("0000 0004 00000200 00020000 00000000 00000000")


def test_a_text_that_does_not_fit_is_not_sent() -> None:
    """The length is a 16-bit number of bytes, and a NUL would cut the text on its way."""
    longest = "x" * (NAME_LIMIT // 2 - 1)
    assert fits(longest)
    assert not fits(longest + "x")
    assert not fits("a\0b")
    assert Reader(counted(longest)).counted(0xFFFE) == longest
    with pytest.raises(ValueError, match="too long"):
        counted(longest + "x")


def test_a_null_buffer_is_no_string() -> None:
    """A string can be missing without being wrong."""
    assert Reader(bytes(8)).counted(10) is None
    assert Reader(u32(0)).optional() is None
    assert Reader(u32(1, 5)).optional() == 5


def test_numbers_stand_at_multiples_of_their_size() -> None:
    """What lies between is left out."""
    reader = Reader(bytes.fromhex("0102 ffff 03000000 04"))
    assert (reader.u16(), reader.u32(), reader.take(1)) == (0x0201, 3, b"\x04")
    reader = Reader(bytes(12))
    reader.skip(5)
    reader.align()
    assert reader.take(4) == bytes(4)


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("0100", lambda reader: reader.u32()),
        ("01", lambda reader: reader.u16()),
        ("", lambda reader: reader.handle()),
        ("05000000 00000000 05000000 41414141", lambda reader: reader.octets(100)),
        ("04000000 00000000 05000000 4141414141", lambda reader: reader.octets(100)),
        ("05000000 01000000 05000000 4141414141", lambda reader: reader.octets(100)),
        ("05000000 00000000 05000000 4141414141", lambda reader: reader.octets(4)),
        ("ffffffff 00000000 ffffffff 4141414141", lambda reader: reader.octets(100)),
        ("05000000 4141414141", lambda reader: reader.conformant(4)),
        ("05000000 41414141", lambda reader: reader.conformant(5)),
        ("ffffffff 41414141", lambda reader: reader.conformant(100)),
        ("0200 0400 01000000 02000000 00000000 02000000 41004200", lambda reader: reader.counted(100)),
        ("0300 0400 01000000 02000000 00000000 01000000 41004200", lambda reader: reader.counted(100)),
        ("0400 0400 01000000 02000000 00000000 02000000 4100", lambda reader: reader.counted(100)),
        ("0400 0400 01000000 02000000 00000000 02000000 41004200", lambda reader: reader.counted(2)),
        ("0400 0400 01000000 02000000", lambda reader: reader.counted(2)),
    ],
)
def test_what_does_not_fit_is_malformed(data: str, read: object) -> None:
    """Counts are held against each other, against the bytes that came, and against what was asked for."""
    assert callable(read)
    with pytest.raises(Malformed) as caught:
        read(Reader(bytes.fromhex(data)))
    assert caught.value.outcome.reason is Reason.MALFORMED
    assert "could not be understood" in caught.value.outcome.detail


@given(st.binary(max_size=60), st.integers(0, 100))
def test_any_bytes_are_read_or_malformed(data: bytes, limit: int) -> None:
    """Nothing else is raised, and no more comes out than was asked for."""
    reader = Reader(data)
    try:
        text = reader.counted(limit) or ""
        octets = reader.octets(limit)
        wide_text = reader.wide(limit)
    except Malformed:
        return
    assert max(2 * len(text), len(octets), len(wide_text)) <= limit
