"""Conditions: three-valued logic against a second engine, types, and the words for what is wrong."""

from __future__ import annotations

from functools import cache
from itertools import product

import celpy
import pytest
from celpy import celtypes
from celpy.evaluation import CELEvalError
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Outcome, Reason, Unknown
from fleetscan.rules import Rule, judge
from fleetscan.rules.condition import Compiler, ConditionError, Scope, Undecided
from fleetscan.rules.kinds import Kind
from tests.rules.samples import ABSENT, evidence_of, known, rule

SCOPE = Scope(
    kinds={
        "a.bool": Kind.BOOL,
        "a.int": Kind.INT,
        "a.string": Kind.STRING,
        "a.strings": Kind.STRINGS,
        "a.version": Kind.VERSION,
        "svc.one.started": Kind.BOOL,
        "svc.one.state": Kind.STRING,
        "parameter.most": Kind.INT,
    },
    owners={
        "a.bool": "a.bool",
        "a.int": "a.int",
        "a.string": "a.string",
        "a.strings": "a.strings",
        "a.version": "a.version",
        "svc.one.started": "svc.one",
        "svc.one.state": "svc.one",
        "parameter.most": "parameter.most",
    },
    elsewhere={"other.fact": "other.fact", "other.service.started": "other.service"},
)
COMPILER = Compiler(SCOPE)
ATOMS = ("p.a", "p.b", "p.c")
FACTS = "".join(
    f"  {name}: {{cim: Thing, property: {prop}, type: bool}}\n" for name, prop in zip(ATOMS, "ABC", strict=True)
)
STATES: dict[str, Outcome] = {
    "true": known(value=True),
    "false": known(value=False),
    "absent": ABSENT,
    "unknown": Unknown(reason=Reason.DENIED),
}
TABLE = (
    "p.a && p.b && p.c",
    "p.a || p.b || p.c",
    "!p.a || (p.b && p.c)",
    "p.a ? p.b : p.c",
    "(p.a && p.b) || p.c",
    "(p.a || p.b) && p.c",
    "!(p.a && p.b) || !p.c",
    "!(p.a ? !p.b : p.c)",
    "p.a && (p.b ? p.c : p.b)",
    "p.a == p.b || p.c",
    "(p.a ? p.b : p.c) || (p.b && p.c)",
)


ORACLE = celpy.Environment()  # made here, because it raises the recursion limit, which Hypothesis would notice


@cache
def _program(text: str) -> celpy.Runner:
    return ORACLE.program(ORACLE.compile(text))


@cache
def _rule(text: str, meanings: tuple[bool, ...]) -> Rule:
    absent = ", ".join(f"{name}: {str(value).lower()}" for name, value in zip(ATOMS, meanings, strict=True))
    return rule(f"'({text}) || (p.a && p.b && p.c && !p.a)'", "p.a, p.b, p.c", f"{{{absent}}}", facts=FACTS)


def _oracle(text: str, bound: dict[str, bool]) -> str:
    try:
        answer = _program(text).evaluate({name: celtypes.BoolType(value) for name, value in bound.items()})
    except CELEvalError:
        return "unknown"
    return "finding" if answer else "pass"


def _agree(text: str, states: tuple[str, ...], meanings: tuple[bool, ...]) -> None:
    made = _rule(text, meanings)
    seen = evidence_of({name: STATES[state] for name, state in zip(ATOMS, states, strict=True)})
    bound = {
        name: state == "true" or (state == "absent" and meaning)
        for name, state, meaning in zip(ATOMS, states, meanings, strict=True)
        if state != "unknown"
    }
    assert judge(made, seen, host="h").word == _oracle(made.when.text, bound)


@pytest.mark.parametrize("text", TABLE)
def test_three_valued_logic_agrees_with_a_second_engine(text: str) -> None:
    """Known, absent with either meaning, and unknown, over every operator: the same answer from cel-python."""
    for states in product(STATES, repeat=3):
        _agree(text, states, (True, False, True))


_FORMULA = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=7,
)


@given(_FORMULA, st.tuples(*[st.sampled_from(sorted(STATES))] * 3), st.tuples(*[st.booleans()] * 3))
def test_any_formula_agrees_with_a_second_engine(
    text: str, states: tuple[str, ...], meanings: tuple[bool, ...]
) -> None:
    """Formulas that nobody thought of are decided alike."""
    _agree(text, states, meanings)


VERSIONS = [
    ("15.2.1544.4", "15.2.1544.4", True),
    ("15.2.1544.4", "15.2.1544.5", False),
    ("15.2.1544.10", "15.2.1544.9", True),
    ("15.2", "15.2.0.0", True),
    ("15.2.0.0", "15.2", True),
    ("15.2.0.1", "15.2", True),
    ("15.0.2", "15.0.2", True),
    ("15.2.0.1", "15.2.0.1", True),
    ("15.0.0", "15.0.1", False),
    ("15", "15.0.0.1", False),
    ("9.0", "10.0", False),
    ("0", "0.0", True),
]


@pytest.mark.parametrize(("version", "floor", "least"), VERSIONS)
def test_versions_are_compared_number_by_number(version: str, floor: str, least: bool) -> None:  # noqa: FBT001 - a table
    """10 is more than 9, and missing numbers are zeros; versionBelow is the opposite of versionAtLeast."""
    numbers = [int(part) for part in version.split(".")]
    at_least = COMPILER.compile(f"versionAtLeast(a.version, '{floor}')")
    below = COMPILER.compile(f"versionBelow(a.version, '{floor}')")

    assert at_least.evaluate({"a.version": numbers}) is least
    assert below.evaluate({"a.version": numbers}) is not least


def test_an_unknown_version_is_neither_above_nor_below() -> None:
    """A version that was not read decides nothing."""
    assert isinstance(COMPILER.compile("versionAtLeast(a.version, '1.0')").evaluate({}), Undecided)
    assert isinstance(COMPILER.compile("versionBelow(a.version, '1.0')").evaluate({}), Undecided)


def test_a_text_that_is_no_version_fails_aloud() -> None:
    """A floor that comes from a text and is no version never means false."""
    condition = COMPILER.compile("versionAtLeast(a.version, a.string)")

    answer = condition.evaluate({"a.version": [1], "a.string": "newest"})

    assert answer == Undecided(fault="'newest' is not a version of numbers and dots")


def test_a_condition_names_its_variables_and_what_is_behind_them() -> None:
    """Records are named once, comprehension variables and functions not at all."""
    condition = COMPILER.compile("svc.one.started && svc.one.state != 'x' && a.strings.exists(x, x == 'k')")

    assert condition.variables == ("a.strings", "svc.one.started", "svc.one.state")
    assert condition.names == ("a.strings", "svc.one")


def test_a_long_condition_names_all_its_variables() -> None:
    """Lengths above 127 bytes need more than one byte in the engine's answer."""
    text = " && ".join([f"a.string != '{'x' * 40}{number}'" for number in range(12)] + ["a.bool"])

    assert COMPILER.compile(text).variables == ("a.bool", "a.string")


def test_outermost_parts_are_clauses() -> None:
    """An operator in brackets, a string or a ternary does not split."""
    condition = COMPILER.compile("(a.bool || a.int == 1) && a.string != 'x && y' && a.strings.exists(x, x == '||')")

    texts = [clause.text for clause in condition.clauses]
    assert condition.operator == "&&"
    assert texts == ["(a.bool || a.int == 1)", "a.string != 'x && y'", "a.strings.exists(x, x == '||')"]
    assert COMPILER.compile("a.bool ? a.bool && a.bool : a.bool").operator == ""
    assert COMPILER.compile("a.bool && a.bool || a.bool").operator == "||"


FAULTS = [
    ("a.bool and a.bool", 7, "`and` is not a word of a condition", "write `&&`"),
    ("a.bool or a.bool", 7, "`or` is not a word of a condition", "write `||`"),
    ("not a.bool", 0, "`not` is not a word of a condition", "write `!`"),
    ("a.bool == True", 10, "`True` is not a word of a condition", "write `true`"),
    ("a.bool is a.bool", 7, "`is` is not a word of a condition", "write `==`"),
    ("a.int = 1", 6, "`=` is not a word of a condition", "write `==`"),
    ("a.int <> 1", 6, "`<>` is not a word of a condition", "write `!=`"),
    ("a.bool & a.bool", 7, "`&` is not a word of a condition", "write `&&`"),
    ("a.string | a.bool", 9, "`|` is not a word of a condition", "write `||`"),
    ("a.string == None", 12, "`None` is not a word of a condition", "say under `absent:` what a missing value means"),
    ("a.string == null", 12, "`null` is not a word of a condition", "say under `absent:` what a missing value means"),
    ("dyn(a.int) == 1.0", 0, "`dyn` is not a word of a condition", "leave it out: conditions are typed"),
    ("a.bool && a.int", 7, "found no matching overload for '_&&_' applied to '(bool, int)'", "it is true or false"),
    ("a.int == '1'", 6, "found no matching overload for '_==_' applied to '(int, string)'", "compare a number"),
    ("a.string == 1", 9, "found no matching overload for '_==_' applied to '(string, int)'", "compare text with"),
    ("a.int > 1.5", 6, "found no matching overload for '_>_' applied to '(int, double)'", "write whole numbers"),
    ("a.version < '2'", 10, "found no matching overload for '_<_' applied to '(version, string)'", "compare a version"),
    ("a.version < a.version", 10, "found no matching overload for '_<_' applied to '(version, version)'", "a version"),
    ("versionAtLeast(a.string, '1')", 14, "found no matching overload for 'versionAtLeast'", "the first must be a"),
    ("versionAtLeast(a.version, '1.x')", 26, "this is not a version", "write numbers and dots"),
    ("versionBelow(a.version, '1.x')", 24, "this is not a version", "write numbers and dots"),
    ("versionBelow(a.string, '1')", 12, "found no matching overload for 'versionBelow'", "the first must be a"),
    ("a.int", 0, "a condition must be true or false, this is int", ""),
    ("svc.one.startd && a.bool", 0, "unknown name svc.one.startd", "did you mean svc.one.started?"),
    ("a.bool && svc.one", 10, "unknown name svc.one", "use one of svc.one.started, svc.one.state"),
    ("a.bool && q.q", 10, "unknown name q.q", "name a fact of `reads`, or `parameter.NAME`"),
    ("a.bool && other.fact == 1", 10, "the condition names other.fact, but `reads` does not list", "add other.fact"),
    ("a.string.trim() == ''", 13, "there is no function trim", "versionAtLeast, versionBelow, size"),
    ("a.int.size() == 1", 10, "found no matching overload for 'size' applied to '(int)'", "compare values of one"),
    ("a.int.b == 1", 5, "expression of type 'int' cannot be the operand of a select operation", "it has no fields"),
    ("a.string.exists(x, true)", 1, "expression of type 'string' cannot be the range", "only a list can be searched"),
    ("a.strngs.exists(x, x == 'k')", 0, "unknown name a.strngs", "did you mean a.strings?"),
    ("a.bool &&", 9, "the condition ends too early", "write the rest of it"),
    ("(a.bool", 7, "a bracket is not closed", "add `)`"),
    ("a.bool a.bool", 7, "this is not expected here", "join two conditions"),
    ("a.string == 'x", 12, "this cannot be read", "check the quotes"),
    ("a.string == 'é' && a.nit == 1", 19, "unknown name a.nit", "did you mean a.int?"),
    ("a.bool\n  && a.nit == 1", 12, "unknown name a.nit", "did you mean a.int?"),
    ("(" * 40 + "a.bool" + ")" * 40, 0, "cannot be compiled: Expression recursion limit", "make the condition simpler"),
]


@pytest.mark.parametrize(("text", "offset", "message", "remedy"), FAULTS, ids=[fault[0][:40] for fault in FAULTS])
def test_what_is_wrong_is_said_with_its_place_and_a_remedy(text: str, offset: int, message: str, remedy: str) -> None:
    """Python, Jinja, wrong kinds, unknown names and syntax each have words of their own."""
    with pytest.raises(ConditionError) as caught:
        COMPILER.compile(text)

    fault = caught.value.faults[0]
    assert (fault.offset, fault.message[: len(message)], fault.remedy[: len(remedy)]) == (offset, message, remedy)


def test_every_mistake_of_a_condition_is_found_at_once() -> None:
    """Two wrong operands are two mistakes."""
    with pytest.raises(ConditionError) as caught:
        COMPILER.compile("a.int == 'x' && a.nit == 1 && a.string == 2")

    assert [fault.offset for fault in caught.value.faults] == [6, 16, 39]
    assert "unknown name a.nit" in str(caught.value)


def test_words_inside_texts_and_fields_are_not_foreign() -> None:
    """`and`, `=` and the like are refused as words of the condition, not as parts of a text."""
    condition = COMPILER.compile("a.string != 'black and white = None' // and not or\n && a.bool")
    assert condition.variables == ("a.bool", "a.string")


def test_a_failing_evaluation_is_undecided_with_the_engines_words() -> None:
    """Division by zero, an endless list and unbound names never end in false."""
    many = COMPILER.compile("a.strings.exists(x, a.strings.exists(y, x == y + 'k'))")

    assert COMPILER.compile("1 / a.int == 1").evaluate({"a.int": 0}) == Undecided(fault="divide by zero")
    assert COMPILER.compile("a.bool").evaluate({}) == Undecided(fault="a.bool has no value")
    assert isinstance(many.evaluate({"a.strings": ["x"] * 2000}), Undecided)
    assert isinstance(COMPILER.compile("a.string == 'x'").evaluate({"a.string": "\ud800"}), Undecided)
