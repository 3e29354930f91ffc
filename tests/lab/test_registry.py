"""The registry of a pretend machine."""

from __future__ import annotations

import pytest

from fleetscan.lab.registry import Datum, Registry, physical

_TREND = "HKLM\\SOFTWARE\\TrendMicro"


def _one(name: str = "Enabled", data: int = 1) -> dict[str, Datum]:
    return {name: Datum(name=name, type="REG_DWORD", data=data)}


@pytest.mark.parametrize(
    ("key", "view", "bits", "wanted"),
    [
        ("HKLM\\SOFTWARE\\X", 64, 64, ("HKLM", "SOFTWARE", "X")),
        ("HKLM\\SOFTWARE\\X", 32, 64, ("HKLM", "SOFTWARE", "WOW6432NODE", "X")),
        ("HKLM\\SOFTWARE", 32, 64, ("HKLM", "SOFTWARE", "WOW6432NODE")),
        ("hkey_local_machine\\software\\x", 32, 64, ("HKLM", "SOFTWARE", "WOW6432NODE", "X")),
        ("HKLM\\SOFTWARE\\Wow6432Node\\X", 32, 64, ("HKLM", "SOFTWARE", "WOW6432NODE", "X")),
        ("HKLM\\SOFTWARE\\Policies\\X", 32, 64, ("HKLM", "SOFTWARE", "POLICIES", "X")),
        ("HKLM\\SYSTEM\\X", 32, 64, ("HKLM", "SYSTEM", "X")),
        ("HKLM\\SOFTWARE\\X", 32, 32, ("HKLM", "SOFTWARE", "X")),
        ("HKU\\.DEFAULT\\", 64, 64, ("HKU", ".DEFAULT")),
        ("SOFTWARE\\X", 64, 64, None),
        ("", 64, 64, None),
    ],
)
def test_views(key: str, view: int, bits: int, wanted: tuple[str, ...] | None) -> None:
    """The 32-bit view of a 64-bit machine has a SOFTWARE of its own and shares the rest."""
    assert physical(key, 64 if view == 64 else 32, 64 if bits == 64 else 32) == wanted


def test_names_are_compared_without_case() -> None:
    """Keys and values are found in any case and shown as they were written first."""
    registry = Registry({_TREND: _one()})
    path = physical(_TREND.upper(), 64, 64)
    assert path is not None
    found = registry.value(path, "ENABLED")
    assert found is not None
    assert found.name == "Enabled"
    assert registry.subkeys(path[:2]) == ("TrendMicro",)


def test_ancestors_are_there() -> None:
    """A key brings all keys above it into being, empty ones."""
    registry = Registry({_TREND: {}})
    assert registry.values(("HKLM", "SOFTWARE")) == ()
    assert registry.values(("HKLM", "SYSTEM")) is None
    assert registry.subkeys(("HKLM", "SYSTEM")) is None
    assert registry.value(("HKLM", "SYSTEM"), "x") is None
    assert registry.value(("HKLM", "SOFTWARE"), "x") is None


def test_overlay_leaves_the_original() -> None:
    """Laying values over a tree gives another tree; the first one stays as it was."""
    path = physical(_TREND, 64, 64)
    assert path is not None
    original = Registry({_TREND: _one("a") | _one("b")})
    changed = original.overlaid({_TREND: _one("A", 7), f"{_TREND}\\New": _one()})
    new, old = changed.value(path, "a"), original.value(path, "a")
    assert new is not None
    assert new.data == 7
    assert old is not None
    assert old.data == 1
    assert changed.value(path, "b") == original.value(path, "b")
    assert changed.subkeys(path) == ("New",)
    assert original.subkeys(path) == ()


def test_a_key_needs_a_hive() -> None:
    """A key that begins with no hive is a mistake of whoever wrote it."""
    with pytest.raises(ValueError, match="no registry hive"):
        Registry({"SOFTWARE\\X": {}})
