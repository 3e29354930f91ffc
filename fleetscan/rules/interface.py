"""What a rule is, before and after it was compiled, and what a shelf of packs holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Rule:
    """One rule of the shelf, typed and compiled.

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
    when: Condition
    absent: Mapping[str, Value | Unknown]
    parameters: Mapping[str, Parameter]
    why: str
    fix: tuple[str, ...]
    sources: tuple[str, ...]
    applies_to: str
    cases: tuple[Case, ...]
    pack: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Every fact and rule of the packs that were loaded; ``packs`` are their names in order."""

    facts: Mapping[str, Fact]
    rules: tuple[Rule, ...]
    packs: tuple[str, ...]
