"""Groups and hosts as they are written; mistakes and merging are told in test_load.py and test_merge.py."""

from __future__ import annotations

from fleetscan.authored import parse_yaml
from fleetscan.inventory.build import new_tree
from fleetscan.inventory.tree import Tree, read_groups


def tree_of(text: str) -> Tree:
    """Read one inventory text."""
    tree = new_tree()
    read_groups(tree, parse_yaml(text.encode(), "f.yml"))
    return tree


def test_names_may_stand_alone() -> None:
    """A single host or child may be written as a text, ranges included; an empty section is nothing."""
    tree = tree_of("a: {hosts: 'ex[1:2]', children: b, vars: }\nc: {hosts: , children: }\nd:\n")
    assert tree.mistakes == []
    assert list(tree.hosts) == ["ex1", "ex2"]
    assert list(tree.groups) == ["all", "ungrouped", "a", "b", "c", "d"]
    assert list(tree.groups["a"].children) == ["b"]


def test_what_is_no_group_name_is_refused() -> None:
    """At the top, alone as a child or in a mapping, a group needs a name that patterns and files can carry."""
    tree = tree_of("a: {children: 'b c'}\nd: {children: {'e!f': }}\n'g:h':\n")
    assert list(map(str, tree.mistakes)) == [
        "f.yml:1:5: `b c` is not a group name (use letters, digits, `.`, `-` and `_`)",
        "f.yml:2:16: `e!f` is not a group name (use letters, digits, `.`, `-` and `_`)",
        "f.yml:3:1: `g:h` is not a group name (use letters, digits, `.`, `-` and `_`)",
    ]


def test_what_is_written_later_wins() -> None:
    """The same host or group in several places gathers its variables in the order of the file."""
    tree = tree_of(
        "a: {hosts: {ex1: {x: 1, y: 1}}, vars: {v: 1, ansible_group_priority: 3}}\n"
        "b: {hosts: {ex1: {x: 2}}, children: {a: {vars: {v: 2}}}}\n"
    )
    assert tree.hosts["ex1"].variables == {"x": 2, "y": 1}
    assert tree.groups["a"].variables == {"v": 2}
    assert tree.groups["a"].priority == 3
