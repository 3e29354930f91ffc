"""What a rule says of a host."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from fleetscan.model.outcome import Reason
from fleetscan.model.record import Evidence


class Severity(StrEnum):
    """The Analyzer's words, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    BEST_PRACTICE = "best-practice"
    NON_DEFAULT = "non-default"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Count from 0, the gravest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Confidence(StrEnum):
    """How sure the rule's own basis is: read in a source, or inferred from one."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Finding:
    """The condition holds."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The condition was judged and does not hold."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The rule is not about this host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFact:
    """A fact that was needed and not known.

    ``of`` names the hosts on which it was needed, a few of many, where it is not this host's own that was missing.
    """

    fact: str
    reason: Reason
    detail: str
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undetermined:
    """The rule could not be judged: the facts that stood in the way, at least one."""

    facts: tuple[UnknownFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """All facts were known and the rule still gave no answer: the rule's fault."""

    fault: str


Ruling: TypeAlias = Finding | Pass | NotApplicable | Undetermined | Broken

RULING_NAMES: dict[type[Ruling], str] = {
    Finding: "finding",
    Pass: "pass",
    NotApplicable: "not_applicable",
    Undetermined: "unknown",
    Broken: "broken",
}
"""The word for each ruling in files and reports, in the order in which they are counted."""

RULING_LETTERS: dict[str, str] = {word: word[0] for word in RULING_NAMES.values()}
"""The letter for each word, where there are very many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One rule on one host. ``summary`` is one sentence about this host; ``evidence`` what it rests on."""

    host: str
    rule: str
    severity: Severity
    confidence: Confidence
    ruling: Ruling
    summary: str
    evidence: tuple[Evidence, ...]

    @property
    def word(self) -> str:
        """Name the ruling as files and reports do."""
        return RULING_NAMES[type(self.ruling)]

    def said_of(self, host: str) -> Verdict:
        """Say the same of another host; quicker than ``dataclasses.replace``, for there can be very many."""
        return Verdict(
            host=host,
            rule=self.rule,
            severity=self.severity,
            confidence=self.confidence,
            ruling=self.ruling,
            summary=self.summary,
            evidence=self.evidence,
        )
