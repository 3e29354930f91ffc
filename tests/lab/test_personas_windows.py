"""What the personas about Windows and Exchange's own state are made for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.machine import Machine
from fleetscan.lab.personas import Placement, frame, load_personas, machine

_SHELF = load_personas()
_PLACE = Placement(
    fqdn="ex-par-07.corp.example",
    computer="EX-PAR-07",
    site="Paris",
    dag="",
    memory_gib=64,
    now=datetime(2026, 11, 22, tzinfo=UTC),
    extra_age=timedelta(),
)
_NET, _TLS = (
    r"HKLM\SOFTWARE\Microsoft\.NETFramework",
    r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL",
)
_ON, _OFF = {"t": "REG_DWORD", "d": 1}, {"t": "REG_DWORD", "d": 0}


def _machine(name: str) -> Machine:
    return machine(frame(_SHELF.personas[name].recipe), _PLACE)


def _values(name: str, key: str, view: int = 64) -> object:
    request: dict[str, object] = {"v": 1, "registry": [{"key": key, "view": view, "list": "values"}]}
    found = answer(_machine(name), request)["registry"]
    assert isinstance(found, list)
    return found[0]


@pytest.mark.parametrize(
    "persona", ["exchange-2013", "exchange-2016", "exchange-2019-cu15", "exchange-se", "edge-with-scanmail"]
)
@pytest.mark.parametrize("view", [64, 32])
def test_healthy_hosts_have_what_dotnet_should_have_in_both_views(persona: str, view: int) -> None:
    """The 32-bit view of the key is a key of its own."""
    for version in ("v4.0.30319", "v2.0.50727"):
        values = {"SystemDefaultTlsVersions": _ON, "SchUseStrongCrypto": _ON}
        assert _values(persona, rf"{_NET}\{version}", view) == {"s": "ok", "d": values}


def test_an_untuned_host_has_lost_whole_keys() -> None:
    """What was taken away is absent, not empty."""
    assert _values("windows-untuned", rf"{_TLS}\Protocols\TLS 1.0\Server") == {"s": "absent"}
    assert _values("windows-untuned", rf"{_NET}\v2.0.50727") == {"s": "absent"}
    assert _values("windows-untuned", rf"{_NET}\v2.0.50727", 32) == {"s": "absent"}


def test_a_typed_host_has_numbers_in_text() -> None:
    """The other value of the key is as it should be, so that only the type can be the reason."""
    expected = {"Enabled": {"t": "REG_SZ", "d": "0"}, "DisabledByDefault": _ON}
    assert _values("windows-values-typed", rf"{_TLS}\Protocols\TLS 1.0\Server") == {"s": "ok", "d": expected}


def test_a_side_that_differs_has_a_key_of_one_side_only() -> None:
    """The other side has what Windows has by itself."""
    assert _values("windows-tls-differs", rf"{_TLS}\Protocols\TLS 1.2\Client") == {"s": "ok", "d": {"Enabled": _OFF}}
    assert _values("windows-tls-differs", rf"{_TLS}\Protocols\TLS 1.2\Server") == {"s": "absent"}
