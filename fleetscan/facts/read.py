"""From the answers of one host to the evidence of every fact of the plan.

Law: every fact of the plan comes out, exactly once. What was not answered is unknown for the reason for which the
conversation ended, and nothing is guessed in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from fleetscan.facts.decode import decode
from fleetscan.facts.located import Scene
from fleetscan.facts.plan import Plan
from fleetscan.facts.senses import brief, unknown
from fleetscan.facts.table import DERIVATIONS
from fleetscan.facts.told import SILENCE, Word, evidence, resolve, tinted
from fleetscan.model import (
    Absent,
    Answer,
    Asked,
    Derived,
    Evidence,
    Fact,
    FactType,
    Known,
    Outcome,
    Question,
    Reason,
    Told,
    Unknown,
)

_CLOCKS_DIFFER = timedelta(days=1)
"""How far a host's clock may be ahead of ours."""


def read(
    plan: Plan, answer: Answer, *, transport: str, credential: str, at: datetime, word: Word = SILENCE
) -> Mapping[str, Evidence]:
    """Decode what was asked and work out what is derived; fact id -> evidence, in the plan's order.

    ``transport`` is the way of whatever ``answer.ways`` does not name. ``at`` is the moment of the reading (aware,
    UTC); derivations that know a calendar see it. ``word`` is what the environment says of the host. Never raises for
    anything that a host answered.
    """
    record: dict[str, Evidence] = {}
    for fact in plan.facts:
        if isinstance(fact.origin, Told):
            resolved = resolve(fact, fact.origin, word, Scene(ask=partial(_raw, plan, answer), record=record, at=at))
            way = _located_way(fact, word, plan, answer) or transport
            record[fact.id] = evidence(fact, resolved, transport=way, credential=credential, at=at)
            continue
        record[fact.id] = Evidence(
            fact=fact.id,
            outcome=_outcome(fact, fact.origin, plan, answer, record, at),
            where=where(fact),
            transport=_way(fact.origin, plan, answer, record) or transport,
            credential=credential,
            at=at,
        )
    return record


def _way(origin: Asked | Derived, plan: Plan, answer: Answer, record: Mapping[str, Evidence]) -> str:
    """Name the way that a fact came over, where it is not that of the whole record."""
    match origin:
        case Asked(question=question):
            return answer.ways.get(plan.asked_as(question), "")
        case Derived(inputs=inputs):
            shared = {record[one].transport for one in inputs}
            return shared.pop() if len(shared) == 1 else ""
        case _:
            assert_never(origin)


def _located_way(fact: Fact, word: Word, plan: Plan, answer: Answer) -> str:
    """Name the way that a locator's place was read over; empty without a locator."""
    locator = word.locators.get(fact.id)
    return answer.ways.get(plan.asked_as(locator.question), "") if locator else ""


def where(fact: Fact) -> str:
    """Name the place that a fact is read from, or the derivation and its inputs."""
    match fact.origin:
        case Asked(question=question):
            return question.where
        case Derived(derivation=name, inputs=inputs):
            return f"{name}({', '.join(inputs)})"
        case Told() as told:
            return told.where
        case _:
            assert_never(fact.origin)


def _outcome(
    fact: Fact, origin: Asked | Derived, plan: Plan, answer: Answer, record: Mapping[str, Evidence], at: datetime
) -> Outcome:
    match origin:
        case Asked():
            return _asked(fact, origin, plan, answer, at)
        case Derived(derivation=name, inputs=inputs):
            outcomes = [record[one].outcome for one in inputs]
            return tinted(DERIVATIONS[name].function(outcomes, at), outcomes)
        case _:
            assert_never(origin)


def _asked(fact: Fact, origin: Asked, plan: Plan, answer: Answer, at: datetime) -> Outcome:
    outcome = _raw(plan, answer, origin.question)
    match outcome:
        case Known():
            return _dated(fact.type, decode(fact.type, origin.question, origin.property, outcome), at)
        case Absent() | Unknown():
            return outcome
        case _:
            assert_never(outcome)


def _raw(plan: Plan, answer: Answer, question: Question) -> Outcome:
    return answer.outcomes.get(plan.asked_as(question)) or _unanswered(answer)


def _dated(kind: FactType, outcome: Outcome, at: datetime) -> Outcome:
    """Refuse the newest file of a folder when its time lies ahead: what has no age would pass for young."""
    match kind, outcome:
        case FactType.NEWEST, Known(value={"name": name, "modified": str() as modified}):
            if datetime.fromisoformat(modified) > at + _CLOCKS_DIFFER:
                return unknown(Reason.MALFORMED, f"{brief(name)} is dated {modified}, after the reading")
    return outcome


def _unanswered(answer: Answer) -> Unknown:
    if answer.failure:
        return unknown(answer.failure.reason, answer.failure.detail)
    return unknown(Reason.NOT_ASKED, "the host was not asked, or left the question out of its answer")
