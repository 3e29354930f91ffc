"""Hold what is wanted against what is excluded: folders left uncovered, and exclusions that must be gone.

Law: what cannot be told of a list or of an entry is never called covered nor uncovered. A folder that is known to be
uncovered is named even when others cannot be judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from fleetscan.facts.exclusions.cover import Entries, covered, read_entries, sift
from fleetscan.facts.exclusions.paths import host_variables, normalise
from fleetscan.facts.exclusions.wanted import OBSOLETE_FOLDERS, OBSOLETE_PROCESSES
from fleetscan.facts.senses import mapping, texts
from fleetscan.model import Absent, Outcome, Unknown, Value

PRODUCTS = ("Microsoft Defender", "Trend Micro agent", "Symantec", "McAfee", "other products")
"""The products in the order of their lists, as findings name them."""

_DEFENDER = PRODUCTS[0]


def uncovered_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the wanted folders (first input) that a product's list (last input) does not cover.

    Between them stand the folder of programs and that of Exchange, for the variables in entries. Absent when nothing
    is wanted or the product does not run.
    """
    wanted, known = texts(inputs[0], "the wanted folders"), host_variables(inputs[1], inputs[2])
    if isinstance(wanted, Absent | Unknown):
        return wanted
    if isinstance(known, Unknown):
        return known
    listed = mapping(inputs[3], "the list")
    if isinstance(listed, Absent | Unknown):
        return listed
    entries = read_entries(listed, known)
    return sift(((folder, covered(normalise(folder, known), entries)) for folder in wanted), wanted=False)


def uncovered_by_product(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the wanted folders that the list of a product does not cover, each behind the product's name.

    Inputs as for one product, with one list for each of :data:`PRODUCTS`; a product without a list does not run.
    """
    wanted, known = texts(inputs[0], "the wanted folders"), host_variables(inputs[1], inputs[2])
    if isinstance(wanted, Absent | Unknown):
        return wanted
    if isinstance(known, Unknown):
        return known
    return sift(_each(inputs[3:], wanted, known), wanted=False)


def _lists(outcomes: Sequence[Outcome], known: Mapping[str, str]) -> Iterator[tuple[str, Entries | Unknown]]:
    """Read the list of every product that runs."""
    for product, outcome in zip(PRODUCTS, outcomes, strict=True):
        match mapping(outcome, product):
            case Absent():
                pass
            case Unknown() as why:
                yield product, why
            case listed:
                yield product, read_entries(listed, known)


def _each(
    outcomes: Sequence[Outcome], folders: Iterable[str], known: Mapping[str, str]
) -> Iterator[tuple[str, bool | Unknown]]:
    """Judge every folder by every product that runs."""
    plain = [(folder, normalise(folder, known)) for folder in folders]
    for product, entries in _lists(outcomes, known):
        for folder, form in plain:
            yield f"{product}: {folder}", entries if isinstance(entries, Unknown) else covered(form, entries)


def obsolete_exclusions(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List what is excluded and must not be, each behind the product's name.

    Inputs: the folder of programs, the folder of Exchange, a list of folders for each of :data:`PRODUCTS`, and
    Defender's list of processes. A process is excluded by its path, by its folder, and by its name alone.
    """
    known = host_variables(inputs[0], inputs[1])
    if isinstance(known, Unknown):
        return known
    folders = _each(inputs[2:7], OBSOLETE_FOLDERS, known)
    return sift((*folders, *_processes(mapping(inputs[7], "processes"), known)), wanted=True)


def _processes(
    listed: Mapping[str, Value] | Absent | Unknown, known: Mapping[str, str]
) -> Iterator[tuple[str, bool | Unknown]]:
    if isinstance(listed, Absent):
        return
    entries = listed if isinstance(listed, Unknown) else read_entries(listed, known)
    for process in OBSOLETE_PROCESSES:
        form = normalise(process, known)
        answer = entries if isinstance(entries, Unknown) else _either(covered(form, entries), _by_name(form, entries))
        yield f"{_DEFENDER}: process {process}", answer


def _by_name(form: str, entries: Entries) -> bool | Unknown:
    return covered(form.rpartition("\\")[2], entries)


def _either(one: bool | Unknown, other: bool | Unknown) -> bool | Unknown:  # noqa: FBT001 - answers, no switches
    return one if one is True or other is False else other
