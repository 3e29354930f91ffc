"""The files section of the collector contract."""

from __future__ import annotations

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.disk import Disk, File
from fleetscan.lab.machine import Machine
from tests.lab.small_machine import DENIED, SETUP, ask, value


def _based(name: str, path: str, what: str, key: str = SETUP) -> dict[str, object]:
    return {"base": value(name, key), "path": path, "what": what}


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        (_based("MsiInstallPath", "Bin\\ExSetup.exe", "version"), {"s": "ok", "version": "15.2.1544.39"}),
        (_based("Bare", "bin\\exsetup.EXE", "version"), {"s": "ok", "version": "15.2.1544.39"}),
        (
            {"path": "%systemdrive%\\Exchange\\Bin\\ExSetup.exe", "what": "stat"},
            {"s": "ok", "size": 10, "modified": "2026-11-20T01:02:03Z"},
        ),
        (_based("MsiInstallPath", "", "stat"), {"s": "ok", "size": 0, "modified": "2026-11-22T01:02:03Z"}),
        (
            {"path": "C:\\Smex", "pattern": "LPT$VPN.*", "what": "newest"},
            {"s": "ok", "name": "lpt$vpn.457", "size": 2, "modified": "2026-11-21T01:02:03Z"},
        ),
        ({"path": "C:\\Smex", "pattern": "*", "what": "count"}, {"s": "ok", "count": 3}),
        ({"path": "C:\\Smex", "pattern": "lpt*", "what": "count"}, {"s": "ok", "count": 2}),
        ({"path": "C:\\Empty", "pattern": "*", "what": "count"}, {"s": "ok", "count": 0}),
        ({"path": "C:\\Exchange\\plain.txt", "what": "text", "max": 100}, {"s": "ok", "text": "aä🙂bcd"}),
        ({"path": "C:\\Exchange\\plain.txt", "what": "text"}, {"s": "ok", "text": "aä🙂bcd"}),
        (
            {"path": "C:\\Exchange\\plain.txt", "what": "text", "max": 5},
            {"s": "ok", "text": "aä", "truncated": True},
        ),
        ({"path": "C:\\Denied\\x", "what": "stat"}, {"s": "denied", "m": "Access is denied."}),
        ({"path": "C:\\Denied", "pattern": "*", "what": "count"}, {"s": "denied", "m": "Access is denied."}),
        (_based("Secret", "x", "stat", DENIED), {"s": "denied", "m": "x" * 500}),
    ],
)
def test_files(item: dict[str, object], wanted: object) -> None:
    """A file answers what was asked of it; a base gives the directory or its own state."""
    assert ask("files", item) == wanted


@pytest.mark.parametrize(
    "item",
    [
        {"path": "C:\\Exchange\\no.exe", "what": "version"},
        {"path": "C:\\Exchange\\no.exe", "what": "stat"},
        {"path": "C:\\Exchange\\no.exe", "what": "text", "max": 9},
        {"path": "C:\\Nowhere", "pattern": "*", "what": "newest"},
        {"path": "C:\\Nowhere", "pattern": "*", "what": "count"},
        {"path": "C:\\Empty", "pattern": "*", "what": "newest"},
        {"path": "E:\\x", "what": "stat"},
        _based("NoSuchValue", "Bin\\ExSetup.exe", "version"),
    ],
)
def test_absent_files(item: dict[str, object]) -> None:
    """A file, a directory, a match or a base that is not there is absent."""
    assert ask("files", item) == {"s": "absent"}


@pytest.mark.parametrize(
    "item",
    [
        {"path": "C:\\Exchange\\plain.txt", "what": "version"},
        {"path": "C:\\Exchange\\plain.txt", "what": "delete"},
        {"path": "C:\\Exchange\\plain.txt", "pattern": "*", "what": "newest"},
        {"path": "C:\\Exchange\\plain.txt", "pattern": "*", "what": "count"},
        {"path": "C:\\Exchange", "what": "version"},
        {"path": "C:\\Exchange", "what": "text", "max": 9},
        {"path": "%NotSet%\\x", "what": "stat"},
        {"path": "relative\\x", "what": "stat"},
        {"path": "\\\\server\\share\\x", "what": "stat"},
        {"path": "C:\\Exchange\\plain.txt"},
        _based("Empty", "x", "stat"),
        _based("Number", "x", "stat"),
        {"base": "C:\\", "path": "x", "what": "stat"},
    ],
)
def test_files_in_error(item: dict[str, object]) -> None:
    """What cannot be read as asked is an error, never absent: a directory as a file, a path that is not local."""
    found = ask("files", item)
    assert isinstance(found, dict)
    assert found["s"] == "error"


def test_a_byte_order_mark_is_no_part_of_a_text() -> None:
    """It counts among the bytes that are read, and is left out of what they say."""
    disk = Disk([("C:\\a", File(name="a", text="\ufeff<a>b"))])
    machine = Machine(computer="X", fqdn="x", disk=disk)
    items = [{"path": "C:\\a", "what": "text", "max": limit} for limit in (7, 6, 2)]
    assert answer(machine, {"v": 1, "files": items})["files"] == [
        {"s": "ok", "text": "<a>b"},
        {"s": "ok", "text": "<a>", "truncated": True},
        {"s": "ok", "text": "", "truncated": True},
    ]
