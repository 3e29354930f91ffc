from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.exclusions.judged import PRODUCTS
from fleetscan.facts.exclusions.wanted import OBSOLETE_FOLDERS, OBSOLETE_PROCESSES
from fleetscan.model import Absent, Known, Outcome, Reason, Unknown
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, value_of

PROGRAMS = known(r"C:\Program Files")
ROOT = r"C:\Program Files\Trend Micro\Smex"
STORAGE, TEMP = rf"{ROOT}\storage", rf"{ROOT}\temp"
DEFENDER, TREND, SYMANTEC, MCAFEE, OTHER = PRODUCTS
UNSEEN = {"*": {"type": "denied", "value": "the host's list: Access is denied."}}
PATHS = st.text(alphabet="abC:\\/%*?~1 []{}.", max_size=30)


def _list(*paths: str) -> Known:
    return known({path: {"type": "excluded", "value": ""} for path in paths}, "values")


def _uncovered(listed: Outcome, *wanted: str, programs: Outcome = PROGRAMS, exchange: Outcome = GONE) -> Outcome:
    return derive("uncovered_folders", known(wanted or (STORAGE,), "strings"), programs, exchange, listed)


def _each(*lists: Outcome, wanted: tuple[str, ...] = (STORAGE,), exchange: Outcome = GONE) -> Outcome:
    rest = (GONE,) * (len(PRODUCTS) - len(lists))
    return derive("uncovered_by_product", known(wanted, "strings"), PROGRAMS, exchange, *lists, *rest)


def _obsolete(
    *lists: Outcome, processes: Outcome = GONE, programs: Outcome = PROGRAMS, exchange: Outcome = GONE
) -> Outcome:
    rest = (GONE,) * (len(PRODUCTS) - len(lists))
    return derive("obsolete_exclusions", programs, exchange, *lists, *rest, processes)


def test_folders_are_listed_as_they_were_wanted() -> None:
    """What is left uncovered keeps its spelling and order."""
    wanted = (STORAGE, TEMP, r"%ProgramFiles%\Trend Micro\Smex\Debug")
    assert value_of(_uncovered(_list(TEMP.upper()), *wanted)) == (wanted[0], wanted[2])
    assert value_of(_uncovered(_list(ROOT), *wanted)) == ()
    assert value_of(_uncovered(_list(), *wanted)) == wanted


def test_a_folder_that_is_scanned_for_sure_is_named_beside_one_in_doubt() -> None:
    """A doubtful entry hides no folder that it cannot cover."""
    entry = rf"{ROOT}\stor*"
    doubtful = _list(entry)
    assert value_of(_uncovered(doubtful, STORAGE, TEMP)) == (TEMP,)
    assert reason_of(_uncovered(doubtful, STORAGE)) == (
        Reason.UNSUPPORTED,
        f"cannot tell whether {entry!a} covers {STORAGE.lower()!a}",
    )


def test_an_unread_list_matters_unless_the_rest_covers_everything() -> None:
    """It could hold what is missing, and cannot take away what another list covers."""
    assert value_of(_uncovered(known({**UNSEEN, STORAGE: {"type": "excluded", "value": ""}}))) == ()
    assert reason_of(_uncovered(known(UNSEEN))) == (Reason.DENIED, "the host's list: Access is denied.")
    assert reason_of(_uncovered(DENIED)) == (Reason.DENIED, "the list: Access is denied.")


def test_nothing_wanted_or_no_product_is_absent() -> None:
    """There is nothing to say then; what is unknown of the wanted folders is unknown of the answer."""
    assert derive("uncovered_folders", GONE, PROGRAMS, GONE, _list()) == GONE
    assert _uncovered(GONE) == GONE
    reason = reason_of(derive("uncovered_folders", DENIED, PROGRAMS, GONE, _list()))
    assert reason == (Reason.DENIED, "the wanted folders: Access is denied.")


def test_variables_are_those_of_the_host() -> None:
    """Programs on D: are not those on C:, and Exchange is where setup put it."""
    wanted = r"%ProgramFiles%\Trend Micro\Smex\storage"
    on_d = known("D:\\Program Files\\")
    for entry in (r"%ProgramFiles%\Trend Micro", r"D:\Program Files\Trend Micro\Smex"):
        assert value_of(_uncovered(_list(entry), wanted, programs=on_d)) == ()
    assert value_of(_uncovered(_list(STORAGE), wanted, programs=on_d)) == (wanted,)
    assert reason_of(_uncovered(_list(r"%SystemDrive%\Program Files"), wanted, programs=on_d))[0] is Reason.UNSUPPORTED
    logging = _list("%ExchangeInstallPath%Logging")
    assert value_of(_uncovered(logging, r"E:\Ex\Logging", exchange=known("E:\\Ex\\"))) == ()
    assert reason_of(_uncovered(logging, r"E:\Ex\Logging"))[0] is Reason.UNSUPPORTED
    assert value_of(_each(logging, wanted=(r"E:\Ex\Logging",), exchange=known("E:\\Ex\\"))) == ()
    assert value_of(_obsolete(logging, exchange=known("E:\\Ex\\"))) == ()
    assert reason_of(_obsolete(logging))[0] is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("programs", "reason"), [(GONE, Reason.NOT_LOCATED), (DENIED, Reason.DENIED), (TIMED_OUT, Reason.TIMED_OUT)]
)
def test_without_the_folder_of_programs_nothing_is_called_covered(programs: Outcome, reason: Reason) -> None:
    """Nobody can tell then what the default folder is."""
    assert reason_of(_uncovered(_list(ROOT), programs=programs))[0] is reason
    inputs = (known((STORAGE,), "strings"), programs, GONE, *(_list(ROOT),) * len(PRODUCTS))
    assert reason_of(derive("uncovered_by_product", *inputs))[0] is reason
    assert reason_of(_obsolete(_list(ROOT), programs=programs))[0] is reason


def test_each_product_is_named_before_its_folders() -> None:
    """A host with two products lists both; one that does not run is left out."""
    answer = _each(_list(STORAGE), _list(TEMP), GONE, _list(), wanted=(STORAGE, TEMP))
    expected = (f"{DEFENDER}: {TEMP}", f"{TREND}: {STORAGE}", f"{MCAFEE}: {STORAGE}", f"{MCAFEE}: {TEMP}")
    assert value_of(answer) == expected
    assert value_of(_each(_list(ROOT), _list(ROOT))) == ()
    assert value_of(_each()) == ()


def test_products_have_the_names_that_engineers_know() -> None:
    """They stand before each folder of a finding, and tell which console to open."""
    named = value_of(_each(*(_list(),) * len(PRODUCTS)))
    products = ("Microsoft Defender", "Trend Micro agent", "Symantec", "McAfee", "other products")
    assert named == tuple(f"{product}: {STORAGE}" for product in products)


def test_a_product_that_cannot_be_judged_is_unknown_unless_another_one_scans() -> None:
    """The finding of one product stands; covered by one and unknown of another is unknown."""
    assert value_of(_each(_list(), DENIED)) == (f"{DEFENDER}: {STORAGE}",)
    assert reason_of(_each(_list(ROOT), DENIED)) == (Reason.DENIED, f"{TREND}: Access is denied.")
    assert reason_of(_each(_list(ROOT), GONE, known(UNSEEN)))[0] is Reason.DENIED
    unwanted = derive("uncovered_by_product", GONE, PROGRAMS, GONE, *(DENIED,) * len(PRODUCTS))
    assert unwanted == GONE
    assert (
        reason_of(derive("uncovered_by_product", DENIED, PROGRAMS, GONE, *(GONE,) * len(PRODUCTS)))[0] is Reason.DENIED
    )


@pytest.mark.parametrize(
    ("entry", "folder"),
    [
        (r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files", OBSOLETE_FOLDERS[0]),
        (r"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\*", OBSOLETE_FOLDERS[0]),
        (r"c:/windows/system32/INETSRV/", OBSOLETE_FOLDERS[1]),
    ],
)
def test_an_obsolete_folder_is_named_with_its_product(entry: str, folder: str) -> None:
    """It is excluded by itself or by a parent, however that is written."""
    assert value_of(_obsolete(_list(entry))) == (f"{DEFENDER}: {folder}",)
    assert value_of(_obsolete(GONE, _list(entry))) == (f"{TREND}: {folder}",)


def test_other_exclusions_are_not_obsolete() -> None:
    """A folder below, a look-alike and an empty list are no finding; a doubt about them is unknown."""
    below = rf"{OBSOLETE_FOLDERS[1]}\config"
    assert value_of(_obsolete(_list(below, r"C:\Windows\System32\inetsrv2", ROOT), processes=_list("x.exe"))) == ()
    assert value_of(_obsolete()) == ()
    assert reason_of(_obsolete(_list(r"C:\Win*")))[0] is Reason.UNSUPPORTED
    assert reason_of(_obsolete(DENIED))[0] is Reason.DENIED
    assert reason_of(_obsolete(processes=DENIED)) == (Reason.DENIED, "processes: Access is denied.")
    assert reason_of(_obsolete(processes=known(UNSEEN)))[0] is Reason.DENIED


@pytest.mark.parametrize(
    ("entry", "process"),
    [
        ("PowerShell.exe", OBSOLETE_PROCESSES[0]),
        (r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", OBSOLETE_PROCESSES[0]),
        ("w3wp.exe", OBSOLETE_PROCESSES[1]),
        (r"%windir%\system32\inetsrv\w3wp.exe", OBSOLETE_PROCESSES[1]),
        (r"C:\Windows\System32\inetsrv\*", OBSOLETE_PROCESSES[1]),
    ],
)
def test_an_obsolete_process_is_excluded_by_path_folder_or_name(entry: str, process: str) -> None:
    """Only Defender's list of processes is read; a finding stands beside a list that was not seen."""
    assert value_of(_obsolete(processes=_list(entry))) == (f"{DEFENDER}: process {process}",)
    assert value_of(_obsolete(DENIED, processes=_list(entry))) == (f"{DEFENDER}: process {process}",)


@pytest.mark.parametrize("entry", ["w3wp*", "*.exe", r"%X%\w3wp.exe", r"C:\Win*\System32\inetsrv\w3wp.exe"])
def test_a_doubtful_process_is_unknown(entry: str) -> None:
    """A wildcard inside a name settles nothing, unless another entry excludes the process for sure."""
    assert reason_of(_obsolete(processes=_list(entry)))[0] is Reason.UNSUPPORTED
    for sure in ("w3wp.exe", r"C:\Windows\System32\inetsrv\w3wp.exe"):
        excluded = value_of(_obsolete(processes=_list(entry, sure)))
        assert excluded == (f"{DEFENDER}: process {OBSOLETE_PROCESSES[1]}",)


@given(st.lists(PATHS, max_size=4), st.lists(PATHS, max_size=4))
def test_no_list_makes_it_fail_and_none_invents_a_folder(wanted: list[str], entries: list[str]) -> None:
    """For any folders and entries the answer is unknown, or a part of the wanted folders."""
    answer = derive("uncovered_folders", known(tuple(wanted), "strings"), PROGRAMS, GONE, _list(*entries))
    if isinstance(answer, Known):
        assert isinstance(answer.value, tuple)
        assert set(answer.value) <= set(wanted)


OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    [GONE, DENIED, _list(), _list(ROOT), _list(STORAGE), _list(r"C:\Windows"), known(UNSEEN)]
)


@given(st.lists(OUTCOMES, min_size=5, max_size=5), st.integers(0, 4))
def test_a_list_that_is_taken_away_makes_no_other_answer(lists: list[Outcome], place: int) -> None:
    """Deny the list of one product: what is said of the others stays, or the answer is unknown."""
    denied = [DENIED if each == place else outcome for each, outcome in enumerate(lists)]
    for seen, less in ((_each(*lists), _each(*denied)), (_obsolete(*lists), _obsolete(*denied))):
        assert not isinstance(less, Absent)
        if isinstance(less, Unknown):
            continue
        before, after = value_of(seen) if isinstance(seen, Known) else (), value_of(less)
        assert isinstance(after, tuple)
        assert isinstance(before, tuple)
        assert after
        assert set(after) <= set(before)
