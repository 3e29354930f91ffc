"""Fleet rules as they are written: every mistake is found, with its place and a remedy."""

from __future__ import annotations

import pytest

from fleetscan.rules.interface import Across, Comparison
from tests.rules.fleets import LACKS, LEVELS, ODD, PACK
from tests.rules.samples import load, mistakes


def test_the_fact_of_the_group_is_read_with_the_others() -> None:
    """It need not be listed, and stands last; a rule over the whole fleet has none."""
    assert (LEVELS.across, LEVELS.group, LEVELS.kind) == (Across.DAG, "dag.name", Comparison.MIXED)
    assert LEVELS.reads == ("box.there", "box.level", "dag.name")
    assert ODD.reads == ("box.parts", "ad.site")
    assert (LACKS.reads, LACKS.group) == (("box.there",), "")


def test_a_rule_may_name_its_group() -> None:
    """Then it says itself what absence means to its condition."""
    text = PACK.replace("reads: [box.there, box.level]", "reads: [dag.name, box.there, box.level]")
    text = text.replace("absent: {box.level:", "absent: {dag.name: '', box.level:")
    text = text.replace("applies: box.there.installed", "applies: box.there.installed && dag.name != 'LAB'")
    assert load(text).fleet_rules[0].reads == ("dag.name", "box.there", "box.level")


WRONG = [
    ("across: dag", "across: house", "15:13: `across` must be one of dag, site, fleet"),
    ("kind: mixed", "kind: odd", "16:11: `kind` must be one of mixed, outlier, missing"),
    ("compare: box.level\n", "compare: box.lvl\n", "18:14: `reads` gives no variable box.lvl to compare"),
    ("compare: box.level\n", "compare: box.there\n", "18:14: `reads` gives no variable box.there to compare"),
    ("compare: box.there.installed", "compare: box.there.gone", "67:14: unknown name box.there.gone"),
    ("compare: box.there.installed", "compare: box.there.state", "67:14: a condition must be true or false"),
    ("applies: box.there.installed", "applies: box.there.gone", "17:14: unknown name box.there.gone"),
    ("{box.level} in {group}", "{box.lvl} in {group}", "12:14: the summary shows {box.lvl}"),
    ("absent: {box.level: {unknown: not_located}}", "absent: {}", "14:24: box.level can be absent"),
    (
        "parameters: {least_peers: {default: 3, about: How many have to agree.}}",
        "parameters: {}",
        "41:11: this kind of rule needs the para",
    ),
    ("{default: 3, about: How", "{default: three, about: How", "44:41: the parameter least_peers must be int"),
    ("kind: outlier", "kind: mixed", "44:31: the parameter least_peers is never used"),
    (
        "verdicts: {a: pass, d: finding, e: unknown}",
        "verdicts: {a: pass, d: finding, f: pass}",
        "56:41: the case has no host f",
    ),
    ("unknown: {e: [box.parts]}", "unknown: {}", "56:44: e ends in `unknown`: the case names the facts"),
    ("unknown: {e: [box.parts]}", "unknown: {e: [box.part]}", "57:23: `reads` does not list box.part"),
    (
        "unknown: {e: [box.parts]}",
        "unknown: {e: [box.parts], a: [box.parts]}",
        "57:35: only a host that ends in `unknown`",
    ),
    ("{a: pass, b: finding, c: unknown}", "{b: finding, c: unknown}", "71:5: no case of the rule ends in `pass`"),
    (
        "a: {ad.site: S, box.parts: [x, y]}",
        "a: {ad.site: S, box.part: [x, y]}",
        "51:27: `reads` does not list box.part",
    ),
    (
        "a: {ad.site: S, box.parts: [x, y]}",
        "a: {ad.site: 5, box.parts: [x, y]}",
        "51:24: ad.site is string: text was expected",
    ),
    ("reads: [box.there]\n", "reads: [box.there, box.parts]\n", "64:24: the fact box.parts is never used"),
    ("reads: [box.there]\n", "reads: [box.there, box.gone]\n", "64:24: there is no fact box.gone"),
    ("  ad.site: {reg", "  ad.place: {reg", "40:13: the packs declare no fact ad.site of the type string"),
    (
        "value: Site, type: string",
        "value: Site, type: int",
        "40:13: the packs declare no fact ad.site of the type string",
    ),
    ("    across: fleet\n", "", "58:5: `when` is missing"),
    (
        "verdicts: {a: pass, d: finding, e: unknown}",
        "verdicts: {a: passed, d: finding}",
        "56:23: `verdicts` must be one of",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG, ids=range(len(WRONG)))
def test_a_mistake_is_found_where_it_stands(old: str, new: str, message: str) -> None:
    """With its place in the file; without `across` a rule is read as one about each host by itself."""
    assert old in PACK
    found = mistakes(PACK.replace(old, new, 1))
    assert any(line.startswith(f"pack.yml:{message}") for line in found), found
    assert all(line.startswith("pack.yml:") for line in found)


def test_what_is_told_is_not_compared() -> None:
    """Neither a told fact nor one that is worked out from it; what a person says is no news about a host."""
    told = PACK.replace("  box.there:", "  box.told: {told: string}\n  box.there:")
    told = told.replace("reads: [box.parts]", "reads: [box.parts, box.told]").replace(
        "    kind: outlier\n", "    kind: outlier\n    applies: box.told == 'x'\n"
    )
    [found] = [line for line in mistakes(told) if "told" in line]
    assert "a fleet rule compares what hosts say, and it is told by the inventory" in found
    derived = told.replace(
        "{told: string}\n", "{told: string}\n  box.sum: {derive: joined, from: [box.number, box.told]}\n"
    )
    derived = derived.replace("  box.there:", "  box.number: {registry: 'HKLM\\A', value: N, type: int}\n  box.there:")
    derived = derived.replace("reads: [box.parts, box.told]", "reads: [box.parts, box.sum]")
    derived = derived.replace("applies: box.told == 'x'", "applies: box.sum == 5")
    derived = derived.replace("absent: {box.parts: {", "absent: {box.sum: 0, box.parts: {")
    [found] = [line for line in mistakes(derived) if "told" in line]
    assert "and box.told is told by the inventory" in found


def test_facts_that_are_made_of_each_other_end_the_search() -> None:
    """A ring is a mistake of its own, and no reason to look for ever."""
    ring = "".join(
        f"  box.{one}: {{derive: joined, from: [box.{other}, dag.name]}}\n"
        for one, other in (("one", "two"), ("two", "one"))
    )
    text = PACK.replace("  box.there:", f"{ring}  box.there:", 1)
    text = text.replace("reads: [box.there]\n", "reads: [box.there, box.one]\n")
    assert any("is derived from itself" in line for line in mistakes(text))


def test_a_size_is_compared_where_the_file_is_asked_for() -> None:
    """A field of a file that is not there has no value: the rule must ask, or say that absence decides nothing."""
    text = PACK.replace("box.parts: {registry: 'HKLM\\SOFTWARE\\Box', value: Parts, type: strings}", _FILE)
    text = text.replace("compare: box.parts", "compare: box.parts.size").replace("Parts are {box.parts}", "It is")
    text = text.replace("absent: {box.parts: {unknown: not_located}}\n", "absent: {}\n")
    for parts in ("[x, y]", "[Y, X]", "[y, x]", "[z]"):
        text = text.replace(f"box.parts: {parts}", "box.parts: {size: 1}")
    assert any("does not ask box.parts.exists" in line for line in mistakes(text))
    assert load(text.replace("absent: {}\n", "absent: {box.parts: {unknown: not_located}}\n")).fleet_rules
    assert load(text.replace("    kind: outlier\n", "    kind: outlier\n    applies: box.parts.exists\n")).fleet_rules


_FILE = "box.parts: {file: 'C:\\box', what: stat}"


def test_a_fleet_rule_and_a_host_rule_share_their_ids() -> None:
    """One id is one rule, whatever it looks at."""
    text = PACK.replace("- id: odd-one", "- id: levels")
    assert any("the rule levels is declared twice" in line for line in mistakes(text))
