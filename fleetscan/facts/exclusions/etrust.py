"""What CA eTrust Antivirus 6.0 and 7.0 leave alone, on Exchange 2000 and 2003.

Source: five articles of the Exchange Server Analyzer (documented). Which character parts the entries is in no source:
pipes, semicolons, commas and ends of lines are taken for it; so is the key of the list of processes (both inferred).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from fleetscan.facts.exclusions.cover import Entry, covered, entries_of, sift
from fleetscan.facts.exclusions.lists import piped
from fleetscan.facts.exclusions.paths import normalise
from fleetscan.facts.senses import NO, YES, text, version
from fleetscan.model import Absent, Outcome, Unknown

PROCESSES = ("STORE.EXE", "EMSMTA.EXE", "MAD.EXE")
"""Processes of Exchange that the scanner must leave alone."""

_BETWEEN = re.compile(r"[|;,\0\r\n]+")
_GENERATIONS = ("6.0", "7.0")
_EXCHANGE_2000 = (6, 0)
_DEFAULT_DRIVE = "M"

_Words: TypeAlias = str | Absent | Unknown


def etrust_installed(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Say yes when any of the lists is there, no when none is."""
    lists = [text(outcome, "eTrust") if isinstance(outcome, Unknown) else outcome for outcome in inputs]
    if any(not isinstance(words, Absent | Unknown) for words in lists):
        return YES
    return next((words for words in lists if isinstance(words, Unknown)), NO)


def etrust_missing(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List what the lists of an installed eTrust lack: folders of databases, the drive of the IFS, processes.

    Inputs: szExcludeDirs of Realtime, of Job, and szExcludeProcessNames, each of 6.0 and 7.0; the letter of the drive;
    the build of Exchange; the folders of databases, as told. The drive counts when its letter is set, on Exchange 2000
    also when it is not (M by default).
    """
    names = ("szExcludeDirs of Realtime", "szExcludeDirs of Job", "szExcludeProcessNames")
    lists = [text(outcome, names[place // 2]) for place, outcome in enumerate(inputs[:6])]
    there = [not isinstance(outcome, Absent | Unknown) for outcome in inputs[:6]]
    drive, databases = _drive(inputs[6], inputs[7]), _databases(inputs[8])
    judged: list[tuple[str, bool | Unknown]] = []
    for place, release in enumerate(_GENERATIONS):
        realtime, job, processes = lists[place::2]
        if not any(there[place::2]):  # not installed, or nobody knows
            judged += [(f"eTrust {release}", words) for words in lists[place::2] if isinstance(words, Unknown)]
        else:
            judged += _folders(f"eTrust {release} real-time scan", realtime, databases)
            judged += _folders(f"eTrust {release} scan jobs", job, (*databases, *drive))
            judged += _processes(f"eTrust {release}", processes)
    return sift(judged, wanted=False)


def _drive(letter: Outcome, build: Outcome) -> tuple[str | Unknown, ...]:
    words, numbers = text(letter, "DriveLetter"), version(build, "the build")
    if isinstance(words, str):
        return (f"{words.rstrip(':')}:",)
    for why in (words, numbers):
        if isinstance(why, Unknown):
            return (why,)
    return (f"{_DEFAULT_DRIVE}:",) if isinstance(numbers, tuple) and numbers[:2] == _EXCHANGE_2000 else ()


def _databases(told: Outcome) -> tuple[str | Unknown, ...]:
    words = text(told, "the folders of the databases")
    if isinstance(words, Unknown):
        return (words,)
    return () if isinstance(words, Absent) else tuple(piped(words))


def _pieces(words: str | Absent) -> list[str]:
    return [] if isinstance(words, Absent) else [piece for piece in _BETWEEN.split(words) if piece.strip()]


def _folders(where: str, words: _Words, wanted: Sequence[str | Unknown]) -> Iterator[tuple[str, bool | Unknown]]:
    for folder in wanted:
        if isinstance(folder, Unknown):
            yield where, folder
        elif isinstance(words, Unknown):
            yield f"{where}: {folder}", words
        else:
            entries = entries_of(Entry(written=piece, plain=normalise(piece, {})) for piece in _pieces(words))
            yield f"{where}: {folder}", covered(normalise(folder, {}), entries)


def _processes(where: str, words: _Words) -> Iterator[tuple[str, bool | Unknown]]:
    if isinstance(words, Unknown):
        yield where, words
        return
    names = {normalise(piece, {}).rpartition("\\")[2] for piece in _pieces(words)}
    for process in PROCESSES:
        yield f"{where}: process {process}", process.lower() in names
