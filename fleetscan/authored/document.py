"""Read what people write: YAML with positions, every mistake at once as file:line:column.

Law: a value means here what it means to Ansible (YAML 1.1), or it is refused; and no message shows a value,
because the value may be a secret that somebody wrote where it does not belong.

    document = read_yaml(Path("rules.yml"))      # AuthoredError: cannot be read, syntax, duplicate keys, tags, empty
    document.data                                # dict, list, str, int, float, bool or None; every key is a str
    document.at(("rules", 0, "severity"))        # the value there, None when there is none
    document.position(("rules", 0, "severity"))  # Position(file, line, column) of that value, 1-based
    document.mistake(("rules", 0, "severity"), "what is wrong", "what to do")        # Mistake at the value
    document.mistake_at_key(("rules", 0, "severity"), "what is wrong", "what to do")  # Mistake at its key
    rules = validate(document, TypeAdapter(RuleFile))         # AuthoredError: one Mistake per pydantic error
    rule = validate(document, adapter, at=("rules", 0))       # the same for one part of the document
    raise AuthoredError(mistakes)                             # what a caller found beyond the types

Anchors, aliases and ``<<`` work; aliased parts are shared objects, so do not change ``data`` in place.
Dates become ISO text, as in Ansible's JSON. ``document.surprises`` are legal values that YAML 1.1 reads in a way
few people expect (``no``, ``0755``, ``12:30``): worth a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from yaml.nodes import MappingNode, Node, SequenceNode

from fleetscan.errors import AuthoredError, Mistake

Step: TypeAlias = str | int
Steps: TypeAlias = tuple[Step, ...]
Entries: TypeAlias = Mapping[str, tuple[Node, Node]]


class Position(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was read: its data, and where each part of it stands."""

    file: str
    data: object
    surprises: tuple[Mistake, ...] = ()
    _root: Node | None = field(default=None, repr=False)
    _entries: Mapping[int, Entries] = field(default_factory=dict, repr=False)

    def position(self, steps: Steps) -> Position:
        """Find the value at ``steps``; steps that are not in the file are passed over, so the parent is found."""
        return self._locate(steps)[1]

    def position_of_key(self, steps: Steps) -> Position:
        """Find the key of the value at ``steps`` (of a list item: the item)."""
        return self._locate(steps)[0]

    def at(self, steps: Steps) -> object:
        """Give the value at ``steps``, ``None`` when there is none."""
        part = self.data
        for step in steps:
            if isinstance(part, Mapping):
                part = part.get(step)
            elif isinstance(part, list) and isinstance(step, int) and step < len(part):
                part = part[step]
            else:
                return None
        return part

    def mistake(self, steps: Steps, message: str, remedy: str = "") -> Mistake:
        """Make a mistake at the value at ``steps``."""
        return Mistake(**self.position(steps)._asdict(), message=message, remedy=remedy)

    def mistake_at_key(self, steps: Steps, message: str, remedy: str = "") -> Mistake:
        """Make a mistake at the key of the value at ``steps``."""
        return Mistake(**self.position_of_key(steps)._asdict(), message=message, remedy=remedy)

    def _locate(self, steps: Steps) -> tuple[Position, Position]:
        key = value = self._root
        for step in steps:
            if isinstance(value, MappingNode) and isinstance(step, str):
                key, value = self._entries.get(id(value), {}).get(step, (key, value))
            elif isinstance(value, SequenceNode) and isinstance(step, int) and step < len(value.value):
                key = value = value.value[step]
        return position_of(self.file, key), position_of(self.file, value)


def position_of(file: str, node: Node | None) -> Position:
    """Tell where a node begins; the beginning of the file when there is none."""
    mark = node.start_mark if node else None
    return Position(file, mark.line + 1, mark.column + 1) if mark else Position(file, 1, 1)


def refusal(position: Position, message: str, remedy: str) -> AuthoredError:
    """Make the error for a single mistake."""
    return AuthoredError([Mistake(**position._asdict(), message=message, remedy=remedy)])
