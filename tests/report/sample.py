"""A fleet that could be real, made by hand: every status, reason, severity and kind of verdict is in its 45 hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fleetscan.facts.read import where
from fleetscan.history.counts import count
from fleetscan.model import (
    Absent,
    Broken,
    Ending,
    Evidence,
    Failure,
    Finding,
    HostRecord,
    Known,
    NotApplicable,
    Outcome,
    Pass,
    Reason,
    Ruling,
    Run,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
    Verdict,
)
from fleetscan.report import ReportView, build
from fleetscan.rules.interface import Shelf
from tests.report.shelf import SKETCHES, Sketch, shelf

START = datetime(2026, 11, 22, 1, 0, 3, tzinfo=UTC)
SITES = ("Paris", "Osaka", "Milwaukee")
RUNNING: Value = {"state": "Running", "start": "Auto", "account": "LocalSystem", "pid": 2144}
STOPPED: Value = {"state": "Stopped", "start": "Auto", "account": "LocalSystem"}
HEALTHY: Mapping[str, Outcome] = {
    "scanmail.realtime": Known(value=RUNNING, type="service"),
    "scanmail.master": Known(value=RUNNING, type="service"),
    "transport_av.enabled": Absent(),
    "scanmail.temp_files": Known(value=12, type="file"),
    "defender.paths": Known(
        value={r"C:\Program Files\Trend Micro\Smex\storage": {"type": "REG_DWORD", "value": 0}}, type="values"
    ),
    "exchange.exsetup": Known(value="15.2.1544.39", type="file"),
    "cpu.logical": Known(value=8, type="cim"),
    "vsapi.background": Absent(),
    "exchange.product": Known(value="Exchange 2019", type="derived"),
    "antivirus.products": Known(value=["Microsoft Defender"], type="derived"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """How one kind of host differs from a healthy one."""

    facts: Mapping[str, Outcome] = field(default_factory=dict)
    failure: Failure | None = None
    silent: Reason | None = None
    broken: bool = False


def _unknown(reason: Reason, detail: str) -> Unknown:
    return Unknown(reason=reason, detail=detail)


PERSONAS: Sequence[Persona] = (
    Persona(),
    Persona(facts={"transport_av.enabled": Known(value=1, type="REG_DWORD")}),
    Persona(
        facts={
            "defender.paths": Known(value={}, type="values"),
            "exchange.exsetup": Known(value="15.2.1258.12", type="file"),
        }
    ),
    Persona(facts={"vsapi.background": Known(value=1, type="REG_DWORD")}),
    Persona(facts={"scanmail.master": Known(value=STOPPED, type="service")}),
    Persona(facts={"scanmail.temp_files": Known(value=48_211, type="file")}),
    Persona(facts={"defender.paths": _unknown(Reason.DENIED, "Requested registry access is not allowed.")}),
    Persona(facts={"transport_av.enabled": _unknown(Reason.WRONG_TYPE, 'REG_SZ "1" where REG_DWORD is expected')}),
    Persona(silent=Reason.UNREACHABLE, failure=Failure(reason=Reason.UNREACHABLE, detail="connection refused")),
    Persona(
        facts={
            "scanmail.temp_files": _unknown(Reason.TIMED_OUT, "not answered within 45 s"),
            "exchange.exsetup": _unknown(Reason.TIMED_OUT, "not answered within 45 s"),
        },
        failure=Failure(reason=Reason.TIMED_OUT, detail="the deadline of 45 s passed while waiting for Receive"),
    ),
    Persona(
        silent=Reason.AUTH_FAILED,
        failure=Failure(reason=Reason.AUTH_FAILED, detail=r"HTTP 401 to NTLM as CORP\svc-fleetscan"),
    ),
    Persona(facts={"cpu.logical": _unknown(Reason.UNSUPPORTED, "Invalid class"), "exchange.product": Absent()}),
    Persona(
        facts={"scanmail.temp_files": _unknown(Reason.NOT_LOCATED, "TempDir is not known")},
        broken=True,
    ),
    Persona(silent=Reason.TOO_LARGE, failure=Failure(reason=Reason.TOO_LARGE, detail="more than 8 MiB received")),
    Persona(silent=Reason.MALFORMED, failure=Failure(reason=Reason.MALFORMED, detail="HTTP 404, text/html")),
    Persona(silent=Reason.NOT_ASKED),
)


COMMON = (0, 1, 0, 2, 0, 3, 8, 0, 6, 0, 1, 5)
"""Indices of the personas that most fleets have, healthy ones in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """All that a view is built from."""

    run: Run
    shelf: Shelf
    records: tuple[HostRecord, ...]
    verdicts: tuple[Verdict, ...]
    topologies: Mapping[str, Mapping[str, Outcome]]

    def view(self) -> ReportView:
        """Build the view."""
        return build(
            self.run,
            shelf=self.shelf,
            records=self.records,
            verdicts=self.verdicts,
            topologies=self.topologies,
        )


def sample(hosts: int = 45, *, ending: Ending = Ending.FINISHED) -> Sample:
    """Make a fleet of the given size: personas take turns, healthy ones in between."""
    records = [_record(index, _persona(index)) for index in range(hosts)]
    verdicts = [_verdict(sketch, record, _persona(i)) for i, record in enumerate(records) for sketch in SKETCHES]
    run = Run(
        id="2026-11-22T010003Z-corp-prod",
        environment="corp-prod",
        version="0.1.0",
        started=START,
        ended=START + timedelta(seconds=725),
        ending=ending,
        hosts=tuple(record.host for record in records),
        rules=tuple(sketch.id for sketch in SKETCHES),
        packs=("sample",),
        fail_on="warning",
        min_coverage=100,
        counts=count(records, verdicts),
    )
    return Sample(
        run=run,
        shelf=shelf(),
        records=tuple(records),
        verdicts=tuple(verdicts),
        topologies={record.host: _topology(record) for record in records if record.facts},
    )


def _persona(index: int) -> Persona:
    return PERSONAS[(index // 2) % len(PERSONAS)] if index % 2 else PERSONAS[COMMON[index // 2 % len(COMMON)]]


def _record(index: int, persona: Persona) -> HostRecord:
    name = f"{SITES[index % 3][:3].lower()}-ex{index // 3 + 1:02}"
    started = START + timedelta(seconds=index)
    silence: Mapping[str, Outcome] = {name: _unknown(persona.silent, "") for name in HEALTHY} if persona.silent else {}
    evidence = _evidence({**HEALTHY, **persona.facts, **silence}, started)
    unknown = any(
        isinstance(e.outcome, Unknown) and e.outcome.reason is not Reason.WRONG_TYPE for e in evidence.values()
    )
    status = Status.PARTIAL if unknown else Status.COMPLETE
    return HostRecord(
        host=name,
        address=f"{name}.corp.example",
        site=SITES[index % 3],
        groups=("exchange", SITES[index % 3].lower()),
        status=Status.NOT_SCANNED if persona.silent else status,
        failure=persona.failure,
        transport="winrm",
        credential="exchange-read",
        started=started,
        seconds=45.0 if persona.failure else 3.2,
        attempts=3 if persona.silent else 1,
        round_trips=0 if persona.silent else 9,
        bytes_received=0 if persona.silent else 18_432,
        notes=("the shell could not be deleted",) if persona.failure and not persona.silent else (),
        facts=evidence,
    )


def _evidence(outcomes: Mapping[str, Outcome], at: datetime) -> dict[str, Evidence]:
    facts = shelf().facts
    return {
        name: Evidence(
            fact=name,
            outcome=outcome,
            where=where(facts[name]),
            transport="winrm",
            credential="exchange-read",
            at=at + timedelta(seconds=2),
        )
        for name, outcome in outcomes.items()
    }


def _verdict(sketch: Sketch, record: HostRecord, persona: Persona) -> Verdict:
    return Verdict(
        host=record.host,
        rule=sketch.id,
        severity=sketch.severity,
        confidence=sketch.confidence,
        ruling=_ruling(sketch, record, persona),
        summary=sketch.summary,
        evidence=tuple(record.facts[name] for name in sketch.reads if name in record.facts),
    )


def _ruling(sketch: Sketch, record: HostRecord, persona: Persona) -> Ruling:
    if persona.silent:
        detail = persona.failure.detail if persona.failure else ""
        return Undetermined(
            facts=tuple(UnknownFact(fact=name, reason=persona.silent, detail=detail) for name in sketch.reads)
        )
    outcomes = {name: record.facts[name].outcome for name in sketch.reads}
    missing = tuple(
        UnknownFact(fact=name, reason=outcome.reason, detail=outcome.detail)
        for name, outcome in outcomes.items()
        if isinstance(outcome, Unknown)
    )
    if missing:
        return Undetermined(facts=missing)
    if persona.broken and sketch.id == "antivirus-two-file-scanners":
        return Broken(fault="no such overload: list(string) == int")
    if sketch.id == "antivirus-two-file-scanners" and record.site == "Osaka":
        return NotApplicable()
    seen = {name: outcome.value if isinstance(outcome, Known) else None for name, outcome in outcomes.items()}
    return Finding() if sketch.fires(seen) else Pass()


def _topology(record: HostRecord) -> Mapping[str, Outcome]:
    return {
        "os": Known(value="Windows Server 2019", type="derived"),
        "exchange_product": record.facts["exchange.product"].outcome,
        "exchange_build": record.facts["exchange.exsetup"].outcome,
        "exchange_cumulative_update": Known(value="CU14", type="derived"),
        "exchange_roles": Known(value=["Mailbox"], type="derived"),
        "ad_site": Known(value=record.site, type="derived"),
        "dag": Absent(),
        "scanmail_version": Unknown(reason=Reason.NOT_ASKED, detail=""),
    }
