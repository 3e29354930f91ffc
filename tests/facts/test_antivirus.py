from __future__ import annotations

from fleetscan.facts import ANTIVIRUS_PRODUCTS
from fleetscan.model import Outcome, Reason
from tests.facts.words import DENIED, GONE, derive, known, reason_of, service, value_of

SERVICES = [name for name, _ in ANTIVIRUS_PRODUCTS]


def _products(**states: Outcome) -> Outcome:
    return derive("antivirus_products", *(states.get(name, GONE) for name in SERVICES))


def test_lists_products_whose_service_runs() -> None:
    """A running service shows its product; a stopped one does not."""
    assert value_of(_products(WinDefend=service(), ntrtscan=service("Stopped"), ekrn=service())) == (
        "Microsoft Defender Antivirus",
        "ESET",
    )
    assert value_of(_products()) == ()


def test_a_product_with_two_services_is_listed_once() -> None:
    """Two services of one product are one product."""
    assert value_of(_products(McShield=service(), mfemms=service())) == ("McAfee or Trellix",)


def test_an_unknown_service_could_be_a_product() -> None:
    """While one service is unknown, the list is not complete, so it is unknown."""
    assert reason_of(_products(WinDefend=service(), avp=DENIED)) == (Reason.DENIED, "avp: Access is denied.")
    assert reason_of(_products(McShield=service("Stopped"), mfemms=DENIED))[0] is Reason.DENIED
    assert reason_of(_products(avp=known(1)))[0] is Reason.MALFORMED


def test_an_unknown_service_of_a_running_product_adds_nothing() -> None:
    """When one of its services runs, the other one of the same product does not matter."""
    assert value_of(_products(McShield=service(), mfemms=DENIED)) == ("McAfee or Trellix",)


def test_every_service_is_named_once() -> None:
    """The table asks for no service twice."""
    assert len(SERVICES) == len({name.casefold() for name in SERVICES})
