from __future__ import annotations

from collections.abc import Mapping

import pytest

from fleetscan.facts.services import CRITICAL, REQUIRED, required_services
from fleetscan.model import Known, Outcome, Reason, Value
from tests.facts.words import DENIED, GONE, TIMED_OUT, derive, known, reason_of, service, services, value_of

MAILBOX = known(("Mailbox", "HubTransport"), "strings")
RUNS = services(MSExchangeTransport="Running")
EDGE = known(("EdgeTransport",), "strings")


def _stopped(
    roles: Outcome = MAILBOX,
    many: Outcome = GONE,
    *,
    build: str = "15.2.1544.4",
    audit: Outcome = GONE,
    host_controller: Outcome = GONE,
    adam: Outcome = GONE,
) -> Outcome:
    inputs = (known(build, "version"), roles, many, audit, host_controller, adam)
    return derive("exchange_services_stopped", *inputs)


def test_lists_required_automatic_services_that_do_not_run() -> None:
    """A required service that starts automatically and is stopped or paused is listed, in the table's order."""
    many = services(MSExchangeTransport="Stopped", MSExchangeIS="Paused", MSExchangeRepl="Running")
    assert value_of(_stopped(many=many)) == ("MSExchangeIS", "MSExchangeTransport")


def test_case_of_names_and_words_does_not_matter() -> None:
    """Windows compares service names without case, and so do we."""
    many = known({"msexchangeis": {"state": "stopped", "start": "AUTO"}}, "services")
    assert value_of(_stopped(many=many)) == ("MSExchangeIS",)


def test_leaves_out_what_need_not_run() -> None:
    """Optional services, uncritical ones set to manual or disabled, and those that are not installed stay out."""
    many: dict[str, dict[str, str]] = {
        "MSExchangeImap4": {"state": "Stopped", "start": "Auto"},
        "MSExchangeMitigation": {"state": "Stopped", "start": "Manual"},
        "MSExchangeThrottling": {"state": "Stopped", "start": "Disabled"},
    }
    assert value_of(_stopped(many=known(many, "services"))) == ()


def test_a_critical_service_counts_whatever_its_start_type() -> None:
    """An update that failed leaves services disabled: that is not taken for intended."""
    many: dict[str, dict[str, str]] = {
        "MSExchangeIS": {"state": "Stopped", "start": "Disabled"},
        "MSExchangeRepl": {"state": "Stopped", "start": "Manual"},
        "MSExchangeTransport": {"state": "Running", "start": "Disabled"},
    }
    assert value_of(_stopped(many=known(many, "services"))) == ("MSExchangeIS", "MSExchangeRepl")


def test_every_critical_service_is_required() -> None:
    """The critical services are a part of those that the mailbox role requires."""
    assert set(REQUIRED["Mailbox"]) > CRITICAL


TABLE = {
    "Mailbox": (
        "MSExchangeADTopology MSComplianceAudit MSExchangeCompliance MSExchangeDagMgmt MSExchangeDiagnostics"
        " MSExchangeFrontEndTransport MSExchangeHM MSExchangeHMRecovery MSExchangeIS MSExchangeMailboxAssistants"
        " MSExchangeMailboxReplication MSExchangeDelivery MSExchangeSubmission MSExchangeRepl MSExchangeRPC"
        " MSExchangeFastSearch HostControllerService MSExchangeServiceHost MSExchangeThrottling MSExchangeTransport"
    ),
    "EdgeTransport": (
        "ADAM_MSExchange MSExchangeEdgeCredential MSExchangeDiagnostics MSExchangeHM MSExchangeHMRecovery"
        " MSExchangeServiceHost MSExchangeTransport"
    ),
}
"""The required services as Microsoft's overview of Exchange services lists them, written out a second time."""
CALLED_CRITICAL = (
    "MSExchangeADTopology MSExchangeDelivery MSExchangeFastSearch MSExchangeFrontEndTransport MSExchangeIS"
    " MSExchangeRepl MSExchangeRPC MSExchangeServiceHost MSExchangeSubmission MSExchangeTransport HostControllerService"
)
"""Those of them that HealthChecker calls critical, written out a second time."""
BY_NAME = {"MSComplianceAudit": "audit", "HostControllerService": "host_controller", "ADAM_MSExchange": "adam"}


def _all(roles: Outcome, many: Outcome, single: Mapping[str, Outcome]) -> Outcome:
    """Judge a server of Exchange 2019 with these services that are asked by name."""
    audit, host_controller, adam = (single.get(word, GONE) for word in BY_NAME.values())
    return _stopped(roles, many, audit=audit, host_controller=host_controller, adam=adam)


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in TABLE.items() for name in names.split()])
def test_each_service_of_the_overview_counts(role: str, name: str) -> None:
    """The one that is stopped among all of a role is the one that is listed."""
    names = TABLE[role].split()
    states = {one: "Stopped" if one == name else "Running" for one in names}
    single = {word: service(states[one]) for one, word in BY_NAME.items() if one in states}
    many = services(**{one: state for one, state in states.items() if one not in BY_NAME})
    assert value_of(_all(known((role,), "strings"), many, single)) == (name,)


def test_the_services_of_2016_count_on_2016_alone() -> None:
    """The broker of notifications is required there, and nowhere else."""
    many = services(MSExchangeNotificationsBroker="Stopped", MSExchangeIS="Running")
    assert value_of(_stopped(many=many, build="15.1.2507.1")) == ("MSExchangeNotificationsBroker",)
    assert value_of(_stopped(many=many, build="15.2.1544.4")) == ()


@pytest.mark.parametrize("name", TABLE["Mailbox"].split())
def test_each_critical_service_counts_when_it_is_disabled(name: str) -> None:
    """Eleven services are critical, as HealthChecker calls them; the others may be switched off on purpose."""
    record: Value = {"state": "Stopped", "start": "Disabled"}
    other: Value = {"state": "Running", "start": "Auto"}
    single = {BY_NAME[name]: known(record, "service")} if name in BY_NAME else {}
    listed: dict[str, Value] = {"MSExchangeServiceHost": other} | ({} if name in BY_NAME else {name: record})
    found = value_of(_all(MAILBOX, known(listed, "services"), single))
    assert found == ((name,) if name in CALLED_CRITICAL.split() else ())


@pytest.mark.parametrize("many", [services(), GONE, services(MSExchangeIMAP4="Running")])
def test_a_role_without_any_of_its_services_is_not_fine(many: Outcome) -> None:
    """An empty list of services says more about the answer than about the server."""
    assert reason_of(_stopped(many=many))[0] is Reason.NOT_LOCATED
    assert reason_of(_stopped(many=many, audit=service(), host_controller=service()))[0] is Reason.NOT_LOCATED


def test_judges_the_services_outside_the_pattern() -> None:
    """The three services that are asked by name count as well."""
    outcome = _stopped(audit=service("Stopped"), host_controller=service("Stopped"), many=RUNS)
    assert value_of(outcome) == ("MSComplianceAudit", "HostControllerService")
    assert value_of(_stopped(EDGE, RUNS, adam=service("Stopped"))) == ("ADAM_MSExchange",)


def test_an_unknown_service_matters_to_its_role_only() -> None:
    """A denied ADAM is nothing to a mailbox server; a denied host controller is."""
    assert value_of(_stopped(many=RUNS, adam=DENIED)) == ()
    assert value_of(_stopped(EDGE, RUNS, audit=DENIED, host_controller=DENIED)) == ()
    why = reason_of(_stopped(many=RUNS, host_controller=DENIED))
    assert why == (Reason.DENIED, "HostControllerService: Access is denied.")
    assert reason_of(_stopped(many=TIMED_OUT)) == (Reason.TIMED_OUT, "MSExchange*: the budget was spent")


def test_the_broker_is_required_on_2016_only() -> None:
    """The notifications broker is required on Exchange 2016 and nowhere else."""
    many = services(MSExchangeNotificationsBroker="Stopped", MSExchangeIS="Running")
    assert value_of(_stopped(many=many, build="15.1.2507.6")) == ("MSExchangeNotificationsBroker",)
    assert value_of(_stopped(many=many)) == ()


def test_servers_without_a_table_are_not_judged() -> None:
    """Exchange 2010 and a client access server of 2013 are unknown, not fine; management tools need no service."""
    assert reason_of(_stopped(build="14.3.1.1"))[0] is Reason.UNSUPPORTED
    front = known(("Cafe", "FrontendTransport"), "strings")
    assert reason_of(_stopped(front, services(), build="15.0.1497.2"))[0] is Reason.UNSUPPORTED
    assert value_of(_stopped(known((), "strings"), DENIED)) == ()


@pytest.mark.parametrize("missing", [GONE, DENIED])
def test_without_build_or_roles_there_is_no_answer(missing: Outcome) -> None:
    """What is missing of build or roles is missing of the answer."""
    rest = (GONE,) * 4
    assert type(derive("exchange_services_stopped", missing, MAILBOX, *rest)) is type(missing)
    assert type(_stopped(missing)) is type(missing)
    assert reason_of(_stopped(known("Mailbox")))[0] is Reason.MALFORMED


def test_roles_that_cannot_be_read_on_an_old_exchange_are_not_the_reason() -> None:
    """On Exchange 2010 the missing table is named, not the roles that were not asked for."""
    assert reason_of(_stopped(DENIED, build="14.3.1.1"))[0] is Reason.UNSUPPORTED


def test_a_server_with_both_roles_requires_each_service_once() -> None:
    """Services that two roles share are listed once."""
    wanted = required_services((15, 2, 1544, 4), ["Mailbox", "EdgeTransport"])
    assert len(wanted) == len(set(wanted))
    assert "ADAM_MSExchange" in wanted


def test_a_record_of_foreign_shape_is_not_taken_for_a_running_service() -> None:
    """A record without words cannot say that it is stopped."""
    assert isinstance(_stopped(many=known({"MSExchangeIS": 1}, "services")), Known)
    assert reason_of(_stopped(many=known("x", "services")))[0] is Reason.MALFORMED
