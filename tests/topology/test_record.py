from __future__ import annotations

from dataclasses import fields

import pytest

from fleetscan.model import Absent, Known, Outcome, Reason, Unknown, Value
from fleetscan.topology import WELL_KNOWN, Topology, describe
from tests.topology.records import evidence, text

DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")


def _services(value: Value) -> Outcome:
    return describe(evidence({"exchange.services": Known(value=value, type="services")})).services


def test_every_well_known_fact_has_its_field() -> None:
    """Each fact fills one field and no other; what was not asked for is unknown, not absent."""
    for fact in WELL_KNOWN:
        record = describe(evidence({fact: DENIED}))
        rest = [outcome for outcome in record.fields().values() if outcome != DENIED]
        assert len(rest) == len(WELL_KNOWN) - 1
        assert {outcome.reason for outcome in rest if isinstance(outcome, Unknown)} == {Reason.NOT_ASKED}


def test_fields_are_in_the_order_of_the_class() -> None:
    """The mapping of fields has every field by name, in order."""
    record = describe({})
    assert list(record.fields()) == [field.name for field in fields(Topology)]
    assert record.fields()["ad_site"] == Unknown(reason=Reason.NOT_ASKED, detail="ad.site was not asked for")


def test_outcomes_are_taken_as_they_are() -> None:
    """Known, absent and unknown go into the record unchanged."""
    record = describe(evidence({"ad.site": text("Osaka"), "dag.name": Absent(), "os.name": DENIED}))
    assert (record.ad_site, record.dag, record.os) == (text("Osaka"), Absent(), DENIED)


def test_services_keep_state_and_start_only() -> None:
    """Accounts and display names stay in the evidence."""
    full: Value = {"state": "Running", "start": "Auto", "account": "LocalSystem", "pid": 4}
    expected = Known(value={"MSExchangeIS": {"state": "Running", "start": "Auto"}}, type="services")
    assert expected == _services({"MSExchangeIS": full})
    assert _services({"MSExchangeIS": 1}) == Known(value={"MSExchangeIS": {}}, type="services")
    assert describe(evidence({"exchange.services": DENIED})).services == DENIED


@pytest.mark.parametrize("value", ["x", 1, ["x"]])
def test_services_of_a_foreign_shape_are_malformed(value: Value) -> None:
    """What is no mapping holds no services."""
    outcome = _services(value)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.MALFORMED
