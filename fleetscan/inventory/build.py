"""From a tree without mistakes to the inventory: the last step, the same for files and for Ansible's JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fleetscan.authored import Position
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.inventory.hosts import make_host
from fleetscan.inventory.interface import Inventory
from fleetscan.inventory.merge import Family, FileVariables, find_loops, memberships, merge
from fleetscan.inventory.tree import ALL, UNGROUPED, Group, Tree


def new_tree() -> Tree:
    """Begin a tree with the two groups that always are."""
    nowhere = Position("", 1, 1)
    return Tree(groups={name: Group(name=name, place=nowhere) for name in (ALL, UNGROUPED)})


def shape_mistakes(tree: Tree) -> list[Mistake]:
    """Find what is wrong with groups and hosts as a whole: loops, and names that are both."""
    both = [
        Mistake(
            **tree.hosts[name].place._asdict(),
            message=f"`{name}` is the name of a host and of a group",
            remedy="rename one of the two",
        )
        for name in tree.hosts.keys() & tree.groups.keys()
    ]
    return both + find_loops(tree.groups)


def build_inventory(
    tree: Tree,
    environment: str,
    *,
    files: Sequence[Path] = (),
    warnings: Sequence[Mistake] = (),
    group_files: FileVariables = (),
    host_files: FileVariables = (),
) -> Inventory:
    """Merge and make the hosts; raise AuthoredError with all mistakes of the tree."""
    mistakes = [*tree.mistakes, *shape_mistakes(tree)]
    if mistakes:
        raise AuthoredError(mistakes)
    family = Family(groups=tree.groups)
    merged = merge(tree, family, group_files, host_files)
    above = {host: family.ancestors(names) for host, names in memberships(tree).items()}
    members: dict[str, list[str]] = {name: [] for name in tree.groups}
    for host in tree.hosts:
        for name in (ALL, *above[host]):
            members[name].append(host)
    given = {
        host: {name: value for name, value in variables.items() if value is not None}
        for host, variables in merged.items()
    }
    return Inventory(
        environment=environment,
        hosts=tuple(make_host(name, tuple(sorted(above[name])), given[name]) for name in tree.hosts),
        groups={name: tuple(hosts) for name, hosts in members.items()},
        files=tuple(files),
        warnings=tuple(warnings),
        places={name: node.place for name, node in tree.hosts.items()},
        credentials=tree.credentials,
        told=tuple(tree.told),
    )
