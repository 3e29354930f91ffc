"""Packs that are wrong: every mistake, at once, where it stands, with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetscan.errors import AuthoredError
from fleetscan.facts import DERIVATIONS as REAL
from fleetscan.rules import Source, load_shelf, load_sources
from tests.rules.samples import DERIVATIONS, PACK, indexed, load, mistakes

RULE = [
    ("severity: warning", "severity: grave", "9:15: `severity` must be one of error, warning"),
    ("severity: warning", "severety: warning", "9:5: unknown key `severety` (did you mean `severity`?)"),
    ("id: one-thing", "id: One_Thing", "7:9: `id` must be made of small letters and digits, joined by dashes"),
    ("reg.number: 5}, verdict", "reg.number: 010}, verdict", "24:60: YAML 1.1 reads this as a number in base 8"),
    ("title: One thing is wrong", "title: ''", "8:12: `title` is not valid: String should have at least 1 character"),
    ("reads: [svc.one,", "reads: [svc.oen,", "13:13: there is no fact svc.oen (did you mean `svc.one`?)"),
    ("reads: [svc.one,", "reads: [svc.one, svc.one,", "13:13: the fact svc.one is listed twice (keep one)"),
    (
        "reads: [svc.one, reg.number]",
        "reads: [svc.one]",
        "15:30: the condition names reg.number, but `reads` does not list",
    ),
    (
        "reads: [svc.one, reg.number]",
        "reads: [svc.one, reg.number, reg.text]",
        "13:34: the fact reg.text is never used (leave it out of `reads`)",
    ),
    (
        "reads: [svc.one, reg.number]",
        "reads: [svc.one, reg.number, reg.text]",
        "13:34: reg.text can be absent, and the rule does not say what that means (add `absent: {reg.text: VALUE}`",
    ),
    ("    absent: {reg.number: 0}\n", "", "13:22: reg.number can be absent, and the rule does not say"),
    ("absent: {reg.number: 0}", "absent: {reg.number: none}", "16:26: reg.number is int: a whole number was expected"),
    (
        "absent: {reg.number: 0}",
        "absent: {reg.number: absent}",
        "16:26: reg.number is int: absence cannot mean absence",
    ),
    ("absent: {reg.number: 0}", "absent: {reg.number: 0, reg.text: ''}", "16:29: `reads` does not list reg.text"),
    (
        "absent: {reg.number: 0}",
        "absent: {reg.number: 0, svc.one: stopped}",
        "16:38: svc.one is service: a record says",
    ),
    ("applies: svc.one.installed", "applies: svc.one.instaled", "14:14: unknown name svc.one.instaled (did you mean"),
    (
        "applies: svc.one.installed",
        "applies: 'svc.one.installed and true'",
        "14:33: `and` is not a word of a condition",
    ),
    ("when: svc.one.started &&", "when: svc.one.started and", "15:27: `and` is not a word of a condition (write `&&`)"),
    ("reg.number > parameter.most", "reg.number > parameter.least", "15:43: unknown name parameter.least"),
    ("reg.number > parameter.most", "reg.number > '5'", "15:41: found no matching overload for '_>_' applied to"),
    ("reg.number > parameter.most", "reg.number > 5", "18:13: the parameter most is never used (leave it out)"),
    ("summary: Number is {reg.number}", "summary: Number is {reg.nmber}", "11:14: the summary shows {reg.nmber}"),
    ("most: {default: 5,", "most: {default: [5],", "18:23: the parameter most cannot hold this (write true or false"),
    ("most: {default: 5,", "Most: {default: 5,", "18:13: `Most` must be made of small letters"),
    ("most: {default: 5,", "most: {default: 5.5,", "18:23: the parameter most cannot hold this"),
    ("why: Because.", "", "7:5: `why` is missing (add `why:`)"),
    ("{name: good, given", "{name: bad, given", "24:16: there are two cases called bad (rename one)"),
    ("verdict: pass}", "verdict: passed}", "24:73: `verdict` must be one of finding, pass"),
    (
        "{name: good, given: {svc.one: started, reg.number: 5}, verdict: pass}",
        "{name: good, given: {svc.one: started, reg.number: 6}, verdict: finding}",
        "22:5: no case of the rule ends in `pass` (add one",
    ),
    ("reg.number: 6}, verdict", "reg.number: six}, verdict", "23:59: reg.number is int: a whole number was expected"),
    ("given: {svc.one: started, reg.number: 6}", "given: {svc.one: on}", "23:38: svc.one is service: a service is"),
    ("reg.number: 6}, verdict", "reg.nmber: 6}, verdict", "23:47: `reads` does not list reg.nmber (did you mean"),
    ("{unknown: denied}}", "{unknown: refused}}", "25:60: reg.number is int: the reason is one of unreachable"),
    ("verdict: unknown, unknown: [reg.number]}", "verdict: unknown}", "25:9: a case that ends in `unknown` names the"),
    ("verdict: unknown, unknown: [reg.number]}", "verdict: unknown, unknown: [svc.two]}", "25:108: `reads` does not"),
    ("verdict: finding}", "verdict: finding, unknown: [svc.one]}", "23:90: only a case that ends in `unknown` names"),
    ("verdict: finding}", "verdict: finding, parameters: {least: 1}}", "23:94: the rule has no parameter least"),
    ("verdict: finding}", "verdict: finding, parameters: {most: many}}", "23:100: the parameter most must be a whole"),
    ("fix: [Do it.]", "fix: []", "20:10: `fix` is not valid: List should have at least 1 item"),
    ("fix: [Do it.]", "fix: Do it.", "20:10: `fix` must be a list, not text"),
    ("    title: One thing is wrong", "    title: a\n    title: b", "9:5: the key `title` is given twice"),
]


@pytest.mark.parametrize(("old", "new", "wanted"), RULE, ids=[new or old for old, new, _ in RULE])
def test_a_mistake_in_a_rule_is_said_where_it_stands(old: str, new: str, wanted: str) -> None:
    """Line and column lead an editor to the word that is wrong."""
    assert PACK.count(old) == 1
    found = mistakes(PACK.replace(old, new))
    assert indexed(found, wanted), found


def test_every_mistake_of_every_pack_is_found_at_once() -> None:
    """Nobody mends a pack one run at a time."""
    broken = PACK.replace("severity: warning", "severity: grave").replace("type: int", "type: number")
    sources = [
        Source(name="one", file="one.yml", raw=broken.encode()),
        Source(name="two", file="two.yml", raw=b"rules: none\nfcats: {}\n"),
        Source(name="three", file="three.yml", raw=b"facts: [\n"),
        Source(name="four", file="four.yml", raw=b"[]"),
        Source(name="five", file="five.yml", raw=b"facts: []\nrules: {}\n"),
    ]

    with pytest.raises(AuthoredError) as caught:
        load_sources(sources, derivations=DERIVATIONS)

    places = [(mistake.file, mistake.line, mistake.message.split(",")[0]) for mistake in caught.value.mistakes]
    assert places == [
        ("five.yml", 1, "`facts` must be a mapping"),
        ("five.yml", 2, "`rules` must be a list"),
        ("four.yml", 1, "a pack is a mapping"),
        ("one.yml", 3, "`type` must be one of int"),
        ("one.yml", 9, "`severity` must be one of error"),
        ("three.yml", 2, "syntax: did not find expected node content"),
        ("two.yml", 2, "unknown key `fcats`"),
    ]


def test_an_id_that_two_packs_share_is_a_mistake_with_both_places() -> None:
    """The later one is refused, and its message leads to the first."""
    sources = [Source(name=name, file=f"{name}.yml", raw=PACK.encode()) for name in ("one", "two")]

    with pytest.raises(AuthoredError) as caught:
        load_sources(sources, derivations=DERIVATIONS)

    lines = str(caught.value).splitlines()
    assert "two.yml:2:3: the fact svc.one is declared twice (the first is one.yml:2:3; keep one)" in lines
    assert "two.yml:7:9: the rule one-thing is declared twice (the first is one.yml:7:9; keep one)" in lines


def test_a_field_of_a_file_needs_a_guard() -> None:
    """The age of a file that is not there is no number: a rule asks `.exists` first, or says what absence means."""
    facts = "  f.new: {file: 'C:\\a', what: newest, pattern: '*'}\nrules:"
    bare = PACK.replace("rules:", facts).replace("[svc.one, reg.number]", "[svc.one, reg.number, f.new]")
    bare = bare.replace("reg.number > parameter.most", "reg.number > parameter.most && f.new.age_days > 1")

    assert "14:34: a condition reads f.new and does not ask f.new.exists" in mistakes(bare)[0]
    assert mistakes(bare.replace(" && f.new.age_days > 1", "")) == [
        "pack.yml:14:34: the fact f.new is never used (leave it out of `reads`)"
    ]
    assert load(bare.replace("&& f.new.age_days", "&& f.new.exists && f.new.age_days")).rules
    assert load(bare.replace("absent: {", "absent: {f.new: {unknown: not_located}, ")).rules


def test_own_packs_come_after_the_built_in_ones_and_may_read_their_facts(tmp_path: Path) -> None:
    """A customer's pack stands on the facts that fleetscan ships."""
    own = tmp_path / "own.yml"
    own.write_text(
        PACK.replace("[svc.one, reg.number]", "[svc.one, reg.number, scanmail.installed]")
        .replace("absent: {", "absent: {scanmail.installed: false, ")
        .replace("applies: svc.one.installed", "applies: svc.one.installed && scanmail.installed")
        .replace("  sum.both: {derive: joined, from: [reg.number, reg.text]}\n", ""),
        encoding="utf-8",
    )

    shelf = load_shelf([own], derivations=REAL)

    assert shelf.packs[-1] == "own"
    assert (shelf.rules[-1].id, shelf.rules[-1].pack, shelf.rules[-1].line) == ("one-thing", "own", 6)


def test_a_pack_that_cannot_be_read_is_a_mistake_beside_the_others(tmp_path: Path) -> None:
    """A missing file is named like any other mistake."""
    bad = tmp_path / "bad.yml"
    bad.write_text("nothing: 1\n", encoding="utf-8")

    with pytest.raises(AuthoredError) as caught:
        load_shelf([tmp_path / "gone.yml", bad], derivations=REAL)

    assert [Path(mistake.file).name for mistake in caught.value.mistakes] == ["bad.yml", "gone.yml"]


MANY = settings(max_examples=settings().max_examples * 3 // 2)

_CHARS = st.sampled_from(
    ["{", "}", "[", "]", ":", " ", "\n", "'", '"', "&", "*", "|", "-", "#", "0", "x", "é", "\\", "!"]
)


@MANY
@given(st.lists(st.tuples(st.integers(0, len(PACK)), st.integers(0, 6), st.text(_CHARS, max_size=4)), max_size=3))
def test_no_pack_however_broken_raises_anything_else(edits: list[tuple[int, int, str]]) -> None:
    """A pack is good, or AuthoredError says why: a traceback reaches nobody."""
    text = PACK
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    try:
        load(text)
    except AuthoredError as error:
        assert all(mistake.line >= 1 and mistake.column >= 1 for mistake in error.mistakes)  # noqa: PT017 - both ends are fine


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(_CHARS, max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@MANY
@given(st.sampled_from(["facts", "rules", "absent", "cases", "parameters", "reads", "given"]), _TREES)
def test_a_part_of_any_shape_is_a_mistake_at_worst(part: str, tree: object) -> None:
    """Whatever YAML can say may stand where a part of a pack belongs."""
    lines = PACK.splitlines()
    where = next(
        number for number, line in enumerate(lines) if line.lstrip(" -").startswith(f"{part}:") or f"{part}: " in line
    )
    indent = len(lines[where]) - len(lines[where].lstrip())
    kept = [line for line in lines[where + 1 :] if not line.startswith(" " * (indent + 1))]
    text = "\n".join([*lines[:where], " " * indent + f"{part}: {_flow(tree)}", *kept])
    try:
        load(text)
    except AuthoredError as error:
        assert error.mistakes  # noqa: PT017 - both ends are fine


def _flow(tree: object) -> str:
    match tree:
        case dict():
            return "{" + ", ".join(f"'{key}': {_flow(value)}" for key, value in tree.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, tree)) + "]"
        case str():
            return "'" + tree.replace("'", "''").replace("\n", " ") + "'"
        case None:
            return "~"
        case _:
            return str(tree).lower()
