"""Samba's programs: found or missed, started or not, and the native one that tests compare with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fleetscan.errors import OperatorError
from fleetscan.lab.smb import SambaFailed, SambaMissing, SmbServer, installed
from fleetscan.lab.smb import samba as programs
from fleetscan.lab.smb.config import accounts
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.samba import Running, add_user, program
from tests.lab.smb.clients import RRP, SCMR, visit
from tests.samba import PASSWORD, USER, native_samba

REGISTRY = """\
Windows Registry Editor Version 5.00\r
\r
[HKEY_LOCAL_MACHINE\\SOFTWARE\\Lab]\r
@="the default"\r
"Größe"=dword:00000007\r
\r
"""


def test_samba_is_found_without_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Daemons are not on an ordinary user's PATH."""
    monkeypatch.setenv("PATH", "/nonexistent")
    assert Path(program("smbd")).name == "smbd"
    assert installed()


def test_a_missing_samba_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the operator who can mend that; nothing was made before."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(programs, "PLACES", ("/nonexistent",))
    assert not installed()
    with pytest.raises(SambaMissing, match=r"smbd is not installed; on Debian .* package samba") as missing:
        SmbServer([], user=USER, password=PASSWORD).__enter__()
    assert isinstance(missing.value, OperatorError)


def test_an_account_that_cannot_be_added_is_told(tmp_path: Path) -> None:
    """In the words of pdbedit."""
    configuration = tmp_path / "smb.conf"
    configuration.write_text(accounts(tmp_path))
    with pytest.raises(SambaFailed, match=r"pdbedit could not add nobody-at-all: .*nobody-at-all"):
        add_user(configuration, tmp_path / "passdb.tdb", "nobody-at-all", PASSWORD)


def test_a_program_that_ends_early_is_told_in_its_last_words(tmp_path: Path) -> None:
    """Or with the words that it said nothing."""
    for script, words in (("echo never again >&2", "sh did not start: never again"), ("true", "it said nothing")):
        with pytest.raises(SambaFailed, match=words), Running(["/bin/sh", "-c", script], tmp_path / script[:4]) as sh:
            sh.until(lambda: False)


def test_a_program_ends_with_all_that_it_forked(tmp_path: Path) -> None:
    """Also with what heeds no signal that can be heeded; ending it twice is ending it once."""
    script = "trap '' TERM HUP; sh -c 'trap \"\" TERM; echo $$ >child; exec sleep 60' & wait"
    running = Running(["/bin/sh", "-c", f"cd {tmp_path}; {script}"], tmp_path / "log")
    running.until((tmp_path / "child").exists)
    running.until(lambda: bool((tmp_path / "child").read_text()))
    child = int((tmp_path / "child").read_text())
    running.stop()
    running.stop()
    command = Path(f"/proc/{child}/cmdline")
    assert not command.exists() or command.read_bytes() == b""  # gone, or waiting for init to bury it


def test_a_folder_stays_while_somebody_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its maker, or what was started in it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Folder("kept-") as folder:
        (folder.path / "deep" / "down").mkdir(parents=True)
        assert folder.path.parent == tmp_path
        with Running(["/bin/sh", "-c", "sleep 60"], folder.path / "log", folder.held):
            assert folder.path.is_dir()
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - nothing of pathlib's says it as plainly


def test_a_native_samba_serves_a_registry_services_and_folders(tmp_path: Path) -> None:
    """What the comparison tests compare with: foreign code from end to end."""
    registry = tmp_path / "lab.reg"
    registry.write_text(REGISTRY, encoding="utf-16")
    with Folder("fleetscan-test-") as folder:
        disk = folder.path / "C"
        disk.mkdir()
        (disk / "file.txt").write_text("x")
        with native_samba(registry, shares={"C$": disk}) as samba, visit(samba.address, samba.port) as guest:
            dce, key = guest.key("SOFTWARE\\Lab")
            assert RRP.hBaseRegQueryValue(dce, key, "Größe") == (4, 7)
            assert RRP.hBaseRegQueryValue(dce, key, "") == (1, "the default\0")
            dce, service = guest.service("RemoteRegistry")
            assert SCMR.hRQueryServiceStatus(dce, service)["lpServiceStatus"]["dwCurrentState"] == 4
            assert "file.txt" in {entry.get_longname() for entry in guest.connection.listPath("C$", "*")}
    assert not samba.configuration.exists()
