from __future__ import annotations

import pytest

from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, dword, known, reason_of, services, value_of

MASTER = services(ScanMail_Master="Running", ScanMail_SystemWatcher="Stopped")
NONE = services()
FILE = known("14.0.0.3092", "file")


@pytest.mark.parametrize(
    ("some", "release", "installed"),
    [
        (MASTER, GONE, True),
        (MASTER, DENIED, True),
        (DENIED, known("14.0"), True),
        (NONE, known("14.0"), True),
        (NONE, GONE, False),
        (GONE, GONE, False),
    ],
)
def test_one_trace_of_scanmail_is_enough(some: Outcome, release: Outcome, *, installed: bool) -> None:
    """A service or a version shows ScanMail; only the absence of both shows that it is not there."""
    assert value_of(derive("scanmail_installed", some, release)) is installed


@pytest.mark.parametrize(
    ("some", "release", "reason"),
    [(DENIED, GONE, Reason.DENIED), (NONE, TIMED_OUT, Reason.TIMED_OUT), (NONE, dword(1), Reason.MALFORMED)],
)
def test_scanmail_is_not_called_absent_unseen(some: Outcome, release: Outcome, reason: Reason) -> None:
    """Nothing found in one place proves nothing while the other could not be read."""
    assert reason_of(derive("scanmail_installed", some, release))[0] is reason


@pytest.mark.parametrize(
    ("release", "controller", "version"),
    [
        (known("14.0"), FILE, "14.0"),
        (known("14.00.3092"), DENIED, "14.0.3092"),
        (GONE, FILE, "14.0.0.3092"),
        (DENIED, FILE, "14.0.0.3092"),
        (known("unclear"), FILE, "14.0.0.3092"),
    ],
)
def test_version_has_two_sources(release: Outcome, controller: Outcome, version: str) -> None:
    """The registry's version comes first, the file's stands in for it."""
    assert version == value_of(derive("scanmail_version", release, controller))


def test_version_is_unknown_when_both_sources_fail() -> None:
    """The registry's reason is named first; absent only when both are."""
    assert reason_of(derive("scanmail_version", TIMED_OUT, DENIED))[0] is Reason.TIMED_OUT
    assert reason_of(derive("scanmail_version", GONE, DENIED))[0] is Reason.DENIED
    assert reason_of(derive("scanmail_version", known("unclear"), GONE))[0] is Reason.MALFORMED
    assert derive("scanmail_version", GONE, GONE) == GONE


def test_running_services_are_listed_by_name() -> None:
    """Only services that run are listed, sorted."""
    some = services(ScanMail_RemoteConfig="Running", ScanMail_Master="Running", ScanMail_SystemWatcher="Stopped")
    assert value_of(derive("scanmail_services", some)) == ("ScanMail_Master", "ScanMail_RemoteConfig")
    assert value_of(derive("scanmail_services", NONE)) == ()
    assert reason_of(derive("scanmail_services", DENIED))[0] is Reason.DENIED
    assert derive("scanmail_services", GONE) == GONE


def test_folders_are_those_of_the_default_place() -> None:
    """storage, temp and debug lie below the default folder when the program was found there."""
    root = r"%ProgramFiles%\Trend Micro\Smex"
    expected = (rf"{root}\storage", rf"{root}\temp", rf"{root}\debug")
    assert expected == value_of(derive("scanmail_folders", FILE, GONE))


def test_a_moved_temp_folder_takes_the_place_of_temp() -> None:
    """TempDir replaces the default temporary folder."""
    folders = value_of(derive("scanmail_folders", FILE, known("D:\\smex\\temp\0")))
    assert isinstance(folders, tuple)
    assert folders[1] == r"D:\smex\temp"


@pytest.mark.parametrize(
    ("controller", "moved", "reason"),
    [
        (GONE, GONE, Reason.NOT_LOCATED),
        (DENIED, GONE, Reason.DENIED),
        (FILE, TIMED_OUT, Reason.TIMED_OUT),
        (GONE, TIMED_OUT, Reason.TIMED_OUT),
    ],
)
def test_folders_are_not_guessed(controller: Outcome, moved: Outcome, reason: Reason) -> None:
    """A ScanMail outside its default folder is not located, and an unknown TempDir is not taken for unset."""
    assert reason_of(derive("scanmail_folders", controller, moved))[0] is reason
