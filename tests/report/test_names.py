"""Anchors are stable, hosts are named in few words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.report.names import anchors, compact, natural, slug


@given(st.text(st.characters(), max_size=90))
def test_a_slug_is_fit_for_an_anchor(name: str) -> None:
    """A slug holds nothing that HTML, a URL or a shell would have to escape."""
    assert re.fullmatch(r"[a-z0-9.-]{1,69}", slug(name))


def test_a_plain_name_is_its_own_slug() -> None:
    """Letters, digits, dots and hyphens stay; case does not matter."""
    assert slug("EX01.corp.example") == "ex01.corp.example"


def test_names_that_would_share_an_anchor_do_not() -> None:
    """Names that differ only in what a slug drops get different anchors."""
    found = anchors("host", ["EX01", "ex01", "ex_01", "ex 01"])
    assert len(set(found.values())) == 4


def test_an_anchor_does_not_depend_on_the_other_hosts() -> None:
    """The anchor of a host is the same in every report, whoever else is in it."""
    assert anchors("host", ["a b"])["a b"] == anchors("host", ["c", "a b", "d"])["a b"]


@given(st.lists(st.text(st.characters(), max_size=9), max_size=9))
def test_any_names_can_be_sorted_and_named(names: list[str]) -> None:
    """Whatever the names, no two share a place in the order, and they have some words."""
    assert len({natural(name) for name in names}) == len(set(names))
    compact(names, 3)


def test_hosts_are_sorted_as_people_count() -> None:
    """Numbers inside names are compared as numbers."""
    assert sorted(["ex10", "ex2", "ex1a", "b", "3"], key=natural) == ["3", "b", "ex1a", "ex2", "ex10"]


@pytest.mark.parametrize(
    ("names", "most", "words"),
    [
        ([], 8, ""),
        (["ex01"], 8, "ex01"),
        (["ex02", "ex01"], 8, "ex01, ex02"),
        (["ex01", "ex02", "ex03", "ex03"], 8, "ex[01:03]"),
        (["ex08", "ex09", "ex10", "ex12"], 8, "ex[08:10], ex12"),
        (["ex1.a", "ex2.a", "ex3.a", "mail"], 8, "ex[1:3].a, mail"),
        (["ex10", "ex9", "ex11"], 8, "ex9, ex10, ex11"),
        (["ex²", "ex٣"], 8, "ex², ex٣"),
        (["a", "b", "c", "d1", "d2", "d3"], 2, "a, b and 4 more"),
        (["a\x1b1"], 8, "a\\u{001B}1"),
    ],
)
def test_many_hosts_are_named_in_few_words(names: list[str], most: int, words: str) -> None:
    """Names that count up are folded into the inventory's ranges, what is too much is counted."""
    assert words == compact(names, most)
