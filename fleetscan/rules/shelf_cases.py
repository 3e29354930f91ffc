"""Read the cases of one rule against its facts and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fleetscan.authored import Steps, kind_of, suggest
from fleetscan.errors import Mistake
from fleetscan.model import FactType, Outcome, Value
from fleetscan.rules.given import outcome
from fleetscan.rules.interface import Case, Parameter
from fleetscan.rules.parameters import kind_of_parameter, parameter_value
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_schema import REQUIRED_CASES, WrittenCase, WrittenRule


def read_cases(
    pack: Pack,
    at: Steps,
    written: WrittenRule,
    types: Mapping[str, FactType],
    parameters: Mapping[str, Parameter],
) -> tuple[tuple[Case, ...], tuple[Mistake, ...]]:
    """Read all cases of the rule at the steps ``at``; ``types`` holds its facts that are known to the shelf."""
    reader = _Reader(pack, (*at, "cases"), written, types, parameters)
    cases = tuple(reader.case(index, case) for index, case in enumerate(written.cases))
    return cases, (*reader.mistakes, *_missing(pack, at, written))


def _missing(pack: Pack, at: Steps, written: WrittenRule) -> Iterator[Mistake]:
    verdicts = {case.verdict for case in written.cases}
    for verdict in REQUIRED_CASES:
        if verdict not in verdicts:
            message = f"no case of the rule ends in `{verdict}`"
            yield pack.document.mistake_at_key(
                (*at, "cases"), message, f"add one; every rule shows {', '.join(REQUIRED_CASES)}"
            )


class _Reader:
    def __init__(
        self,
        pack: Pack,
        at: Steps,
        written: WrittenRule,
        types: Mapping[str, FactType],
        parameters: Mapping[str, Parameter],
    ) -> None:
        self.pack = pack
        self.at = at
        self.reads = tuple(written.reads)
        self.types = types
        self.parameters = parameters
        self.mistakes: list[Mistake] = []
        self.names: set[str] = set()

    def case(self, index: int, case: WrittenCase) -> Case:
        """Read one case; what cannot be read is left out of it and remembered as a mistake."""
        self._check_name(index, case)
        self._check_unknown(index, case)
        return Case(
            name=case.name,
            given=dict(self._given(index, case)),
            verdict=case.verdict,
            unknown=tuple(case.unknown),
            parameters=dict(self._parameters(index, case)),
            line=self.pack.document.position((*self.at, index)).line,
        )

    def _refuse(self, steps: Steps, message: str, remedy: str = "") -> None:
        self.mistakes.append(self.pack.document.mistake((*self.at, *steps), message, remedy))

    def _refuse_key(self, steps: Steps, message: str, remedy: str = "") -> None:
        self.mistakes.append(self.pack.document.mistake_at_key((*self.at, *steps), message, remedy))

    def _check_name(self, index: int, case: WrittenCase) -> None:
        if case.name in self.names:
            self._refuse((index, "name"), f"there are two cases called {case.name}", "rename one")
        self.names.add(case.name)

    def _check_unknown(self, index: int, case: WrittenCase) -> None:
        if case.verdict == "unknown" and not case.unknown:
            self._refuse(
                (index,), "a case that ends in `unknown` names the facts that stand in the way", "add `unknown: [...]`"
            )
        if case.verdict != "unknown" and case.unknown:
            self._refuse((index, "unknown"), "only a case that ends in `unknown` names unknown facts", "leave it out")
        for place, fact in enumerate(case.unknown):
            if fact not in self.reads:
                self._refuse((index, "unknown", place), f"`reads` does not list {fact}", suggest(fact, self.reads))

    def _given(self, index: int, case: WrittenCase) -> Iterator[tuple[str, Outcome]]:
        for fact, written in case.given.items():
            if fact not in self.reads:
                self._refuse_key((index, "given", fact), f"`reads` does not list {fact}", suggest(fact, self.reads))
            elif fact in self.types:
                try:
                    yield fact, outcome(self.types[fact], written)
                except ValueError as error:
                    self._refuse((index, "given", fact), f"{fact} is {self.types[fact]}: {error}", _EXAMPLES)

    def _parameters(self, index: int, case: WrittenCase) -> Iterator[tuple[str, Value]]:
        for name, written in case.parameters.items():
            steps = (index, "parameters", name)
            parameter = self.parameters.get(name)
            if parameter is None:
                self._refuse_key(steps, f"the rule has no parameter {name}", suggest(name, tuple(self.parameters)))
                continue
            value = parameter_value(written)
            if value is None or kind_of_parameter(value) is not kind_of_parameter(parameter.default):
                message = f"the parameter {name} must be {kind_of(parameter.default)}, not {kind_of(written)}"
                self._refuse(steps, message)
            else:
                yield name, value


_EXAMPLES = "a value, `absent`, or `{unknown: denied}`"
