"""Which versions of TLS Windows speaks, and whether .NET follows.

Source: HealthChecker of microsoft/CSS-Exchange. A protocol has a key for each side, Server and Client, with ``Enabled``
and ``DisabledByDefault``; what is absent means enabled for TLS 1.0 to 1.2 and disabled for TLS 1.3 (documented). That
``Enabled`` alone decides, and ``DisabledByDefault`` only takes a protocol out of what is offered unasked, is inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from fleetscan.facts.senses import mapping, some_texts
from fleetscan.facts.values import number_in
from fleetscan.model import Absent, Derivation, FactType, Outcome, Unknown

SIDES = ("Server", "Client")
"""The sides of a protocol, in the order of the inputs."""

NET_KEYS = ("v4.0.30319", "v4.0.30319 (32-bit view)", "v2.0.50727", "v2.0.50727 (32-bit view)")
"""The keys of .NET, in the order of the inputs."""

_OLD, _NEWEST = ("TLS 1.0", "TLS 1.1"), "TLS 1.3"
_ALL = (*_OLD, "TLS 1.2", _NEWEST)
_NET_VALUES = ("SystemDefaultTlsVersions", "SchUseStrongCrypto")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of one protocol."""

    protocol: str
    name: str
    enabled: bool
    offered: bool

    @property
    def words(self) -> str:
        """Name it."""
        return f"{self.protocol} {self.name}"


def _sides(protocols: Sequence[str], inputs: Sequence[Outcome]) -> list[_Side] | Unknown:
    """Read both sides of each protocol; the first unknown value makes the whole unknown."""
    sides: list[_Side] = []
    for (protocol, name), outcome in zip(product(protocols, SIDES), inputs, strict=True):
        side = _side(protocol, name, outcome)
        if isinstance(side, Unknown):
            return side
        sides.append(side)
    return sides


def _side(protocol: str, name: str, outcome: Outcome) -> _Side | Unknown:
    place, usual = f"{protocol} {name}", protocol != _NEWEST
    values = mapping(outcome, place)
    if isinstance(values, Unknown):
        return values
    enabled, hidden = (number_in(values, value, place) for value in ("Enabled", "DisabledByDefault"))
    if isinstance(enabled, Unknown):
        return enabled
    if isinstance(hidden, Unknown):
        return hidden
    on = usual if isinstance(enabled, Absent) else enabled != 0
    offered = usual if isinstance(hidden, Absent) else hidden == 0
    return _Side(protocol=protocol, name=name, enabled=on, offered=on and offered)


def _enabled(*protocols: str) -> Callable[[Sequence[Outcome], datetime], Outcome]:
    def derivation(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
        """List the sides that are enabled."""
        sides = _sides(protocols, inputs)
        return sides if isinstance(sides, Unknown) else some_texts([side.words for side in sides if side.enabled])

    return derivation


def tls_differing(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the protocols that one side speaks, or offers unasked, and the other does not."""
    sides = _sides(_ALL, inputs)
    if isinstance(sides, Unknown):
        return sides
    pairs = zip(sides[::2], sides[1::2], strict=True)
    return some_texts(
        [
            server.protocol
            for server, client in pairs
            if (server.enabled, server.offered) != (client.enabled, client.offered)
        ]
    )


def dotnet_tls_wrong(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the values of .NET that are not 1, in the words of a finding; one that is not there is not 1 either."""
    wrong: list[str] = []
    for key, outcome in zip(NET_KEYS, inputs, strict=True):
        for found in _wrong(key, outcome):
            if isinstance(found, Unknown):
                return found
            wrong.append(found)
    return some_texts(wrong)


def _wrong(key: str, outcome: Outcome) -> Iterator[str | Unknown]:
    values = mapping(outcome, key)
    if isinstance(values, Unknown):
        yield values
        return
    for name in _NET_VALUES:
        number = number_in(values, name, key)
        if isinstance(number, Unknown):
            yield number
        elif number != 1:
            yield f"{name} of {key} is {'not set' if isinstance(number, Absent) else number}"


def _row(name: str, keys: int, function: Callable[[Sequence[Outcome], datetime], Outcome], about: str) -> Derivation:
    inputs = (FactType.VALUES,) * keys
    return Derivation(name=name, inputs=inputs, result=FactType.STRINGS, function=function, about=about)


TLS = (
    _row("tls_old_enabled", 4, _enabled(*_OLD), "Sides of TLS 1.0 and 1.1 that are enabled: Server, Client of each."),
    _row("tls_newest_enabled", 2, _enabled(_NEWEST), "Sides of TLS 1.3 that are enabled: Server, Client."),
    _row(
        "tls_differing",
        8,
        tls_differing,
        "Versions of TLS that server and client treat differently: Server, Client of TLS 1.0, 1.1, 1.2, 1.3.",
    ),
    _row(
        "dotnet_tls_wrong",
        4,
        dotnet_tls_wrong,
        "SystemDefaultTlsVersions and SchUseStrongCrypto that are not 1: the values of .NETFramework's v4.0.30319 and "
        "v2.0.50727, each in the 64-bit and then the 32-bit view.",
    ),
)
"""The derivations about TLS, for the table."""
