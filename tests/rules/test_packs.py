"""The built-in packs: what every rule says and how it decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.rules import CaseResult, Rule, load_shelf, run_cases

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SHELF = load_shelf(derivations=DERIVATIONS)
RESULTS = run_cases(SHELF)
IDS = (
    "scanmail-pattern-old",
    "scanmail-vulnerable-build",
    "scanmail-master-stopped",
    "scanmail-agent-missing",
    "scanmail-release-unsupported",
    "scanmail-release-exchange",
    "transport-scanned-twice",
    "scanmail-processes-twice",
    "scanmail-query-sender",
    "scanmail-wildcard-search",
    "scanmail-max-threads-low",
    "scanmail-thread-pool-low",
    "scanmail-temp-threshold-low",
    "scanmail-smtp-on-mailbox-server",
    "scanmail-attachments-deleted",
    "scanmail-temp-files",
    "scanmail-temp-folder-missing",
    "scanmail-temp-not-honoured",
    "scanmail-temp-default",
    "vsapi-scanning-threads-low",
    "vsapi-background-scanning",
    "amsi-provider-missing",
    "vsapi-scanner-off",
    "vsapi-stamp-ignored",
    "temp-on-system-volume",
    "two-file-scanners",
    "transport-scanning-on-back-end",
    "groupshield-transport-on-back-end",
    "virusscan-blocks-smtp",
    "antigen-scans-replication",
    "antigen-kaspersky-no-execute",
    "scanmail-folders-not-excluded-defender",
    "scanmail-folders-not-excluded-officescan",
    "scanmail-7-folders-not-excluded-officescan",
    "scanmail-folders-not-excluded-symantec",
    "scanmail-folders-not-excluded-mcafee",
    "scanmail-folders-not-excluded-other",
    "scanmail-further-folders-not-excluded",
    "exchange-folders-not-excluded",
    "exchange-databases-not-excluded",
    "exchange-obsolete-exclusions",
    "symantec-antivirus-exclusions-off",
    "etrust-exclusions-missing",
    "scanmail-scheduled-updates-off",
    "scanmail-scheduled-scans-off",
    "scanmail-mass-mailing-action-off",
    "scanmail-outbreak-alerts-off",
    "environment-without-file-scanner",
    "environment-without-gateway-scanner",
    "exchange-services-stopped",
    "exchange-update-behind",
    "exchange-support-ended",
    "exchange-last-update-missing",
    "exchange-mitigation-stopped",
    "exchange-setup-unfinished",
    "exchange-data-signing-off",
    "exchange-overrides-set",
    "tls-old-enabled",
    "tls-sides-differ",
    "tls-13-enabled",
    "dotnet-tls-settings",
    "dotnet-release-old",
    "smb1-allowed",
    "tcp-keep-alive",
    "page-file-unfit",
    "lm-level-low",
    "extended-protection-suppressed",
    "credential-guard-on",
    "ipv6-half-disabled",
)


def _by_id(rule: Rule) -> str:
    return rule.id


def test_the_first_version_holds_these_rules() -> None:
    """Ids are a promise: reports, waivers and the lab name them."""
    assert tuple(rule.id for rule in SHELF.rules) == IDS
    packs = (
        "topology",
        "scanmail",
        "scanmail-legacy",
        "scanmail-legacy-temp",
        "antivirus",
        "antivirus-legacy",
        "exclusions",
        "exclusions-exchange",
        "security",
        "exchange",
        "windows",
        "fleet",
    )
    assert SHELF.packs == packs


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.rule}: {result.case.name}")
def test_every_case_of_every_rule_holds(result: CaseResult) -> None:
    """Cases go through the judge of the nightly scan."""
    assert result.complaint == ""


@pytest.mark.parametrize("rule", SHELF.rules, ids=_by_id)
def test_every_rule_shows_all_its_verdicts(rule: Rule) -> None:
    """A finding, a pass, an unknown, and a host that the rule is not about."""
    verdicts = {case.verdict for case in rule.cases}
    assert verdicts == {"finding", "pass", "unknown", "not_applicable"}


@pytest.mark.parametrize("rule", SHELF.rules, ids=_by_id)
def test_the_words_of_every_rule_are_these(rule: Rule, snapshot: SnapshotAssertion) -> None:
    """Finding sentences, reasoning and remedy are read at night by strangers: they change on purpose only."""
    sentences = sorted({result.summary for result in RESULTS if result.rule == rule.id})
    words = {"title": rule.title, "sentences": sentences, "why": rule.why, "fix": rule.fix, "sources": rule.sources}
    assert words == snapshot


@pytest.mark.parametrize("rule", SHELF.rules, ids=_by_id)
def test_inferred_rules_say_what_is_inferred(rule: Rule) -> None:
    """Who reads an inferred rule can tell which part of it no source says."""
    assert rule.confidence == "documented" or re.search("inferred|not documented", rule.why)


def test_each_threshold_has_cases_on_both_sides() -> None:
    """A parameter that no case overrides could be ignored by its condition."""
    with_parameters = [rule for rule in SHELF.rules if rule.parameters]
    assert with_parameters
    assert all(any(case.parameters for case in rule.cases) for rule in with_parameters)
