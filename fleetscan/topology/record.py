"""One host's place in the topology, drawn from the well-known facts.

The ids below are a contract: ``rules/packs/topology.yml`` declares each with the type given here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from types import MappingProxyType

from fleetscan.model import Evidence, FactType, Known, Outcome, Reason, Unknown, Value

OS_NAME = "os.name"
OS_BUILD = "os.build"
EXCHANGE_INSTALLED = "exchange.installed"
EXCHANGE_PRODUCT = "exchange.product"
EXCHANGE_BUILD = "exchange.build"
EXCHANGE_CUMULATIVE_UPDATE = "exchange.cumulative_update"
EXCHANGE_SECURITY_UPDATE = "exchange.security_update"
EXCHANGE_ROLES = "exchange.roles"
EXCHANGE_SERVICES = "exchange.services"
EXCHANGE_SERVICES_STOPPED = "exchange.services_stopped"
AD_SITE = "ad.site"
DAG_NAME = "dag.name"
SCANMAIL_INSTALLED = "scanmail.installed"
SCANMAIL_VERSION = "scanmail.version"
SCANMAIL_PATTERN = "scanmail.pattern"
SCANMAIL_SERVICES = "scanmail.services"
ANTIVIRUS_PRODUCTS = "antivirus.products"

WELL_KNOWN: Mapping[str, FactType] = MappingProxyType(
    {
        OS_NAME: FactType.STRING,
        OS_BUILD: FactType.VERSION,
        EXCHANGE_INSTALLED: FactType.BOOL,
        EXCHANGE_PRODUCT: FactType.STRING,
        EXCHANGE_BUILD: FactType.VERSION,
        EXCHANGE_CUMULATIVE_UPDATE: FactType.STRING,
        EXCHANGE_SECURITY_UPDATE: FactType.STRING,
        EXCHANGE_ROLES: FactType.STRINGS,
        EXCHANGE_SERVICES: FactType.SERVICES,
        EXCHANGE_SERVICES_STOPPED: FactType.STRINGS,
        AD_SITE: FactType.STRING,
        DAG_NAME: FactType.STRING,
        SCANMAIL_INSTALLED: FactType.BOOL,
        SCANMAIL_VERSION: FactType.VERSION,
        SCANMAIL_PATTERN: FactType.STRING,
        SCANMAIL_SERVICES: FactType.STRINGS,
        ANTIVIRUS_PRODUCTS: FactType.STRINGS,
    }
)
"""Every fact that the topology reads, and its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """What a host is and where it stands; every field is an outcome, so that nothing unseen looks known.

    ``dag`` is absent when the host is in no database availability group. ``services`` maps the short name of each
    service of Exchange to ``{"state", "start"}``.
    """

    os: Outcome
    os_build: Outcome
    exchange_installed: Outcome
    exchange_product: Outcome
    exchange_build: Outcome
    exchange_cumulative_update: Outcome
    exchange_security_update: Outcome
    exchange_roles: Outcome
    ad_site: Outcome
    dag: Outcome
    services: Outcome
    services_stopped: Outcome
    scanmail_installed: Outcome
    scanmail_version: Outcome
    scanmail_services: Outcome
    scanmail_pattern: Outcome
    antivirus_products: Outcome

    def fields(self) -> Mapping[str, Outcome]:
        """Give every field by name, in the order of the class."""
        return {field.name: getattr(self, field.name) for field in dataclass_fields(self)}


def describe(facts: Mapping[str, Evidence]) -> Topology:
    """Draw the topology record from the evidence of one host; a fact that is not there was not asked for."""
    return Topology(
        os=_outcome(facts, OS_NAME),
        os_build=_outcome(facts, OS_BUILD),
        exchange_installed=_outcome(facts, EXCHANGE_INSTALLED),
        exchange_product=_outcome(facts, EXCHANGE_PRODUCT),
        exchange_build=_outcome(facts, EXCHANGE_BUILD),
        exchange_cumulative_update=_outcome(facts, EXCHANGE_CUMULATIVE_UPDATE),
        exchange_security_update=_outcome(facts, EXCHANGE_SECURITY_UPDATE),
        exchange_roles=_outcome(facts, EXCHANGE_ROLES),
        ad_site=_outcome(facts, AD_SITE),
        dag=_outcome(facts, DAG_NAME),
        services=_states(_outcome(facts, EXCHANGE_SERVICES)),
        services_stopped=_outcome(facts, EXCHANGE_SERVICES_STOPPED),
        scanmail_installed=_outcome(facts, SCANMAIL_INSTALLED),
        scanmail_version=_outcome(facts, SCANMAIL_VERSION),
        scanmail_services=_outcome(facts, SCANMAIL_SERVICES),
        scanmail_pattern=_outcome(facts, SCANMAIL_PATTERN),
        antivirus_products=_outcome(facts, ANTIVIRUS_PRODUCTS),
    )


def _outcome(facts: Mapping[str, Evidence], fact: str) -> Outcome:
    evidence = facts.get(fact)
    return evidence.outcome if evidence else Unknown(reason=Reason.NOT_ASKED, detail=f"{fact} was not asked for")


def _states(outcome: Outcome) -> Outcome:
    """Keep state and start of each service; accounts and display names stay in the evidence."""
    match outcome:
        case Known(value=Mapping() as services, type=kind):
            return Known(value={name: _state(record) for name, record in services.items()}, type=kind)
        case Known():
            return Unknown(reason=Reason.MALFORMED, detail=f"{EXCHANGE_SERVICES} holds no services")
        case _:
            return outcome


def _state(record: Value) -> Value:
    if not isinstance(record, Mapping):
        return {}
    return {name: record[name] for name in ("state", "start") if name in record}
