"""What is installed is pinned by hash and names no place to fetch it from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = sorted((Path(__file__).parent.parent.parent / "requirements").glob("*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_of_a_lock_is_pinned_with_hashes_and_without_an_address(lock: Path) -> None:
    """Each requirement has one exact version and at least one sha256; no line names a host."""
    text = lock.read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=[A-Za-z])", text.strip())
    assert len(requirements) > 5
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+==[^ ;]+", requirement), requirement
        assert "--hash=sha256:" in requirement
    assert "://" not in text
    assert "index-url" not in text


def test_there_are_three_locks() -> None:
    """One to build, one to run, one to test."""
    assert [lock.name for lock in LOCKS] == ["build.lock", "demo.lock", "test.lock"]
