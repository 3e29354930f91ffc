"""What CEL asks with `has()`, held against a second engine.

Conditions may not say `has`: the variables of a record are names of their own and no fields of an object, and for what
is no record `absent:` decides. The engines differ, too: over an object that is unknown, `has()` of cel-python is false,
the one answer that must not be given (so the object itself is looked at first here). What `has(record.field)` asks is
asked by `.installed` and `.exists`; both must give the same answer for a thing that is there, that is not there, and
that is unknown.
"""

from __future__ import annotations

from functools import cache
from itertools import product

import celpy
import pytest
from celpy import celtypes
from celpy.evaluation import CELEvalError
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import FactType, Known, Outcome, Reason, Unknown
from fleetscan.rules import Rule, judge
from fleetscan.rules.condition import Compiler, ConditionError, Scope
from fleetscan.rules.kinds import variables
from tests.rules.samples import ABSENT, STARTED, evidence_of, known, rule

ORACLE = celpy.Environment()
FACTS = """\
  f.one: {file: 'C:\\one', what: stat}
  s.one: {service: Only}
  l.one: {registry: 'HKLM\\SOFTWARE\\One', value: List, type: strings}
  p.one: {cim: Thing, property: P, type: bool}
"""
DENIED = Unknown(reason=Reason.DENIED)
FILE = Known(value={"size": 7, "modified": "2026-11-22T00:00:00Z"}, type="file")
LIST = {"held": known(["k", "x"]), "other": known(["x"]), "empty": known([])}
STATES: dict[str, dict[str, Outcome]] = {
    "f.one": {"there": FILE, "absent": ABSENT, "unknown": DENIED},
    "s.one": {"there": STARTED, "absent": ABSENT, "unknown": DENIED},
    "l.one": {**LIST, "absent": ABSENT, "unknown": DENIED},
    "p.one": {"there": known(value=True), "not": known(value=False), "absent": ABSENT, "unknown": DENIED},
}
OURS = {
    "HAS_FILE": "f.one.exists",
    "HAS_SERVICE": "s.one.installed",
    "LARGE": "f.one.size > 5",
    "STARTED": "s.one.started",
    "HELD": "'k' in l.one",
    "ANY": "l.one.exists(x, x == 'k')",
    "ALL": "l.one.all(x, x == 'k')",
    "SOME": "l.one.size() > 0",
    "P": "p.one",
}
THEIRS = {
    "HAS_FILE": "size(f) >= 0 ? has(f.size) : false",
    "HAS_SERVICE": "size(s) >= 0 ? has(s.state) : false",
    "LARGE": "f.size > 5",
    "STARTED": "s.started",
    "HELD": "'k' in l",
    "ANY": "l.exists(x, x == 'k')",
    "ALL": "l.all(x, x == 'k')",
    "SOME": "size(l) > 0",
    "P": "p",
}
TABLE = (
    "HAS_FILE",
    "!HAS_FILE",
    "HAS_FILE && LARGE",
    "!HAS_FILE || LARGE",
    "HAS_FILE ? LARGE : P",
    "HAS_FILE && HAS_SERVICE",
    "HAS_FILE || HAS_SERVICE || P",
    "HAS_SERVICE && STARTED && HELD",
    "HAS_SERVICE ? ANY : ALL",
    "!(HAS_FILE && P) || (SOME && HAS_SERVICE)",
    "HAS_FILE == HAS_SERVICE",
    "(P ? HAS_FILE : HAS_SERVICE) && (ANY || !ALL)",
    "SOME && ANY && !ALL",
)


EVERY = "(HAS_FILE && HAS_SERVICE && SOME && P && !P )"
"""Never true; it names every fact, because a rule must use what it reads."""


def _spelt(text: str, words: dict[str, str]) -> str:
    for name, spelling in words.items():
        text = text.replace(f"{name} ", f"({spelling}) ").replace(f"{name})", f"({spelling}))")
    return text


@cache
def _rule(text: str, meaning: bool) -> Rule:  # noqa: FBT001 - a table
    condition = _spelt(f"({text} ) || {EVERY}", OURS)
    absent = f"{{l.one: [], p.one: {str(meaning).lower()}}}"
    return rule(f'"{condition}"', "f.one, s.one, l.one, p.one", absent, facts=FACTS)


@cache
def _program(text: str) -> celpy.Runner:
    return ORACLE.program(ORACLE.compile(_spelt(f"({text} ) || {EVERY}", THEIRS)))


def _bound(states: dict[str, str], meaning: bool) -> dict[str, celtypes.Value]:  # noqa: FBT001 - a table
    """Give the second engine an object with fields for what is there, one without for what is not, else nothing."""
    found: dict[str, celtypes.Value] = {}
    if states["f.one"] != "unknown":
        fields = {"size": celtypes.IntType(7)} if states["f.one"] == "there" else {}
        found["f"] = celtypes.MapType({celtypes.StringType(name): value for name, value in fields.items()})
    if states["s.one"] != "unknown":
        # Whether a service runs is a field of ours that is there in any case: one that is not installed is not started.
        there = states["s.one"] == "there"
        record = {"started": celtypes.BoolType(there)} | ({"state": celtypes.StringType("Running")} if there else {})
        found["s"] = celtypes.MapType({celtypes.StringType(name): value for name, value in record.items()})
    if states["l.one"] != "unknown":
        value = LIST[states["l.one"]].value if states["l.one"] in LIST else []
        assert isinstance(value, list)
        found["l"] = celtypes.ListType([celtypes.StringType(item) for item in value])
    if states["p.one"] != "unknown":
        found["p"] = celtypes.BoolType(states["p.one"] == "there" or (states["p.one"] == "absent" and meaning))
    return found


def _oracle(text: str, bound: dict[str, celtypes.Value]) -> str:
    try:
        return "finding" if _program(text).evaluate(bound) else "pass"
    except CELEvalError:
        return "undecided"


def _agree(text: str, states: dict[str, str], meaning: bool) -> None:  # noqa: FBT001 - a table
    seen = evidence_of({fact: STATES[fact][state] for fact, state in states.items()})
    word = judge(_rule(text, meaning), seen, host="h").word
    wanted = _oracle(text, _bound(states, meaning))
    undecided = {"unknown"} if "unknown" in states.values() else {"broken"}
    assert word in ({wanted} if wanted != "undecided" else undecided | {"broken"}), (text, states, meaning)


@pytest.mark.parametrize("text", TABLE)
def test_what_has_asks_is_answered_alike_by_a_second_engine(text: str) -> None:
    """There, not there and unknown, of records, lists and truth, over every operator."""
    for chosen in product(*STATES.values()):
        for meaning in (True, False):
            _agree(text, dict(zip(STATES, chosen, strict=True)), meaning)


_FORMULA = st.recursive(
    st.sampled_from(sorted(OURS)),
    lambda inner: st.one_of(
        st.builds("({} && {} )".format, inner, inner),
        st.builds("({} || {} )".format, inner, inner),
        st.builds("!({} )".format, inner),
        st.builds("({} ? {} : {} )".format, inner, inner, inner),
    ),
    max_leaves=6,
)


@given(
    _FORMULA,
    st.fixed_dictionaries({fact: st.sampled_from(sorted(states)) for fact, states in STATES.items()}),
    st.booleans(),
)
def test_any_formula_over_records_and_lists_is_decided_alike(text: str, states: dict[str, str], meaning: bool) -> None:  # noqa: FBT001 - drawn
    """Formulas that nobody thought of, with records among their parts."""
    _agree(text, states, meaning)


@pytest.mark.parametrize("kind", FactType)
def test_has_is_refused_for_every_type_of_fact_with_what_to_write(kind: FactType) -> None:
    """Over each variable that a condition has; the remedy names what asks the same."""
    names = variables("it.is", kind)
    compiler = Compiler(Scope(kinds=names, owners=dict.fromkeys(names, "it.is")))
    for name in names:
        with pytest.raises(ConditionError) as caught:
            compiler.compile(f"true || has({name})")
        (fault,) = caught.value.faults
        assert (fault.offset, fault.message) == (8, "`has` is not a word of a condition")
        assert fault.remedy == (
            "say under `absent:` what a missing value means; a record has `.exists` or `.installed`"
        )
