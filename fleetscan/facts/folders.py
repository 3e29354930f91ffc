r"""Find the folders that the exclusion lists of a file-level scanner leave uncovered.

A folder is covered when an entry names it or one of its parents. Entries are compared without case, with either
slash, without a trailing slash or ``\*``; ``*`` alone stands for any one folder. An entry that may or may not cover a
folder (a variable that only the host can resolve, a short ``PROGRA~1`` name, a wildcard inside a name, a condition of
Defender's ``:{...}`` kind) settles nothing: if nothing else covers the folder, the answer is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from fnmatch import fnmatchcase

from fleetscan.facts.senses import brief, mapping, some_texts, text, texts, unknown
from fleetscan.model import Absent, Outcome, Reason, Unknown

_ON_C = {
    "programfiles(x86)": r"c:\program files (x86)",
    "programdata": r"c:\programdata",
    "allusersprofile": r"c:\programdata",
    "systemdrive": "c:",
    "systemroot": r"c:\windows",
    "windir": r"c:\windows",
}
"""What these variables are on a Windows whose programs are on C: (inferred); elsewhere nobody can tell."""

_VARIABLE = re.compile(r"%([^%\\]+)%")
_TAIL = re.compile(r"(?:\\+\*?)+\Z")
_SHORT = re.compile(r"~[0-9]")


class _Cover(IntEnum):
    NO = 0
    PERHAPS = 1
    YES = 2


def variables(program_files: str) -> Mapping[str, str]:
    """Give the variables that can be resolved on a host whose programs are in this folder, in normal form."""
    folder = normalise(program_files, {})
    on_c = _ON_C if folder.startswith("c:\\") else {}
    return {**on_c, "programfiles": folder, "programw6432": folder}


def normalise(path: str, known: Mapping[str, str]) -> str:
    r"""Write a path in lower case with backslashes, known variables resolved, no trailing slash or ``\*``."""
    plain = _VARIABLE.sub(lambda found: known.get(found[1].lower(), found[0]), path.strip(' "\0').replace("/", "\\"))
    return _TAIL.sub("", re.sub(r"(?<=.)\\{2,}", r"\\", plain.casefold()))


def _part(entry: str, folder: str) -> _Cover:
    """Match one name of an entry with one of a folder; ``*`` alone is any one folder."""
    if entry in {folder, "*"}:
        return _Cover.YES
    if _SHORT.search(entry) or _SHORT.search(folder):
        return _Cover.PERHAPS
    wild = entry.replace("[", "[[]")
    return _Cover.PERHAPS if ("*" in entry or "?" in entry) and fnmatchcase(folder, wild) else _Cover.NO


def _covers(entry: str, folder: str) -> _Cover:
    plain, conditional, _ = entry.partition("\\:{")
    theirs, ours = plain.split("\\"), folder.split("\\")
    if "%" in plain + folder and theirs != ours[: len(theirs)]:
        return _Cover.PERHAPS
    if len(theirs) > len(ours):
        return _Cover.NO
    level = min(_part(*pair) for pair in zip(theirs, ours, strict=False))
    return min(level, _Cover.PERHAPS) if conditional or theirs[0] == "*" else level


def _open_folders(folders: Sequence[str], entries: Sequence[str], known: Mapping[str, str]) -> Outcome:
    uncovered = []
    for folder in folders:
        levels = {entry: _covers(normalise(entry, known), normalise(folder, known)) for entry in entries}
        if _Cover.YES in levels.values():
            continue
        doubtful = [entry for entry, level in levels.items() if level is _Cover.PERHAPS]
        if doubtful:
            return unknown(Reason.UNSUPPORTED, f"cannot tell whether {brief(doubtful[0])} covers {brief(folder)}")
        uncovered.append(folder)
    return some_texts(uncovered)


def uncovered_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the wanted folders (first input) that no exclusion list (third and on: value names are paths) covers.

    The second input is the folder of programs on the host, which ``%ProgramFiles%`` stands for. A list that is absent
    excludes nothing. An unknown list does not matter when the known ones cover everything.
    """
    wanted = texts(inputs[0], "the wanted folders")
    if isinstance(wanted, Absent | Unknown):
        return wanted
    programs = text(inputs[1], "the folder of programs")
    if isinstance(programs, Unknown):
        return programs
    if isinstance(programs, Absent):
        return unknown(Reason.NOT_LOCATED, "the host does not say where programs are (ProgramFilesDir)")
    lists = [mapping(outcome, f"exclusion list {place}") for place, outcome in enumerate(inputs[2:], start=1)]
    entries = [name for names in lists if not isinstance(names, Absent | Unknown) for name in names]
    answer = _open_folders(wanted, entries, variables(programs))
    missing = next((names for names in lists if isinstance(names, Unknown)), None)
    return answer if missing is None or answer == some_texts(()) else missing
