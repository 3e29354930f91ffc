"""From bytes to YAML nodes: encoding, syntax and depth, each refused with its place and a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml
from yaml.reader import ReaderError

from fleetscan.authored.document import Position, refusal
from fleetscan.errors import AuthoredError

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_DEPTH: Final = 64


def compose(raw: bytes, file: str) -> Node | None:
    """Compose the only document of a file, ``None`` when it is empty; raise AuthoredError at the first mistake."""
    text = _decode(raw, file)
    try:
        return _Loader(text).get_single_node()
    except ReaderError as error:
        before = text.encode()[: error.position].decode(errors="replace")
        raise refusal(_after(file, before), f"syntax: {error.reason}", "remove that character") from error
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, file, text) from error


def _after(file: str, before: str) -> Position:
    return Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = _after(file, raw[: error.start].decode("utf-8", errors="replace"))
        raise refusal(position, "the file is not UTF-8", "save it as UTF-8") from error


def _syntax(error: yaml.MarkedYAMLError, file: str, text: str) -> AuthoredError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    problem = error.problem or "not YAML"
    lines = text.splitlines()
    here = lines[line][column : column + 1] if line < len(lines) else ""
    wanted = next((remedy for words, char, remedy in _SYNTAX_REMEDIES if words in problem and char in ("", here)), "")
    return refusal(Position(file, line + 1, column + 1), f"syntax: {problem}", wanted)


_SYNTAX_REMEDIES: Final = (
    ("tab character", "", "indent with spaces"),
    ("cannot start any token", "\t", "indent with spaces"),
    ("cannot start any token", "", "put the value in quotes"),
    ("mapping values are not allowed", "", "check the indentation, or put a value that holds `: ` in quotes"),
    ("another document", "", "keep one document in a file"),
    ("could not find expected ':'", "", "write `key: value`; check the quotes and the indentation"),
    ("undefined alias", "", "put a value that begins with `*` in quotes"),
    ("second occurrence", "", "give each anchor its own name"),
    ("unexpected end of stream", "", "close the quote"),
    ("expected <block end>", "", "check the indentation"),
    ("expected ',' or", "", "close the bracket"),
    ("did not find expected", "", "check the indentation and the quotes"),
)


class _Loader(yaml.CSafeLoader):
    """Compose nodes in C; the two hooks that PyYAML calls around each node hold the depth bound."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def descend_resolver(self, current_node: Node | None, current_index: object) -> None:
        del current_index
        self._depth += 1
        if self._depth > MAX_DEPTH:
            problem = f"nested deeper than {MAX_DEPTH} levels"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=current_node.start_mark if current_node else None)

    def ascend_resolver(self) -> None:
        self._depth -= 1
