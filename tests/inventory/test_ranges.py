"""Ranges in host names: the forms, the bounds, the refusals. What Ansible makes of them: test_differential.py."""

from __future__ import annotations

import pytest

from fleetscan.inventory.ranges import MAX_HOSTS_OF_ONE_NAME, RangeError, expand, is_host_name


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("ex01.corp.example", ["ex01.corp.example"]),
        ("ex[01:03]", ["ex01", "ex02", "ex03"]),
        ("ex[8:10]", ["ex8", "ex9", "ex10"]),
        ("ex[:2]", ["ex0", "ex1", "ex2"]),
        ("ex[1:7:3]", ["ex1", "ex4", "ex7"]),
        ("ex[a:e:2]", ["exa", "exc", "exe"]),
        ("[y:B]-ex", ["y-ex", "z-ex", "A-ex", "B-ex"]),
        ("[1:2]-[a:b]", ["1-a", "1-b", "2-a", "2-b"]),
    ],
)
def test_ranges_are_expanded(pattern: str, wanted: list[str]) -> None:
    """Numbers, letters, steps, widths and several ranges; the first turns slowest."""
    assert expand(pattern) == wanted


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("ex[01:100]", "same number of digits"),
        ("ex[3:1]", "begins after its end"),
        ("ex[c:a]", "begins after its end"),
        ("ex[1:a]", "mixes a number and a letter"),
        ("ex[ab:cd]", "is not a range"),
        ("ex[1]", "is not a range"),
        ("ex[1:]", "is not a range"),
        ("ex[1:2:0]", "step of `.1:2:0.` is 0"),
        ("ex[-1:2]", "is not a range"),
        ("ex[1:2", "bracket of `ex.1:2` is not closed"),
        ("ex1]", "is not a host name"),
        ("ex1:5986", "`ansible_port`"),
        ("::1", "`ansible_host`"),
        ("ex 1", "is not a host name"),
        ("", "is not a host name"),
        ("../etc", "is not a host name"),
        ("ex[1:999999]", "stands for more than"),
        ("ex[1:99999999999999999999]", "end of .* is too large"),
        ("ex[1:900]-[1:900]", "stands for more than"),
    ],
)
def test_what_ansible_would_read_otherwise_is_refused(pattern: str, words: str) -> None:
    """Senseless, doubtful and boundless ranges are refused with words for the person who wrote them."""
    with pytest.raises(RangeError, match=words):
        expand(pattern)


def test_the_bound_itself_is_allowed() -> None:
    """A name may stand for as many hosts as the bound says."""
    assert len(expand(f"ex[1:{MAX_HOSTS_OF_ONE_NAME}]")) == MAX_HOSTS_OF_ONE_NAME


def test_host_names_are_plain() -> None:
    """Letters of any script, digits and the three marks; nothing that a path or a pattern could be made of."""
    assert [name for name in ("ex1", "büro-2", "a_b.c", "-x", ".x", "a/b", "a b", "a\n") if is_host_name(name)] == [
        "ex1",
        "büro-2",
        "a_b.c",
    ]
