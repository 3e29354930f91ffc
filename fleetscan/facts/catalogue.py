"""The list of facts as a page of the documentation, made from the packs so that it cannot drift."""

from __future__ import annotations

from collections.abc import Iterable

from fleetscan.facts.read import where
from fleetscan.facts.table import DERIVATIONS
from fleetscan.model import Asked, Derived, Fact, Told

_HEAD = """\
# Facts

Everything that fleetscan can know of a host.
An asked fact is one place that is read; a derived fact is worked out from other facts.
A told fact has no documented place: the inventory names one (`fleetscan_locators`), or a person vouches for it
(`fleetscan_attested`), or an outcome speaks for it, in this order; else it is unknown.
Confidence says how sure we are that the place means what we say: documented, or inferred.
"""


def fact_list(facts: Iterable[Fact]) -> str:
    """Write the Markdown of the page: asked facts, derived facts, told facts, then the derivations, each sorted."""
    shelf = sorted(facts, key=lambda fact: fact.id)
    asked = [fact for fact in shelf if isinstance(fact.origin, Asked)]
    derived = [fact for fact in shelf if isinstance(fact.origin, Derived)]
    told = [fact for fact in shelf if isinstance(fact.origin, Told)]
    rules = [
        (
            row.name,
            f"({', '.join(kind.value for kind in row.inputs)}{', ...' if row.variadic else ''})",
            row.result.value,
        )
        for row in sorted(DERIVATIONS.values(), key=lambda row: row.name)
    ]
    return "\n".join(
        (
            _HEAD,
            *_section("Asked of the host", "Where", asked),
            *_section("Derived", "From", derived),
            *_section("Told", "In this order", told),
            "## Derivations\n",
            "| Derivation | Inputs | Result | Meaning |",
            "|---|---|---|---|",
            *(_row(f"`{name}`", takes, gives, DERIVATIONS[name].about) for name, takes, gives in rules),
            "",
        )
    )


def _section(title: str, place: str, facts: list[Fact]) -> list[str]:
    head = [f"## {title}\n", f"| Fact | Type | {place} | Confidence | Meaning |", "|---|---|---|---|---|"]
    rows = (_row(f"`{fact.id}`", fact.type.value, f"`{where(fact)}`", fact.confidence, fact.about) for fact in facts)
    return [*head, *rows, ""]


def _row(*cells: str) -> str:
    escaped = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
