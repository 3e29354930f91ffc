"""Two runs compared."""

from __future__ import annotations

from dataclasses import replace

from fleetscan.history.diff import Change, Difference, compare
from fleetscan.model import Finding
from tests.history import nouns


def test_a_run_does_not_differ_from_itself() -> None:
    """Nor does another summary make a difference."""
    before = [nouns.verdict("a", "r1"), nouns.verdict("a", "r2", Finding())]
    after = [replace(verdict, summary="other words") for verdict in before]
    assert compare(before, after) == Difference(new_hosts=(), gone_hosts=(), changes=())


def test_changed_new_and_gone_verdicts_are_told() -> None:
    """By host and rule, with both verdicts."""
    passed, found = nouns.verdict("a", "r1"), nouns.verdict("a", "r1", Finding())
    gone, new = nouns.verdict("a", "old"), nouns.verdict("a", "new")
    assert compare([passed, gone], [new, found]).changes == (
        Change(host="a", rule="new", before=None, after=new),
        Change(host="a", rule="old", before=gone, after=None),
        Change(host="a", rule="r1", before=passed, after=found),
    )


def test_hosts_that_come_and_go_are_no_changed_verdicts() -> None:
    """They are told as hosts."""
    difference = compare([nouns.verdict("a", "r1")], [nouns.verdict("b", "r1")])
    assert difference == Difference(new_hosts=("b",), gone_hosts=("a",), changes=())
