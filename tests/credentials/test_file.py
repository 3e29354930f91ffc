"""Secrets from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fleetscan.credentials.file import FileSource
from fleetscan.errors import CredentialError


def keep(path: Path, raw: bytes = b"hunter2\n", mode: int = 0o600) -> Path:
    """Write a secret file."""
    path.write_bytes(raw)
    path.chmod(mode)
    return path


def refused(folder: Path, name: str) -> str:
    """Give the words of a refusal."""
    with pytest.raises(CredentialError) as caught:
        FileSource(folder).read(name, credential="c")
    assert caught.value.__cause__ is None
    assert "hunter2" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [(b"hunter2", "hunter2"), (b"hunter2\n", "hunter2"), (b"hunter2\r\n", "hunter2"), (b" a\nb\n", " a\nb")],
)
def test_only_the_last_line_break_is_taken_off(tmp_path: Path, raw: bytes, wanted: str) -> None:
    """Editors end a file with a line break, which is no part of the secret; everything else is."""
    keep(tmp_path / "one", raw)
    assert FileSource(tmp_path).read("one", credential="c").reveal() == wanted


def test_systemd_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain name is looked for in systemd's credentials directory first, whatever its mode, then beside the file."""
    handed = tmp_path / "handed"
    handed.mkdir()
    keep(handed / "one", b"handed", mode=0o644)
    keep(tmp_path / "one", b"beside")
    keep(tmp_path / "two", b"beside")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    source = FileSource(tmp_path)
    assert source.read("one", credential="c").reveal() == "handed"
    assert source.read("two", credential="c").reveal() == "beside"
    assert source.read(str(tmp_path / "one"), credential="c").reveal() == "beside"


def test_home_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path may begin at the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    keep(tmp_path / "one")
    assert FileSource(Path("/nowhere")).read("~/one", credential="c").reveal() == "hunter2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    """Group and world may neither read nor write it; the remedy is the command."""
    path = keep(tmp_path / "one", mode=mode)
    assert refused(tmp_path, "one") == (
        f"credential `c`: {path} can be read or changed by others on this machine (chmod 600 {path})"
    )


def test_what_is_no_secret_file_is_refused(tmp_path: Path) -> None:
    """Missing, empty, binary, huge, a folder, a pipe without a writer: each in its own words, at once."""
    keep(tmp_path / "empty", b"\n")
    keep(tmp_path / "binary", b"hunter2\xff")
    keep(tmp_path / "huge", b"x" * 65_537)
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", mode=0o600)
    wanted = {
        "none": "cannot be read: No such file",
        "empty": "is empty or not UTF-8",
        "binary": "is empty or not UTF-8",
        "huge": "is larger than 65536 bytes",
        "folder": "is not a file",
        "pipe": "is not a file",
    }
    for name, words in wanted.items():
        assert words in refused(tmp_path, name)


def test_the_argument_is_a_path() -> None:
    """Other things are told at once, before any secret is read."""
    source = FileSource(Path())
    assert source.complain("name") == ""
    for wrong in ("", "a\0b", 5, None, ["name"]):
        assert source.complain(wrong) == "must be the name or the path of a file"
