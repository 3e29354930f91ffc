"""The house rules that can be counted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
MODULES = sorted((REPOSITORY / "fleetscan").rglob("*.py"))
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


def too_long(path: Path) -> list[str]:
    """Name what is longer in a module than the house allows."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    found = [f"{path.name} has {lines} lines"] if lines > LONGEST_MODULE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            span = (node.end_lineno or node.lineno) - node.lineno + 1
            if span > LONGEST_FUNCTION:
                found.append(f"{path.name}:{node.lineno} {node.name} has {span} lines")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_module_or_function_is_longer_than_the_house_allows(path: Path) -> None:
    """A module has at most 300 lines and a function at most 40."""
    assert too_long(path) == []


def test_the_counting_can_fail(tmp_path: Path) -> None:
    """A function of 41 lines and a module of 301 are both seen."""
    module = tmp_path / "long.py"
    module.write_text("def f():\n" + "    x = 1\n" * 40 + "#\n" * 260)
    assert too_long(module) == ["long.py has 301 lines", "long.py:1 f has 41 lines"]


def test_every_room_has_its_tests() -> None:
    """Each package of fleetscan has a folder of tests of the same name."""
    rooms = {path.parent.name for path in (REPOSITORY / "fleetscan").glob("*/__init__.py")}
    assert sorted(rooms - {path.name for path in (REPOSITORY / "tests").iterdir()}) == []
