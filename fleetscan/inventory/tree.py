"""Groups and hosts as they are written, before anything is merged.

Law: the order in which settings reach a host or a group here is the order in which Ansible reads them, so the last
one written wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from fleetscan.authored import Document, Position, Steps, kind_of, suggest
from fleetscan.errors import Mistake
from fleetscan.inventory.complaints import complain
from fleetscan.inventory.ranges import RangeError, expand
from fleetscan.inventory.told import Written, is_told, read_told
from fleetscan.inventory.values import value_of
from fleetscan.model import Value

Variables: TypeAlias = "dict[str, Value | None]"
"""Names and values; ``None`` is a variable that was written without a value, which hides one from further out."""

ALL: Final = "all"
UNGROUPED: Final = "ungrouped"
SECTIONS: Final = ("hosts", "children", "vars")
_MISPLACED: Final = tuple((section,) for section in SECTIONS)
_GROUP_NAME: Final = re.compile(r"\w[\w.-]*")
_OUTPUT: Final = "this is the output of `ansible-inventory --list`, not an inventory"


@dataclass(slots=True, kw_only=True)
class Group:
    """A group while the files are read."""

    name: str
    place: Position
    variables: Variables = field(default_factory=dict)
    children: dict[str, Position] = field(default_factory=dict)
    hosts: dict[str, None] = field(default_factory=dict)
    priority: int = 1


@dataclass(slots=True, kw_only=True)
class Node:
    """A host while the files are read."""

    name: str
    place: Position
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Tree:
    """Everything that was read so far, and every mistake."""

    groups: dict[str, Group] = field(default_factory=dict)
    hosts: dict[str, Node] = field(default_factory=dict)
    credentials: dict[str, Position] = field(default_factory=dict)
    told: dict[Written, None] = field(default_factory=dict)
    days: set[Position] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    def group(self, name: str, place: Position) -> Group:
        """Give a group, new or known."""
        return self.groups.setdefault(name, Group(name=name, place=place))

    def host(self, name: str, place: Position) -> Node:
        """Give a host, new or known."""
        return self.hosts.setdefault(name, Node(name=name, place=place))


def read_groups(tree: Tree, document: Document) -> None:
    """Add what one inventory file says to the tree; what is refused goes to ``tree.mistakes``."""
    data = document.data
    if not isinstance(data, Mapping):
        message = f"an inventory is a mapping of groups, not {kind_of(data)}"
        tree.mistakes.append(document.mistake((), message, "write `all:`, and `hosts:` below it"))
        return
    if "plugin" in data:
        remedy = "let Ansible read it: --inventory-command 'ansible-inventory -i FILE --list'"
        tree.mistakes.append(document.mistake_at_key(("plugin",), "this file configures an inventory plugin", remedy))
        return
    if "_meta" in data:
        tree.mistakes.append(document.mistake_at_key(("_meta",), _OUTPUT, "use --inventory-command 'cat FILE'"))
        return
    for name in data:
        _read_group(tree, document, (name,))


def read_variables(tree: Tree, document: Document, at: Steps) -> Variables:
    """Read the mapping of variables at ``at``; what is refused is left out and goes to ``tree.mistakes``."""
    part = document.at(at)
    variables: Variables = {}
    if part is None:
        return variables
    if not isinstance(part, Mapping):
        message = f"variables are a mapping, not {kind_of(part)}"
        tree.mistakes.append(document.mistake(at, message, "write `name: value`, indented"))
        return variables
    for name, value in part.items():
        if complaint := complain(name, value):
            tree.mistakes.append(document.mistake_at_key((*at, name), *complaint))
            continue
        if is_told(name) and not _read_told(tree, document, (*at, name)):
            continue
        variables[name] = value_of(value)
        if name == "fleetscan_credential":
            tree.credentials.setdefault(str(value), document.position((*at, name)))
    return variables


def _read_told(tree: Tree, document: Document, at: Steps) -> bool:
    """Read locators or attestations; tell whether all of them are right."""
    entries = read_told(document, at)
    tree.told |= dict.fromkeys(entries.written)
    tree.mistakes.extend(entries.mistakes)
    tree.days |= entries.days
    return not entries.mistakes


def _read_group(tree: Tree, document: Document, at: Steps) -> None:
    name = str(at[-1])
    if not _is_group_name(tree, document, at, name):
        return
    group = tree.group(name, document.position_of_key(at))
    content = document.at(at)
    if content is not None and not isinstance(content, Mapping):
        message = f"the group `{name}` must be a mapping, not {kind_of(content)}"
        tree.mistakes.append(document.mistake(at, message, "write `hosts:`, `children:` or `vars:` below it"))
        return
    for section in content or ():
        steps = (*at, section)
        match section:
            case "vars":
                _read_group_variables(tree, document, steps, group)
            case "children":
                _read_children(tree, document, steps, group)
            case "hosts":
                _read_hosts(tree, document, steps, group)
            case _:
                message = f"unknown key `{section}` in the group `{name}`"
                remedy = suggest(section, SECTIONS)
                if at in _MISPLACED:
                    remedy = f"`{name}` stands below a group: write `all:` above it, and indent it"
                tree.mistakes.append(document.mistake_at_key(steps, message, remedy))


def _is_group_name(tree: Tree, document: Document, at: Steps, name: str) -> bool:
    if _GROUP_NAME.fullmatch(name):
        return True
    message = f"`{name}` is not a group name"
    tree.mistakes.append(document.mistake_at_key(at, message, "use letters, digits, `.`, `-` and `_`"))
    return False


def _read_group_variables(tree: Tree, document: Document, at: Steps, group: Group) -> None:
    variables = read_variables(tree, document, at)
    priority = variables.pop("ansible_group_priority", None)
    if isinstance(priority, int):
        group.priority = priority
    group.variables |= variables


def _read_children(tree: Tree, document: Document, at: Steps, group: Group) -> None:
    if group.name == UNGROUPED:
        tree.mistakes.append(document.mistake_at_key(at, "`ungrouped` cannot have children", "use another group"))
        return
    for child, steps in _names(tree, document, at):
        if child == ALL or (child == UNGROUPED and group.name != ALL):
            message = f"`{child}` cannot be a child of `{group.name}`"
            tree.mistakes.append(document.mistake_at_key(steps, message, "remove it"))
            continue
        if not _is_group_name(tree, document, steps, child):
            continue
        group.children.setdefault(child, document.position_of_key(steps))
        if isinstance(document.at(at), Mapping):
            _read_group(tree, document, steps)
        else:
            tree.group(child, document.position_of_key(steps))


def _read_hosts(tree: Tree, document: Document, at: Steps, group: Group) -> None:
    for pattern, steps in _names(tree, document, at):
        place = document.position_of_key(steps)
        try:
            names = expand(pattern)
        except RangeError as error:
            tree.mistakes.append(document.mistake_at_key(steps, str(error), "correct the name"))
            continue
        variables = read_variables(tree, document, steps) if isinstance(document.at(at), Mapping) else {}
        for name in names:
            tree.host(name, place).variables |= variables
            group.hosts[name] = None


def _names(tree: Tree, document: Document, at: Steps) -> Iterator[tuple[str, Steps]]:
    """Give the names in a section and where each stands; a section is a mapping, a single name, or nothing."""
    match document.at(at):
        case None:
            return
        case str() as name:
            yield name, at
        case Mapping() as section:
            for name in section:
                yield name, (*at, name)
        case other:
            message = f"`{at[-1]}` must be a mapping, not {kind_of(other)}"
            tree.mistakes.append(document.mistake(at, message, "write `name:`, one a line"))
