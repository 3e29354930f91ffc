"""What a pretend machine refuses to show."""

from __future__ import annotations

import pytest

from fleetscan.lab.machine import Machine, Refusal, Refusals
from fleetscan.lab.registry import Registry, physical

_NO = Refusal(state="denied", message="Access is denied.")
_MACHINE = Machine(
    computer="EX01",
    fqdn="ex01.corp.example",
    refusals=Refusals(
        registry={"HKLM\\SOFTWARE\\TrendMicro": _NO, "nonsense": _NO},
        services={"ScanMail_*": _NO, "WinDefend": _NO},
        files={"C:\\Secret": _NO},
        cim={"Win32_ComputerSystem": _NO},
    ),
)


@pytest.mark.parametrize(
    ("key", "view", "refused"),
    [
        ("HKLM\\SOFTWARE\\TrendMicro", 64, True),
        ("hklm\\software\\trendmicro\\ScanMail for Exchange", 64, True),
        ("HKLM\\SOFTWARE\\TrendMicro2", 64, False),
        ("HKLM\\SOFTWARE", 64, False),
        ("HKLM\\SOFTWARE\\TrendMicro", 32, False),
    ],
)
def test_a_denied_key_covers_what_is_below(key: str, view: int, *, refused: bool) -> None:
    """A denied key stands for its whole subtree, in the view in which it lies."""
    path = physical(key, 64 if view == 64 else 32, 64)
    assert path is not None
    assert (_MACHINE.refused_key(path) is _NO) is refused


def test_a_32_bit_machine_has_one_view() -> None:
    """On a 32-bit machine a key is denied in both views, because there is only one."""
    machine = Machine(computer="X", fqdn="x", registry=Registry({}, bits=32), refusals=_MACHINE.refusals)
    path = physical("HKLM\\SOFTWARE\\TrendMicro", 32, 32)
    assert path is not None
    assert machine.refused_key(path) is _NO


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("ScanMail_Master", True),
        ("scanmail_*", True),
        ("ScanMail*", False),
        ("windefend", True),
        ("WinDefend2", False),
    ],
)
def test_denied_services(name: str, *, refused: bool) -> None:
    """A denied pattern covers the names it matches and the patterns that are no wider."""
    assert (_MACHINE.refused_service(name) is _NO) is refused


@pytest.mark.parametrize(
    ("path", "refused"),
    [("c:/secret", True), ("C:\\Secret\\a\\b.txt", True), ("C:\\Secrets", False), ("C:\\", False)],
)
def test_denied_paths(path: str, *, refused: bool) -> None:
    """A denied directory stands for everything in it."""
    assert (_MACHINE.refused_path(path) is _NO) is refused


def test_a_denied_volume() -> None:
    """A denied root covers the volume, however it is written."""
    for root in ("C:", "C:\\", "c:/"):
        machine = Machine(computer="X", fqdn="x", refusals=Refusals(files={root: _NO}))
        assert machine.refused_path("C:\\a") is _NO
        assert machine.refused_path("C:\\") is _NO
        assert machine.refused_path("D:\\a") is None


def test_denied_classes() -> None:
    """CIM classes are compared without case."""
    assert _MACHINE.refused_cim("WIN32_computersystem") is _NO
    assert _MACHINE.refused_cim("Win32_Service") is None
