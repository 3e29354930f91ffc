from __future__ import annotations

import contextlib
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Reason, Unknown
from fleetscan.transport.remote_registry.fileinfo import Off
from fleetscan.transport.remote_registry.folder import MOST_BYTES, MOST_REPLIES, Tally, entries
from tests.transport.remote_registry.scripted import ARCHIVE, DIRECTORY, TICKS, Entry, packed

_NAMES = st.text(st.characters(), min_size=1, max_size=20)
_ENTRIES = st.lists(
    st.builds(
        Entry,
        _NAMES,
        st.integers(0, 2**63 - 1),
        st.integers(0, 2**63 - 1),
        st.sampled_from([ARCHIVE, DIRECTORY, DIRECTORY | 0x400, 0x400, 0x6]),
    ),
    min_size=1,
    max_size=8,
)
_PATTERNS = st.text("ab.*?$^+Ä", max_size=8)


def _tally(pattern: str, *listed: Entry) -> Tally:
    tally = Tally(pattern)
    tally.add(packed(listed))
    return tally


def _reason(data: bytes) -> Reason:
    with pytest.raises(Off) as caught:
        list(entries(data))
    assert isinstance(caught.value.outcome, Unknown)
    return caught.value.outcome.reason


@given(_ENTRIES)
def test_entries_are_read_as_they_were_written(listed: list[Entry]) -> None:
    """Names of any characters, any size and time; directories and links to them are told from files."""
    assert [(each.text, each.size, each.modified, each.directory) for each in entries(packed(tuple(listed)))] == [
        (each.name, each.size, each.modified, bool(each.attributes & DIRECTORY)) for each in listed
    ]


@given(pattern=_PATTERNS, listed=st.lists(st.text("abAB.$ä\n", min_size=1, max_size=8), min_size=1, max_size=8))
def test_a_pattern_matches_what_the_collectors_expression_matches(pattern: str, listed: list[str]) -> None:
    """The same names as the plain translation of ``*`` and ``?``, without case, that collect.ps1 makes."""
    plain = "^" + re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") + "$"
    expected = sum(1 for name in listed if re.search(plain, name, re.IGNORECASE))
    assert _tally(pattern, *map(Entry, listed)).count == expected


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("*", "a", True),
        ("*.*", "a.b", True),
        ("*.*", "a", False),
        ("lpt$vpn.*", "LPT$VPN.457", True),
        ("lpt$vpn.*", "lpt$vpn", False),
        ("lpt$vpn.???", "lpt$vpn.457", True),
        ("lpt$vpn.???", "lpt$vpn.45", False),
        ("?", "🙂", False),
        ("??", "🙂", True),
        ("🙂*", "🙂.txt", True),
        ("Ä*", "ärger", True),
        ("a\\*", "ab", False),
        ("[ab]", "a", False),
    ],
)
def test_a_dot_is_a_dot_and_a_question_mark_one_unit_of_utf_16(pattern: str, name: str, *, found: bool) -> None:
    """As .NET's regular expressions have it; the older rules of DOS do not apply."""
    assert _tally(pattern, Entry(name)).count == int(found)


def test_a_pattern_of_many_stars_is_no_slower_than_its_length_times_the_names() -> None:
    """A host that knows the pattern cannot choose names that keep the search busy for years."""
    hostile = [Entry("a" * 250) for _ in range(50)]
    assert _tally("*a" * 100 + "b", *hostile).count == 0
    assert _tally("*a" * 100, *hostile).count == 50


def test_directories_are_not_counted() -> None:
    """Neither the two dots, nor folders, nor links to folders."""
    listed = [Entry(name, attributes=DIRECTORY) for name in (".", "..", "folder")]
    assert _tally("*", *listed, Entry("junction", attributes=DIRECTORY | 0x400), Entry("file")).count == 1


def test_the_newest_is_the_latest_and_of_one_moment_the_first_by_name() -> None:
    """100 ns decide; otherwise the order in which NTFS lists names, whatever the order of the replies."""
    tally = _tally("*", Entry("old", modified=TICKS - 1), Entry("beta", size=2), Entry("Alpha", size=1), Entry("Gamma"))
    assert tally.newest is not None
    assert (tally.newest.text, tally.newest.size) == ("Alpha", 1)
    tally.add(packed((Entry("zuletzt", modified=TICKS + 1),)))
    assert tally.newest.text == "zuletzt"
    assert tally.count == 5


def test_nothing_that_matches_leaves_no_newest() -> None:
    """A count of 0 and nothing else."""
    tally = _tally("*.log", Entry("a.txt"))
    assert (tally.count, tally.newest) == (0, None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(63),
        bytes(64),
        struct.pack("<I56xI", 0, 1) + b"a\0",
        struct.pack("<I56xI", 0, 3) + b"a\0b",
        struct.pack("<I56xI", 0, 4) + b"a\0",
        struct.pack("<I56xI", 0, 0xFFFF_FFFE) + b"a\0",
        struct.pack("<I56xI", 1, 2) + b"a\0" * 100,
        struct.pack("<I56xI", 64, 2) + b"a\0" * 100,
        struct.pack("<I56xI", 72, 2) + b"a\0" + bytes(6),
        struct.pack("<I56xI", 200, 100) + b"a\0" * 10,
        struct.pack("<I56xI", 200, 100) + b"a\0a",
        struct.pack("<I56xI", 0xFFFF_FFF8, 2) + b"a\0" + bytes(100),
    ],
)
def test_an_entry_that_is_not_all_there_is_malformed(data: bytes) -> None:
    """Names that are empty, odd or longer than the reply; a next entry inside this one, or beyond the end."""
    assert _reason(data) is Reason.MALFORMED


@given(st.data())
def test_any_change_gives_entries_or_a_refusal(data: st.DataObject) -> None:
    """Never another error, never more entries than fit into so many bytes."""
    raw = bytearray(packed(tuple(data.draw(_ENTRIES))))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 4), max_size=4)):
        raw[place : place + 4] = struct.pack("<I", data.draw(st.integers(0, 2**32 - 1)))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    found = list[object]()
    with contextlib.suppress(Off):
        found.extend(entries(cut))
    assert 64 * len(found) <= len(cut)


def _fill(tally: Tally, page: bytes, times: int) -> None:
    for _ in range(times):
        tally.add(page)


def test_a_directory_of_too_many_bytes_is_too_large() -> None:
    """Bounded, whatever the host goes on to send."""
    page = packed((Entry("n" * 200),) * 130)
    tally = Tally("x")
    with pytest.raises(Off, match="too_large"):
        _fill(tally, page, MOST_BYTES // len(page) + 1)


def test_a_directory_in_too_many_replies_is_too_large() -> None:
    """A host cannot hold us by one entry at a time."""
    page = packed((Entry("n"),))
    tally = Tally("*")
    with pytest.raises(Off, match="too_large"):
        _fill(tally, page, MOST_REPLIES + 1)
    assert tally.count == MOST_REPLIES
