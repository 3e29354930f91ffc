"""The packs give the derivations their inputs in the order that the table of derivations states."""

from __future__ import annotations

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.facts.exclusions.judged import PRODUCTS
from fleetscan.model import Asked, Derived, RegistryList, RegistryValue, Service
from fleetscan.rules.interface import Shelf
from fleetscan.rules.load import load_shelf

LISTS = ("defender.excluded", "officescan.excluded", "symantec.excluded", "mcafee.excluded", "exclusions.other")
ETRUST = r"HKLM\SOFTWARE\ComputerAssociates"
SYMANTEC = r"HKLM\SOFTWARE\Symantec\Symantec Endpoint Protection\AV\Exclusions\ScanningEngines\Directory"
TREND = r"HKLM\SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion\Real Time Scan Configuration"
MCAFEE = r"HKLM\SOFTWARE\McAfee\SystemCore\VSCore\On Access Scanner\McShield\Configuration\Default"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Load the built-in packs."""
    return load_shelf(derivations=DERIVATIONS)


def _inputs(shelf: Shelf, fact: str) -> tuple[str, ...]:
    origin = shelf.facts[fact].origin
    assert isinstance(origin, Derived)
    return origin.inputs


def _asked(shelf: Shelf, fact: str) -> list[object]:
    inputs = (shelf.facts[name].origin for name in _inputs(shelf, fact))
    return [one.question for one in inputs if isinstance(one, Asked)]


@pytest.mark.parametrize("fact", ["scanmail.further_uncovered", "exchange.uncovered", "exchange.databases_uncovered"])
def test_the_lists_stand_in_the_order_of_the_products(shelf: Shelf, fact: str) -> None:
    """A list in another product's place would be named after it."""
    assert len(PRODUCTS) == len(LISTS)
    assert _inputs(shelf, fact)[3:] == LISTS
    assert _inputs(shelf, "exchange.obsolete_exclusions")[2:] == (*LISTS, "defender.excluded_processes")


def test_etrusts_lists_stand_in_their_order(shelf: Shelf) -> None:
    """Folders of the real-time scan, of jobs, then processes, each of 6.0 and of 7.0."""
    generations = (rf"{ETRUST}\InoculateIT\6.0", rf"{ETRUST}\eTrustAntivirus\CurrentVersion")
    places = (("Realtime", "szExcludeDirs"), ("Job", "szExcludeDirs"), ("Realtime", "szExcludeProcessNames"))
    expected = [RegistryValue(key=rf"{root}\{key}", value=value) for key, value in places for root in generations]
    assert _asked(shelf, "etrust.installed") == expected
    assert _asked(shelf, "etrust.missing")[:6] == expected


def test_both_registry_views_are_asked(shelf: Shelf) -> None:
    """The 64-bit view first, then the 32-bit one."""
    assert _asked(shelf, "officescan.excluded") == [
        Service(name="ntrtscan"),
        RegistryValue(key=TREND, value="ExcludedFolder"),
        RegistryValue(key=TREND, value="ExcludedFolder", view=32),
    ]
    assert _asked(shelf, "mcafee.excluded") == [
        Service(name="McShield"),
        Service(name="mfemms"),
        RegistryList(key=MCAFEE, list="values"),
        RegistryList(key=MCAFEE, list="values", view=32),
    ]
    assert _asked(shelf, "symantec.excluded") == [
        Service(name="SepMasterService"),
        RegistryList(key=rf"{SYMANTEC}\Admin", list="subkeys"),
        RegistryList(key=rf"{SYMANTEC}\Client", list="subkeys"),
        RegistryList(key=rf"{SYMANTEC}\Admin", list="subkeys", view=32),
        RegistryList(key=rf"{SYMANTEC}\Client", list="subkeys", view=32),
    ]
