"""Run the cases of a shelf through the judge that nightly scans use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from fleetscan.model import (
    ATTESTED,
    INVENTORY,
    Evidence,
    HostRecord,
    Known,
    Outcome,
    Status,
    Undetermined,
    Value,
    Verdict,
)
from fleetscan.rules.fleet import FleetJudge
from fleetscan.rules.given import CASE_TIME
from fleetscan.rules.interface import Case, FleetCase, FleetRule, Rule, Shelf
from fleetscan.rules.judge import judge


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case: the verdict's word, its sentence, and the facts that it names as unknown.

    A case of a fleet rule has one result for each host that it names, with the host after its name.
    """

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
    alone = (_run(rule, case) for rule in shelf.rules for case in rule.cases)
    among = (result for rule in shelf.fleet_rules for case in rule.cases for result in _run_fleet(shelf, rule, case))
    return (*alone, *among)


def evidence_of(given: Mapping[str, Outcome]) -> dict[str, Evidence]:
    """Make evidence of the outcomes that a case gives."""
    return {fact: _evidence(fact, outcome) for fact, outcome in given.items()}


def _evidence(fact: str, outcome: Outcome) -> Evidence:
    vouched = isinstance(outcome, Known) and outcome.type == ATTESTED
    where, transport = ("attested in the case", INVENTORY) if vouched else ("case", "case")
    return Evidence(fact=fact, outcome=outcome, where=where, transport=transport, credential="", at=CASE_TIME)


def _run(rule: Rule, case: Case) -> CaseResult:
    return _result(rule, case, judge(rule, evidence_of(case.given), host="case", parameters=case.parameters))


def _run_fleet(shelf: Shelf, rule: FleetRule, case: FleetCase) -> Iterator[CaseResult]:
    judge_all = FleetJudge(replace(shelf, fleet_rules=(rule,)))
    for host, given in case.given.items():
        judge_all.see(_record(host, given, {rule.id: case.parameters}))
    verdicts = judge_all.verdicts()
    for host, wanted in case.verdicts.items():
        one = Case(
            name=f"{case.name}: {host}",
            given=case.given[host],
            verdict=wanted,
            unknown=case.unknown.get(host, ()),
            parameters=case.parameters,
            line=case.line,
        )
        yield _result(rule, one, verdicts[host][0])


def _record(host: str, given: Mapping[str, Outcome], parameters: Mapping[str, Mapping[str, Value]]) -> HostRecord:
    return HostRecord(
        host=host,
        address="",
        site="",
        groups=(),
        status=Status.COMPLETE,
        failure=None,
        transport="case",
        credential="",
        started=CASE_TIME,
        seconds=0.0,
        attempts=1,
        round_trips=0,
        bytes_received=0,
        notes=(),
        facts=evidence_of(given),
        parameters=parameters,
    )


def _result(rule: Rule | FleetRule, case: Case, verdict: Verdict) -> CaseResult:
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
