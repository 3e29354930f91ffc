"""The log for systems that gather the results of tools: valid, and each verdict of the kind that the standard means."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from fleetscan.model import Ending, Verdict
from fleetscan.report.sarif import BROKEN_RULE, LEVELS, NOT_SCANNED, NOTIFICATIONS, STOPPED
from tests.report.formatted import material, written
from tests.report.generated import FEW, runs
from tests.report.hostile import hostile, venomous
from tests.report.sample import Sample, sample
from tests.report.test_formats import remembered

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.4.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def read(made: Sample) -> dict[str, Any]:
    """Write the log, hold it against the schema, and give its only run."""
    log = json.loads(written(material(made), "sarif"))
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    refers(run)
    return dict(run)


def refers(run: dict[str, Any]) -> None:
    """Check what the schema cannot: every index leads to what is named beside it, levels fit kinds, ids differ."""
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert (result["level"] == "none") == (result["kind"] != "fail")
        (where,) = result["locations"][0]["logicalLocations"]
        assert run["logicalLocations"][where["index"]]["fullyQualifiedName"] == where["fullyQualifiedName"]
    for told in run["invocations"][0]["toolExecutionNotifications"]:
        assert [*NOTIFICATIONS][told["descriptor"]["index"]] == told["descriptor"]["id"]
        if "associatedRule" in told:
            assert rules[told["associatedRule"]["index"]]["id"] == told["associatedRule"]["id"]


def of(run: dict[str, Any], host: str, rule: str) -> dict[str, Any]:
    """Find the result of a host and a rule."""
    (found,) = [
        result
        for result in run["results"]
        if result["ruleId"] == rule and result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == host
    ]
    return dict(found)


@pytest.mark.parametrize("made", [sample(45), sample(0), hostile(), *map(venomous, range(6))])
def test_the_log_is_what_the_standard_says(made: Sample) -> None:
    """It is valid, its references lead somewhere, and it has a result a verdict, whatever hosts say."""
    assert len(read(made)["results"]) == len(made.verdicts)


@FEW
@given(made=runs())
def test_every_generated_run_is_valid(made: Sample) -> None:
    """Any name, any text, any number of rules and hosts."""
    assert read(made)["tool"]["driver"]["name"] == "fleetscan"


KINDS = {"finding": "fail", "unknown": "open", "broken": "open", "pass": "pass", "not_applicable": "notApplicable"}


def test_only_a_finding_fails_and_what_is_unknown_is_open() -> None:
    """The kind says what is known, the level how grave a finding is."""
    made = sample(45)
    run = read(made)
    for verdict in made.verdicts:
        result = of(run, verdict.host, verdict.rule)
        assert result["kind"] == KINDS[verdict.word]
        assert result["level"] == (LEVELS[verdict.severity] if verdict.word == "finding" else "none")


def test_the_gravest_results_come_first() -> None:
    """A system that reads only so many results reads those that matter."""
    results = read(sample(45))["results"]
    levels = [(KINDS_IN_ORDER.index(result["kind"]), LEVELS_IN_ORDER.index(result["level"])) for result in results]
    assert levels == sorted(levels)


KINDS_IN_ORDER = ("fail", "open", "pass", "notApplicable")
LEVELS_IN_ORDER = ("error", "warning", "note", "none")


def test_a_finding_carries_its_evidence_and_since_when() -> None:
    """Each value with its place and way, and when it was seen first."""
    made = sample(45)
    log = json.loads(written(material(made, remembered(made)), "sarif"))
    VALIDATOR.validate(log)
    result = of(log["runs"][0], "par-ex02", "scanmail-processes-twice")
    assert result["message"] == {"text": "Transport scanning is on while the real-time scan service runs."}
    assert result["properties"] == {"verdict": "finding", "severity": "warning"}
    assert result["provenance"] == {"firstDetectionTimeUtc": "2026-11-22T00:00:03Z"}
    assert result["relatedLocations"][1] == {
        "logicalLocations": [
            {
                "fullyQualifiedName": "HKLM\\SOFTWARE\\Microsoft\\Exchange\\TransportAVAPI\\Enabled, "
                "by winrm as exchange-read",
                "kind": "fact",
            }
        ],
        "message": {"text": "transport_av.enabled = 1 (REG_DWORD)"},
    }


def test_what_is_unknown_says_what_is_missing() -> None:
    """The facts that stood in the way, with their reasons."""
    result = of(read(sample(45)), "osa-ex05", "scanmail-folders-not-excluded-defender")
    assert result["message"]["text"] == (
        "Unknown: defender.paths: access denied (Requested registry access is not allowed.)"
    )


def test_a_rule_brings_all_that_is_said_of_it() -> None:
    """Title, why, what to do, sources, severity, and the address of the first source that has one."""
    rules = {rule["id"]: rule for rule in read(sample(3))["tool"]["driver"]["rules"]}
    rule = rules["antivirus-two-file-scanners"]
    assert rule["shortDescription"]["text"] == "Two file scanners run side by side"
    assert rule["fullDescription"]["text"] == "They scan each other's work."
    assert "1. Remove one." in rule["help"]["text"]
    assert "1. Remove one." in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["properties"] == {"severity": "warning", "confidence": "documented", "pack": "sample"}
    assert rule["helpUri"].startswith("https://learn.microsoft.com/")
    assert "helpUri" not in rules["scanmail-folders-not-excluded-defender"]


def fingerprints(verdicts: tuple[Verdict, ...]) -> dict[tuple[str, str], str]:
    """Give the fingerprint of each host and rule."""
    run = read(replace(sample(6), verdicts=verdicts))
    return {
        (
            result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            result["ruleId"],
        ): result["partialFingerprints"]["hostRule/v1"]
        for result in run["results"]
    }


def test_a_fingerprint_is_that_of_host_and_rule() -> None:
    """Another verdict, other words, another evidence: the same; no two of a run are."""
    verdicts = sample(6).verdicts
    before = fingerprints(verdicts)
    other = tuple(replace(verdict, summary="Otherwise.", evidence=()) for verdict in reversed(verdicts))
    assert fingerprints(other) == before
    assert len(set(before.values())) == len(verdicts)


def test_the_invocation_tells_what_went_wrong() -> None:
    """Hosts that were not scanned, rules at fault, a run that stopped: each is a notification."""
    made = sample(45, ending=Ending.BREAKER)
    invocation = read(made)["invocations"][0]
    told = Counter(each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"])
    assert made.run.counts
    assert told == {NOT_SCANNED: made.run.counts.by_status["not_scanned"], BROKEN_RULE: 1, STOPPED: 1}
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 4
    broken = next(each for each in invocation["toolExecutionNotifications"] if "associatedRule" in each)
    assert broken["message"]["text"] == (
        "Two file scanners run side by side on 1 host: no such overload: list(string) == int"
    )
    silent = next(each for each in invocation["toolExecutionNotifications"] if "locations" in each)
    assert silent["message"]["text"] == "unreachable: connection refused"


def test_a_run_that_finished_was_successful() -> None:
    """It says when it began and ended, by its id, and what it exits with."""
    made = sample(3)
    run = read(made)
    assert run["automationDetails"] == {"id": "fleetscan/corp-prod/2026-11-22T010003Z-corp-prod"}
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "exitCode": 1,
            "startTimeUtc": "2026-11-22T01:00:03Z",
            "toolExecutionNotifications": [],
            "endTimeUtc": "2026-11-22T01:12:08Z",
        }
    ]
    going_on = replace(made, run=replace(made.run, ended=None, started=made.run.started - timedelta(hours=1)))
    assert "endTimeUtc" not in read(going_on)["invocations"][0]


def test_a_host_that_no_rule_said_anything_of_is_a_notification() -> None:
    """It is among the places, and the invocation says that nothing is known of it."""
    made = sample(3)
    lost = replace(made, records=made.records[1:], verdicts=tuple(v for v in made.verdicts if v.host != "par-ex01"))
    run = read(lost)
    assert "par-ex01" in [place["name"] for place in run["logicalLocations"]]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "No record of this host was kept: its turn did not come."
