"""Read one rule about one host: its shape, then every word of it against the facts of the shelf."""

from __future__ import annotations

from fleetscan.authored import Steps, validate
from fleetscan.errors import AuthoredError
from fleetscan.rules.interface import Rule
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_reader import RuleReader
from fleetscan.rules.rule_schema import RULE, WrittenRule
from fleetscan.rules.shelf_cases import read_cases
from fleetscan.rules.shelf_facts import Facts


def read_rule(pack: Pack, index: int, facts: Facts) -> Rule:
    """Read the rule at ``index`` of the pack's ``rules``; raise AuthoredError with every mistake in it."""
    at: Steps = ("rules", index)
    written = validate(pack.document, RULE, at)
    reader = RuleReader(pack, at, written, facts)
    rule = _rule(reader, written)
    if rule is None or reader.mistakes:
        raise AuthoredError(reader.mistakes)
    return rule


def _rule(reader: RuleReader, written: WrittenRule) -> Rule | None:
    reader.check_words()
    parameters = reader.parameters()
    absent = reader.absent()
    cases, mistakes = read_cases(reader.pack, reader.at, written, reader.types, parameters)
    reader.mistakes.extend(mistakes)
    if not reader.whole:
        return None
    scope = reader.scope(parameters)
    conditions = reader.conditions(scope, {"applies": written.applies, "when": written.when})
    reader.check_placeholders(scope)
    if len(conditions) < 1 + (written.applies is not None):
        return None
    reader.check_use(scope, {name for condition in conditions.values() for name in condition.variables})
    return Rule(
        **reader.advice(),
        reads=tuple(written.reads),
        types=reader.types,
        applies=conditions.get("applies"),
        when=conditions["when"],
        absent=absent,
        parameters=parameters,
        cases=cases,
    )
