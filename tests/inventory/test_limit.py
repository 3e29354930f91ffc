"""Choosing hosts by pattern. What Ansible would choose: test_differential.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleetscan.errors import UsageError
from fleetscan.inventory import Inventory, limit_inventory, parse_ansible_json

INVENTORY: Inventory = parse_ansible_json(
    '{"paris": {"hosts": ["ex1", "ex2", "ex3"]}, "osaka": {"hosts": ["ex4", "mx1"]},'
    ' "mailbox": {"hosts": ["ex1", "ex4"]}, "_meta": {"hostvars": {"lone": {}}}}'
)


def names(pattern: str) -> list[str]:
    """Give the hosts that a pattern chooses."""
    return [host.name for host in limit_inventory(INVENTORY, pattern).hosts]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("all", "ex1 ex2 ex3 ex4 mx1 lone"),
        ("paris", "ex1 ex2 ex3"),
        ("mx1,paris", "ex1 ex2 ex3 mx1"),
        ("paris:&mailbox", "ex1"),
        ("!ex1:paris", "ex2 ex3"),
        ("!paris", "ex4 mx1 lone"),
        ("&mailbox", "ex1 ex4"),
        ("ex*", "ex1 ex2 ex3 ex4"),
        ("ex[!34]", "ex1 ex2"),
        ("?x1", "ex1 mx1"),
        ("par*", "ex1 ex2 ex3"),
        ("~(ex|mx)1", "ex1 mx1"),
        ("paris[0]", "ex1"),
        ("paris[-1]", "ex3"),
        ("paris[1:2]", "ex2 ex3"),
        ("paris[1:]", "ex2 ex3"),
        ("ungrouped", "lone"),
        (" ex1 , ex2 ", "ex1 ex2"),
    ],
)
def test_patterns_choose(pattern: str, wanted: str) -> None:
    """Names, groups, globs, expressions, numbers, and the three ways to join them."""
    assert names(pattern) == wanted.split()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("ex9", "`ex9` matches no host"),
        ("pariss", r"`pariss` matches no host \(did you mean `paris`\?\)"),
        ("paris:!ex9", "`ex9` matches no host"),
        ("paris[7]", r"`paris\[7\]` matches no host"),
        ("!", "`` matches no host"),
        ("paris:!paris", "no host is left"),
        ("ex[1", "a bracket is not closed"),
        ("~(", "is not a regular expression"),
        ("@none", "cannot be read: No such file"),
        ("", "names no host"),
        (" ,: ", "names no host"),
        ("@/dev/null", "the file names no host"),
    ],
)
def test_what_matches_nothing_is_refused(pattern: str, words: str) -> None:
    """A part without a host is a mistake of the person who typed it, an exclusion most of all."""
    with pytest.raises(UsageError, match=words):
        names(pattern)


def test_patterns_come_from_a_file(tmp_path: Path) -> None:
    """@file gives one pattern a line; a file that is not UTF-8 is refused."""
    path = tmp_path / "retry"
    path.write_text("ex1\n\n  osaka\n", encoding="utf-8")
    assert names(f"@{path}") == ["ex1", "ex4", "mx1"]
    path.write_bytes(b"\xff")
    with pytest.raises(UsageError, match="it is not UTF-8"):
        names(f"@{path}")


def test_groups_shrink_with_the_hosts() -> None:
    """The limited inventory knows its groups, with the chosen hosts only."""
    limited = limit_inventory(INVENTORY, "paris:&mailbox")
    assert limited.groups["paris"] == ("ex1",)
    assert limited.groups["osaka"] == ()
    assert limited.environment == INVENTORY.environment
