"""The catalogue of rules in the documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fleetscan.facts import DERIVATIONS
from fleetscan.rules import catalogue, load_shelf
from tests.rules.samples import PACK, load

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

DOCUMENT = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_committed_catalogue_is_fresh() -> None:
    """Who changes a pack also writes docs/rules.md anew: `fleetscan rules docs > docs/rules.md`."""
    assert DOCUMENT.read_text(encoding="utf-8") == catalogue(load_shelf(derivations=DERIVATIONS))


def test_a_section_says_all_that_an_engineer_asks(snapshot: SnapshotAssertion) -> None:
    """What is read, what absence means, when it fires, thresholds, why, what to do, and where it comes from."""
    facts = (
        "  v.v: {registry: 'HKLM\\A', value: V, type: version, confidence: inferred}\n"
        "  l.l: {registry: 'HKLM\\A', list: values}\nrules:"
    )
    text = (
        PACK.replace("rules:", facts)
        .replace("[svc.one, reg.number]", "[svc.one, reg.number, v.v, l.l, sum.both]")
        .replace("absent: {", "absent: {v.v: {unknown: not_located}, l.l: [], sum.both: 1, ")
        .replace(
            "> parameter.most",
            "> parameter.most && versionBelow(v.v, '1.0') && l.l.size() > sum.both || l.l == ['a|b']",
        )
    )
    assert catalogue(load(text)) == snapshot


def test_every_rule_has_an_anchor() -> None:
    """A report can link to the paragraph of each rule."""
    shelf = load_shelf(derivations=DERIVATIONS)
    text = catalogue(shelf)
    assert all(f"\n## {rule.id}\n" in text and f"(#{rule.id})" in text for rule in shelf.rules)
    assert "\n\n\n" not in text
