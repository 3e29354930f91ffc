r"""Tell whether the entries of exclusion lists cover a folder.

Law: yes only for an entry that is the folder or a parent of it, no only when no entry can be one. ``*`` alone stands
for any one folder. An entry that may or may not cover the folder (a variable that only the host can resolve, a short
``PROGRA~1`` name, ``..``, a wildcard inside a name, a condition of Defender's ``:{...}`` kind, an entry that the reader
of the list doubts) settles nothing: if nothing else covers the folder, the answer is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase

from fleetscan.facts.exclusions.paths import VARIABLE, normalise
from fleetscan.facts.senses import brief, field_of, some_texts, unknown
from fleetscan.model import Outcome, Reason, Unknown, Value

_SHORT = re.compile(r"~[0-9]")
_REASONS = {reason.value: reason for reason in Reason}
_CONDITION = "\\:{"


class Cover(IntEnum):
    """How sure it is that an entry covers a folder."""

    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: as it was written, in normal form, and why it settles nothing where its reader doubts it."""

    written: str
    plain: str
    doubt: Unknown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A product's entries; ``sure`` are the normal forms that cover what begins with them, found without a search."""

    each: tuple[Entry, ...]
    sure: frozenset[str]


def read_entries(listed: Mapping[str, Value], known: Mapping[str, str]) -> Entries:
    """Read a list of exclusions, as :mod:`fleetscan.facts.exclusions.lists` makes it."""
    return entries_of(
        Entry(written=path, plain=normalise(path, known), doubt=_doubt(record)) for path, record in listed.items()
    )


def entries_of(entries: Iterable[Entry]) -> Entries:
    """Put entries together."""
    each = tuple(entries)
    sure = (one.plain for one in each if one.doubt is None and covers(one.plain, one.plain) is Cover.YES)
    return Entries(each=each, sure=frozenset(sure))


def _doubt(record: Value) -> Unknown | None:
    reason = _REASONS.get(field_of(record, "type"))
    return unknown(reason, field_of(record, "value") or reason) if reason else None


def covers(entry: str, folder: str) -> Cover:
    """Compare an entry with a folder, both in normal form."""
    plain, conditional, _ = entry.partition(_CONDITION)
    theirs, ours = plain.split("\\"), folder.split("\\")
    level = Cover.PERHAPS if conditional or theirs[0] == "*" else Cover.YES
    for position, their in enumerate(theirs):
        our = ours[position] if position < len(ours) else None
        if our == their:
            continue
        if _odd(their) or _odd(our):
            return Cover.PERHAPS
        level = min(level, Cover.NO if our is None else _part(their, our))
        if level is Cover.NO:
            break
    return level


def _odd(name: str | None) -> bool:
    """Tell whether a name can stand for other folders than one of its own: a variable, ``.`` or ``..``."""
    return name is not None and (name in {".", ".."} or VARIABLE.search(name) is not None)


def _part(entry: str, folder: str) -> Cover:
    """Match one name of an entry with another one of a folder, which may be a wanted pattern."""
    if entry == "*":
        return Cover.YES
    if _SHORT.search(entry) or _SHORT.search(folder):
        return Cover.PERHAPS
    return Cover.PERHAPS if _wild(entry, folder) or _wild(folder, entry) else Cover.NO


def _wild(pattern: str, name: str) -> bool:
    return ("*" in pattern or "?" in pattern) and fnmatchcase(name, pattern.replace("[", "[[]"))


def _and_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("\\")[0]


def covered(folder: str, entries: Entries) -> bool | Unknown:
    """Say whether any entry covers a folder in normal form, or why that cannot be told."""
    if any(one in entries.sure for one in _and_parents(folder)):
        return True
    doubt: Unknown | None = None
    for entry in entries.each:
        level = covers(entry.plain, folder)
        if level is Cover.YES and entry.doubt is None:
            return True
        if level is not Cover.NO and doubt is None:
            doubt = entry.doubt or _puzzled(entry, folder)
    return False if doubt is None else doubt


def _puzzled(entry: Entry, folder: str) -> Unknown:
    return unknown(Reason.UNSUPPORTED, f"cannot tell whether {brief(entry.written)} covers {brief(folder)}")


def sift(judged: Iterable[tuple[str, bool | Unknown]], *, wanted: bool) -> Outcome:
    """List the names whose answer is the wanted one; when there are none, the first that could be decides: unknown."""
    pairs: Sequence[tuple[str, bool | Unknown]] = tuple(judged)
    found = [name for name, answer in pairs if answer is wanted]
    doubt = next((answer for _, answer in pairs if isinstance(answer, Unknown)), None)
    return doubt if doubt is not None and not found else some_texts(found)
