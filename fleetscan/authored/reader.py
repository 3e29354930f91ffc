"""From YAML nodes to a document: keys, tags, numbers, aliases. Mistakes are collected, not raised one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Final

from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from fleetscan.authored.document import Document, Entries, Position, position_of, refusal
from fleetscan.authored.syntax import compose
from fleetscan.errors import AuthoredError, Mistake

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_NODES: Final = 2_000_000


def read_bytes(path: Path) -> bytes:
    """Read a file that people write; raise AuthoredError when it cannot be read or is over MAX_BYTES."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise refusal(Position(str(path), 1, 1), f"cannot be read: {reason}", "check the path") from error
    except ValueError as error:
        raise refusal(Position(repr(str(path)), 1, 1), "is not a path", "check the path") from error
    if len(raw) > MAX_BYTES:
        raise refusal(Position(str(path), 1, 1), f"the file is larger than {MAX_BYTES} bytes", "split it")
    return raw


def read_yaml(path: Path) -> Document:
    """Read one YAML file that must not be empty; raise AuthoredError with every mistake in it."""
    document = parse_yaml(read_bytes(path), str(path))
    if document.data is None:
        raise AuthoredError([document.mistake((), "the file is empty", "write something in it, or leave it out")])
    return document


def parse_yaml(raw: bytes, file: str) -> Document:
    """Parse the bytes of one YAML document, empty allowed; ``file`` is its name in positions.

    AuthoredError carries the first mistake of syntax, or else every key, tag and number that is refused.
    """
    root = compose(raw, file)
    if root is None:
        return Document(file=file, data=None)
    reader = _Reader(file)
    data = reader.build(root)
    if reader.mistakes:
        raise AuthoredError(reader.mistakes)
    surprises = tuple(sorted(reader.surprises))
    return Document(file=file, data=data, surprises=surprises, _root=root, _entries=reader.entries)


_CONSTRUCTOR: Final = SafeConstructor()
_CORE: Final = "tag:yaml.org,2002:"
_MERGE: Final = f"{_CORE}merge"
_STR: Final = f"{_CORE}str"
_SCALARS: Final[Mapping[str, Callable[[ScalarNode], object]]] = {
    f"{_CORE}{kind}": getattr(_CONSTRUCTOR, f"construct_yaml_{kind}")
    for kind in ("null", "bool", "int", "float", "timestamp")
}


class _Reader:
    """Turn nodes into data; collect mistakes and go on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []
        self.surprises: list[Mistake] = []
        self.entries: dict[int, Entries] = {}
        self._made: dict[int, tuple[object, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: Node) -> object:
        self._count += 1
        if isinstance(node, ScalarNode):
            return node.value if node.tag == _STR else self._scalar(node)
        if id(node) in self._made:
            data, size = self._made[id(node)]
            self._count += size
        elif id(node) in self._open:
            self._refuse(node, "an alias holds itself", "write the value out")
            return None
        else:
            data = self._collection(node)
        if self._count > MAX_NODES:
            too_many = f"the file holds more than {MAX_NODES} values, aliases counted"
            raise refusal(position_of(self.file, node), too_many, "split it")
        return data

    def _collection(self, node: Node) -> object:
        before = self._count
        self._open.add(id(node))
        data: object = None
        if isinstance(node, MappingNode) and node.tag == f"{_CORE}map":
            entries = self._entries_of(node)
            self.entries[id(node)] = entries
            data = {name: self.build(value) for name, (_, value) in entries.items()}
        elif isinstance(node, SequenceNode) and node.tag == f"{_CORE}seq":
            data = [self.build(item) for item in node.value]
        else:
            self._refuse_tag(node)
        self._open.discard(id(node))
        self._made[id(node)] = (data, self._count - before)
        return data

    def _entries_of(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        own: dict[str, tuple[Node, Node]] = {}
        merged: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            name = self._key(key)
            if name is None:
                continue
            if name in own:
                first = own[name][0].start_mark.line + 1
                self._refuse(key, f"the key `{name}` is given twice", f"the first is in line {first}; keep one")
            own[name] = (key, value)
            if key.tag == _MERGE:
                merged = self._merged(value)
        own = {name: entry for name, entry in own.items() if entry[0].tag != _MERGE}
        return merged | own

    def _key(self, key: Node) -> str | None:
        if isinstance(key, ScalarNode) and key.tag in (_STR, _MERGE):
            return str(key.value)
        if isinstance(key, ScalarNode) and key.tag.startswith(_CORE):
            kind = key.tag.removeprefix(_CORE)
            self._refuse(key, f"the key `{key.value}` is not text: YAML 1.1 reads it as {kind}", "put it in quotes")
        elif isinstance(key, MappingNode):
            self._refuse(key, "`{{ }}` is a template, and none is filled in here", "write the value itself")
        else:
            self._refuse(key, "a key must be text", "write `key: value`; put a value with braces in quotes")
        return None

    def _merged(self, value: Node) -> dict[str, tuple[Node, Node]]:
        parts: Sequence[Node] = value.value if isinstance(value, SequenceNode) else [value]
        merged: dict[str, tuple[Node, Node]] = {}
        for part in reversed(parts):
            if not isinstance(part, MappingNode) or id(part) in self._open:
                self._refuse(part, "`<<` can only merge other mappings", "name an anchor: `<<: *name`")
                continue
            self.build(part)
            merged |= self.entries.get(id(part), {})
        return merged

    def _scalar(self, node: ScalarNode) -> object:
        construct = _SCALARS.get(node.tag)
        if construct is None:
            self._refuse_tag(node)
            return None
        try:
            value = construct(node)
        except (ValueError, KeyError, IndexError, OverflowError):
            self._refuse(node, f"cannot be read as {node.tag.removeprefix(_CORE)}", "put it in quotes")
            return None
        if isinstance(value, float) and not isfinite(value):
            self._refuse(node, "is not a finite number", "put it in quotes if it is text")
        if surprise := _surprise(node):
            self.surprises.append(Mistake(**position_of(self.file, node)._asdict(), message=surprise, remedy=_QUOTES))
        return value.isoformat() if isinstance(value, date) else value

    def _refuse_tag(self, node: Node) -> None:
        tag = node.tag.replace(_CORE, "!!")
        self._refuse(node, f"the tag {tag} is not supported", "write a plain value; secrets belong in a secret store")

    def _refuse(self, node: Node, message: str, remedy: str) -> None:
        self.mistakes.append(Mistake(**position_of(self.file, node)._asdict(), message=message, remedy=remedy))


_QUOTES: Final = "put it in quotes if it is text"


def _surprise(node: ScalarNode) -> str:
    text: str = node.value.lower().lstrip("+-")
    match node.tag.removeprefix(_CORE):
        case "bool" if text not in ("true", "false"):
            return "YAML 1.1 reads this word as true or false"
        case "int" | "float" if ":" in text:
            return "YAML 1.1 reads this as a number in base 60"
        case "int" if len(text) > 1 and text[0] == "0" and text[1] not in "bx":
            return "YAML 1.1 reads this as a number in base 8"
        case "timestamp":
            return "YAML 1.1 reads this as a date"
        case _:
            return ""
