"""Work out each host's variables from the tree: Ansible's precedence, and nothing else.

Law: from weak to strong: ``all``; groups by (depth, ``ansible_group_priority``, name); ``group_vars/all``;
``group_vars`` of the groups in the same order; the host; ``host_vars``. With several sources, those of a later one
beat those of an earlier one within the same kind of file. A value replaces the one before it as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from fleetscan.errors import Mistake
from fleetscan.inventory.tree import ALL, UNGROUPED, Group, Tree, Variables

FileVariables: TypeAlias = Sequence[Callable[[str], Variables]]
"""For each source in order, what its variable files say of a group or a host."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """Who is in which group, and how deep each group lies. Made after :func:`find_loops` found none."""

    groups: Mapping[str, Group]

    @cached_property
    def parents(self) -> Mapping[str, Sequence[str]]:
        """Give the groups that name each group as a child; those that nobody names are children of ``all``."""
        parents: dict[str, list[str]] = {name: [] for name in self.groups}
        for group in self.groups.values():
            for child in group.children:
                parents[child].append(group.name)
        return {name: found or ([] if name == ALL else [ALL]) for name, found in parents.items()}

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """Give the length of the longest way from ``all`` to each group."""
        depths: dict[str, int] = {}
        for name in self._parents_first():
            depths[name] = max((depths[parent] + 1 for parent in self.parents[name]), default=0)
        return depths

    def ancestors(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give the groups and all groups above them but ``all``, from weak to strong."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.parents[name])
        return tuple(sorted(found - {ALL}, key=lambda name: (self.depths[name], self.groups[name].priority, name)))

    def _parents_first(self) -> Iterable[str]:
        done: dict[str, None] = {}
        waiting = list(self.groups)
        while waiting:
            name = waiting[-1]
            missing = [parent for parent in self.parents[name] if parent not in done]
            if missing:
                waiting.extend(missing)
            else:
                done[waiting.pop()] = None
        return done


def find_loops(groups: Mapping[str, Group]) -> list[Mistake]:
    """Find the group that closes each loop of children, as a mistake where that child is named."""
    mistakes: list[Mistake] = []
    done: set[str] = set()
    for start in groups:
        way: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            name, leaving = waiting.pop()
            if leaving:
                done.add(way.pop())
                continue
            if name in done:
                continue
            way.append(name)
            waiting.append((name, True))
            for child, place in groups[name].children.items():
                if child in way:
                    message = f"`{child}` is a child of `{name}`, which lies within it"
                    mistakes.append(Mistake(**place._asdict(), message=message, remedy="remove one of the two"))
                else:
                    waiting.append((child, False))
    return mistakes


def memberships(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Give the groups that name each host; a host in no group but ``all`` is in ``ungrouped``."""
    found: dict[str, list[str]] = {name: [] for name in tree.hosts}
    for group in tree.groups.values():
        for host in group.hosts:
            found[host].append(group.name)
    everyone = (ALL, UNGROUPED)
    return {
        host: tuple(name for name in names if name not in everyone) or everyone[1:] for host, names in found.items()
    }


def merge(tree: Tree, family: Family, group_files: FileVariables, host_files: FileVariables) -> dict[str, Variables]:
    """Give the variables of every host by the law above."""
    by_groups: dict[tuple[str, ...], Variables] = {}
    merged: dict[str, Variables] = {}
    for host, names in memberships(tree).items():
        if names not in by_groups:
            by_groups[names] = _of_groups(family, family.ancestors(names), group_files)
        variables = by_groups[names] | tree.hosts[host].variables
        for files in host_files:
            variables |= files(host)
        merged[host] = variables
    return merged


def _of_groups(family: Family, names: Sequence[str], group_files: FileVariables) -> Variables:
    variables = dict(family.groups[ALL].variables)
    for name in names:
        variables |= family.groups[name].variables
    for files in group_files:
        variables |= files(ALL)
    for files in group_files:
        for name in names:
            variables |= files(name)
    return variables
