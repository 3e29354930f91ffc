from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts import ANTIVIRUS_PRODUCTS, DERIVATIONS, plan
from fleetscan.facts.exchange import ROLES
from fleetscan.model import Absent, Asked, Derivation, Derived, Known, Outcome, Reason, RegistryValue, Service, Unknown
from fleetscan.rules.interface import Shelf
from fleetscan.rules.load import load_shelf
from fleetscan.topology import WELL_KNOWN
from tests.facts.shapes import FITS, JSON
from tests.facts.words import AT, DENIED, GONE, known

ANYTHING: st.SearchStrategy[Outcome] = st.builds(known, JSON, st.just("REG_SZ")) | st.sampled_from([GONE, DENIED])


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """Load the built-in packs."""
    return load_shelf(derivations=DERIVATIONS)


def test_every_derivation_is_filed_under_its_name() -> None:
    """The table can be trusted as an index, and every derivation is described and has inputs."""
    for name, derivation in DERIVATIONS.items():
        assert (name, True, True) == (derivation.name, bool(derivation.about), bool(derivation.inputs))


@given(st.data(), st.sampled_from(list(DERIVATIONS.values())))
def test_every_derivation_is_total(data: st.DataObject, derivation: Derivation) -> None:
    """Whatever its inputs hold, a derivation answers with its own type, absent, or unknown in bounded words."""
    extra = data.draw(st.integers(0, 2)) if derivation.variadic else 0
    inputs: list[Outcome] = [data.draw(ANYTHING) for _ in range(len(derivation.inputs) + extra)]
    match derivation.function(inputs, AT):
        case Known(value=value, type=kind):
            assert FITS[derivation.result](value)
            assert kind == derivation.result.value
        case Unknown(detail=detail):
            assert 0 < len(detail) <= 500
        case Absent():
            pass


@pytest.mark.parametrize("derivation", DERIVATIONS.values(), ids=lambda one: one.name)
def test_nothing_known_gives_nothing_known(derivation: Derivation) -> None:
    """When every input is unknown, the answer is unknown for the same reason."""
    inputs: Sequence[Outcome] = [DENIED] * len(derivation.inputs)
    answer = derivation.function(inputs, AT)
    assert isinstance(answer, Unknown)
    assert answer.reason is Reason.DENIED
    assert "Access is denied." in answer.detail


def test_the_pack_of_the_topology_can_be_planned(shelf: Shelf) -> None:
    """Every well-known fact is declared with its type, and the whole pack makes a plan."""
    assert {name: shelf.facts[name].type for name in WELL_KNOWN} == dict(WELL_KNOWN)
    made = plan(shelf.facts.values(), WELL_KNOWN)
    assert {fact.id for fact in made.facts} >= WELL_KNOWN.keys()
    assert len(made.questions) < 80


def _asked_for(shelf: Shelf, fact: str) -> list[object]:
    origin = shelf.facts[fact].origin
    assert isinstance(origin, Derived)
    inputs = [shelf.facts[name].origin for name in origin.inputs]
    return [one.question for one in inputs if isinstance(one, Asked)]


def test_the_pack_asks_for_the_services_of_the_antivirus_table(shelf: Shelf) -> None:
    """Position by position the pack names the service that the table expects."""
    assert _asked_for(shelf, "antivirus.products") == [Service(name=name) for name, _ in ANTIVIRUS_PRODUCTS]


def test_the_pack_asks_for_the_roles_in_their_order(shelf: Shelf) -> None:
    """Position by position the pack names the key of the role that the derivation expects."""
    root = r"HKLM\SOFTWARE\Microsoft\ExchangeServer\v15"
    expected = [RegistryValue(key=rf"{root}\{role}Role", value="ConfiguredVersion") for role in ROLES]
    assert _asked_for(shelf, "exchange.roles") == expected


def test_the_pack_asks_for_the_build_in_its_order(shelf: Shelf) -> None:
    """The thirteen numbers of the build stand in the order that the derivation expects."""
    names = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
    server, old = r"HKLM\SOFTWARE\Microsoft\ExchangeServer", r"HKLM\SOFTWARE\Microsoft\Exchange"
    keys = (rf"{server}\v15\Setup", rf"{server}\v14\Setup", rf"{old}\v8.0\Setup")
    expected = [RegistryValue(key=key, value=name) for key in keys for name in names]
    assert _asked_for(shelf, "exchange.build") == [*expected, RegistryValue(key=rf"{old}\Setup", value="NewestBuild")]


def test_every_fact_of_the_pack_is_described(shelf: Shelf) -> None:
    """The catalogue has a sentence for every fact."""
    assert [name for name, fact in shelf.facts.items() if not fact.about.endswith(".")] == []
