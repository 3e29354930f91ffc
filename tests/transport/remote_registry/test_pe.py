from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.smb.pe import image
from fleetscan.transport.remote_registry.pe import HEAD, MOST_READS, file_version
from tests.transport.remote_registry.programs import (
    Program,
    Version,
    found_programs,
    oracle,
    renamed_version,
    with_version,
)
from tests.transport.remote_registry.scripted import read_from

NUMBERS = (15, 2, 1544, 39)
PLAIN = Version(numbers=NUMBERS)
_U16 = st.integers(0, 0xFFFF)
_NUMBERS = st.tuples(_U16, _U16, _U16, _U16)
_KEYS = st.integers(0, 0xFFFF) | st.text("ABCÄ", min_size=1, max_size=5)
_NOISE = st.dictionaries(
    _KEYS.filter(lambda key: key != 16),
    st.dictionaries(_KEYS, st.dictionaries(_KEYS, st.binary(max_size=40), min_size=1, max_size=2), max_size=3),
    max_size=4,
)


def _version(data: bytes) -> str | None:
    """Read a version, from a file that was opened with its head."""
    return read_from(data, file_version(len(data), data[:HEAD]))[0]


def test_the_programs_on_this_machine_have_the_version_that_pefile_finds() -> None:
    """Resources as real linkers lay them out, 32 and 64 bits and ARM; also with the name that Windows looks for."""
    programs = found_programs()
    assert programs
    for name, data in programs.items():
        assert _version(data) == oracle(data), name
        renamed = renamed_version(data)
        assert renamed is None or _version(renamed) == oracle(renamed) is not None, name


@given(numbers=_NUMBERS, noise=_NOISE, wide=st.booleans(), before=st.lists(st.integers(1, 3000), max_size=5))
def test_a_version_is_found_among_other_resources(
    numbers: tuple[int, int, int, int], noise: dict[int | str, dict[int | str, dict[int | str, bytes]]], *,
    wide: bool, before: list[int],
) -> None:  # fmt: skip
    """Whatever else is in the tree, with names or numbers, and wherever the section is."""
    tree = noise | {16: {1: {0x409: Version(numbers=numbers).build()}}}
    data = Program(resources=tree, wide=wide, before=tuple(before)).build()
    assert _version(data) == ".".join(map(str, numbers)) == oracle(data)


@pytest.mark.parametrize("bits", [32, 64])
def test_the_labs_programs_have_their_version(bits: int) -> None:
    """A second writer of the format, which shares nothing with the first."""
    data = image("15.2.1544.39", 32 if bits == 32 else 64)
    assert _version(data) == "15.2.1544.39" == oracle(data)


def test_of_several_languages_the_neutral_one_counts_then_english_then_the_first() -> None:
    """The order in which Windows looks for a resource without a language."""
    versions = {key: Version(numbers=(key, 0, 0, 0)).build() for key in (0, 0x407, 0x409, 0x40C)}
    for languages, chosen in (((0x407, 0x409, 0), 0), ((0x407, 0x409), 0x409), ((0x40C, 0x407), 0x407)):
        tree = {16: {1: {key: versions[key] for key in languages}}}
        assert _version(Program(resources=tree).build()) == f"{chosen}.0.0.0"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ",
        b"hello, world" * 100,
        b"MZ".ljust(60, b"\0") + struct.pack("<I", 0xFFFF_FFF0),
        b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"NE" + bytes(200),
        Program(resources={}).build(),
        Program(resources={3: {1: {0: b"icon"}}}).build(),
        Program(resources={"16": {1: {0: PLAIN.build()}}}).build(),
        Program(resources={16: {102: {0: PLAIN.build()}}}).build(),
        Program(resources={16: PLAIN.build()}).build(),
        Program(resources={16: {1: PLAIN.build()}}).build(),
        Program(resources={16: {1: {}}}).build(),
        Program(resources={16: {1: {0: {0: PLAIN.build()}}}}).build(),
        Program(resources={16: {1: {0: PLAIN.build()[:60]}}}).build(),
        Program(resources={16: {1: {0: PLAIN.but(key="VS_VERSION_INF0").build()}}}).build(),
        Program(resources={16: {1: {0: PLAIN.but(signature=1).build()}}}).build(),
        Program(resources={16: {1: {0: PLAIN.but(fixed=0).build() + bytes(100)}}}).build(),
        Program(resources={16: {1: {0: PLAIN.but(length=20).build()}}}).build(),
        Program(resources={16: {1: {0: PLAIN.build()}}}, directories=2).build(),
        Program(resources={16: {1: {0: PLAIN.build()}}}, magic=0x107).build(),
        Program(resources={16: {1: {0: PLAIN.build()}}}, before=(1,) * 96).build(),
        Program(resources={16: {1: {0: PLAIN.build()}}} | {key: {1: {0: b""}} for key in range(17, 4200)}).build(),
    ],
)
def test_what_has_no_version_says_so(data: bytes) -> None:
    """No program, a 16-bit one, no resources, other names, levels too few or too many, damage, absurd counts."""
    assert _version(data) is None


def test_a_resource_section_without_a_place_for_its_address_has_no_version() -> None:
    """The data directory names an address that is in no section."""
    data = with_version(NUMBERS).build()
    at = data.index(struct.pack("<II", 0x1000, len(data) - 0x400))
    assert _version(data[:at] + struct.pack("<I", 0x7000_0000) + data[at + 4 :]) is None


def test_a_large_program_is_read_in_a_few_ranges() -> None:
    """Of 40 MB not more than a hundred thousand bytes."""
    data = Program(resources={16: {1: {0: PLAIN.build()}}}, before=(40_000_000,)).build()
    version, wanted = read_from(data, file_version(len(data), data[:HEAD]))
    assert version == "15.2.1544.39"
    assert len(wanted) <= MOST_READS
    assert sum(wanted) < 100_000


def test_a_file_that_shrinks_while_it_is_read_has_no_version() -> None:
    """The size was told when it was opened; the bytes are not there any more."""
    data = Program(resources={16: {1: {0: PLAIN.build()}}}, before=(40_000,)).build()
    reading = file_version(len(data), data[:HEAD])
    next(reading)
    with pytest.raises(StopIteration) as done:
        reading.send(b"")
    assert done.value.value is None


@given(st.data())
def test_damage_never_gives_more_than_a_version_or_nothing(data: st.DataObject) -> None:
    """Any bytes anywhere, and any length: never an error, never more readings than promised, none beyond the end."""
    whole = bytearray(with_version(NUMBERS, wide=data.draw(st.booleans())).build())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 4), max_size=6)):
        whole[place : place + 4] = struct.pack("<I", data.draw(st.integers(0, 2**32 - 1)))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    version, wanted = read_from(cut, file_version(len(cut), cut[: data.draw(st.sampled_from([0, 64, HEAD]))]))
    assert version is None or version.count(".") == 3
    assert len(wanted) <= MOST_READS


def test_every_length_and_every_flipped_byte_is_survived() -> None:
    """One after another, not by chance; only whole files have a version."""
    data = with_version(NUMBERS).build()
    fixed = data.index(struct.pack("<I", 0xFEEF04BD)) + 52
    for length in range(fixed):
        assert _version(data[:length]) is None
    changes = random.Random(1)  # noqa: S311 - a test that always does the same
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= changes.randrange(1, 256)
        version = _version(bytes(changed))
        assert version is None or version.count(".") == 3
