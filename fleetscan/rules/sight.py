"""What one rule sees of one host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fleetscan.model import Absent, Evidence, FactType, Known, Reason, Unknown, UnknownFact, Value
from fleetscan.rules.bind import Binding, Bound, Missing, bind, bind_value
from fleetscan.rules.condition import Input
from fleetscan.rules.interface import AnyRule
from fleetscan.rules.parameters import variables as parameter_variables
from fleetscan.rules.words import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Variables that are bound, parameters included, and the facts that are unknown to the rule."""

    variables: Mapping[str, Input]
    unknown: Mapping[str, UnknownFact]


_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_NOT_ASKED: Final = Unknown(reason=Reason.NOT_ASKED)


class Binder:
    """Bind the facts of one host, each once, however many rules read it."""

    def __init__(self, evidence: Mapping[str, Evidence]) -> None:
        """Start with the evidence of one host, by fact; a fact without evidence was not asked."""
        self._evidence = evidence
        self._bindings: dict[str, Binding] = {}

    def look(self, rule: AnyRule, overrides: Mapping[str, Value]) -> Sight:
        """Gather what ``rule`` may see; raise ParameterError when an override does not fit."""
        variables: dict[str, Input] = parameter_variables(rule, overrides)
        unknown: dict[str, UnknownFact] = {}
        for fact in rule.reads:
            binding = self.binding(fact, rule.types[fact])
            if isinstance(binding, Missing):
                binding = _meaning(rule, fact, binding)
            if isinstance(binding, UnknownFact):
                unknown[fact] = binding
            else:
                variables.update(binding.variables)
        return Sight(variables=variables, unknown=unknown)

    def binding(self, fact: str, kind: FactType) -> Binding:
        """Bind one fact, whatever a rule says of its absence."""
        if fact in self._bindings:
            return self._bindings[fact]
        evidence = self._evidence.get(fact)
        outcome, at = (evidence.outcome, evidence.at) if evidence else (_NOT_ASKED, _NEVER)
        self._bindings[fact] = bind(fact, kind, outcome, at)
        return self._bindings[fact]

    def evidence(self, rule: AnyRule) -> tuple[Evidence, ...]:
        """Give the evidence of every fact that the rule reads, in the author's order."""
        return tuple(self._evidence[fact] for fact in rule.reads if fact in self._evidence)

    def shown(self, rule: AnyRule, sight: Sight, name: str) -> str:
        """Write the variable ``name`` for a sentence: as the host said it, or that it is absent or unknown."""
        if name in rule.types and name in self._evidence:
            match self._evidence[name].outcome:
                case Known(value=value):
                    return show(value)
                case Absent():
                    return "(absent)"
                case Unknown():
                    return "(unknown)"
        return show(sight.variables[name]) if name in sight.variables else "(unknown)"


def _meaning(rule: AnyRule, fact: str, missing: Missing) -> Bound | UnknownFact:
    """Give what the rule says of a thing that is not there."""
    match rule.absent.get(fact):
        case None if missing.record is not None:
            return Bound(variables=missing.record)
        case None:
            detail = "it is not there, and the rule does not say what that means"
            return UnknownFact(fact=fact, reason=Reason.NOT_LOCATED, detail=detail)
        case Unknown(reason=reason, detail=detail):
            return UnknownFact(fact=fact, reason=reason, detail=detail)
        case value:
            return bind_value(fact, rule.types[fact], value, _NEVER)
