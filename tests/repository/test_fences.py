from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "fleetscan"
FENCES = {
    "asyncio_pool": "collect/fanout.py",
    "cel_expr_python": "rules/condition.py",
    "impacket": "transport/remote_registry/negotiate.py",
}


def _imported(path: Path) -> Iterator[str]:
    """Name what a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str() as module, level=0):
                yield module
            case _:
                pass


@pytest.mark.parametrize(("library", "home"), FENCES.items())
def test_a_fenced_library_is_imported_in_one_file(library: str, home: str) -> None:
    """Whoever replaces it, or mends what it breaks, has one place to look at."""
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(name.partition(".")[0] == library for name in _imported(path))
    }
    assert users == {home}
