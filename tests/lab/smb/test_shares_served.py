"""Disks of pretend machines behind a real Samba, seen by impacket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from impacket.smbconnection import SessionError, SMBConnection

from fleetscan.lab.disk import Disk, File
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.machine import Machine, Refusal, Refusals
from fleetscan.lab.smb.shares import Shares
from tests.samba import native_samba

_NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
_DAY = timedelta(days=1)
_NO = Refusal(state="denied", message="Access is denied.")
_MACHINE = Machine(
    computer="EX01",
    fqdn="ex01.corp.example",
    now=_NOW,
    disk=Disk(
        [
            ("C:\\Program Files\\Smex\\lpt$vpn.457", File(name="lpt$vpn.457", size=96_452_318, age=_DAY)),
            ("C:\\Program Files\\Smex\\lpt$vpn.<b>\u202e", File(name="lpt$vpn.<b>\u202e", size=1, age=2 * _DAY)),
            ("C:\\Denied\\x", File(name="x", size=1)),
            ("C:\\open\\closed", File(name="closed", size=4)),
        ],
        ["C:\\open\\folder"],
    ),
    refusals=Refusals(files={"C:\\Denied": _NO, "C:\\open\\closed": _NO, "D:": _NO}),
)
ATTRIBUTES, READ = 0x80, 0x81
DENIED, NO_NAME, NO_PATH = 0xC0000022, 0xC0000034, 0xC000003A


@pytest.fixture(scope="module")
def shares() -> Iterator[SMBConnection]:
    """Log on to drives C: and D: of the machine, and to C: of one that shows nothing."""
    hostile = next(host for host in build_fleet(now=_NOW).hosts if host.persona == "hostile-messages")
    with TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        laid_out = Shares(directory)
        top, closed = laid_out.folder(_MACHINE), laid_out.folder(hostile.machine)
        drives = {"C$": top / "C", "D$": top / "D", "E$": closed / "C"}
        user, password = "LAB\\reader", "Lab-Password-1"
        extra = "mangled names = no"
        with native_samba(shares=drives, user=user, password=password, smb_conf_extra=extra) as samba:
            connection = SMBConnection(samba.address, samba.address, sess_port=samba.port)
            connection.login("reader", password, "LAB")
            yield connection
            connection.close()


def _status(shares: SMBConnection, share: str, path: str, access: int) -> int:
    """Open a path, which is left open; give the status."""
    tree = shares.connectTree(share)
    try:
        shares.openFile(tree, path, desiredAccess=access, shareMode=7, creationOption=0)
    except SessionError as error:
        code: int = error.getErrorCode()
        return code
    return 0


def test_a_listing_shows_names_sizes_and_dates(shares: SMBConnection) -> None:
    """Whatever the case of the path; names that Windows would not allow are shown as they are."""
    found = {
        entry.get_longname(): (entry.get_filesize(), datetime.fromtimestamp(round(entry.get_mtime_epoch()), UTC))
        for entry in shares.listPath("C$", "\\PROGRAM FILES\\smex\\*")
        if not entry.is_directory()
    }
    assert found == {
        "lpt$vpn.457": (96_452_318, _NOW - _DAY),
        "lpt$vpn.<b>\u202e": (1, _NOW - 2 * _DAY),
    }


@pytest.mark.parametrize(
    ("share", "path", "access", "status"),
    [
        ("C$", "program FILES\\Smex\\LPT$VPN.457", READ, 0),
        ("C$", "open\\folder", ATTRIBUTES, 0),
        ("C$", "open\\closed", ATTRIBUTES, 0),
        ("C$", "open\\closed", READ, DENIED),
        ("C$", "Denied\\x", ATTRIBUTES, DENIED),
        ("C$", "Denied\\nothing", ATTRIBUTES, DENIED),
        ("C$", "open\\nothing", READ, NO_NAME),
        ("C$", "nowhere\\nothing", READ, NO_PATH),
        ("D$", "anything", READ, DENIED),
        ("E$", "Windows\\System32\\kernel32.dll", ATTRIBUTES, DENIED),
    ],
)
def test_what_is_refused_is_denied_and_what_is_not_there_is_not(
    shares: SMBConnection, share: str, path: str, access: int, status: int
) -> None:
    """A refused file shows its attributes and not its contents; what is in a refused folder shows nothing."""
    assert _status(shares, share, path, access) == status
