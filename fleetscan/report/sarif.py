"""The verdicts as SARIF 2.1.0, for systems that gather the results of analysis tools.

Laws
1. Every verdict is one result. Only a finding is of kind ``fail``; what is unknown is ``open``, which the standard
   defines as "there was insufficient information to decide whether a problem exists", and so is a rule at fault.
2. A host that was not scanned and a rule that is at fault are notifications of the invocation as well.
3. The fingerprint of a result is that of its host and rule, whatever its words are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, TypeAlias

from fleetscan.model import Ending, Evidence, Severity, Verdict
from fleetscan.report.markdown import prose
from fleetscan.report.material import HostTold, Material, missing, place, reading, sentence
from fleetscan.report.nouns import RuleView
from fleetscan.report.text import visible
from fleetscan.report.words import ENDINGS, VERDICTS, counted

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json]"

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

KINDS: Final = {
    "finding": "fail",
    "unknown": "open",
    "broken": "open",
    "pass": "pass",
    "not_applicable": "notApplicable",
}
"""Word of a verdict -> ``result.kind``, in the order of the results."""

LEVELS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.BEST_PRACTICE: "note",
    Severity.NON_DEFAULT: "note",
    Severity.INFO: "note",
}
"""Severity -> ``level`` of a finding; whatever is no finding has the level ``none``."""

BROKEN_RULE, NOT_SCANNED, STOPPED = "broken-rule", "host-not-scanned", "run-not-finished"
NOTIFICATIONS: Final = {
    BROKEN_RULE: "A rule gave no answer although all its facts were known.",
    NOT_SCANNED: "A host was not scanned; nothing is known of it.",
    STOPPED: "The run did not go to its end.",
}
"""What is told of the run itself: id -> words."""


def log(material: Material) -> Iterator[str]:
    """Write the log, a result at a time."""
    numbers = {rule: number for number, rule in enumerate(material.rules)}
    hosts = material.hosts
    yield f'{{"$schema":{_dump(SCHEMA)},"version":"2.1.0","runs":[{{\n'
    for name, value in _head(material, numbers):
        yield f"{_dump(name)}:{_dump(value)},\n"
    yield '"results":['
    between = "\n"
    for number, host, verdict in _in_order(hosts):
        yield f"{between}{_dump(_result(material, numbers, number, host, verdict))}"
        between = ",\n"
    yield "\n]}]}\n"


def _head(material: Material, numbers: Mapping[str, int]) -> Iterator[tuple[str, Json]]:
    run = material.run
    yield "tool", {"driver": _driver(material)}
    yield "automationDetails", {"id": f"fleetscan/{visible(run.environment)}/{visible(run.id)}"}
    yield "invocations", [_invocation(material, numbers)]
    yield (
        "logicalLocations",
        [
            {"name": visible(host.host), "fullyQualifiedName": visible(host.host), "kind": "host"}
            for host in material.hosts
        ],
    )
    counts = run.counts
    yield (
        "properties",
        {
            "environment": visible(run.environment),
            "ending": str(run.ending),
            "hosts": counts.hosts if counts else 0,
            "statuses": dict(counts.by_status) if counts else {},
            "verdicts": dict(counts.by_verdict) if counts else {},
            "findings": dict(counts.findings_by_severity) if counts else {},
            "coverage": counts.coverage if counts else 0,
        },
    )


def _driver(material: Material) -> Json:
    return {
        "name": "fleetscan",
        "version": visible(material.run.version),
        "rules": [_rule(rule) for rule in material.rules.values()],
        "notifications": [{"id": name, "shortDescription": {"text": words}} for name, words in NOTIFICATIONS.items()],
    }


def _rule(rule: RuleView) -> Json:
    described: dict[str, Json] = {
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": "\n\n".join(rule.why)},
        "help": {"text": _help(rule, str), "markdown": _help(rule, prose)},
        "defaultConfiguration": {"level": LEVELS[Severity(rule.severity)]},
        "properties": {"severity": rule.severity, "confidence": rule.confidence, "pack": rule.pack},
    }
    addresses = [source.address for source in rule.sources if source.address]
    return {**described, "helpUri": addresses[0]} if addresses else described


def _help(rule: RuleView, form: Callable[[str], str]) -> str:
    fix = "\n".join(f"{number}. {form(step)}" for number, step in enumerate(rule.fix, start=1))
    sources = "\n".join(f"- {form(source.text)}" for source in rule.sources)
    return "\n\n".join(part for part in (*map(form, rule.why), fix, sources) if part)


def _invocation(material: Material, numbers: Mapping[str, int]) -> Json:
    run = material.run
    described: dict[str, Json] = {
        "executionSuccessful": run.ending is Ending.FINISHED,
        "exitCode": material.exit_code,
        "startTimeUtc": _moment(run.started),
        "toolExecutionNotifications": [*_notifications(material, numbers)],
    }
    return {**described, "endTimeUtc": _moment(run.ended)} if run.ended else described


def _notifications(material: Material, numbers: Mapping[str, int]) -> Iterator[Json]:
    if material.run.ending is not Ending.FINISHED:
        yield _notification(STOPPED, ENDINGS[material.run.ending].words)
    for fault in material.view.faults:
        words = f"{fault.rule.title} on {counted(fault.count, 'host')}: {fault.says[0].text}"
        rule: Json = {"id": fault.rule.id, "index": numbers[fault.rule.id]}
        yield {**_notification(BROKEN_RULE, words), "associatedRule": rule}
    for number, host in enumerate(material.hosts):
        if host.silence:
            where: Json = [{"logicalLocations": [_host(number, host)]}]
            yield {**_notification(NOT_SCANNED, host.silence), "locations": where}


def _notification(name: str, words: str) -> dict[str, Json]:
    return {
        "descriptor": {"id": name, "index": [*NOTIFICATIONS].index(name)},
        "level": "error",
        "message": {"text": words},
    }


def _in_order(hosts: Sequence[HostTold]) -> Sequence[tuple[int, HostTold, Verdict]]:
    """Give the gravest first: some systems read only so many results."""
    order = {word: number for number, word in enumerate(KINDS)}
    every = ((number, host, verdict) for number, host in enumerate(hosts) for verdict in host.verdicts)
    return sorted(every, key=lambda each: (order[each[2].word], each[2].severity.rank))


def _result(material: Material, numbers: Mapping[str, int], number: int, host: HostTold, verdict: Verdict) -> Json:
    rule = visible(verdict.rule)
    result: dict[str, Json] = {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "kind": KINDS[verdict.word],
        "level": LEVELS[verdict.severity] if verdict.word == "finding" else "none",
        "message": {"text": _words(verdict)},
        "locations": [{"logicalLocations": [_host(number, host)]}],
        "partialFingerprints": {"hostRule/v1": _fingerprint(verdict)},
    }
    if verdict.word in {"finding", "unknown", "broken"}:
        result["properties"] = {"verdict": verdict.word, "severity": str(verdict.severity)}
        result["relatedLocations"] = _facts(verdict.evidence)
        since = material.since(verdict)
        if since:
            result["provenance"] = {"firstDetectionTimeUtc": _moment(since.at)}
    return result


def _words(verdict: Verdict) -> str:
    if verdict.word == "unknown":
        return f"Unknown: {'; '.join(missing(verdict))}"
    return sentence(verdict) or VERDICTS[verdict.word]


def _host(number: int, host: HostTold) -> Json:
    return {"fullyQualifiedName": visible(host.host), "index": number}


def _facts(evidence: Iterable[Evidence]) -> Json:
    """Give the places of facts, each once: the standard wants related locations to differ."""
    told = dict.fromkeys((place(each), reading(each)) for each in evidence)
    return [
        {"logicalLocations": [{"fullyQualifiedName": where, "kind": "fact"}], "message": {"text": words}}
        for where, words in told
    ]


def _fingerprint(verdict: Verdict) -> str:
    return sha256(f"{verdict.host}\0{verdict.rule}".encode("utf-8", "surrogatepass")).hexdigest()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _dump(data: Json) -> str:
    return _ENCODER.encode(data)
