from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.exclusions.cover import Cover, Entry, covered, covers, entries_of, read_entries, sift
from fleetscan.facts.exclusions.paths import normalise, variables
from fleetscan.model import Reason, Unknown
from tests.facts.words import reason_of, value_of

ROOT = r"C:\Program Files\Trend Micro\Smex"
STORAGE = rf"{ROOT}\storage"
KNOWN = variables(r"C:\Program Files")
WHY = Unknown(reason=Reason.DENIED, detail="Access is denied.")
NAMES = st.text(alphabet="ab%*?~1.", min_size=1, max_size=3)
ENTRIES = st.lists(NAMES, min_size=1, max_size=4).map("\\".join)


def _cover(entry: str, folder: str = STORAGE) -> Cover:
    return covers(normalise(entry, KNOWN), normalise(folder, KNOWN))


@pytest.mark.parametrize(
    "entry",
    [
        STORAGE,
        STORAGE.upper(),
        STORAGE.replace("\\", "/"),
        f"{STORAGE}\\",
        f"{STORAGE}\\*",
        ROOT,
        r"C:\Program Files\Trend Micro",
        "C:\\",
        r"%ProgramFiles%\Trend Micro\Smex\storage",
        r"%SystemDrive%\Program Files\Trend Micro\Smex\storage",
        r"C:\Program Files\*\Smex\storage",
        r"C:\*\Trend Micro",
    ],
)
def test_a_folder_is_covered_by_itself_or_a_parent(entry: str) -> None:
    """However the folder or a parent of it is written, it is covered."""
    assert _cover(entry) is Cover.YES


@pytest.mark.parametrize(
    "entry",
    [
        rf"{STORAGE}\quarantine",
        rf"{STORAGE}2",
        r"C:\Program Files\Trend Micro\Sme",
        r"D:\Program Files\Trend Micro\Smex\storage",
        r"D:\%X%\Smex",
        r"C:\Program Files (x86)\Trend Micro\Smex\storage",
        r"%windir%\temp",
        "storage",
        r"Smex\storage",
        "",
        r"C:\Program Files\*\Other",
        r"C:\Program Files\Trend Micro\X*",
        r"C:\Windows\[Trend]",
        r"C:\Windows\..",
    ],
)
def test_a_folder_is_not_covered_by_another(entry: str) -> None:
    """A subfolder, a look-alike, another drive or a relative path do not cover the folder."""
    assert _cover(entry) is Cover.NO


@pytest.mark.parametrize(
    "entry",
    [
        r"%SMEX_HOME%\storage",
        r"C:\%X%\Smex",
        r"C:\PROGRA~1\Trend Micro\Smex\storage",
        r"C:\Program Files\Trend*\Smex\storage",
        r"C:\Program Files\Trend Micro\Sm?x",
        r"C:\Program Files\..\Program Files",
        r"C:\Program Files\.\Trend Micro",
        rf"{STORAGE}\..",
        r"*\Program Files",
        "*",
        rf"{ROOT}\:{{PathType:folder,ScanTrigger:OnAccess}}",
    ],
)
def test_a_doubtful_entry_settles_nothing(entry: str) -> None:
    """An entry that only the product or the host can resolve is neither a yes nor a no."""
    assert _cover(entry) is Cover.PERHAPS


@pytest.mark.parametrize(
    ("entry", "wanted", "level"),
    [
        (r"C:\Windows\Temp\OICE_*", r"%SystemRoot%\Temp\OICE_*", Cover.YES),
        (r"C:\Windows\Temp", r"%SystemRoot%\Temp\OICE_*", Cover.YES),
        (r"C:\Windows\Temp\OICE_{1}", r"%SystemRoot%\Temp\OICE_*", Cover.PERHAPS),
        (r"C:\Windows\Temp\OTHER_1", r"%SystemRoot%\Temp\OICE_*", Cover.NO),
        (r"%smex%\*", r"%SMEX%\storage", Cover.YES),
        (ROOT, r"%SMEX%\storage", Cover.PERHAPS),
    ],
)
def test_a_wanted_folder_may_be_a_pattern_or_begin_with_a_variable(entry: str, wanted: str, level: Cover) -> None:
    """Equal spellings are equal; one folder of a pattern is not all of them, and an unknown variable may be any."""
    assert _cover(entry, wanted) is level


@given(ENTRIES, st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4).map("\\".join))
def test_yes_needs_an_equal_entry_or_a_parent(entry: str, folder: str) -> None:
    """Never yes unless each name of the entry is that of the folder at its place, or stands for any one folder."""
    level = covers(entry, folder)
    theirs, ours = entry.split("\\"), folder.split("\\")
    fits = len(theirs) <= len(ours) and all(
        their in {our, "*"} for their, our in zip(theirs, ours[: len(theirs)], strict=True)
    )
    assert (level is Cover.YES) is (fits and theirs[0] != "*")


@given(ENTRIES, ENTRIES)
def test_case_and_slashes_of_an_entry_do_not_matter(entry: str, folder: str) -> None:
    """The answer is the same however the entry is written."""
    level = _cover(entry, folder)
    assert _cover(entry.upper(), folder) is level
    assert _cover(entry.replace("\\", "/") + "/", folder) is level


@given(st.lists(ENTRIES, max_size=4))
def test_more_entries_never_uncover_a_folder(entries: list[str]) -> None:
    """A folder that is covered stays covered, whatever else is excluded."""
    listed = {entry: {"type": "excluded", "value": ""} for entry in [*entries, STORAGE]}
    assert covered(normalise(STORAGE, KNOWN), read_entries(listed, KNOWN)) is True


def test_an_entry_in_doubt_is_neither_yes_nor_no() -> None:
    """What the reader of a list doubts covers nothing for sure, and says why; a sure entry beside it decides."""
    listed = {ROOT: {"type": "denied", "value": "Access is denied."}, "D:\\x": {"type": "excluded", "value": ""}}
    entries = read_entries(listed, KNOWN)
    assert covered(normalise(STORAGE, KNOWN), entries) == WHY
    assert covered("e:\\y", entries) is False
    assert covered(normalise(STORAGE, KNOWN), entries_of((*entries.each, Entry(written="C:", plain="c:")))) is True


def test_a_doubt_without_words_still_has_some() -> None:
    """A reason alone is said when the host gave no words."""
    (entry,) = read_entries({"*": {"type": "timed_out", "value": ""}}, KNOWN).each
    assert entry.doubt == Unknown(reason=Reason.TIMED_OUT, detail="timed_out")


def test_a_puzzling_entry_is_named() -> None:
    """The answer says which entry and which folder it could not match."""
    answer = covered(r"c:\a\b", entries_of([Entry(written="C:\\a*", plain="c:\\a*")]))
    assert answer == Unknown(reason=Reason.UNSUPPORTED, detail=r"cannot tell whether 'C:\\a*' covers 'c:\\a\\b'")


def test_sifting_names_what_is_known_and_doubts_only_when_nothing_is() -> None:
    """One wanted answer is a finding whatever else is unknown; none and a doubt is unknown; none is an empty list."""
    assert value_of(sift([("a", WHY), ("b", False), ("c", True)], wanted=False)) == ("b",)
    assert value_of(sift([("a", WHY), ("b", False), ("c", True)], wanted=True)) == ("c",)
    assert reason_of(sift([("a", WHY), ("c", True)], wanted=False)) == (Reason.DENIED, "Access is denied.")
    assert value_of(sift([("c", True)], wanted=False)) == ()


@given(st.lists(ENTRIES, max_size=4), ENTRIES)
def test_the_quick_way_agrees_with_the_comparison(entries: list[str], folder: str) -> None:
    """A list covers a folder exactly when one of its entries does, whichever way that is found out."""
    each = [Entry(written=entry, plain=entry) for entry in entries]
    levels = {covers(entry, folder) for entry in entries}
    answer = covered(folder, entries_of(each))
    assert (answer is True) is (Cover.YES in levels)
    assert isinstance(answer, Unknown) is (Cover.YES not in levels and Cover.PERHAPS in levels)


def test_a_star_for_one_folder_covers_beside_entries_that_do_not() -> None:
    """It cannot be found by its beginning alone, and decides all the same, unless its reader doubts it."""
    star = Entry(written="C:\\a\\*\\c", plain="c:\\a\\*\\c")
    other = Entry(written="C:\\x", plain="c:\\x")
    puzzling = Entry(written="C:\\a\\b*", plain="c:\\a\\b*")
    assert covered(r"c:\a\b\c\d", entries_of([other, star])) is True
    assert covered(r"c:\a\b\c\d", entries_of([puzzling, star])) is True
    assert covered(r"c:\a\b\x", entries_of([other, star])) is False
    why = Unknown(reason=Reason.DENIED)
    doubted = Entry(written=star.written, plain=star.plain, doubt=why)
    assert covered(r"c:\a\b\c\d", entries_of([other, doubted])) == why
    assert covered(r"c:\a\b\c\d", entries_of([doubted, star])) is True
