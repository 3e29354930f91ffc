"""Every type that a registry value can have, over the wire of the lab's WinRM and read as facts.

Law: nothing is converted on a guess. A value of another type than the fact's is unknown, and never a number or a text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from fleetscan.facts.decode import decode
from fleetscan.lab.host import Fleet
from fleetscan.lab.machine import Machine
from fleetscan.lab.registry import Data, Datum, Registry
from fleetscan.lab.server import Lab
from fleetscan.lab.windows import fold
from fleetscan.model import (
    Absent,
    Answer,
    FactType,
    Known,
    Outcome,
    Question,
    RegistryList,
    RegistryValue,
    Unknown,
    Value,
)
from fleetscan.transport.winrm import WinrmTransport
from tests.transport.winrm.world import PASSWORD, USER, pretend, target

_KEY, _OTHER = r"HKLM\SOFTWARE\Types", r"HKLM\SOFTWARE\Wow6432Node\Types"
_WRITTEN: Mapping[str, tuple[str, Data]] = MappingProxyType(
    {
        "": ("REG_SZ", "the default value"),
        "Sz": ("REG_SZ", "plain"),
        "Empty": ("REG_SZ", ""),
        "Ünïcode \U0001f4ee": ("REG_SZ", "smörgåsbord 受信 \U0001f4ec"),
        "Digits": ("REG_SZ", "1"),
        "Expand": ("REG_EXPAND_SZ", r"%SystemRoot%\temp"),
        "Multi": ("REG_MULTI_SZ", ("one", "", "zwölf")),
        "Nothing": ("REG_MULTI_SZ", ()),
        "Zero": ("REG_DWORD", 0),
        "Dword": ("REG_DWORD", 2**32 - 1),
        "Qword": ("REG_QWORD", 2**63 - 1),
        "Huge": ("REG_QWORD", 2**64 - 1),
        "Binary": ("REG_BINARY", b"\x00\xff\x10"),
        "None": ("REG_NONE", b""),
        "Version": ("REG_SZ", "15.02.1544.039"),
        "View": ("REG_SZ", "64-bit"),
    }
)
_DECODED: Mapping[str, tuple[FactType, Value]] = MappingProxyType(
    {
        "": (FactType.STRING, "the default value"),
        "Sz": (FactType.STRING, "plain"),
        "Empty": (FactType.STRING, ""),
        "Ünïcode \U0001f4ee": (FactType.STRING, "smörgåsbord 受信 \U0001f4ec"),
        "Digits": (FactType.STRING, "1"),
        "Expand": (FactType.STRING, r"%SystemRoot%\temp"),
        "Multi": (FactType.STRINGS, ("one", "", "zwölf")),
        "Nothing": (FactType.STRINGS, ()),
        "Zero": (FactType.INT, 0),
        "Dword": (FactType.INT, 2**32 - 1),
        "Qword": (FactType.INT, 2**63 - 1),
        "Version": (FactType.VERSION, "15.2.1544.39"),
        "View": (FactType.STRING, "64-bit"),
    }
)
_FITTING: Mapping[str, frozenset[FactType]] = MappingProxyType(
    {
        "REG_SZ": frozenset({FactType.STRING, FactType.VERSION}),
        "REG_EXPAND_SZ": frozenset({FactType.STRING, FactType.VERSION}),
        "REG_MULTI_SZ": frozenset({FactType.STRINGS}),
        "REG_DWORD": frozenset({FactType.INT}),
        "REG_QWORD": frozenset({FactType.INT}),
        "REG_BINARY": frozenset(),
        "REG_NONE": frozenset(),
    }
)
_KINDS = (FactType.INT, FactType.STRING, FactType.STRINGS, FactType.VERSION)
_ABSENT = RegistryValue(key=_KEY, value="Gone")
_32 = RegistryValue(key=_KEY, value="View", view=32)
_LIST = RegistryList(key=_KEY, list="values")


def _data(values: Mapping[str, tuple[str, Data]]) -> dict[str, Datum]:
    return {fold(name): Datum(name=name, type=kind, data=data) for name, (kind, data) in values.items()}


def _asked(name: str) -> RegistryValue:
    return RegistryValue(key=_KEY, value=name)


_QUESTIONS: tuple[Question, ...] = (*map(_asked, _WRITTEN), _asked("DWORD"), _ABSENT, _32, _LIST)


@pytest.fixture(scope="module")
def told() -> Iterator[Mapping[Question, Outcome]]:
    """Ask one host of a lab for everything, over the wire."""
    registry = Registry({_KEY: _data(_WRITTEN), _OTHER: _data({"View": ("REG_SZ", "32-bit")})})
    host = replace(pretend("types", "127.31.3.1"), machine=Machine(computer="EX01", fqdn="ex01", registry=registry))

    async def ask(lab: Lab) -> Answer:
        transport = WinrmTransport(workers=1)
        try:
            return await transport.ask(target(lab, host), _QUESTIONS, budget=15.0, on_step=lambda _: None)
        finally:
            await transport.aclose()

    with Lab(Fleet(seed=1, hosts=(host,)), user=USER, password=PASSWORD) as lab:
        yield asyncio.run(ask(lab)).outcomes


def _known(outcome: Outcome) -> Known:
    assert isinstance(outcome, Known), outcome
    return outcome


@pytest.mark.parametrize("name", _WRITTEN)
def test_each_value_comes_with_its_type(told: Mapping[Question, Outcome], name: str) -> None:
    """The name of the type is the registry's own, also for the types that no fact can have."""
    assert _known(told[_asked(name)]).type == _WRITTEN[name][0]


@pytest.mark.parametrize("name", _DECODED)
def test_each_value_is_read_as_what_was_written(told: Mapping[Question, Outcome], name: str) -> None:
    """Unsigned numbers, texts not expanded, empty texts and lists, the default value, every script of the world."""
    kind, value = _DECODED[name]
    assert decode(kind, _asked(name), "", _known(told[_asked(name)])) == Known(value=value, type=_WRITTEN[name][0])


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("name", _WRITTEN)
def test_a_value_of_another_type_is_unknown(told: Mapping[Question, Outcome], name: str, kind: FactType) -> None:
    """REG_SZ "1" is no number, REG_DWORD 1 no text, and REG_BINARY and REG_NONE are nothing that a rule can hold."""
    outcome = decode(kind, _asked(name), "", _known(told[_asked(name)]))
    if kind not in _FITTING[_WRITTEN[name][0]]:
        assert isinstance(outcome, Unknown)
        assert outcome.reason == "wrong_type"


def test_a_number_beyond_what_a_condition_holds_is_unknown(told: Mapping[Question, Outcome]) -> None:
    """It is neither cut nor turned into a negative number."""
    outcome = decode(FactType.INT, _asked("Huge"), "", _known(told[_asked("Huge")]))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "too_large"


def test_bytes_come_as_hexadecimal(told: Mapping[Question, Outcome]) -> None:
    """What has no type of its own is kept as evidence."""
    assert _known(told[_asked("Binary")]).value == "00ff10"
    assert _known(told[_asked("None")]).value == ""


def test_names_are_compared_without_case(told: Mapping[Question, Outcome]) -> None:
    """Windows finds ``Dword`` under ``DWORD``."""
    assert told[_asked("DWORD")] == told[_asked("Dword")]


def test_each_view_has_its_own_value(told: Mapping[Question, Outcome]) -> None:
    """The 32-bit view of a key is another key."""
    assert _known(told[_asked("View")]).value == "64-bit"
    assert _known(told[_32]).value == "32-bit"


def test_what_is_not_there_is_absent(told: Mapping[Question, Outcome]) -> None:
    """An empty value is there, one that nobody has written is not."""
    assert told[_ABSENT] == Absent()
    assert _known(told[_asked("Empty")]).value == ""


def test_the_list_of_a_key_holds_the_same_values(told: Mapping[Question, Outcome]) -> None:
    """What is read one by one and what is read at once agree, the default value included."""
    outcome = decode(FactType.VALUES, _LIST, "", _known(told[_LIST]))
    listed = _known(outcome).value
    assert isinstance(listed, Mapping)
    single = {name: _known(told[_asked(name)]) for name in _WRITTEN}
    assert listed == {name: {"type": found.type, "value": found.value} for name, found in single.items()}
