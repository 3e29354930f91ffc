"""The places of the lab's fleet before anything random is added: which persona stands where, and how it misbehaves.

Law: every expectation that is not a persona's own is written here by hand, and the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from fleetscan.lab.fault import Fault
from fleetscan.lab.host import Transport, Way
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.traits import NOTHING_SEEN, Traits

JEA_CONFIGURATION = "FleetScan"
"""The name of the constrained endpoint on the lab's JEA hosts."""

Protocol: TypeAlias = Literal["http", "https"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One network: its name (also in Active Directory), and what names and addresses of its hosts are made of."""

    name: str
    number: int
    code: str
    domain: str


PARIS = Site(name="Paris", number=1, code="par", domain="corp.example")
OSAKA = Site(name="Osaka", number=2, code="osa", domain="corp.example")
PERIMETER = Site(name="Perimeter", number=3, code="dmz", domain="dmz.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Nothing is known of the host: every rule is unknown, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The host is scanned: its status (``None`` for the persona's), the failure's reason where one is left.

    ``but`` are the verdicts that are not the persona's own, ``traits`` what is seen otherwise than of the persona.
    """

    status: Literal["complete", "partial"] | None = None
    reason: str = ""
    but: Mapping[str, str] = field(default_factory=dict)
    traits: Traits = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blinded:
    """The host answers, and next to nothing is learnt: every rule is unknown but those that are named here."""

    reason: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    traits: Traits = field(default_factory=lambda: NOTHING_SEEN)


Expected: TypeAlias = Lost | Seen | Blinded


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person vouches for in the inventory: from and to which day, counted from that of the scan."""

    value: bool | str
    since: int
    until: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One place in the fleet, before anything random is added.

    ``before`` is the persona that stood there the night before, without a fault, where it was another one or where the
    fault is new; ``attested`` maps facts to what somebody vouches for.
    """

    persona: str
    before: str = ""
    fault: Fault = Fault.NONE
    site: Site | None = None
    dag: str = ""
    protocol: Protocol = "http"
    configuration_name: str = "Microsoft.PowerShell"
    ways: tuple[Way, ...] = ("winrm",)
    transport: Transport = "winrm"
    smb_fault: SmbFault = SmbFault.NONE
    expected: Expected = Seen()
    attested: Mapping[str, Word] = field(default_factory=dict)


def night_before(seat: Seat) -> Seat:
    """Give the seat as it was taken the night before."""
    if not seat.before:
        return seat
    expected = seat.expected if seat.fault is Fault.NONE else Seen()
    return replace(seat, persona=seat.before, fault=Fault.NONE, expected=expected)


STANDING: Mapping[str, tuple[str, Site | None]] = {
    "edge-with-scanmail": ("edge", PERIMETER),
    "edge-without-scanmail": ("edge", PERIMETER),
    "windows-plain": ("srv", None),
}
"""First part of the name and the site of a persona; all others are ``ex`` and in Paris or Osaka in turn."""

_ALERTS: Mapping[str, Word] = {
    "scanmail.outbreak_alert": Word(value=True, since=-40, until=140, note="seen in the console"),
    "scanmail.outbreak_recipients": Word(value="mail-team@corp.example", since=-40, until=140),
}

BEFORE: Mapping[str, str] = {
    "exchange-service-stopped": "exchange-2019-cu15",
    "scanmail-master-stopped": "exchange-2019-cu14",
}
"""What stood in the place of a persona the night before, where it was another one: a host in good order."""

CHOSEN = (
    # Two availability groups in good order; the first is spread over both sites. Of some settings somebody has told how
    # they are, for a time that is not over, nearly over, over, and to come.
    Seat(
        persona="exchange-2019-cu15",
        before="scanmail-pattern-old",
        site=PARIS,
        dag="DAG-WORLD",
        protocol="https",
        attested={
            **_ALERTS,
            "scanmail.scheduled_scan": Word(value=True, since=-170, until=12),
            "scanmail.mass_mailing_action": Word(value=True, since=-190, until=-9),
        },
        expected=Seen(but={"scanmail-outbreak-alerts-off": "pass", "scanmail-scheduled-scans-off": "pass"}),
    ),
    Seat(
        persona="exchange-2019-cu15",
        site=OSAKA,
        dag="DAG-WORLD",
        protocol="https",
        attested={**_ALERTS, "scanmail.scheduled_scan": Word(value=False, since=-40, until=140, note="change 5120")},
        expected=Seen(but={"scanmail-outbreak-alerts-off": "pass", "scanmail-scheduled-scans-off": "finding"}),
    ),
    Seat(persona="scanmail-pattern-old", site=OSAKA, dag="DAG-WORLD"),
    Seat(
        persona="exchange-2016",
        site=PARIS,
        dag="DAG-PARIS",
        attested={
            "environment.gateway_scanner": Word(value=True, since=-40, until=320, note="the contract of the gateway"),
            "scanmail.scheduled_scan": Word(value=True, since=7, until=180),
        },
        expected=Seen(but={"environment-without-gateway-scanner": "pass"}),
    ),
    Seat(persona="scanmail-vulnerable", site=PARIS, dag="DAG-PARIS"),
    Seat(persona="exchange-se", configuration_name=JEA_CONFIGURATION),
    Seat(persona="defender-nothing-excluded", configuration_name=JEA_CONFIGURATION, protocol="https"),
    Seat(persona="exchange-2019-cu14", protocol="https"),
    Seat(persona="edge-with-scanmail", protocol="https"),
    Seat(persona="edge-without-scanmail", protocol="https"),
    # A third group, half way through an update: one member behind, one ahead, and one on which an agent was forgotten.
    Seat(persona="exchange-2019-cu14", site=OSAKA, dag="DAG-OSAKA"),
    Seat(persona="exchange-2019-cu14", site=OSAKA, dag="DAG-OSAKA"),
    Seat(persona="exchange-2019-cu14", site=OSAKA, dag="DAG-OSAKA"),
    Seat(persona="exchange-update-behind", site=OSAKA, dag="DAG-OSAKA"),
    Seat(persona="scanmail-agent-disabled", before="exchange-2019-cu15", site=OSAKA, dag="DAG-OSAKA"),
)
"""Seats with something of their own; every persona that is not here gets a plain one after them."""

HEALTHY = ("exchange-2019-cu15", "exchange-2016", "exchange-se", "exchange-2019-cu14")
"""The healthy personas that stand behind the faults, in turn."""

_SURVIVED = Seen()
EXPECTED: Mapping[Fault, Expected] = {
    Fault.NONE: _SURVIVED,
    Fault.REFUSED: Lost(reason="unreachable"),
    Fault.BLACK_HOLE: Lost(reason="unreachable"),  # no TCP connection within the time for connecting
    Fault.HANG_ACCEPT: Lost(reason="timed_out"),
    Fault.HANG_CHALLENGE: Lost(reason="timed_out"),
    Fault.HANG_AUTHENTICATE: Lost(reason="timed_out"),
    Fault.HANG_CREATE: Lost(reason="timed_out"),
    Fault.HANG_OPEN: Lost(reason="timed_out"),
    Fault.HANG_COMMAND: Lost(reason="timed_out"),
    Fault.HANG_RECEIVE: Lost(reason="timed_out"),
    Fault.HANG_DELETE: _SURVIVED,  # everything was answered before
    Fault.BUSY: Lost(reason="timed_out"),
    Fault.DRIP: Lost(reason="timed_out"),
    Fault.SLOW: _SURVIVED,
    Fault.RESET_CREATE: Lost(reason="unreachable"),
    Fault.RESET_RECEIVE: Lost(reason="unreachable"),
    Fault.RESET_ONCE: _SURVIVED,  # by the second attempt
    Fault.WRONG_PASSWORD: Lost(reason="auth_failed"),
    Fault.ACCESS_DENIED: Lost(reason="denied"),
    Fault.QUOTA: Lost(reason="denied"),
    Fault.INVALID_XML: Lost(reason="malformed"),
    Fault.OVERSIZED: Lost(reason="too_large"),
    Fault.ENDLESS_BODY: Lost(reason="too_large"),
    Fault.NOT_WINRM: Lost(reason="unsupported"),
    Fault.GARBAGE: Lost(reason="malformed"),
    Fault.BAD_JSON: Lost(reason="malformed"),
    Fault.SCRIPT_ERROR: Lost(reason="unsupported"),
}
"""What becomes of a host that is reached over WinRM alone. A new fault must be decided here."""

NEW = frozenset({Fault.REFUSED, Fault.WRONG_PASSWORD})
"""The faults that were not there the night before."""
