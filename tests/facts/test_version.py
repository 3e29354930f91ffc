from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.version import compare_versions, format_version, parse_version


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("15.2.1544.39", (15, 2, 1544, 39)),
        ("15.02.1544.039", (15, 2, 1544, 39)),
        ("7", (7,)),
        ("7, 0, 0, 1386", (7, 0, 0, 1386)),
        ("7,0,0,1386", (7, 0, 0, 1386)),
        ("6.1.7601.17514 (win7sp1_rtm.101119-1850)", (6, 1, 7601, 17514)),
        ("  14.0 \0", (14, 0)),
        ("1.2.3.4.5.6", (1, 2, 3, 4, 5, 6)),
    ],
)
def test_reads_what_windows_programs_write(text: str, numbers: tuple[int, ...]) -> None:
    """Sloppy spellings of a version that occur in the field are read as their numbers."""
    assert numbers == parse_version(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "v15.2",
        "15.",
        ".15",
        "15..2",
        "15.2b",
        "15.2-rc1",
        "1.2.3.4.5.6.7",
        "1\n2",
        "\u0661.\u0662",
        "12345678901",
        "-1.2",
    ],
)
def test_refuses_what_is_no_version(text: str) -> None:
    """Anything that is not numbers and dots at its head is no version, not even half of one."""
    assert parse_version(text) is None


@given(st.lists(st.integers(0, 10**10 - 1), min_size=1, max_size=6).map(tuple))
def test_what_is_written_is_read_back(numbers: tuple[int, ...]) -> None:
    """Writing a version and reading it again gives the same numbers."""
    assert numbers == parse_version(format_version(numbers))


@given(st.text())
def test_any_text_is_a_version_or_none(text: str) -> None:
    """No text makes the reader fail, and what it accepts is canonical when written."""
    numbers = parse_version(text)
    assert numbers is None or parse_version(format_version(numbers)) == numbers


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [((15, 2), (15, 2, 0, 0), 0), ((15, 2, 1), (15, 2), 1), ((14, 9), (15,), -1), ((15, 2, 9), (15, 2, 10), -1)],
)
def test_compares_number_by_number(left: tuple[int, ...], right: tuple[int, ...], order: int) -> None:
    """Numbers are compared as numbers, and one that is missing counts as zero."""
    assert order == compare_versions(left, right)
    assert -order == compare_versions(right, left)
