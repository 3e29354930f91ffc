"""What a rule is, before and after it was compiled, and what a shelf of packs holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fleetscan.model import Confidence, Fact, FactType, Outcome, Severity, Unknown, Value

if TYPE_CHECKING:
    from fleetscan.rules.condition import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A named threshold: what it means, its unit in words, its default. Conditions read ``parameter.NAME``."""

    name: str
    default: Value
    about: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example in a pack: outcomes given, verdict word wanted, and for ``unknown`` the facts named.

    A fact of ``reads`` that is not in ``given`` is Unknown, not asked.
    """

    name: str
    given: Mapping[str, Outcome]
    verdict: str
    unknown: tuple[str, ...] = ()
    parameters: Mapping[str, Value] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetCase:
    """One example of a fleet rule: what is given of each host, and the verdict wanted for each that is named.

    ``given``, ``verdicts`` and ``unknown`` are by the name of the host; the rest is as in :class:`Case`.
    """

    name: str
    given: Mapping[str, Mapping[str, Outcome]]
    verdicts: Mapping[str, str]
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyRule:
    """What every rule of the shelf says of itself, typed and compiled.

    ``reads`` are the facts that its conditions may name, in the author's order, and ``types`` the type of each;
    ``absent`` gives, for each of them that is not a record, the value that stands for absence, or Unknown when
    absence decides nothing. ``summary`` is the sentence of a finding; ``{name}`` in it stands for a variable.
    ``why`` is one or more paragraphs, ``fix`` one step each, ``sources`` one address or document each.
    ``applies_to`` says in words which hosts the rule is about, to be read after "this rule is about".
    """

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    summary: str
    reads: tuple[str, ...]
    types: Mapping[str, FactType]
    applies: Condition | None
    absent: Mapping[str, Value | Unknown]
    parameters: Mapping[str, Parameter]
    why: str
    fix: tuple[str, ...]
    sources: tuple[str, ...]
    applies_to: str
    pack: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(AnyRule):
    """A rule that looks at one host: ``when`` holds where it finds something."""

    when: Condition
    cases: tuple[Case, ...]


class Across(StrEnum):
    """Who is held against each other: the members of a DAG, the hosts of an AD site, or all hosts of the run."""

    DAG = "dag"
    SITE = "site"
    FLEET = "fleet"


class Comparison(StrEnum):
    """How hosts are held against each other; :mod:`fleetscan.rules.compare` decides."""

    MIXED = "mixed"
    OUTLIER = "outlier"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRule(AnyRule):
    """A rule that holds the hosts of a group against each other, and still says of each host by itself.

    ``group`` is the fact that names the group of a host, empty where all hosts are one; it is the last of ``reads``.
    ``compare`` is the variable that is compared, or, for ``missing``, the condition that the peers meet.
    """

    across: Across
    group: str
    kind: Comparison
    compare: str | Condition
    cases: tuple[FleetCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every fact and rule of the packs that were loaded, host rules and fleet rules; ``packs`` are their names."""

    facts: Mapping[str, Fact]
    rules: tuple[Rule, ...]
    packs: tuple[str, ...]
    fleet_rules: tuple[FleetRule, ...] = ()

    @property
    def all_rules(self) -> tuple[Rule | FleetRule, ...]:
        """Give the rules about one host, then those about all of them."""
        return (*self.rules, *self.fleet_rules)
