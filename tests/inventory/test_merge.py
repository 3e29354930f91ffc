"""Ansible's precedence, told by examples; the proof by comparison is test_differential.py."""

from __future__ import annotations

from fleetscan.inventory import load_inventory
from tests.inventory.conftest import Write


def site_of(write: Write, text: str, name: str = "ex1") -> object:
    """Give what a host's variable ``site`` comes to."""
    hosts = load_inventory([write("hosts.yml", text)]).hosts
    return next(host.variables.get("site") for host in hosts if host.name == name)


def test_child_beats_parent(write: Write) -> None:
    """The deeper group wins, wherever it is written."""
    text = "inner: {vars: {site: inner}, hosts: {ex1: }}\nouter: {vars: {site: outer}, children: {inner: }}\n"
    assert site_of(write, text) == "inner"


def test_depth_is_the_longest_way(write: Write) -> None:
    """A group that is reached directly and through others lies as deep as the longest way makes it."""
    text = (
        "z: {vars: {site: z}, hosts: {ex1: }}\n"
        "a: {vars: {site: a}, hosts: {ex1: }}\n"
        "b: {children: {c: {children: {a: }}}}\n"
    )
    assert site_of(write, text) == "a"


def test_priority_then_name_decides_among_siblings(write: Write) -> None:
    """Among groups of the same depth the higher priority wins, and without one the later name."""
    text = "a: {vars: {site: a%s}, hosts: {ex1: }}\nb: {vars: {site: b}, hosts: {ex1: }}\n"
    assert site_of(write, text % "") == "b"
    assert site_of(write, text % ", ansible_group_priority: 5") == "a"


def test_host_beats_group_and_files_beat_what_is_inline(write: Write) -> None:
    """From weak to strong: inline group, group_vars, inline host, host_vars."""
    text = "a: {vars: {site: inline}, hosts: {ex1: %s}}\n"
    assert site_of(write, text % "") == "inline"
    write("group_vars/all.yml", "site: everyone\n")
    assert site_of(write, text % "") == "everyone"
    write("group_vars/a.yml", "site: file\n")
    assert site_of(write, text % "") == "file"
    assert site_of(write, text % "{site: host}") == "host"
    write("host_vars/ex1.yml", "site: host file\n")
    assert site_of(write, text % "{site: host}") == "host file"


def test_mappings_are_replaced_not_merged(write: Write) -> None:
    """As Ansible does by default, a nearer mapping replaces one from further out as a whole."""
    text = "all: {vars: {site: {a: 1, b: 1}}, hosts: {ex1: {site: {a: 2}}}}\n"
    assert site_of(write, text) == {"a": 2}


def test_a_host_in_a_group_is_not_ungrouped(write: Write) -> None:
    """A host is ungrouped only when no group but all names it."""
    text = "ungrouped: {vars: {site: none}, hosts: {ex1: , ex2: }}\na: {hosts: {ex1: }}\n"
    assert site_of(write, text, "ex1") is None
    assert site_of(write, text, "ex2") == "none"
