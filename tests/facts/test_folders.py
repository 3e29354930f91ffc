from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.folders import normalise, variables
from fleetscan.model import Known, Outcome, Reason
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, value_of

ROOT = r"C:\Program Files\Trend Micro\Smex"
STORAGE = rf"{ROOT}\storage"


def _list(*paths: str) -> Known:
    return known({path: {"type": "REG_DWORD", "value": 0} for path in paths}, "values")


def _uncovered(*lists: Outcome, wanted: tuple[str, ...] = (STORAGE,)) -> Outcome:
    return _uncovered_on(r"C:\Program Files", *lists, wanted=wanted)


def _uncovered_on(programs: str, *lists: Outcome, wanted: tuple[str, ...]) -> Outcome:
    return derive("uncovered_folders", known(wanted, "strings"), known(programs, "REG_SZ"), *lists)


@pytest.mark.parametrize(
    "entry",
    [
        STORAGE,
        STORAGE.upper(),
        STORAGE.replace("\\", "/"),
        f"{STORAGE}\\",
        f"{STORAGE}\\*",
        f"{STORAGE}\\*\\",
        f" {STORAGE} ",
        f'"{STORAGE}"',
        STORAGE.replace("Smex\\", "Smex\\\\"),
        ROOT,
        r"C:\Program Files\Trend Micro",
        "C:\\",
        r"%ProgramFiles%\Trend Micro\Smex\storage",
        r"%PROGRAMW6432%\trend micro\smex",
        r"%SystemDrive%\Program Files\Trend Micro\Smex\storage",
        r"C:\Program Files\*\Smex\storage",
        r"C:\*\Trend Micro",
    ],
)
def test_a_folder_is_covered_by_itself_or_a_parent(entry: str) -> None:
    """However the folder or a parent of it is written, it is covered."""
    assert value_of(_uncovered(_list(entry))) == ()


@pytest.mark.parametrize(
    "entry",
    [
        rf"{STORAGE}\quarantine",
        rf"{STORAGE}2",
        r"C:\Program Files\Trend Micro\Sme",
        r"D:\Program Files\Trend Micro\Smex\storage",
        r"C:\Program Files (x86)\Trend Micro\Smex\storage",
        r"%ProgramFiles(x86)%\Trend Micro\Smex\storage",
        r"%windir%\temp",
        "storage",
        r"Smex\storage",
        "",
        "\\",
        r"C:\Program Files\*\Other",
        r"C:\Program Files\Trend Micro\X*",
        r"C:\Windows\[Trend]",
    ],
)
def test_a_folder_is_not_covered_by_another(entry: str) -> None:
    """A subfolder, a look-alike, another drive or a relative path do not cover the folder."""
    assert value_of(_uncovered(_list(entry))) == (STORAGE,)


@pytest.mark.parametrize(
    "entry",
    [
        r"%SMEX_HOME%\storage",
        r"C:\PROGRA~1\Trend Micro\Smex\storage",
        r"C:\Program Files\Trend*\Smex\storage",
        r"C:\Program Files\Trend Micro\Sm?x",
        r"*\Program Files",
        "*",
        rf"{ROOT}\:{{PathType:folder,ScanTrigger:OnAccess}}",
    ],
)
def test_a_doubtful_entry_settles_nothing(entry: str) -> None:
    """An entry that only the product or the host can resolve makes the answer unknown, unless another one covers."""
    reason, detail = reason_of(_uncovered(_list(entry)))
    assert reason is Reason.UNSUPPORTED
    assert "cannot tell whether" in detail
    assert value_of(_uncovered(_list(entry, ROOT))) == ()


def test_a_wanted_folder_with_an_unknown_variable_is_covered_by_its_own_spelling_only() -> None:
    """Two equal spellings are equal wherever the variable points to."""
    wanted = (r"%SMEX%\storage",)
    assert value_of(_uncovered(_list(r"%smex%\*"), wanted=wanted)) == ()
    assert reason_of(_uncovered(_list(ROOT), wanted=wanted))[0] is Reason.UNSUPPORTED
    assert value_of(_uncovered(GONE, wanted=wanted)) == wanted


def test_folders_are_listed_as_they_were_wanted() -> None:
    """What is left uncovered keeps its spelling and order."""
    wanted = (STORAGE, rf"{ROOT}\temp", r"%ProgramFiles%\Trend Micro\Smex\Debug")
    assert value_of(_uncovered(_list(rf"{ROOT}\TEMP"), wanted=wanted)) == (wanted[0], wanted[2])


def test_several_lists_add_up_and_absent_ones_exclude_nothing() -> None:
    """The local list and the policy's are taken together."""
    wanted = (STORAGE, rf"{ROOT}\temp")
    assert value_of(_uncovered(_list(wanted[0]), _list(wanted[1]), wanted=wanted)) == ()
    assert value_of(_uncovered(GONE, _list(wanted[1]), wanted=wanted)) == (STORAGE,)
    assert value_of(_uncovered(GONE, GONE)) == (STORAGE,)


def test_an_unknown_list_matters_unless_the_others_cover_everything() -> None:
    """A denied list could hold what is missing, and cannot take away what another list covers."""
    assert value_of(_uncovered(DENIED, _list(STORAGE))) == ()
    assert reason_of(_uncovered(DENIED, _list("D:\\x"))) == (Reason.DENIED, "exclusion list 1: Access is denied.")
    assert reason_of(_uncovered(GONE, TIMED_OUT)) == (Reason.TIMED_OUT, "exclusion list 2: the budget was spent")
    assert reason_of(_uncovered(known(1)))[0] is Reason.MALFORMED


def test_without_wanted_folders_there_is_no_answer() -> None:
    """What is unknown of the wanted folders is unknown of the answer."""
    programs = known(r"C:\Program Files", "REG_SZ")
    assert derive("uncovered_folders", GONE, programs, GONE) == GONE
    assert reason_of(derive("uncovered_folders", DENIED, programs, GONE)) == (
        Reason.DENIED,
        "the wanted folders: Access is denied.",
    )


def test_programs_on_another_drive_are_not_those_on_c() -> None:
    """An exclusion on C: covers nothing on D:, and what only Windows on C: has cannot be resolved there."""
    wanted = (r"%ProgramFiles%\Trend Micro\Smex\storage",)
    for entry in (r"%ProgramFiles%\Trend Micro", r"D:\Program Files\Trend Micro\Smex"):
        assert value_of(_uncovered_on("D:\\Program Files\\", _list(entry), wanted=wanted)) == ()
    assert value_of(_uncovered_on("D:\\Program Files", _list(STORAGE), wanted=wanted)) == wanted
    doubtful = _uncovered_on("D:\\Program Files", _list(r"%SystemDrive%\Program Files"), wanted=wanted)
    assert reason_of(doubtful)[0] is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("programs", "reason"), [(GONE, Reason.NOT_LOCATED), (DENIED, Reason.DENIED), (TIMED_OUT, Reason.TIMED_OUT)]
)
def test_without_the_folder_of_programs_nothing_is_called_covered(programs: Outcome, reason: Reason) -> None:
    """Nobody can tell then what the default folder is."""
    answer = derive("uncovered_folders", known((STORAGE,), "strings"), programs, _list(ROOT))
    assert reason_of(answer)[0] is reason


PATHS = st.text(alphabet="abC:\\/%*?~1 []{}.", max_size=30)


@given(PATHS)
def test_normalising_twice_is_normalising_once(path: str) -> None:
    """The normal form is its own normal form, bar the blanks and quotes that wrap a path."""
    once = normalise(path, variables("C:\\Program Files"))
    assert once == once.casefold()
    assert not once.endswith("\\")


@given(st.lists(PATHS, max_size=4), st.lists(PATHS, max_size=4))
def test_no_list_makes_it_fail_and_none_invents_a_folder(wanted: list[str], entries: list[str]) -> None:
    """For any folders and entries the answer is unknown, or a part of the wanted folders."""
    answer = _uncovered(_list(*entries), wanted=tuple(wanted))
    if isinstance(answer, Known):
        assert isinstance(answer.value, tuple)
        assert set(answer.value) <= set(wanted)


@given(st.lists(PATHS.filter(lambda path: "%" not in path), max_size=4))
def test_more_entries_never_uncover_a_folder(entries: list[str]) -> None:
    """A folder that is covered stays covered, whatever else is excluded."""
    assert value_of(_uncovered(_list(*entries, STORAGE))) == ()
