"""From facts to verdicts.

Law: nothing unseen is called fine. A verdict is Pass or NotApplicable only when its conditions were decided by what
is known. What they could not decide is Undetermined, with the facts that stood in the way, at least one; and when
no fact stood in the way, the rule itself is Broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from fleetscan.model import (
    Asked,
    Broken,
    Derived,
    Evidence,
    Fact,
    Finding,
    HostRecord,
    NotApplicable,
    Pass,
    Reason,
    Ruling,
    Told,
    Undetermined,
    Unknown,
    Value,
    Verdict,
)
from fleetscan.rules.condition import Condition, Undecided
from fleetscan.rules.interface import AnyRule, Rule, Shelf
from fleetscan.rules.parameters import ParameterError
from fleetscan.rules.rests import confidence_of, remark, rests_on, untold
from fleetscan.rules.sight import Binder, Sight
from fleetscan.rules.words import placeholders, sentence

NO_OVERRIDES: Final[Mapping[str, Value]] = MappingProxyType({})
_NONE_AT_ALL: Final[Mapping[str, Mapping[str, Value]]] = MappingProxyType({})
_NOTHING: Final = Sight(variables=MappingProxyType({}), unknown=MappingProxyType({}))


def judge(
    rule: Rule, evidence: Mapping[str, Evidence], *, host: str, parameters: Mapping[str, Value] = NO_OVERRIDES
) -> Verdict:
    """Judge one rule on one host.

    ``evidence`` maps fact id to evidence; a fact that is not in it counts as not asked. ``parameters`` overrides the
    rule's thresholds by name. Never raises because of what a host or an override says.
    """
    return _judge(rule, Binder(evidence), host, parameters)


def judge_all(
    shelf: Shelf, record: HostRecord, parameters: Mapping[str, Mapping[str, Value]] = _NONE_AT_ALL
) -> tuple[Verdict, ...]:
    """Judge every rule of the shelf on one host, in the order of the shelf.

    ``parameters`` maps rule id -> parameter -> value. A fact that the record lacks is unknown for the reason for
    which the conversation with the host ended, or else was not asked.
    """
    binder = Binder(complete(shelf, shelf.rules, record))
    return tuple(_judge(rule, binder, record.host, parameters.get(rule.id, NO_OVERRIDES)) for rule in shelf.rules)


def _judge(rule: Rule, binder: Binder, host: str, overrides: Mapping[str, Value]) -> Verdict:
    try:
        sight = binder.look(rule, overrides)
        ruling = _rule(rule, sight)
    except ParameterError as error:
        sight, ruling = _NOTHING, Broken(fault=str(error))
    words = placeholders(rule.summary) if isinstance(ruling, Finding) else ()
    evidence = binder.evidence(rule)
    rests = rests_on(rule, sight, ruling, evidence, _rule)
    whole = untold(ruling.facts) if isinstance(ruling, Undetermined) else frozenset()
    said = sentence(rule, ruling, {name: binder.shown(rule, sight, name) for name in words}, whole)
    return Verdict(
        host=host,
        rule=rule.id,
        severity=rule.severity,
        confidence=confidence_of(rule, rests),
        ruling=ruling,
        summary=f"{said}{remark(rests)}",
        evidence=evidence,
    )


def _rule(rule: Rule, sight: Sight) -> Ruling:
    if rule.applies is not None:
        match rule.applies.evaluate(sight.variables):
            case Undecided() as answer:
                return undecided(rule.applies, sight, answer)
            case False:
                return NotApplicable()
    match rule.when.evaluate(sight.variables):
        case Undecided() as answer:
            return undecided(rule.when, sight, answer)
        case True:
            return Finding()
        case False:
            return Pass()


def undecided(condition: Condition, sight: Sight, answer: Undecided) -> Undetermined | Broken:
    """Name the unknown facts of those clauses that are undecided themselves: no other can have stood in the way."""
    stuck = [clause for clause in condition.clauses if isinstance(clause.evaluate(sight.variables), Undecided)]
    named = {name for clause in stuck for name in clause.names}
    facts = tuple(unknown for fact, unknown in sight.unknown.items() if fact in named)
    return Undetermined(facts=facts) if facts else Broken(fault=answer.fault)


def complete(shelf: Shelf, rules: Iterable[AnyRule], record: HostRecord) -> Mapping[str, Evidence]:
    """Add evidence for every fact that a rule reads and the record lacks: unknown, and why."""
    missing = {fact for rule in rules for fact in rule.reads} - record.facts.keys()
    if not missing:
        return record.facts
    return {**record.facts, **{fact: _unseen(shelf.facts[fact], record) for fact in missing}}


def _unseen(fact: Fact, record: HostRecord) -> Evidence:
    failure = record.failure
    return Evidence(
        fact=fact.id,
        outcome=Unknown(reason=failure.reason, detail=failure.detail) if failure else Unknown(reason=Reason.NOT_ASKED),
        where=_where(fact),
        transport=record.transport,
        credential=record.credential,
        at=record.started,
    )


def _where(fact: Fact) -> str:
    match fact.origin:
        case Asked(question=question):
            return question.where
        case Derived(derivation=derivation, inputs=inputs):
            return f"{derivation}({', '.join(inputs)})"
        case Told() as told:
            return told.where
        case _:
            assert_never(fact.origin)
