"""Read one rule: its shape, then every word of it against the facts of the shelf. All mistakes are collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from fleetscan.authored import Steps, suggest, validate
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.model import FactType, Told, Unknown, Value
from fleetscan.rules.condition import Compiler, Condition, ConditionError, Scope
from fleetscan.rules.given import meaning
from fleetscan.rules.interface import Parameter, Rule
from fleetscan.rules.kinds import FIELDS, RECORDS, Kind, variables
from fleetscan.rules.parameters import PREFIX, kind_of_parameter, parameter_value
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_schema import CONFIDENCES, RULE, SEVERITIES, WrittenRule
from fleetscan.rules.shelf_cases import read_cases
from fleetscan.rules.shelf_facts import Facts
from fleetscan.rules.words import placeholders


def read_rule(pack: Pack, index: int, facts: Facts) -> Rule:
    """Read the rule at ``index`` of the pack's ``rules``; raise AuthoredError with every mistake in it."""
    at: Steps = ("rules", index)
    reader = _Reader(pack, at, validate(pack.document, RULE, at), facts)
    rule = reader.rule()
    if rule is None or reader.mistakes:
        raise AuthoredError(reader.mistakes)
    return rule


class _Reader:
    def __init__(self, pack: Pack, at: Steps, written: WrittenRule, facts: Facts) -> None:
        self.pack = pack
        self.at = at
        self.written = written
        self.facts = facts
        self.mistakes: list[Mistake] = []
        self.types: dict[str, FactType] = {
            fact: facts.facts[fact].type for fact in written.reads if fact in facts.facts
        }
        self.told = {fact for fact in self.types if isinstance(facts.facts[fact].origin, Told)}

    def rule(self) -> Rule | None:
        written = self.written
        self._check_reads()
        parameters = self._parameters()
        absent = self._absent()
        cases, mistakes = read_cases(self.pack, self.at, written, self.types, parameters)
        self.mistakes.extend(mistakes)
        if len(self.types) < len(set(written.reads)):
            return None  # a condition over facts that are not there would only repeat the complaint
        conditions = self._conditions(self._scope(parameters))
        when = conditions.get("when")
        if when is None:
            return None
        place = self.pack.document.position(self.at)
        return Rule(
            id=written.id,
            title=written.title,
            severity=SEVERITIES[written.severity],
            confidence=CONFIDENCES[written.confidence],
            summary=" ".join(written.summary.split()),
            reads=tuple(written.reads),
            types=self.types,
            applies=conditions.get("applies"),
            when=when,
            absent=absent,
            parameters=parameters,
            why=written.why.strip(),
            fix=tuple(step.strip() for step in written.fix),
            sources=tuple(written.sources),
            applies_to=written.applies_to.strip(),
            cases=cases,
            pack=self.pack.name,
            line=place.line,
        )

    def _refuse(self, steps: Steps, message: str, remedy: str = "") -> None:
        self.mistakes.append(self.pack.document.mistake((*self.at, *steps), message, remedy))

    def _check_reads(self) -> None:
        counts = Counter(self.written.reads)
        for index, fact in enumerate(self.written.reads):
            if fact not in self.facts.declared:
                self._refuse(("reads", index), f"there is no fact {fact}", suggest(fact, tuple(self.facts.facts)))
            elif counts[fact] > 1:
                self._refuse(("reads", index), f"the fact {fact} is listed twice", "keep one")

    def _parameters(self) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for name, written in self.written.parameters.items():
            default = parameter_value(written.default)
            if default is None:
                remedy = "write true or false, a whole number, text, or a list of texts"
                self._refuse(("parameters", name, "default"), f"the parameter {name} cannot hold this", remedy)
            else:
                found[name] = Parameter(name=name, default=default, about=written.about, unit=written.unit)
        return found

    def _absent(self) -> dict[str, Value | Unknown]:
        found: dict[str, Value | Unknown] = {}
        for fact, written in self.written.absent.items():
            if fact not in self.written.reads:
                message, remedy = f"`reads` does not list {fact}", suggest(fact, tuple(self.written.reads))
                self.mistakes.append(self.pack.document.mistake_at_key((*self.at, "absent", fact), message, remedy))
            elif fact in self.types:
                try:
                    found[fact] = self._meaning(fact, written)
                except ValueError as error:
                    remedy = "leave it out" if fact in self.told else _EXAMPLE
                    self._refuse(("absent", fact), f"{fact} is {self.types[fact]}: {error}", remedy)
        never = {fact for fact, kind in self.types.items() if kind in RECORDS} | self.told | self.written.absent.keys()
        for index, fact in enumerate(self.written.reads):
            if fact in self.types and fact not in never:
                message = f"{fact} can be absent, and the rule does not say what that means"
                self._refuse(("reads", index), message, f"add `absent: {{{fact}: VALUE}}`, or {_EXAMPLE}")
        return found

    def _meaning(self, fact: str, written: object) -> Value | Unknown:
        if fact in self.told:
            message = "what is told is known or unknown, never absent"
            raise ValueError(message)
        value = meaning(self.types[fact], written)
        if self.types[fact] in RECORDS and not isinstance(value, Unknown):
            message = f"a record says by {fact}{FIELDS[self.types[fact]][0].suffix} whether it is there: leave it out"
            raise ValueError(message)
        return value

    def _scope(self, parameters: Mapping[str, Parameter]) -> Scope:
        kinds: dict[str, Kind] = {}
        owners: dict[str, str] = {}
        for fact, kind in self.types.items():
            kinds |= variables(fact, kind)
            owners |= dict.fromkeys(variables(fact, kind), fact)
        for name, parameter in parameters.items():
            kind_of = kind_of_parameter(parameter.default)
            if kind_of is not None:
                kinds[f"{PREFIX}{name}"] = kind_of
                owners[f"{PREFIX}{name}"] = f"{PREFIX}{name}"
        elsewhere = {
            name: fact.id
            for fact in self.facts.facts.values()
            if fact.id not in self.types
            for name in variables(fact.id, fact.type)
        }
        return Scope(kinds=kinds, owners=owners, elsewhere=elsewhere)

    def _conditions(self, scope: Scope) -> dict[str, Condition]:
        compiler = Compiler(scope)
        found: dict[str, Condition] = {}
        texts = {"applies": self.written.applies, "when": self.written.when}
        for key, text in texts.items():
            if text is None:
                continue
            try:
                found[key] = compiler.compile(text)
            except ConditionError as error:
                faults = (self.pack.fault((*self.at, key), text, fault) for fault in error.faults)
                self.mistakes.extend(faults)
        self._check_placeholders(scope)
        if len(found) == sum(text is not None for text in texts.values()):
            self._check_use(scope, {name for condition in found.values() for name in condition.variables})
        return found

    def _check_placeholders(self, scope: Scope) -> None:
        for name in placeholders(self.written.summary):
            shown = name in scope.kinds or name in self.types
            if not shown:
                remedy = suggest(name, tuple(scope.kinds)) or "name a variable of `reads` or a parameter"
                self._refuse(("summary",), f"the summary shows {{{name}}}, which is not known to the rule", remedy)

    def _check_use(self, scope: Scope, named: set[str]) -> None:
        shown = set(placeholders(self.written.summary))
        used = {scope.owners[name] for name in (named | shown) & scope.owners.keys()} | (shown & self.types.keys())
        for index, fact in enumerate(self.written.reads):
            if fact not in used:
                self._refuse(("reads", index), f"the fact {fact} is never used", "leave it out of `reads`")
            self._check_guard(fact, index, named)
        for name in self.written.parameters:
            if f"{PREFIX}{name}" not in used:
                self._refuse(("parameters", name), f"the parameter {name} is never used", "leave it out")

    def _check_guard(self, fact: str, index: int, named: set[str]) -> None:
        fields = variables(fact, self.types[fact])
        guard = f"{fact}.exists"
        if guard in fields and guard not in named and named & fields.keys() and fact not in self.written.absent:
            message = f"a condition reads {fact} and does not ask {guard}"
            self._refuse(("reads", index), message, f"write `{guard} && ...`, or add `absent: {{{fact}: ...}}`")


_EXAMPLE = "`{unknown: not_located}` when it decides nothing"
