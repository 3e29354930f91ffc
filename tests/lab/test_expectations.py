"""The lab's expectations, written from the documentation, held against the rules.

No wire: a persona answers the collector's request in memory, and what comes back goes the way of every answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fleetscan.facts import DERIVATIONS, Plan, plan, read
from fleetscan.lab.collector import answer
from fleetscan.lab.fault import Fault
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.host import LabHost
from fleetscan.lab.personas import load_personas
from fleetscan.model import Answer, Asked, Evidence, Outcome, Question, Reason, Unknown
from fleetscan.rules import Rule, judge, load_shelf
from fleetscan.transport.winrm import request
from fleetscan.transport.winrm.answer import decode

_NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_SHELF = load_shelf(derivations=DERIVATIONS)
_PLAN = plan(_SHELF.facts.values())
_ASKED = request.plan(_PLAN.questions)
_ENOUGH = 2 * len(load_personas().personas)  # so many hosts that every persona is among them without a fault
_HOSTS = {host.persona: host for host in build_fleet(hosts=_ENOUGH, now=_NOW).hosts if host.fault is Fault.NONE}
_BUDGET_MS = 50_000


def _behind(fact: str) -> frozenset[Question]:
    """Name every question that a fact rests on, its own and those of its inputs."""
    origin = _SHELF.facts[fact].origin
    if isinstance(origin, Asked):
        return frozenset({_PLAN.asked_as(origin.question)})
    return frozenset().union(*map(_behind, _SHELF.facts[fact].inputs))


_RESTING: dict[Question, tuple[Rule, ...]] = {
    question: tuple(rule for rule in _SHELF.rules if any(question in _behind(fact) for fact in rule.reads))
    for question in _PLAN.questions
}
"""The rules that can change with the answer to a question: facts are pure, so all others cannot."""


def _below(facts: Iterable[str]) -> frozenset[str]:
    """Name the facts and everything that they are worked out from."""
    return frozenset(facts).union(*(_below(_SHELF.facts[fact].inputs) for fact in facts))


def _part(rules: Iterable[Rule]) -> Plan:
    """Keep of the plan what these rules read."""
    needed = _below([fact for rule in rules for fact in rule.reads])
    return replace(_PLAN, facts=tuple(fact for fact in _PLAN.facts if fact.id in needed))


_PARTS = {question: _part(rules) for question, rules in _RESTING.items()}


def _outcomes(host: LabHost) -> Answer:
    text = json.dumps(answer(host.machine, json.loads(_ASKED.encode(_BUDGET_MS))))
    return Answer(outcomes=decode(text, _ASKED))


def _words(answers: Answer, part: Plan = _PLAN, rules: Iterable[Rule] = _SHELF.rules) -> dict[str, str]:
    evidence = dict(read(part, answers, transport="winrm", credential="lab", at=_NOW))
    return {rule.id: judge(rule, evidence, host="a").word for rule in rules}


def _without(outcomes: Mapping[Question, Outcome], question: Question) -> dict[str, str]:
    """Judge what rests on a question as if its answer had been denied."""
    denied = Unknown(reason=Reason.DENIED, detail="Access is denied.")
    return _words(Answer(outcomes={**outcomes, question: denied}), _PARTS[question], _RESTING[question])


def _why(name: str, evidence: dict[str, Evidence]) -> dict[str, object]:
    rule = next(rule for rule in _SHELF.rules if rule.id == name)
    return {fact: evidence[fact].outcome for fact in rule.reads}


@pytest.mark.parametrize("persona", sorted(_HOSTS))
def test_the_rules_say_of_a_persona_what_the_documentation_does(persona: str) -> None:
    """Each rule's verdict on each persona is the one that was written by hand."""
    host = _HOSTS[persona]
    evidence = dict(read(_PLAN, _outcomes(host), transport="winrm", credential="lab", at=_NOW))
    found = {rule.id: judge(rule, evidence, host=host.name).word for rule in _SHELF.rules}
    wrong = {name: (found.get(name), wanted) for name, wanted in host.expected_verdicts.items()}
    wrong = {name: pair for name, pair in wrong.items() if pair[0] != pair[1]}
    assert wrong == {}, {name: _why(name, evidence) for name in wrong}


@pytest.mark.parametrize("persona", sorted(_HOSTS))
def test_a_persona_is_as_complete_as_expected(persona: str) -> None:
    """A persona is complete exactly when no question came back unknown; it never answers nothing."""
    host = _HOSTS[persona]
    outcomes = _outcomes(host).outcomes
    unknown = [question.where for question, outcome in outcomes.items() if isinstance(outcome, Unknown)]
    assert len(unknown) < len(outcomes)
    assert ("partial" if unknown else "complete") == host.expected_status, unknown


@pytest.mark.parametrize("persona", sorted(_HOSTS))
def test_an_answer_that_is_taken_away_makes_no_other_verdict(persona: str) -> None:
    """Whichever single question is denied, a verdict stays what it was or becomes unknown: nothing unseen is fine."""
    outcomes = _outcomes(_HOSTS[persona]).outcomes
    seen = _words(Answer(outcomes=outcomes))
    turned = {
        (question.where, rule): (seen[rule], word)
        for question in outcomes
        for rule, word in _without(outcomes, question).items()
        if word not in (seen[rule], "unknown")
    }
    assert turned == {}


def test_every_rule_of_the_packs_is_expected() -> None:
    """The lab's expectations name the rules that are on the shelf."""
    assert {rule.id for rule in _SHELF.rules} == set(_HOSTS["windows-plain"].expected_verdicts)


def test_every_rule_rests_on_a_question() -> None:
    """No rule escapes the law above, but one that stands on what the inventory tells alone."""
    resting = {rule.id for rules in _RESTING.values() for rule in rules}
    assert resting == {rule.id for rule in _SHELF.rules}


def test_every_persona_is_held_against_the_rules() -> None:
    """The fleet of these tests is large enough for all of them."""
    assert _HOSTS.keys() == load_personas().personas.keys()
