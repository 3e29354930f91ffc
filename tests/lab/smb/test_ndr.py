"""What a server reads and writes: nothing that a stub says makes it look elsewhere."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.smb.ndr import BadStub, Reader, Writer, utf16

READERS = [
    Reader.u16,
    Reader.u32,
    Reader.handle,
    Reader.optional,
    Reader.string,
    Reader.optional_string,
    Reader.octets,
    Reader.text,
    Reader.optional_text,
    Reader.optional_buffer,
    Reader.optional_time,
]


@given(st.binary(max_size=200), st.lists(st.sampled_from(READERS), max_size=8))
def test_a_stub_is_read_or_is_bad(data: bytes, readers: list[object]) -> None:
    """There is no third way."""
    stub = Reader(data)
    try:
        for read in readers:
            assert callable(read)
            read(stub)
    except BadStub:
        pass


@given(st.text(st.characters(), max_size=40), st.integers(0, 40))
def test_a_text_comes_back(text: str, more: int) -> None:
    """Whatever its characters, lone surrogates included, and however large the room; one NUL at its end is no text."""
    encoded = utf16(text)
    read = Reader(bytes(Writer().text(encoded, len(encoded) + 2 * more))).text()
    assert (read.text, read.room) == (text, len(encoded) + 2 * more)


def test_numbers_are_aligned_and_pointers_numbered() -> None:
    """Alignment counts from the beginning of the stub; each referent has an id of its own."""
    stub = bytes(Writer().u16(1).u32(2).raw(b"x").optional(3, there=True).optional(4, there=False).pointer(there=True))
    assert stub == struct.pack("<HxxIcxxxIIII", 1, 2, b"x", 0x20004, 3, 0, 0x20008)
    reader = Reader(stub)
    assert (reader.u16(), reader.u32(), reader.raw(1), reader.optional(), reader.optional()) == (1, 2, b"x", 3, None)


def test_an_array_is_filled_up_to_its_room() -> None:
    """What is offered is sent back whole."""
    assert bytes(Writer().array(b"ab", 5)) == struct.pack("<I5s", 5, b"ab")
    assert bytes(Writer().optional_buffer(b"ab", 5, there=True)) == struct.pack("<IIII2s", 0x20004, 5, 0, 2, b"ab")


@pytest.mark.parametrize("size", [1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_length_beyond_the_stub_is_bad(size: int) -> None:
    """However far."""
    with pytest.raises(BadStub):
        Reader(struct.pack("<III", 0, 0, size)).string()
