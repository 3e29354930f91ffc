"""What the tests of this room share: a way to write a credentials file down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Write: TypeAlias = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function from the entries of a credentials file, one a line, to its path."""

    def write_file(entries: str) -> Path:
        path = tmp_path / "credentials.yml"
        lines = "".join(f"  {line}\n" for line in entries.splitlines())
        path.write_text(f"credentials:\n{lines}", encoding="utf-8")
        return path

    return write_file
