"""Records, verdicts and runs as JSON objects, and back.

Law: what is written can be read again without loss, but for the long values in the evidence of a verdict, which are
cut with a digest; the record of the host has them whole. The field names are the product's interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from fleetscan.history.fields import Fields, value_from_json
from fleetscan.history.values import Json, moment_to_json, plain
from fleetscan.model import (
    RULING_NAMES,
    Absent,
    Attestation,
    Broken,
    Confidence,
    Counts,
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
    Severity,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
    Verdict,
)

_BARE: Mapping[str, Ruling] = {RULING_NAMES[type(each)]: each for each in (Finding(), Pass(), NotApplicable())}
"""The rulings that are nothing but their word."""


def host_to_json(record: HostRecord) -> dict[str, Json]:
    """Write a record as far as its facts, which :mod:`fleetscan.history.encoder` adds."""
    failure = record.failure
    return {
        "host": record.host,
        "address": record.address,
        "site": record.site,
        "groups": list(record.groups),
        "status": record.status.value,
        "reason": failure.reason.value if failure else "",
        "detail": failure.detail if failure else "",
        "transport": record.transport,
        "credential": record.credential,
        "started": moment_to_json(record.started),
        "seconds": record.seconds,
        "attempts": record.attempts,
        "round_trips": record.round_trips,
        "bytes_received": record.bytes_received,
        "notes": list(record.notes),
        "parameters": plain(record.parameters),
        "attested": [_attestation_to_json(each) for each in record.attestations],
    }


def record_from_json(fields: Fields) -> HostRecord:
    """Read a record. Raises ValueError."""
    reason = fields.text("reason")
    return HostRecord(
        host=fields.text("host"),
        address=fields.text("address"),
        site=fields.text("site"),
        groups=fields.texts("groups"),
        status=Status(fields.text("status")),
        failure=Failure(reason=Reason(reason), detail=fields.text("detail")) if reason else None,
        transport=fields.text("transport"),
        credential=fields.text("credential"),
        started=fields.moment("started"),
        seconds=fields.number("seconds"),
        attempts=fields.count("attempts"),
        round_trips=fields.count("round_trips"),
        bytes_received=fields.count("bytes_received"),
        notes=fields.texts("notes"),
        parameters=_parameters(fields),
        attestations=tuple(_attestation(Fields(data)) for data in fields.items("attested"))
        if fields.has("attested")
        else (),
        facts={fact: _evidence_from_json(Fields(data)) for fact, data in fields.members("facts").items()},
    )


def verdict_from_json(fields: Fields) -> Verdict:
    """Read a verdict. Raises ValueError."""
    return Verdict(
        host=fields.text("host"),
        rule=fields.text("rule"),
        severity=Severity(fields.text("severity")),
        confidence=Confidence(fields.text("confidence")),
        ruling=_ruling_from_json(fields),
        summary=fields.text("summary"),
        evidence=tuple(_evidence_from_json(Fields(data)) for data in fields.items("evidence")),
    )


def run_to_json(run: Run) -> dict[str, Json]:
    """Write what ``run.json`` holds."""
    return {
        "id": run.id,
        "environment": run.environment,
        "version": run.version,
        "started": moment_to_json(run.started),
        "ended": moment_to_json(run.ended) if run.ended else None,
        "ending": run.ending.value,
        "limit": run.limit,
        "hosts": list(run.hosts),
        "rules": list(run.rules),
        "packs": list(run.packs),
        "fail_on": run.fail_on,
        "min_coverage": run.min_coverage,
        "counts": {**_counts_to_json(run.counts), "coverage": run.counts.coverage} if run.counts else None,
    }


def run_from_json(fields: Fields) -> Run:
    """Read a run. Raises ValueError."""
    return Run(
        id=fields.text("id"),
        environment=fields.text("environment"),
        version=fields.text("version"),
        started=fields.moment("started"),
        ended=fields.moment("ended") if fields.has("ended") else None,
        ending=Ending(fields.text("ending")),
        hosts=fields.texts("hosts"),
        rules=fields.texts("rules"),
        packs=fields.texts("packs"),
        fail_on=Severity(fields.text("fail_on")).value,
        min_coverage=fields.count("min_coverage"),
        counts=_counts_from_json(Fields(fields.any("counts"))) if fields.has("counts") else None,
        limit=fields.text("limit") if fields.has("limit") else "",
    )


def _parameters(fields: Fields) -> dict[str, dict[str, Value]]:
    rules = Fields(fields.members("parameters"))
    return {
        rule: {name: value_from_json(value) for name, value in rules.members(rule).items()}
        for rule in fields.members("parameters")
    }


def _attestation_to_json(attestation: Attestation) -> Json:
    return {
        "fact": attestation.fact,
        "value": attestation.value,
        "by": attestation.by,
        "since": attestation.since.isoformat(),
        "until": attestation.until.isoformat(),
        "note": attestation.note,
    }


def _attestation(fields: Fields) -> Attestation:
    value = fields.any("value")
    if not isinstance(value, bool | int | str):
        message = "value is not true, false, a whole number or a string"
        raise ValueError(message)  # noqa: TRY004 - one exception for whatever is wrong with a file
    return Attestation(
        fact=fields.text("fact"),
        value=value,
        by=fields.text("by"),
        since=date.fromisoformat(fields.text("since")),
        until=date.fromisoformat(fields.text("until")),
        note=fields.text("note"),
    )


def _evidence_from_json(fields: Fields) -> Evidence:
    return Evidence(
        fact=fields.text("fact"),
        outcome=_outcome_from_json(fields),
        where=fields.text("where"),
        transport=fields.text("transport"),
        credential=fields.text("credential"),
        at=fields.moment("at"),
    )


def _outcome_from_json(fields: Fields) -> Outcome:
    match fields.text("outcome"):
        case "known":
            return Known(value=fields.value("value"), type=fields.text("type"))
        case "absent":
            return Absent()
        case "unknown":
            return Unknown(reason=Reason(fields.text("reason")), detail=fields.text("detail"))
        case other:
            message = f"{other!r} is no outcome"
            raise ValueError(message)


def ruling_to_json(ruling: Ruling) -> dict[str, Json]:
    """Write what a ruling says beside its word: nothing, unless it is unknown or broken."""
    match ruling:
        case Undetermined(facts=facts):
            return {"unknown": [_unknown_fact_to_json(fact) for fact in facts]}
        case Broken(fault=fault):
            return {"fault": fault}
        case Finding() | Pass() | NotApplicable():
            return {}
        case _:
            assert_never(ruling)


def _ruling_from_json(fields: Fields) -> Ruling:
    match fields.text("verdict"):
        case "unknown":
            return Undetermined(facts=tuple(_unknown_fact(Fields(data)) for data in fields.items("unknown")))
        case "broken":
            return Broken(fault=fields.text("fault"))
        case word if word in _BARE:
            return _BARE[word]
        case other:
            message = f"{other!r} is no verdict"
            raise ValueError(message)


def _unknown_fact_to_json(unknown: UnknownFact) -> dict[str, Json]:
    said: dict[str, Json] = {"fact": unknown.fact, "reason": unknown.reason.value, "detail": unknown.detail}
    return {**said, "of": unknown.of} if unknown.of else said


def _unknown_fact(fields: Fields) -> UnknownFact:
    return UnknownFact(
        fact=fields.text("fact"),
        reason=Reason(fields.text("reason")),
        detail=fields.text("detail"),
        of=fields.text("of") if fields.has("of") else "",
    )


def _counts_to_json(counts: Counts) -> dict[str, Json]:
    return {
        "hosts": counts.hosts,
        "by_status": dict(counts.by_status),
        "by_verdict": dict(counts.by_verdict),
        "findings_by_severity": dict(counts.findings_by_severity),
        "pairs": counts.pairs,
        "judged": counts.judged,
    }


def _counts_from_json(fields: Fields) -> Counts:
    return Counts(
        hosts=fields.count("hosts"),
        by_status=fields.counts("by_status"),
        by_verdict=fields.counts("by_verdict"),
        findings_by_severity=fields.counts("findings_by_severity"),
        pairs=fields.count("pairs"),
        judged=fields.count("judged"),
    )
