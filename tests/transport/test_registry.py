from __future__ import annotations

import contextlib
import importlib.metadata
from dataclasses import replace

import pytest

from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.errors import HostFailure, UsageError
from fleetscan.model import AUTO, Host
from fleetscan.transport import registry
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.remote_registry import RemoteRegistryTransport
from fleetscan.transport.remote_registry.route import route_to
from fleetscan.transport.winrm import WinrmTransport

KNOWN = Credential(name="reader", user="reader@CORP.EXAMPLE", secret=Secret("x"), certificate="c.pem", key="k.pem")


def _plug(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = importlib.metadata.EntryPoint(name=name, value=value, group=registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda *, group: [point] if group == registry.GROUP else [])


def test_the_built_in_transports_are_always_there() -> None:
    """By their names in the inventory."""
    assert registry.factories()["winrm"] is WinrmTransport
    assert registry.factories()["remote_registry"] is RemoteRegistryTransport
    assert set(AUTO) <= registry.factories().keys()


def test_a_plug_in_adds_a_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the name of its entry point."""
    _plug(monkeypatch, "other", "fleetscan.transport.winrm:WinrmTransport")
    assert registry.factories()["other"] is WinrmTransport


@pytest.mark.parametrize("auth", list(Auth))
def test_a_way_is_barred_for_a_logon_that_it_does_not_know(auth: Auth) -> None:
    """What the table says is what the transport itself would say; WinRM knows them all, and so may a plug-in."""
    target = registry.target_of(Host(name="ex01", address="127.0.0.1"), replace(KNOWN, auth=auth))
    with contextlib.ExitStack() as refused:
        if target.barred:
            refused.enter_context(pytest.raises(HostFailure, match="which remote registry cannot use"))
        route_to(target, Tickets())
    text = f"it knows no logon by {auth}, only kerberos, negotiate, ntlm"
    assert target.barred in ({}, {"remote_registry": text})
    assert registry.barred(["winrm", "other"], auth) == {}


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
