from __future__ import annotations

import pytest

from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, derive, known, reason_of, value_of

E2003, E2000 = known("6.5.7683", "version"), known("6.0.6249", "version")
ALL = known("store.exe;EMSMTA.EXE;C:\\x\\MAD.exe")
DB = known("D:\\DB01")
SEVEN = "eTrust 7.0"


def _missing(
    realtime: Outcome = GONE,
    job: Outcome = GONE,
    processes: Outcome = ALL,
    *,
    drive: Outcome = GONE,
    build: Outcome = E2003,
    databases: Outcome = DB,
) -> Outcome:
    return derive("etrust_missing", GONE, realtime, GONE, job, GONE, processes, drive, build, databases)


def test_it_is_installed_when_any_list_is_there() -> None:
    """An empty list shows the product, too; an unread one is unknown unless another shows it."""
    assert value_of(derive("etrust_installed", GONE, known(""))) is True
    assert value_of(derive("etrust_installed", DENIED, known("x"))) is True
    assert value_of(derive("etrust_installed", GONE, GONE)) is False
    assert reason_of(derive("etrust_installed", GONE, DENIED)) == (Reason.DENIED, "eTrust: Access is denied.")


@pytest.mark.parametrize("between", ["|", ";", ",", "\r\n", "\0"])
def test_entries_are_parted_and_compared_like_any_other(between: str) -> None:
    """Several characters may stand between two entries; a parent covers."""
    words = known(f"C:\\x{between}d:/db01/")
    assert value_of(_missing(words, words)) == ()
    assert value_of(_missing(known("D:\\"), words)) == ()


def test_what_is_missing_is_named_with_its_place() -> None:
    """Real-time scan, scan jobs and processes, of the generation that is installed."""
    assert value_of(_missing(known("C:\\x"), GONE, known("MAD.EXE|MYSTORE.EXE"))) == (
        f"{SEVEN} real-time scan: D:\\DB01",
        f"{SEVEN} scan jobs: D:\\DB01",
        f"{SEVEN}: process STORE.EXE",
        f"{SEVEN}: process EMSMTA.EXE",
    )
    six = derive("etrust_missing", known(""), GONE, GONE, GONE, ALL, GONE, GONE, E2003, DB)
    assert value_of(six) == ("eTrust 6.0 real-time scan: D:\\DB01", "eTrust 6.0 scan jobs: D:\\DB01")
    assert value_of(derive("etrust_missing", *(GONE,) * 7, E2003, DB)) == ()


@pytest.mark.parametrize(
    ("drive", "build", "names"),
    [
        (GONE, E2000, ("M:",)),
        (known("N"), E2000, ("N:",)),
        (known("N:"), E2003, ("N:",)),
        (GONE, E2003, ()),
    ],
)
def test_scan_jobs_want_the_drive_of_the_store(drive: Outcome, build: Outcome, names: tuple[str, ...]) -> None:
    """M: by default on Exchange 2000, elsewhere only when its letter is set; the real-time scan does not want it."""
    answer = _missing(DB, DB, drive=drive, build=build)
    assert value_of(answer) == tuple(f"{SEVEN} scan jobs: {name}" for name in names)
    covered = known("D:\\DB01;M:\\;N:\\*")
    assert value_of(_missing(DB, covered, drive=drive, build=build)) == ()


def test_what_was_not_seen_is_unknown_unless_something_is_missing() -> None:
    """Untold databases, an unread list and an unread letter hide no finding and make no pass."""
    assert reason_of(_missing(DB, DB, databases=DENIED))[0] is Reason.DENIED
    assert reason_of(_missing(DENIED, DB))[0] is Reason.DENIED
    assert reason_of(_missing(DB, DB, DENIED))[0] is Reason.DENIED
    assert reason_of(_missing(DB, DB, drive=DENIED)) == (Reason.DENIED, "DriveLetter: Access is denied.")
    assert reason_of(_missing(DB, DB, build=DENIED)) == (Reason.DENIED, "the build: Access is denied.")
    assert value_of(_missing(DB, DB, known("MAD.EXE;STORE.EXE"), databases=DENIED)) == (f"{SEVEN}: process EMSMTA.EXE",)
    assert value_of(_missing(DB, DB, databases=GONE)) == ()


def test_a_generation_of_which_nothing_was_seen_is_unknown_not_installed_nor_wanting() -> None:
    """An unread list of 6.0 adds no finding to a 7.0 in good order, and hides none of a 7.0 that lacks something."""
    good, poor = known("D:\\DB01"), known("C:\\x")
    for realtime, words in ((good, None), (poor, (f"{SEVEN} real-time scan: D:\\DB01",))):
        answer = derive("etrust_missing", DENIED, realtime, GONE, good, GONE, ALL, GONE, E2003, DB)
        if words is None:
            assert reason_of(answer) == (Reason.DENIED, "szExcludeDirs of Realtime: Access is denied.")
        else:
            assert value_of(answer) == words


@pytest.mark.parametrize("place", range(6))
def test_one_unread_list_is_enough_to_doubt_that_a_generation_is_not_there(place: int) -> None:
    """Every list alone can show the scanner, so that none of them may be passed over; the answer names the value."""
    lists = [DENIED if each == place else GONE for each in range(6)]
    value = ("szExcludeDirs of Realtime", "szExcludeDirs of Job", "szExcludeProcessNames")[place // 2]
    answer = derive("etrust_missing", *lists, GONE, E2003, DB)
    assert reason_of(answer) == (Reason.DENIED, f"{value}: Access is denied.")
