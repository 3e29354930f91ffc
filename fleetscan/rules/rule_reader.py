"""What host rules and fleet rules are read by: their words, held against the facts of the shelf.

All mistakes are collected. :mod:`fleetscan.rules.shelf_rules` and :mod:`fleetscan.rules.shelf_fleet` add what is
theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypedDict

from fleetscan.authored import Steps, suggest
from fleetscan.errors import Mistake
from fleetscan.model import Confidence, FactType, Severity, Told, Unknown, Value
from fleetscan.rules.case_reader import unlisted
from fleetscan.rules.condition import Compiler, Condition, ConditionError, Scope
from fleetscan.rules.given import meaning
from fleetscan.rules.interface import Parameter
from fleetscan.rules.kinds import FIELDS, RECORDS, Kind, variables
from fleetscan.rules.parameters import PREFIX, kind_of_parameter, parameter_value
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_schema import CONFIDENCES, SEVERITIES, WrittenAnyRule
from fleetscan.rules.shelf_facts import Facts
from fleetscan.rules.words import placeholders


class Advice(TypedDict):
    """The fields of a rule that need no check against the shelf."""

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    summary: str
    why: str
    fix: tuple[str, ...]
    sources: tuple[str, ...]
    applies_to: str
    pack: str
    line: int


class RuleReader:
    """Reads the words of one rule; ``mistakes`` grows with each of them.

    ``also_shown`` are placeholders of the summary that the kind of the rule brings with it.
    """

    def __init__(
        self, pack: Pack, at: Steps, written: WrittenAnyRule, facts: Facts, also_shown: Iterable[str] = ()
    ) -> None:
        """Begin with the rule at the steps ``at`` of the pack."""
        self.pack = pack
        self.at = at
        self.written = written
        self.facts = facts
        self.mistakes: list[Mistake] = []
        self.types: dict[str, FactType] = {
            fact: facts.facts[fact].type for fact in written.reads if fact in facts.facts
        }
        self.told = {fact for fact in self.types if isinstance(facts.facts[fact].origin, Told)}
        self._also_shown = frozenset(also_shown)

    @property
    def whole(self) -> bool:
        """Tell whether every fact is there: a condition over others would only repeat the complaint."""
        return len(self.types) == len(set(self.written.reads))

    def refuse(self, steps: Steps, message: str, remedy: str = "") -> None:
        """Remember a mistake below the rule."""
        self.mistakes.append(self.pack.document.mistake((*self.at, *steps), message, remedy))

    def advice(self) -> Advice:
        """Give what is taken as it is written."""
        written = self.written
        return Advice(
            id=written.id,
            title=written.title,
            severity=SEVERITIES.get(written.severity, Severity.INFO),  # a wrong word was refused
            confidence=CONFIDENCES.get(written.confidence, Confidence.INFERRED),
            summary=" ".join(written.summary.split()),
            why=written.why.strip(),
            fix=tuple(step.strip() for step in written.fix),
            sources=tuple(written.sources),
            applies_to=written.applies_to.strip(),
            pack=self.pack.name,
            line=self.pack.document.position(self.at).line,
        )

    def check_words(self) -> None:
        """Refuse words that there are not, and facts that are not there, or twice."""
        for key, word, words in (
            ("severity", self.written.severity, tuple(SEVERITIES)),
            ("confidence", self.written.confidence, tuple(CONFIDENCES)),
        ):
            if word not in words:
                self.refuse((key,), f"`{key}` must be one of {', '.join(words)}", suggest(word, words))
        counts = Counter(self.written.reads)
        for index, fact in enumerate(self.written.reads):
            if fact not in self.facts.declared:
                self.refuse(("reads", index), f"there is no fact {fact}", suggest(fact, tuple(self.facts.facts)))
            elif counts[fact] > 1:
                self.refuse(("reads", index), f"the fact {fact} is listed twice", "keep one")

    def parameters(self) -> dict[str, Parameter]:
        """Read the thresholds."""
        found: dict[str, Parameter] = {}
        for name, written in self.written.parameters.items():
            default = parameter_value(written.default)
            if default is None:
                remedy = "write true or false, a whole number, text, or a list of texts"
                self.refuse(("parameters", name, "default"), f"the parameter {name} cannot hold this", remedy)
            else:
                found[name] = Parameter(name=name, default=default, about=written.about, unit=written.unit)
        return found

    def absent(self) -> dict[str, Value | Unknown]:
        """Read what absence means; every fact that is not a record must say it."""
        found: dict[str, Value | Unknown] = {}
        for fact, written in self.written.absent.items():
            if fact not in self.written.reads:
                message, remedy = f"`reads` does not list {fact}", unlisted(fact, self.types)
                self.mistakes.append(self.pack.document.mistake_at_key((*self.at, "absent", fact), message, remedy))
            elif fact in self.types:
                try:
                    found[fact] = self._meaning(fact, written)
                except ValueError as error:
                    remedy = "leave it out" if fact in self.told else _EXAMPLE
                    self.refuse(("absent", fact), f"{fact} is {self.types[fact]}: {error}", remedy)
        never = {fact for fact, kind in self.types.items() if kind in RECORDS} | self.told | self.written.absent.keys()
        for index, fact in enumerate(self.written.reads):
            if fact in self.types and fact not in never:
                message = f"{fact} can be absent, and the rule does not say what that means"
                self.refuse(("reads", index), message, f"add `absent: {{{fact}: VALUE}}`, or {_EXAMPLE}")
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

    def scope(self, parameters: Mapping[str, Parameter]) -> Scope:
        """Say what the conditions may name."""
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

    def conditions(self, scope: Scope, texts: Mapping[str, str | None]) -> dict[str, Condition]:
        """Compile the conditions under these keys of the rule; one that cannot be compiled is left out."""
        compiler = Compiler(scope)
        found: dict[str, Condition] = {}
        for key, text in texts.items():
            if text is None:
                continue
            try:
                found[key] = compiler.compile(text)
            except ConditionError as error:
                faults = (self.pack.fault((*self.at, key), text, fault) for fault in error.faults)
                self.mistakes.extend(faults)
        return found

    def check_placeholders(self, scope: Scope) -> None:
        """Refuse what the summary shows and the rule does not know."""
        for name in placeholders(self.written.summary):
            shown = name in scope.kinds or name in self.types or name in self._also_shown
            if not shown:
                remedy = suggest(name, tuple(scope.kinds)) or "name a variable of `reads` or a parameter"
                self.refuse(("summary",), f"the summary shows {{{name}}}, which is not known to the rule", remedy)

    def check_use(self, scope: Scope, named: set[str]) -> None:
        """Refuse facts and parameters that nothing uses; ``named`` are the variables that the conditions name."""
        shown = set(placeholders(self.written.summary))
        used = {scope.owners[name] for name in (named | shown) & scope.owners.keys()} | (shown & self.types.keys())
        for index, fact in enumerate(self.written.reads):
            if fact not in used:
                self.refuse(("reads", index), f"the fact {fact} is never used", "leave it out of `reads`")
            self._check_guard(fact, index, named)
        for name in self.written.parameters:
            if f"{PREFIX}{name}" not in used:
                self.refuse(("parameters", name), f"the parameter {name} is never used", "leave it out")

    def _check_guard(self, fact: str, index: int, named: set[str]) -> None:
        fields = variables(fact, self.types[fact])
        guard = f"{fact}.exists"
        if guard in fields and guard not in named and named & fields.keys() and fact not in self.written.absent:
            message = f"a condition reads {fact} and does not ask {guard}"
            self.refuse(("reads", index), message, f"write `{guard} && ...`, or add `absent: {{{fact}: ...}}`")


_EXAMPLE = "`{unknown: not_located}` when it decides nothing"
