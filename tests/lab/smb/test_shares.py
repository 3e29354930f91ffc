"""Disks of pretend machines as folders."""

from __future__ import annotations

import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pefile
import pytest

from fleetscan.lab.disk import Disk, File
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.machine import Machine, Refusal, Refusals
from fleetscan.lab.personas import Placement, frame, load_personas, machine
from fleetscan.lab.smb.shares import LINKS, Shares

_NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
_DAY = timedelta(days=1)
_NO = Refusal(state="denied", message="Access is denied.")


def _machine(*files: tuple[str, File], directories: tuple[str, ...] = (), refused: tuple[str, ...] = ()) -> Machine:
    return Machine(
        computer="EX01",
        fqdn="ex01.corp.example",
        now=_NOW,
        disk=Disk(files, directories),
        refusals=Refusals(files=dict.fromkeys(refused, _NO)),
        extra_age=timedelta(hours=1),
    )


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_have_their_names_sizes_and_dates(tmp_path: Path) -> None:
    """A large file takes no room; its date is the machine's moment less its own age and the machine's."""
    here = _machine(
        ("C:\\Program Files\\Smex\\lpt$vpn.457", File(name="lpt$vpn.457", size=96_452_318, age=_DAY)),
        ("c:\\PROGRAM FILES\\Other.", File(name="Other.", size=0)),
        ("d:\\x", File(name="<img src=x>\u202e", size=1)),
    )
    top = Shares(tmp_path).folder(here)
    pattern = top / "C" / "Program Files" / "Smex" / "lpt$vpn.457"
    assert (pattern.stat().st_size, _modified(pattern)) == (96_452_318, _NOW - _DAY - timedelta(hours=1))
    assert pattern.stat().st_blocks * 512 < 10_000
    assert (top / "C" / "Program Files" / "Other.").is_file()
    assert [path.name for path in (top / "D").iterdir()] == ["<img src=x>\u202e"]


def test_folders_have_a_date(tmp_path: Path) -> None:
    """A folder is as old as the machine says, empty or full, and whatever was made in it."""
    top = Shares(tmp_path).folder(_machine(("C:\\a\\b", File(name="b")), directories=("D:\\Empty",)))
    for path in (top / "C", top / "C" / "a", top / "D" / "Empty"):
        assert _modified(path) == _NOW - timedelta(hours=1)


def test_texts_are_whole_and_not_longer(tmp_path: Path) -> None:
    """A text is there byte by byte, as UTF-8."""
    text = "\ufeff<a>\u65e5\u672c</a>\n"
    top = Shares(tmp_path).folder(_machine(("C:\\a.config", File(name="a.config", size=1000, text=text))))
    assert (top / "C" / "a.config").read_bytes() == text.encode()


def test_programs_have_a_version_and_a_size(tmp_path: Path) -> None:
    """A file with a version is a program file that pefile takes, however long it is said to be."""
    program = File(name="ExSetup.exe", size=36_200, version="15.2.1544.39")
    top = Shares(tmp_path).folder(_machine(("C:\\ExSetup.exe", program), ("C:\\b", File(name="b", size=5))))
    path = top / "C" / "ExSetup.exe"
    assert path.stat().st_size == 36_200
    assert pefile.PE(str(path)).VS_FIXEDFILEINFO[0].FileVersionLS == 1544 << 16 | 39
    assert (top / "C" / "b").read_bytes() == bytes(5)


def test_what_is_refused_has_no_permission(tmp_path: Path) -> None:
    """A refused folder, file, or place that nothing is in can be read by nobody; what is beside it by everybody."""
    same = File(name="same", size=1)
    here = _machine(
        ("C:\\Denied\\x", File(name="x")),
        ("C:\\a\\same", same),
        ("C:\\a\\Same.bak", File(name="Same.bak", size=1)),
        refused=("c:/denied", "C:\\A\\SAME", "D:\\"),
    )
    umask = os.umask(0o077)
    try:
        top = Shares(tmp_path).folder(here)
    finally:
        os.umask(umask)
    assert [_mode(top / place) for place in ("C/Denied", "C/a/same", "D")] == [0, 0, 0]
    assert [_mode(top / place) for place in ("", "C", "C/a", "C/a/Same.bak")] == [0o755, 0o755, 0o755, 0o644]


def test_machines_with_the_same_disk_share_a_tree(tmp_path: Path) -> None:
    """The same persona at the same moment is laid out once; another age is another tree."""
    shared = frame(load_personas().personas["exchange-2016"].recipe)
    place = Placement(
        fqdn="a", computer="A", site="Paris", dag="", memory_gib=64, now=_NOW, extra_age=timedelta(seconds=5)
    )
    other = Placement(
        fqdn="b", computer="B", site="Osaka", dag="", memory_gib=96, now=_NOW, extra_age=timedelta(seconds=6)
    )
    shares = Shares(tmp_path)
    first = shares.folder(machine(shared, place))
    assert shares.folder(machine(shared, place)) == first
    assert shares.folder(machine(shared, other)) != first
    assert len(list(tmp_path.iterdir())) == 2


def test_alike_files_are_one_file(tmp_path: Path) -> None:
    """Thousands of files without a name of their own are links to few, across machines too, but not too many."""
    files = [(f"C:\\t\\{number}", File(name=str(number), size=3)) for number in range(LINKS + 1)]
    shares = Shares(tmp_path)
    top = shares.folder(_machine(*files))
    again = shares.folder(_machine(("E:\\x", File(name="x", size=3))))
    assert len({path.stat().st_ino for path in (top / "C" / "t").iterdir()}) == 2
    assert (again / "E" / "x").stat().st_ino == (top / "C" / "t" / str(LINKS)).stat().st_ino


def test_a_closed_tree_shares_nothing(tmp_path: Path) -> None:
    """What lies behind a closed folder is not linked to, for who is not root cannot reach it."""
    shares = Shares(tmp_path)
    file = ("C:\\a", File(name="a", size=1))
    shares.folder(_machine(file, refused=("C:",)))
    assert (shares.folder(_machine(file)) / "C" / "a").stat().st_nlink == 1


@pytest.mark.parametrize("name", ["nul\0name", "half\ud800pair"])
def test_names_that_linux_cannot_hold_are_refused(name: str, tmp_path: Path) -> None:
    """Whoever wrote such a file is told; it is not left out in silence."""
    with pytest.raises(ValueError, match=r"null|surrogates"):
        Shares(tmp_path).folder(_machine((f"C:\\{name}", File(name=name))))


def test_the_whole_fleet_is_laid_out_quickly(tmp_path: Path) -> None:
    """Every persona can be laid out; the hosts of a whole fleet take no more than a second of this process."""
    hosts = build_fleet(now=_NOW).hosts
    shares = Shares(tmp_path)
    began = time.process_time()
    tops = [shares.folder(host.machine) for host in hosts]
    assert time.process_time() - began < 1.0
    assert all((top / "C").is_dir() for top in tops)
