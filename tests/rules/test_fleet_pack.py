"""The built-in fleet rules: what each says and how it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.model import Told
from fleetscan.rules import CaseResult, FleetRule, check_overrides, load_shelf, run_cases

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SHELF = load_shelf(derivations=DERIVATIONS)
IDS = (
    "scanmail-versions-mixed",
    "exchange-levels-mixed-in-dag",
    "exchange-levels-mixed-in-site",
    "scanmail-missing-among-peers",
    "transport-agents-differ-in-dag",
    "scanmail-pattern-differs-in-site",
    "antivirus-products-differ-in-site",
)
RESULTS = [result for result in run_cases(SHELF) if result.rule in IDS]


def _by_id(rule: FleetRule) -> str:
    return rule.id


def test_these_are_the_fleet_rules() -> None:
    """Ids are a promise: reports, waivers and the lab name them."""
    assert tuple(rule.id for rule in SHELF.fleet_rules) == IDS
    assert [rule.id for rule in SHELF.all_rules][-len(IDS) :] == list(IDS)


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.rule}: {result.case.name}")
def test_every_case_of_every_fleet_rule_holds(result: CaseResult) -> None:
    """Cases go through the judge of the nightly scan."""
    assert result.complaint == ""


@pytest.mark.parametrize("rule", SHELF.fleet_rules, ids=_by_id)
def test_every_fleet_rule_shows_all_its_verdicts(rule: FleetRule) -> None:
    """A finding, a pass, an unknown, and a host that the rule is not about; a threshold has cases on both sides."""
    verdicts = {verdict for case in rule.cases for verdict in case.verdicts.values()}
    assert verdicts == {"finding", "pass", "unknown", "not_applicable"}
    assert not rule.parameters or any(case.parameters for case in rule.cases)


@pytest.mark.parametrize("rule", SHELF.fleet_rules, ids=_by_id)
def test_the_words_of_every_fleet_rule_are_these(rule: FleetRule, snapshot: SnapshotAssertion) -> None:
    """Finding sentences, reasoning and remedy are read at night by strangers: they change on purpose only."""
    sentences = sorted({result.summary for result in RESULTS if result.rule == rule.id})
    words = {"title": rule.title, "sentences": sentences, "why": rule.why, "fix": rule.fix, "sources": rule.sources}
    assert words == snapshot


@pytest.mark.parametrize("rule", SHELF.fleet_rules, ids=_by_id)
def test_fleet_rules_are_our_own_and_say_so(rule: FleetRule) -> None:
    """No article has them: all are inferred, say what is inferred, and read only what hosts say."""
    assert rule.confidence == "inferred"
    assert "inferred" in rule.why
    assert not [fact for fact in rule.reads if isinstance(SHELF.facts[fact].origin, Told)]


def test_a_fleet_rule_has_thresholds_like_any_other() -> None:
    """An environment may override them, and is told when they do not fit."""
    rule = "transport-agents-differ-in-dag"
    assert check_overrides(SHELF, {rule: {"least_peers": 5}}) == ()
    assert check_overrides(SHELF, {rule: {"least_peers": "five"}}) == (
        f"parameter least_peers of rule {rule} must be a whole number, not text",
    )
