"""The cases of every built-in rule stand on both sides of every edge of its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.rules import Rule, load_shelf, run_cases
from fleetscan.rules.condition import Compiler, ConditionError, Scope
from fleetscan.rules.kinds import variables
from fleetscan.rules.parameters import PREFIX, kind_of_parameter

SHELF = load_shelf(derivations=DERIVATIONS)
WORD = re.compile(r"'[^']*'|[A-Za-z_][\w.]*|\d+|<=|>=|==|!=|&&|\|\||[<>!?:()+*/%,-]")
NEIGHBOURS = {
    "<": ("<=",),
    "<=": ("<",),
    ">": (">=",),
    ">=": (">",),
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "!": ("",),
}
RELEASE = re.compile(r"'(?:\d+\.)+\d+'")


def nudged(word: str) -> tuple[str, ...]:
    """Give what may stand for one word of a condition so that it means nearly the same."""
    if word.isdigit():
        return str(int(word) + 1), str(max(int(word) - 1, 0))
    if RELEASE.fullmatch(word):
        *head, last = map(int, word.strip("'").split("."))
        below = [*head, last - 1] if last else [*head[:-1], head[-1] - 1, last]
        return tuple(f"'{'.'.join(map(str, release))}'" for release in ([*head, last + 1], below))
    return NEIGHBOURS.get(word, ())


def changes(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Give every condition that differs from this one in one word: its place, the word, its stand-in, the whole."""
    for found in WORD.finditer(text):
        for other in nudged(found.group()):
            if other != found.group():
                yield found.start(), found.group(), other, f"{text[: found.start()]}{other}{text[found.end() :]}"


def compiler(rule: Rule) -> Compiler:
    """Let conditions name what those of the rule may."""
    owners = {name: fact for fact, kind in rule.types.items() for name in variables(fact, kind)}
    kinds = {name: known for fact, kind in rule.types.items() for name, known in variables(fact, kind).items()}
    for name, parameter in rule.parameters.items():
        kind = kind_of_parameter(parameter.default)
        assert kind is not None
        kinds[f"{PREFIX}{name}"], owners[f"{PREFIX}{name}"] = kind, f"{PREFIX}{name}"
    return Compiler(Scope(kinds=kinds, owners=owners))


def noticed(rule: Rule) -> bool:
    """Tell whether a case of the rule no longer holds."""
    return not all(result.ok for result in run_cases(replace(SHELF, rules=(rule,), fleet_rules=())))


def near(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Give every rule that differs from this one in one word of a condition or in one threshold, with the change."""
    compile_one = compiler(rule).compile
    for part, condition in (("applies", rule.applies), ("when", rule.when)):
        for place, word, other, text in changes(condition.text if condition else ""):
            with suppress(ConditionError):
                changed = compile_one(text)
                moved = replace(rule, applies=changed) if part == "applies" else replace(rule, when=changed)
                yield f"{part}:{place}: {word} -> {other}", moved
    for name, parameter in rule.parameters.items():
        if isinstance(parameter.default, int):
            for value in (parameter.default + 1, parameter.default - 1):
                parameters = {**rule.parameters, name: replace(parameter, default=value)}
                yield f"{name}: {parameter.default} -> {value}", replace(rule, parameters=parameters)


@pytest.mark.parametrize("rule", SHELF.rules, ids=lambda rule: rule.id)
def test_no_edge_can_be_moved_unnoticed(rule: Rule) -> None:
    """A comparison, a number, a release, an operator or a threshold that is a little different breaks a case."""
    assert [change for change, other in near(rule) if not noticed(other)] == []


@pytest.mark.parametrize("rule", SHELF.rules, ids=lambda rule: rule.id)
def test_every_kind_of_verdict_has_a_case(rule: Rule) -> None:
    """A finding, a pass, an unknown, and a host that the rule is not about."""
    assert {case.verdict for case in rule.cases} == {"finding", "pass", "unknown", "not_applicable"}
