"""Run the cases of a shelf through the judge that nightly scans use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fleetscan.model import ATTESTED, INVENTORY, Evidence, Known, Outcome, Undetermined
from fleetscan.rules.given import CASE_TIME
from fleetscan.rules.interface import Case, Rule, Shelf
from fleetscan.rules.judge import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case: the verdict's word, its sentence, and the facts that it names as unknown."""

    rule: str
    case: Case
    pack: str
    word: str
    summary: str
    unknown: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Tell whether the verdict and the unknown facts are those that the case wants."""
        return self.word == self.case.verdict and sorted(self.unknown) == sorted(self.case.unknown)

    @property
    def complaint(self) -> str:
        """Say what was wanted and what came; empty when the case holds."""
        if self.ok:
            return ""
        return f"wanted {_words(self.case.verdict, self.case.unknown)}, came {_words(self.word, self.unknown)}"


def run_cases(shelf: Shelf) -> tuple[CaseResult, ...]:
    """Judge every case of every rule, in the order of the shelf."""
    return tuple(_run(rule, case) for rule in shelf.rules for case in rule.cases)


def evidence_of(given: Mapping[str, Outcome]) -> dict[str, Evidence]:
    """Make evidence of the outcomes that a case gives."""
    return {fact: _evidence(fact, outcome) for fact, outcome in given.items()}


def _evidence(fact: str, outcome: Outcome) -> Evidence:
    vouched = isinstance(outcome, Known) and outcome.type == ATTESTED
    where, transport = ("attested in the case", INVENTORY) if vouched else ("case", "case")
    return Evidence(fact=fact, outcome=outcome, where=where, transport=transport, credential="", at=CASE_TIME)


def _run(rule: Rule, case: Case) -> CaseResult:
    verdict = judge(rule, evidence_of(case.given), host="case", parameters=case.parameters)
    unknown = verdict.ruling.facts if isinstance(verdict.ruling, Undetermined) else ()
    return CaseResult(
        rule=rule.id,
        case=case,
        pack=rule.pack,
        word=verdict.word,
        summary=verdict.summary,
        unknown=tuple(fact.fact for fact in unknown),
    )


def _words(verdict: str, unknown: tuple[str, ...]) -> str:
    return f"{verdict} ({', '.join(unknown)})" if unknown else verdict
