"""How the lab's Windows compares, expands and matches names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.windows import environment, expand, fold, matches


@pytest.mark.parametrize(
    ("name", "pattern", "wanted"),
    [
        ("lpt$vpn.457", "lpt$vpn.*", True),
        ("LPT$VPN.457", "lpt$vpn.*", True),
        ("lpt$vpn", "lpt$vpn.*", False),
        ("icrc$oth.457", "lpt$vpn.*", False),
        ("noextension", "*.*", True),
        ("anything", "", True),
        ("a.tmp", "?.tmp", True),
        ("ab.tmp", "?.tmp", False),
        ("a[1].tmp", "a[1].*", True),
        ("a1.tmp", "a[1].*", False),
        ("line\nbreak", "line*", True),
    ],
)
def test_wildcards(name: str, pattern: str, *, wanted: bool) -> None:
    """Only the star and the question mark are special, and case is not looked at."""
    assert matches(name, pattern) is wanted


@given(st.text())
def test_folding_is_stable(name: str) -> None:
    """Folding keeps the number of characters, and folding twice changes nothing more."""
    assert len(fold(name)) == len(name)
    assert fold(fold(name)) == fold(name)


def test_sharp_s_stays_itself() -> None:
    """A character whose upper case would be two characters is its own upper case, as on Windows."""
    assert fold("straße") == "STRAßE"


@given(st.text(alphabet="%abPATH", max_size=12))
def test_unset_variables_stay(text: str) -> None:
    """What names no set variable is left as it is written."""
    assert expand(text, {}) == text


def test_variables_are_found_without_case() -> None:
    """A variable is found in any case, and one that was given wins over a built-in one."""
    variables = environment({"programfiles": "D:\\Apps"})
    assert expand("%PROGRAMFILES%\\x on %SystemRoot%", variables) == "D:\\Apps\\x on C:\\Windows"
