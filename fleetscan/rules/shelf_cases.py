"""Read the cases of one rule against its facts and parameters."""

from __future__ import annotations

from collections.abc import Mapping

from fleetscan.authored import Steps
from fleetscan.errors import Mistake
from fleetscan.model import FactType
from fleetscan.rules.case_reader import CaseReader
from fleetscan.rules.interface import Case, Parameter
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_schema import WrittenCase, WrittenRule


def read_cases(
    pack: Pack,
    at: Steps,
    written: WrittenRule,
    types: Mapping[str, FactType],
    parameters: Mapping[str, Parameter],
) -> tuple[tuple[Case, ...], tuple[Mistake, ...]]:
    """Read all cases of the rule at the steps ``at``; ``types`` holds its facts that are known to the shelf."""
    reader = CaseReader(pack, at, written.reads, types, parameters)
    cases = tuple(_case(reader, index, case) for index, case in enumerate(written.cases))
    reader.check_verdicts({case.verdict for case in written.cases})
    return cases, tuple(reader.mistakes)


def _case(reader: CaseReader, index: int, case: WrittenCase) -> Case:
    reader.check_name(index, case.name)
    reader.check_verdict((index, "verdict"), case.verdict)
    _check_unknown(reader, index, case)
    return Case(
        name=case.name,
        given=dict(reader.given((index, "given"), case.given)),
        verdict=case.verdict,
        unknown=tuple(case.unknown),
        parameters=dict(reader.parameters(index, case.parameters)),
        line=reader.line(index),
    )


def _check_unknown(reader: CaseReader, index: int, case: WrittenCase) -> None:
    if case.verdict == "unknown" and not case.unknown:
        message = "a case that ends in `unknown` names the facts that stand in the way"
        reader.refuse((index,), message, "add `unknown: [...]`")
    if case.verdict != "unknown" and case.unknown:
        message = "only a case that ends in `unknown` names unknown facts"
        reader.refuse((index, "unknown"), message, "leave it out")
    reader.check_unknown((index, "unknown"), case.unknown)
