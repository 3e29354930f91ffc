"""Thresholds: what a rule declares, what an environment overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fleetscan.authored import kind_of, suggest
from fleetscan.model import Fact, Told, Value
from fleetscan.rules.condition import Input
from fleetscan.rules.fact_words import MOST_DAYS
from fleetscan.rules.interface import AnyRule, Shelf
from fleetscan.rules.kinds import Kind

PREFIX: Final = "parameter."
"""What stands before the name of a parameter in a condition."""


class ParameterError(Exception):
    """Say that an override does not fit its parameter."""


def parameter_value(written: object) -> bool | int | str | list[str] | None:
    """Take what was written for a parameter; None when no condition could hold it."""
    match written:
        case bool() | int() | str():
            return written
        case [*items] if all(isinstance(item, str) for item in items):
            return [str(item) for item in items]
        case _:
            return None


def kind_of_parameter(value: object) -> Kind | None:
    """Tell which kind of variable a parameter with this value is; None when no condition could hold it."""
    match parameter_value(value):
        case bool():
            return Kind.BOOL
        case int():
            return Kind.INT
        case str():
            return Kind.STRING
        case list():
            return Kind.STRINGS
        case None:
            return None


def variables(rule: AnyRule, overrides: Mapping[str, Value]) -> dict[str, Input]:
    """Give the variables of the rule's parameters, overrides applied; raise ParameterError when one does not fit."""
    for problem in _problems(rule, overrides):
        raise ParameterError(problem)
    found: dict[str, Input] = {}
    for name, parameter in rule.parameters.items():
        value = parameter_value(overrides.get(name, parameter.default))
        if value is not None:
            found[f"{PREFIX}{name}"] = value
    return found


def check_overrides(shelf: Shelf, overrides: Mapping[str, Mapping[str, Value]]) -> tuple[str, ...]:
    """Say what is wrong with overrides (id -> parameter -> value): unknown rule, unknown parameter, wrong type.

    The id is that of a rule, or of a told fact that an outcome speaks for, whose only parameter is ``days``.
    """
    rules = {rule.id: rule for rule in shelf.all_rules}
    dated = {fact.id for fact in shelf.facts.values() if _is_dated(fact)}
    found: list[str] = []
    for name, values in overrides.items():
        if name in rules:
            found.extend(_problems(rules[name], values))
        elif name in dated:
            found.extend(_wrong_days(name, values))
        else:
            found.append(f"there is no rule {name}: {suggest(name, (*rules, *sorted(dated)))}")
    return tuple(found)


def _is_dated(fact: Fact) -> bool:
    return isinstance(fact.origin, Told) and fact.origin.indirect is not None and fact.origin.indirect.days is not None


def _wrong_days(fact: str, values: Mapping[str, Value]) -> Iterator[str]:
    for name, value in values.items():
        if name != "days":
            yield f"the fact {fact} has no parameter {name}: known: days"
        elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
            yield f"parameter days of the fact {fact} must be a whole number of days, from 1 to {MOST_DAYS}"


def _problems(rule: AnyRule, overrides: Mapping[str, Value]) -> Iterator[str]:
    for name, value in overrides.items():
        parameter = rule.parameters.get(name)
        if parameter is None:
            yield f"rule {rule.id} has no parameter {name}: {suggest(name, tuple(rule.parameters)) or 'it has none'}"
        elif kind_of_parameter(value) is not kind_of_parameter(parameter.default):
            yield f"parameter {name} of rule {rule.id} must be {kind_of(parameter.default)}, not {kind_of(value)}"
