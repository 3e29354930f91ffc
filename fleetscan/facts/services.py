"""Services that the roles of Exchange require, and those of them that should run and do not.

Source: Microsoft's overview of Exchange services (2016 and 2019, July 2021) and HealthChecker (documented); that 2013
and SE are judged by the same names, as far as they are installed, is inferred. The filtering service is left out: its
short name is not confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from fleetscan.facts.senses import field_of, mapping, runs, some_texts, texts, unknown, version
from fleetscan.facts.version import Version
from fleetscan.model import Absent, Outcome, Reason, Unknown, Value

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Mailbox": (
        "MSExchangeADTopology",
        "MSComplianceAudit",
        "MSExchangeCompliance",
        "MSExchangeDagMgmt",
        "MSExchangeDiagnostics",
        "MSExchangeFrontEndTransport",
        "MSExchangeHM",
        "MSExchangeHMRecovery",
        "MSExchangeIS",
        "MSExchangeMailboxAssistants",
        "MSExchangeMailboxReplication",
        "MSExchangeDelivery",
        "MSExchangeSubmission",
        "MSExchangeRepl",
        "MSExchangeRPC",
        "MSExchangeFastSearch",
        "HostControllerService",
        "MSExchangeServiceHost",
        "MSExchangeThrottling",
        "MSExchangeTransport",
    ),
    "EdgeTransport": (
        "ADAM_MSExchange",
        "MSExchangeEdgeCredential",
        "MSExchangeDiagnostics",
        "MSExchangeHM",
        "MSExchangeHMRecovery",
        "MSExchangeServiceHost",
        "MSExchangeTransport",
    ),
}
"""Role -> short names. MSExchangeMitigation is not among them: it has a rule of its own."""

CRITICAL = frozenset(
    {
        "MSExchangeADTopology",
        "MSExchangeDelivery",
        "MSExchangeFastSearch",
        "MSExchangeFrontEndTransport",
        "MSExchangeIS",
        "MSExchangeRepl",
        "MSExchangeRPC",
        "MSExchangeServiceHost",
        "MSExchangeSubmission",
        "MSExchangeTransport",
        "HostControllerService",
    }
)
"""Required services that HealthChecker calls critical: nobody switches them off on purpose (inferred)."""

_ONLY_2016 = {"Mailbox": ("MSExchangeNotificationsBroker",)}
_SINGLE = ("MSComplianceAudit", "HostControllerService", "ADAM_MSExchange")


def required_services(build: Version, roles: Sequence[str]) -> tuple[str, ...]:
    """List the services that the roles require, each once, in the order of the tables."""
    tables = (REQUIRED, _ONLY_2016) if build[:2] == (15, 1) else (REQUIRED,)
    return tuple(dict.fromkeys(name for table in tables for role in roles for name in table.get(role, ())))


def _refusal(build: Version, roles: Sequence[str]) -> Unknown | None:
    """Refuse to judge servers for which there is no table: 2010 and older, 2013 with the client access role alone."""
    if build < (15,):
        return unknown(Reason.UNSUPPORTED, "the services of Exchange 2010 and older are in no table")
    if roles and not REQUIRED.keys() & set(roles):
        return unknown(Reason.UNSUPPORTED, f"no table says which services {', '.join(roles)} require")
    return None


def _stopped(name: str, record: Value | None) -> bool:
    if record is None or runs(record):
        return False
    return name in CRITICAL or field_of(record, "start").casefold() == "auto"


def exchange_services_stopped(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List required services that are installed and not running.

    A critical one counts whatever its start type: a failed update leaves them disabled. Another one that someone set
    to manual or disabled is not listed, nor is one that is not installed; but a role without any service of Exchange
    is unknown. An unknown service outside ``MSExchange*`` matters only to the role that requires it.
    """
    build, roles = version(inputs[0], "the build"), texts(inputs[1], "the roles")
    if isinstance(build, Absent | Unknown):
        return build
    if isinstance(roles, Absent | Unknown):
        return _refusal(build, ()) or roles
    return _refusal(build, roles) or _judge(required_services(build, roles), inputs[2:])


def _judge(wanted: Sequence[str], inputs: Sequence[Outcome]) -> Outcome:
    many = mapping(inputs[0], "MSExchange*")
    records: dict[str, Value] = {}
    for name, outcome in zip(_SINGLE, inputs[1:], strict=True):
        record = mapping(outcome, name)
        if isinstance(record, Unknown) and name in wanted:
            return record
        if not isinstance(record, Absent | Unknown):
            records[name.casefold()] = record
    if isinstance(many, Unknown) and wanted:
        return many
    ours = {} if isinstance(many, Absent | Unknown) else {name.casefold(): record for name, record in many.items()}
    if wanted and not any(name.casefold() in ours for name in wanted):
        return unknown(Reason.NOT_LOCATED, "not one service MSExchange* that the roles require is installed")
    records |= ours
    return some_texts([name for name in wanted if _stopped(name, records.get(name.casefold()))])
