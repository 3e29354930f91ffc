"""Two runs compared, and since when a verdict is so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import (
    Absent,
    Asked,
    Derived,
    Evidence,
    Fact,
    FactType,
    File,
    FileAspect,
    Finding,
    HostRecord,
    Known,
    Origin,
    Outcome,
    RegistryValue,
    Since,
    Standing,
    Stated,
    Told,
    Value,
    Verdict,
)
from fleetscan.report.past import Changes, FactChange, Past, compare, since_text, stated_text
from fleetscan.report.standing import stand
from fleetscan.report.stated import MOST_PARTS
from tests.history import nouns
from tests.history.nouns import NIGHT

REGISTRY = Asked(question=RegistryValue(key="HKLM\\K", value="V"))


def fact(kind: FactType, origin: Origin = REGISTRY) -> Fact:
    """Make the fact of these tests."""
    return Fact(id="f", type=kind, origin=origin)


def standing(known: Fact, outcome: Outcome | None, day: int = 0, before: Standing | None = None) -> Standing:
    """Say how one host stands of which one fact was read, or none."""
    facts = {} if outcome is None else {"f": nouns.evidence("f", outcome)}
    run = nouns.run(f"r{day}", started=NIGHT + timedelta(days=day))
    return stand(run, {"f": known}, [(nouns.record("a", facts=facts), [nouns.verdict("a", "r1", Finding())])], before)


def change(known: Fact, before: Outcome, after: Outcome) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the parts before and after when a fact is another one, None when it is the same."""
    first = standing(known, before)
    found = compare(first, standing(known, after, 1, first)).facts
    return (found[0].before.parts, found[0].after.parts) if found else None


def of(value: Value, kind: str = "REG_SZ") -> Known:
    """Make a known outcome."""
    return Known(value=value, type=kind)


@given(nouns.standings())
def test_a_run_does_not_differ_from_itself(one: Standing) -> None:
    """However it stood."""
    assert compare(one, one) == Changes()


@given(st.dictionaries(st.just("f"), st.builds(Evidence, fact=st.just("f"), outcome=nouns.outcomes, **nouns.CAME)))
def test_a_night_in_which_nothing_happens_changes_nothing(facts: Mapping[str, Evidence]) -> None:
    """Whatever a host says of any type of fact; its verdicts grow older."""
    for kind in FactType:
        judged = [(nouns.record("a", facts=facts), [nouns.verdict("a", "r1")])]
        first = stand(nouns.run("r0"), {"f": fact(kind)}, judged)
        second = stand(nouns.run("r1", started=NIGHT + timedelta(days=1)), {"f": fact(kind)}, judged, first)
        assert compare(first, second) == Changes()
        assert (second.since, second.moments, second.facts) == (first.since, first.moments, first.facts)


SERVICE: Mapping[str, Value] = {"state": "Running", "start": "Auto", "account": "LocalSystem", "display": "S", "pid": 7}


@pytest.mark.parametrize(
    ("kind", "before", "after", "differs"),
    [
        (FactType.SERVICE, of(SERVICE, "service"), of({**SERVICE, "pid": 9, "display": "T"}, "service"), None),
        (
            FactType.SERVICE,
            of(SERVICE, "service"),
            of({"state": "Stopped", "start": "Auto"}, "service"),
            (("Running, Auto, LocalSystem",), ("Stopped, Auto",)),
        ),
        (
            FactType.SERVICES,
            of({"b": SERVICE, "A": SERVICE}, "services"),
            of({"A": {**SERVICE, "pid": 8}, "b": {**SERVICE, "start": "Manual"}, "c": SERVICE}, "services"),
            (
                ("b: Running, Auto, LocalSystem",),
                ("b: Running, Manual, LocalSystem", "c: Running, Auto, LocalSystem"),
            ),
        ),
        (
            FactType.VALUES,
            of({"X": {"type": "REG_DWORD", "value": 0}, "y": {"type": "REG_SZ", "value": "1"}}, "values"),
            of({"y": {"type": "REG_SZ", "value": "1"}, "X": {"type": "REG_DWORD", "value": 1}}, "values"),
            (("X = 0 REG_DWORD",), ("X = 1 REG_DWORD",)),
        ),
        (FactType.STRINGS, of(("a", "B"), "subkeys"), of(["B", "a"], "subkeys"), None),
        (FactType.STRINGS, of(("a",), "subkeys"), of((), "subkeys"), (("a",), ())),
        (FactType.TEXT, of("<a>\n  <b/>\n", "file"), of("<a>\r\n<b/>", "file"), None),
        (FactType.TEXT, of("<a>\n<b/>\n<c/>", "file"), of("<a>\n<d/>\n<c/>", "file"), (("<b/>",), ("<d/>",))),
        (FactType.TEXT, of("one\ntwo", "file"), of("two\none", "file"), (("one", "two"), ("two", "one"))),
        (FactType.STRING, of("x"), of("x", "REG_EXPAND_SZ"), (("x",), ("x",))),
        (FactType.INT, of(1, "REG_DWORD"), Absent(), (("1",), ())),
        (FactType.BOOL, of(value=True, kind="cim"), of(value=False, kind="cim"), (("true",), ("false",))),
    ],
)
def test_facts_are_compared_by_what_somebody_set(
    kind: FactType, before: Outcome, after: Outcome, differs: tuple[Sequence[str], Sequence[str]] | None
) -> None:
    """Not by process ids, order or blanks; of values with parts, only the parts that differ are told."""
    assert change(fact(kind), before, after) == differs


@pytest.mark.parametrize("aspect", [FileAspect.STAT, FileAspect.NEWEST, FileAspect.COUNT])
def test_what_never_rests_is_compared_by_being_there(aspect: FileAspect) -> None:
    """The age and size of a file, the newest pattern, the number of temporary files."""
    known = fact(FactType.STAT, Asked(question=File(path="C:\\x", aspect=aspect)))
    assert change(known, of({"size": 1}, "file"), of({"size": 2}, "file")) is None
    assert change(known, of({"size": 1}, "file"), Absent()) == (("there",), ())


def test_the_way_in_which_a_told_fact_was_had_is_no_change() -> None:
    """Its value is one."""
    known = fact(FactType.BOOL, Told())
    assert change(known, of(value=True, kind="attested"), of(value=True, kind="indirect")) is None
    assert change(known, of(value=True, kind="attested"), of(value=False, kind="located")) == (("true",), ("false",))


def test_what_was_worked_out_is_no_change_of_its_own() -> None:
    """What it was worked out from is."""
    known = fact(FactType.INT, Derived(derivation="d", inputs=()))
    assert standing(known, of(1, "derived")).facts == {}


def test_a_fact_that_is_new_on_the_shelf_is_no_change() -> None:
    """Nor is one that was never known before."""
    first = standing(fact(FactType.INT), None)
    assert compare(first, standing(fact(FactType.INT), of(1), 1, first)).facts == ()
    assert compare(replace(first, facts={}), standing(fact(FactType.INT), of(1), 1)).facts == ()


@pytest.mark.parametrize("kind", FactType)
@pytest.mark.parametrize("value", ["x", 5, [1, {"a": [2]}], {"a": 3}, {"a": {"b": "c"}}, {"a": [10**5000]}])
def test_a_value_of_no_known_shape_is_compared_as_it_is(kind: FactType, value: Value) -> None:
    """A kept record may hold anything; nothing raises, and the same is the same."""
    assert change(fact(kind), of(value), of(value)) is None


def test_parts_beyond_number_are_told_apart_by_a_digest() -> None:
    """So a host that lists a million folders neither fills the disk nor hides a change in the last."""
    many = [f"{number:06}" for number in range(MOST_PARTS + 100)]
    found = change(fact(FactType.STRINGS), of(tuple(many)), of((*many[:-1], "999999")))
    assert found is not None
    for parts in found:
        assert len(parts) == 1
        assert parts[0].startswith("… 100 more, SHA-256 ")


def test_hosts_that_share_their_evidence_are_read_once() -> None:
    """As those do that a stopped run left untried: none of them asks for its facts again."""

    class Counted(dict[str, Evidence]):
        asked = 0

        def get(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - as dict has it
            Counted.asked += 1
            return super().get(key, default)

    facts = Counted(f=nouns.evidence("f", of(1)))
    judged: list[tuple[HostRecord, list[Verdict]]] = [
        (nouns.record(f"ex{number}", facts=facts), []) for number in range(9)
    ]
    assert stand(nouns.run(), {"f": fact(FactType.INT)}, judged).facts["f"].entries == (0,) * 9
    assert Counted.asked == 1


def test_hosts_are_in_the_order_of_their_names_and_facts_in_that_of_theirs() -> None:
    """Hosts ex2 before ex10; verdicts by rule."""
    facts = {name: Fact(id=name, type=FactType.INT, origin=REGISTRY) for name in ("g", "f")}

    def night(day: int, value: int, word: Finding | None) -> Standing:
        run = replace(nouns.run(f"r{day}"), rules=("r2", "r1"))
        judged = [
            (
                nouns.record(host, facts={name: nouns.evidence(name, of(value)) for name in facts}),
                [nouns.verdict(host, rule, word) for rule in ("r1", "r2")],
            )
            for host in ("ex10", "ex2")
        ]
        return stand(run, facts, judged)

    found = compare(night(0, 1, None), night(1, 2, Finding()))
    order = [("ex2", "1"), ("ex2", "2"), ("ex10", "1"), ("ex10", "2")]
    assert [(each.host, each.rule[1:]) for each in found.verdicts] == order
    assert [(each.host, each.fact) for each in found.facts] == [
        (host, name) for host in ("ex2", "ex10") for name in ("f", "g")
    ]
    assert {(each.before, each.after) for each in found.verdicts} == {("pass", "finding")}


def test_a_rule_that_said_nothing_of_a_host_is_told_so() -> None:
    """A verdict that is missing on one side is an empty word; of it nothing is known since when."""
    run = replace(nouns.run(), rules=("r1", "r2"))
    record = nouns.record("a")
    half = stand(run, {}, [(record, [nouns.verdict("a", "r1")])])
    whole = stand(run, {}, [(record, [nouns.verdict("a", "r1"), nouns.verdict("a", "r2")])], half)
    assert [(each.before, each.after) for each in compare(half, whole).verdicts] == [("", "pass")]
    assert Past(now=half).since("r2", ["a"]) == [None]
    assert Past(now=whole).since("r2", ["a"]) == [Since(at=NIGHT, exact=False)]


def test_without_a_run_before_nothing_is_known_since_when() -> None:
    """Nor of a rule that was not judged."""
    assert Past().since("r1", ["a", "b"]) == [None, None]
    assert Past(now=standing(fact(FactType.INT), None)).since("r9", ["a"]) == [None]
    assert since_text(None) == ""


def test_what_was_stated_is_written_on_one_line() -> None:
    """Its parts with commas; nothing of what is absent; words for an empty list."""
    two = Stated(known=True, type="", parts=("a", "b"))
    assert stated_text(two) == "a, b"
    assert stated_text(replace(two, parts=())) == "(none)"
    assert stated_text(replace(two, parts=(), known=False)) == ""


def test_what_a_host_said_is_safe_to_show() -> None:
    """Control characters and the like are visible, in services, lines, names and types."""
    nasty = "a\x1b[31m\u202e"
    for kind, value in (
        (FactType.SERVICES, {nasty: {"state": nasty, "start": nasty}}),
        (FactType.TEXT, nasty),
        (FactType.VALUES, {nasty: {"type": nasty, "value": nasty}}),
        (FactType.STRINGS, (nasty,)),
    ):
        found: FactChange = compare(
            standing(fact(kind), Absent()), standing(fact(kind), Known(value=value, type=nasty), 1)
        ).facts[0]
        text = stated_text(found.after) + found.after.type
        assert "\\u{001B}" in text
        assert text.isprintable()
