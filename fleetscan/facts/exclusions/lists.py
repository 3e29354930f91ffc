r"""What each file-level product that runs leaves alone, in one shape for all.

The shape is that of a key's values, path -> ``{"type", "value"}``: type ``excluded`` for an entry that is in force, and
for an entry that may be, or for a part of the lists that was not seen (path ``*``), the reason and the words of what is
unknown. A product that does not run has no list (absent). Places and formats: public code for Defender, OfficeScan and
VirusScan, Broadcom article 180368 for Symantec (all documented); the meaning of VirusScan's flags is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, assert_never

from fleetscan.facts.scanmail import DEFAULT_FOLDER
from fleetscan.facts.senses import ABSENT, brief, field_of, foreign, mapping, named, runs, text, texts, unknown, version
from fleetscan.model import Absent, FactType, Known, Outcome, Reason, Unknown, Value

EVERYTHING = "*"
"""The path of a doubt that is about every folder."""

MOST_ENTRIES = 10_000
"""The longest list that is compared with the wanted folders."""

_SEVEN = 7
_ITEM = re.compile(r"excludeditem_[0-9]{1,6}", re.IGNORECASE)
_PATH_PATTERN, _ALL_FLAGS = "3", "7"
_PROGRAMS = re.compile(r"%programfiles%", re.IGNORECASE)
_CLOUD = unknown(
    Reason.NOT_LOCATED, "Defender for Endpoint runs, and what its cloud policy excludes is not on the host"
)
_NO_LIST = unknown(
    Reason.NOT_LOCATED, "the agent runs, and ExcludedFolder is in neither view of the registry: look in its console"
)
_NO_KEY = unknown(
    Reason.NOT_LOCATED,
    "McAfee or Trellix runs without VirusScan's key: Endpoint Security keeps its exclusions where they cannot be read",
)
_SHORTCUT = unknown(
    Reason.NOT_LOCATED,
    "whether the agent leaves the folders of Trend Micro's products alone is not on the host",
)
_OTHER_PROGRAMS = unknown(
    Reason.UNSUPPORTED, "in the list of a 32-bit program %ProgramFiles% may be the folder of 32-bit programs"
)

_Entries: TypeAlias = dict[str, Value]
_Part: TypeAlias = tuple[_Entries, _Entries]
"""Of one place: the entries that are in force, and those that are in doubt."""


def in_force(paths: Iterable[str]) -> _Part:
    """Make entries that exclude."""
    return {path: {"type": "excluded", "value": ""} for path in paths if path.strip(' "\0\t\r\n')}, {}


def in_doubt(path: str, why: Unknown) -> _Part:
    """Make an entry that may exclude, and say what is not known of it."""
    return {}, {path: {"type": why.reason.value, "value": why.detail}}


def a_list(parts: Sequence[_Part]) -> Outcome:
    """Put a product's list together; of two doubts about one path the first counts, an entry in force before any."""
    merged: _Entries = {}
    for _, doubts in reversed(parts):
        merged |= doubts
    for sure, _ in parts:
        merged |= sure
    if len(merged) > MOST_ENTRIES:
        return unknown(Reason.TOO_LARGE, f"the list has {len(merged)} entries, {MOST_ENTRIES} are compared")
    return Known(value=merged, type=FactType.VALUES.value)


def piped(words: str) -> list[str]:
    """Take the entries of a text apart that joins them by pipes."""
    return [piece for piece in words.split("|") if piece.strip()]


def running(services: Mapping[str, Outcome]) -> Unknown | Absent | None:
    """Give None when one of the services runs, absent when none does, or why that is not known."""
    records = [mapping(outcome, name) for name, outcome in services.items()]
    if any(not isinstance(record, Absent | Unknown) and runs(record) for record in records):
        return None
    return next((record for record in records if isinstance(record, Unknown)), ABSENT)


def _keys(keys: Mapping[str, Outcome], read: Callable[[Mapping[str, Value]], Iterable[_Part]]) -> list[_Part]:
    """Read the values of several keys; a key that is not there gives no part, one that was not seen a doubt."""
    parts: list[_Part] = []
    for name, outcome in keys.items():
        match mapping(outcome, name):
            case Unknown() as why:
                parts.append(in_doubt(EVERYTHING, why))
            case Absent():
                pass
            case values:
                parts.extend(read(values))
    return parts


def defender_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Join the local list and the policy's (names of values), or those of processes.

    The sensor of Defender for Endpoint shows that a cloud policy can add to them (inferred); what it adds is told.
    """
    away = running({"WinDefend": inputs[0]})
    if away is not None:
        return away
    parts = _keys({"the host's list": inputs[1], "the policy's list": inputs[2]}, lambda names: [in_force(names)])
    sensor, told = running({"Sense": inputs[3]}), text(inputs[4], "the cloud policy")
    if not isinstance(sensor, Absent):
        parts.append(in_force(piped(told)) if isinstance(told, str) else in_doubt(EVERYTHING, sensor or _CLOUD))
    return a_list(parts)


def officescan_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Join ExcludedFolder of both registry views and the option for the folders of Trend Micro's own products.

    The option covers ScanMail of every version but 7 (documented), and no place on the host shows it.
    """
    away = running({"ntrtscan": inputs[0]})
    if away is not None:
        return away
    parts: list[_Part] = []
    for name, outcome, read in (("ExcludedFolder", inputs[1], in_force), ("ExcludedFolder", inputs[2], _of_32_bits)):
        match outcome:
            case Known(value=str() as words):
                parts.append(read(piped(words)))
            case Known(value=value):
                parts.append(in_doubt(EVERYTHING, foreign(value, name)))
            case Unknown():
                parts.append(in_doubt(EVERYTHING, named(outcome, name)))
            case Absent():
                pass
            case _:
                assert_never(outcome)
    return a_list([*parts, _shortcut(inputs[3], inputs[4])]) if parts else _NO_LIST


def _of_32_bits(paths: Iterable[str]) -> _Part:
    unsure = [path for path in paths if _PROGRAMS.search(path)]
    doubts: _Entries = {}
    for path in unsure:
        doubts |= in_doubt(path, _OTHER_PROGRAMS)[1]
    return in_force(path for path in paths if path not in doubts)[0], doubts


def _shortcut(release: Outcome, told: Outcome) -> _Part:
    numbers = version(release, "ScanMail's version")
    if isinstance(numbers, tuple) and numbers[0] == _SEVEN:
        return {}, {}
    match told:
        case Known(value=True):
            return in_force([DEFAULT_FOLDER])
        case Known(value=False):
            return {}, {}
        case _:
            return in_doubt(DEFAULT_FOLDER, _SHORTCUT)


def symantec_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take what is told of Symantec's list; the registry shows up to 14.3 how many entries there are, and no path.

    What the values inside an entry's key are called is in no source, and 14.3 RU1 and later keep entries elsewhere.
    """
    away = running({"SepMasterService": inputs[0]})
    if away is not None:
        return away
    told = text(inputs[5], "Symantec's policy")
    if isinstance(told, str):
        return a_list([in_force(piped(told))])
    count = 0
    for name, outcome in zip(("Admin", "Client", "Admin (32-bit)", "Client (32-bit)"), inputs[1:5], strict=True):
        keys = texts(outcome, f"Symantec's {name}")
        if isinstance(keys, Unknown):
            return keys
        count += 0 if isinstance(keys, Absent) else len(keys)
    seen = f"{count} folder exclusions are" if count else "no folder exclusion is"
    return unknown(Reason.NOT_LOCATED, f"{seen} in the registry, and their paths cannot be read: look in the console")


def mcafee_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Read VirusScan's items from the values of its key in both registry views."""
    away = running({"McShield": inputs[0], "mfemms": inputs[1]})
    if away is not None:
        return away
    parts = _keys({"VirusScan's key": inputs[2], "VirusScan's key (32-bit)": inputs[3]}, _items)
    return a_list(parts) if parts else _NO_KEY


def _items(values: Mapping[str, Value]) -> Iterator[_Part]:
    """Read VirusScan's items; their number must be the one that the key states."""
    items = {name: field_of(record, "value") for name, record in values.items() if _ITEM.fullmatch(name)}
    stated = next((record for name, record in values.items() if name.casefold() == "numexcludeitems"), None)
    count = stated.get("value") if isinstance(stated, Mapping) else None
    if isinstance(count, bool) or count != len(items):
        said = "is missing" if count is None else f"is {brief(count)}"
        why = unknown(Reason.MALFORMED, f"NumExcludeItems {said}, and there are {len(items)} items")
        yield in_doubt(EVERYTHING, why)
        return
    yield {}, {}
    for name, words in items.items():
        kind, flags, target = (*words.split("|", 2), "", "")[:3]
        if (kind.strip(), flags.strip()) == (_PATH_PATTERN, _ALL_FLAGS) and target.strip():
            yield in_force([target])
        else:
            why = unknown(Reason.UNSUPPORTED, f"{name} is {brief(words)}: only kind 3 with flags 7 is a whole folder")
            yield in_doubt(target if target.strip() else EVERYTHING, why)


def other_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take what is told of products whose lists cannot be read; absent when none of them runs."""
    products, told = texts(inputs[0], "the products that run"), text(inputs[1], "the lists of other products")
    if isinstance(products, Absent | Unknown):
        return products
    if not products:
        return ABSENT
    if isinstance(told, str):
        return a_list([in_force(piped(told))])
    return unknown(Reason.NOT_LOCATED, f"{', '.join(products)}: exclusions cannot be read, look in the console")
