"""Whatever fleetscan reads, Ansible reads the same."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fleetscan.errors import UsageError
from fleetscan.inventory import Inventory, limit_inventory, load_inventory
from fleetscan.inventory.ranges import RangeError, expand
from fleetscan.inventory.values import value_of
from tests.inventory.conftest import Ask, Write

BRIEFLY = settings(max_examples=settings().max_examples * 3 // 5, suppress_health_check=list(HealthCheck))

GROUPS = ("alpha", "beta", "delta", "gamma-2")
HOSTS = ("ex1", "ex2", "ex[1:3]", "ex[01:03].corp.example", "[a:c]x", "ex[1:5:2]-[a:b]", "m[:2]", "z_9")
EXPANDED = ("ex1", "ex2", "ex01.corp.example", "ax", "m0", "z_9")
NAMES = ("one", "two", "fleetscan_site", "ansible_host")
TEXTS = st.sampled_from(("10.0.0.1", "no", "0755", "plain", "été", "ex9"))
VARIABLES = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=3)
OTHERS = st.dictionaries(
    st.sampled_from(("three", "four")),
    st.none() | st.booleans() | st.integers() | st.lists(TEXTS, max_size=2) | st.dictionaries(TEXTS, TEXTS, max_size=2),
    max_size=2,
)
ANY_VARIABLES = st.builds(lambda some, more: some | more, VARIABLES, OTHERS)
PRIORITY = st.none() | st.integers(-2, 3)


def group_body(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw what stands in one group."""
    return st.builds(
        lambda hosts, variables, priority, below: {
            "hosts": hosts,
            "vars": variables if priority is None else variables | {"ansible_group_priority": priority},
            "children": below,
        },
        st.dictionaries(st.sampled_from(HOSTS), st.none() | ANY_VARIABLES, max_size=3),
        ANY_VARIABLES,
        PRIORITY,
        children,
    )


def children_of(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    """Draw children from the groups after ``rank``, so that no loop arises."""
    if rank >= len(GROUPS):
        return st.just({})
    later = [
        st.tuples(st.just(GROUPS[index]), st.none() | group_body(children_of(index + 1)))
        for index in range(rank, len(GROUPS))
    ]
    return st.lists(st.one_of(later), max_size=2).map(dict)


INVENTORIES = st.tuples(group_body(children_of(0)).map(lambda body: {"all": body}), children_of(0), st.booleans()).map(
    lambda drawn: drawn[0] | drawn[1] if drawn[2] else drawn[1] | drawn[0]
)
PLACES = st.sampled_from(("", ".yml", ".yaml", "/a.yml", "/b", "/deep/c.yaml", "/.hidden.yml", "/old.yml~"))
VARIABLE_FILES = st.dictionaries(
    st.one_of(
        st.tuples(st.just("group_vars"), st.sampled_from(("all", "ungrouped", *GROUPS)), PLACES),
        st.tuples(st.just("host_vars"), st.sampled_from(EXPANDED), PLACES),
    ).map("|".join),
    st.none() | ANY_VARIABLES,
    max_size=6,
)


def write_tree(folder: Path, inventories: Mapping[str, object], files: Mapping[str, object]) -> None:
    """Write inventories and variable files, as far as one file does not stand where another's folder is."""
    for name, data in inventories.items():
        (folder / name).write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for name, data in files.items():
        kind, entity, place = name.split("|")
        path = folder / kind / f"{entity}{place}"
        if path.exists() or any(parent.is_file() for parent in path.parents):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True) if data else "", encoding="utf-8")


def assert_same(inventory: Inventory, answer: Mapping[str, Any]) -> None:
    """Hold our reading against Ansible's."""
    theirs = {name: value_of(host["variables"]) for name, host in answer["hosts"].items()}
    assert {host.name: host.variables for host in inventory.hosts} == theirs
    assert {host.name: list(host.groups) for host in inventory.hosts} == {
        name: host["groups"] for name, host in answer["hosts"].items()
    }
    assert {name: set(hosts) for name, hosts in inventory.groups.items()} == {
        name: set(hosts) for name, hosts in answer["groups"].items()
    }


@BRIEFLY
@given(first=INVENTORIES, second=st.none() | INVENTORIES, files=VARIABLE_FILES, as_folder=st.booleans())
def test_hosts_groups_and_variables_agree(
    ask_ansible: Ask, first: object, second: object, files: Mapping[str, object], *, as_folder: bool
) -> None:
    """Nested groups, priorities, ranges, inline variables and variable files give what Ansible makes of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inventories = {"10-first.yml": first} | ({"20-second.yaml": second} if second else {})
        write_tree(folder, inventories, files)
        sources = [folder] if as_folder else [folder / file for file in inventories]
        answer = ask_ansible({"sources": list(map(str, sources)), "limit": None})
        assume(answer["hosts"])
        assert_same(load_inventory(sources), answer)


@BRIEFLY
@given(
    folders=st.lists(st.tuples(INVENTORIES, VARIABLE_FILES), min_size=2, max_size=2),
    order=st.sampled_from(((0, 1), (1, 0), (0, 1, 0))),
)
def test_folders_agree(
    ask_ansible: Ask, folders: list[tuple[object, Mapping[str, object]]], order: tuple[int, ...]
) -> None:
    """Variable files of a later source beat those of an earlier one, as they do for Ansible."""
    with tempfile.TemporaryDirectory() as name:
        sources = []
        for number, (inventory, files) in enumerate(folders):
            folder = Path(name) / str(number)
            folder.mkdir()
            write_tree(folder, {"hosts.yml": inventory}, files)
            sources.append(folder / "hosts.yml")
        sources = [sources[number] for number in order]
        answer = ask_ansible({"sources": list(map(str, sources)), "limit": None})
        assume(answer["hosts"])
        assert_same(load_inventory(sources), answer)


PARTS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(("", "", "!", "&")),
        st.sampled_from((*GROUPS, "all", "ungrouped", "ex1", "ex*", "*.example", "~ex[0-9]", "?x", "alph*", "ex[12]")),
    ),
)


@BRIEFLY
@given(inventory=INVENTORIES, parts=st.lists(PARTS, min_size=1, max_size=3), joint=st.sampled_from((":", ",", " : ")))
def test_limits_agree(ask_ansible: Ask, inventory: object, parts: list[str], joint: str) -> None:
    """A pattern that fleetscan takes chooses the hosts that Ansible would choose."""
    pattern = joint.join(parts)
    with tempfile.TemporaryDirectory() as name:
        write_tree(Path(name), {"hosts.yml": inventory}, {})
        source = Path(name) / "hosts.yml"
        answer = ask_ansible({"sources": [str(source)], "limit": pattern})
        assume(answer["hosts"])
        try:
            limited = limit_inventory(load_inventory([source]), pattern)
        except UsageError:
            assume(False)  # noqa: FBT003  # Hypothesis's own signature; what we refuse is tested beside
        assert {host.name for host in limited.hosts} == set(answer["chosen"])


BOUND = st.one_of(st.integers(0, 12).map(str), st.sampled_from(("00", "07", "012", "a", "c", "Z", "x", "", "aa", "-1")))


@BRIEFLY
@given(
    ranges=st.lists(st.lists(BOUND, min_size=1, max_size=4).map(":".join).map("[{}]".format), min_size=1, max_size=2),
    tail=st.sampled_from(("", ".corp.example", "]", "[")),
)
def test_ranges_agree(ask_ansible: Ask, ranges: list[str], tail: str) -> None:
    """A range that fleetscan takes stands for the hosts that Ansible makes of it, in the same order."""
    pattern = f"ex{'-'.join(ranges)}{tail}"
    theirs = ask_ansible({"range": pattern})
    try:
        ours = expand(pattern)
    except RangeError:
        return
    assert ours == theirs


@pytest.mark.parametrize(
    "pattern", ["ex[01:20]", "ex[a:f]", "ex[A:C]", "ex[y:B]", "ex[:3]", "ex[0:010]", "ex[1:9:4]", "[a:b][1:2]", "[1:3]"]
)
def test_usual_ranges_are_taken(ask_ansible: Ask, pattern: str) -> None:
    """The forms that people write are taken, and stand for what Ansible makes of them."""
    assert expand(pattern) == ask_ansible({"range": pattern})


SCALARS = """
a: 0755
b: 12:30
c: no
d: 1_000
e: 0b11
f: 1e3
g: .5
h: ~
i: 0o17
j: 2001-12-14
k: 2001-12-14t21:59:43.10-05:00
l: 0x1F
m: 08
n: "no"
o: !!str 12
p: 1.5e+3
q: Off
r: y
s: |
  two
  lines
t: &here {u: [1, 2]}
v: *here
w: {<<: *here, x: 1}
x: 190:20:30.15
z: 1.0
"""


def test_scalars_mean_what_they_mean_to_ansible(ask_ansible: Ask, write: Write) -> None:
    """YAML 1.1, anchors and merge keys included, is read as Ansible reads it."""
    path = write("hosts.yml", "all: {hosts: {ex1: }}\n")
    write("group_vars/all.yml", SCALARS)
    answer = ask_ansible({"sources": [str(path)], "limit": None})
    assert_same(load_inventory([path]), answer)
