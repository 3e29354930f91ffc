"""The files of a pretend machine."""

from __future__ import annotations

import pytest

from fleetscan.lab.disk import Disk, File, normal

_DISK = Disk(
    [
        ("C:\\Program Files\\Trend Micro\\Smex\\temp\\A.tmp", File(name="A.tmp", size=3)),
        ("C:\\Program Files\\Trend Micro\\Smex\\temp\\deep\\B.tmp", File(name="B.tmp")),
    ],
    ["D:\\Empty"],
)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("C:\\a\\b", "C:\\A\\B"),
        ("c:/a/b/", "C:\\A\\B"),
        ("C:\\a\\.\\x\\..\\b\\\\", "C:\\A\\B"),
        ("C:\\", "C:"),
        ("C:", "C:"),
    ],
)
def test_paths_have_one_form(path: str, wanted: str) -> None:
    """Case, slashes, dots and a slash at the end make no difference."""
    assert normal(path) == wanted


def test_files_are_found_without_case() -> None:
    """A file is found however its path is written; a directory is no file."""
    found = _DISK.file("c:\\program files\\TREND MICRO\\smex\\temp\\a.TMP")
    assert found is not None
    assert found.size == 3
    assert _DISK.file("C:\\Program Files") is None


@pytest.mark.parametrize("path", ["C:\\", "C:\\Program Files\\Trend Micro", "d:/empty/", "D:\\"])
def test_directories_are_there(path: str) -> None:
    """What was named, and everything above a file, is a directory."""
    assert _DISK.is_directory(path)


@pytest.mark.parametrize("path", ["E:\\", "D:\\Empty\\x", "C:\\Program Files\\Trend Micro\\Smex\\temp\\A.tmp", ""])
def test_nothing_else_is_a_directory(path: str) -> None:
    """A file, an unknown path and no path are no directories."""
    assert not _DISK.is_directory(path)


def test_a_listing_is_not_recursive() -> None:
    """Only the files of the directory itself are listed."""
    names = [file.name for file in _DISK.listing("C:\\Program Files\\Trend Micro\\Smex\\temp", "*")]
    assert names == ["A.tmp"]
    assert _DISK.listing("D:\\Empty", "*") == ()


def test_the_last_file_of_a_name_counts() -> None:
    """A path that is given twice, in whatever case, is one file."""
    disk = Disk([("C:\\x", File(name="x", size=1)), ("c:\\X", File(name="X", size=2))])
    assert [file.size for file in disk.listing("C:\\", "*")] == [2]


def test_folders_are_given_as_they_were_written_first() -> None:
    """Parents come before children, whatever case they are named in; more folders can be asked for."""
    disk = Disk([("C:\\Logs\\a", File(name="a")), ("c:\\LOGS\\Old\\b", File(name="b"))], ["c:\\logs\\Empty"])
    folders = {whole: [file.name for file in files] for whole, files in disk.folders(["C:\\lOgS\\old", "D:\\x\\y"])}
    assert folders == {
        "C:": [],
        "C:\\Logs": ["a"],
        "C:\\Logs\\Old": ["b"],
        "C:\\Logs\\Empty": [],
        "D:": [],
        "D:\\x": [],
        "D:\\x\\y": [],
    }
    names = list(folders)
    assert all(name.rpartition("\\")[0] in ["", *names[:at]] for at, name in enumerate(names))
    assert not disk.is_directory("D:\\x")
