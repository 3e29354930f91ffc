from __future__ import annotations

import importlib.metadata

import pytest

from fleetscan.errors import UsageError
from fleetscan.transport import registry
from fleetscan.transport.winrm import WinrmTransport


def _plug(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = importlib.metadata.EntryPoint(name=name, value=value, group=registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: [point] if group == registry.GROUP else [])


def test_the_built_in_transports_are_always_there() -> None:
    """By their names in the inventory."""
    assert registry.factories()["winrm"] is WinrmTransport


def test_a_plug_in_adds_a_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the name of its entry point."""
    _plug(monkeypatch, "other", "fleetscan.transport.winrm:WinrmTransport")
    assert registry.factories()["other"] is WinrmTransport


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [
        ("winrm", "fleetscan.transport.winrm:WinrmTransport", "name of another one"),
        ("other", "fleetscan.nothing:Transport", "cannot be loaded"),
        ("other", "fleetscan.transport.winrm:Nothing", "cannot be loaded"),
    ],
)
def test_a_broken_plug_in_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str, mark: str) -> None:
    """Before any host is touched."""
    _plug(monkeypatch, name, value)
    with pytest.raises(UsageError, match=mark):
        registry.factories()
