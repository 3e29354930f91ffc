"""What the cases of host rules and of fleet rules are read by: outcomes, thresholds, the facts named as unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from fleetscan.authored import Steps, kind_of, suggest
from fleetscan.errors import Mistake
from fleetscan.model import FactType, Outcome, Value
from fleetscan.rules.given import outcome
from fleetscan.rules.interface import Parameter
from fleetscan.rules.parameters import kind_of_parameter, parameter_value
from fleetscan.rules.places import Pack
from fleetscan.rules.rule_schema import REQUIRED_CASES, VERDICTS


class CaseReader:
    """Reads the cases of one rule; what cannot be read is left out and remembered in ``mistakes``.

    ``reads`` are the facts that a case may give, ``types`` those of them that the shelf knows.
    """

    def __init__(
        self,
        pack: Pack,
        at: Steps,
        reads: Sequence[str],
        types: Mapping[str, FactType],
        parameters: Mapping[str, Parameter],
    ) -> None:
        """Begin with the rule at the steps ``at`` of the pack."""
        self.pack = pack
        self.at: Steps = (*at, "cases")
        self.reads = tuple(reads)
        self.types = types
        self.known_parameters = parameters
        self.mistakes: list[Mistake] = []
        self.names: set[str] = set()

    def line(self, index: int) -> int:
        """Give the line at which a case begins."""
        return self.pack.document.position((*self.at, index)).line

    def refuse(self, steps: Steps, message: str, remedy: str = "") -> None:
        """Remember a mistake at a value below the cases."""
        self.mistakes.append(self.pack.document.mistake((*self.at, *steps), message, remedy))

    def refuse_key(self, steps: Steps, message: str, remedy: str = "") -> None:
        """Remember a mistake at a key below the cases."""
        self.mistakes.append(self.pack.document.mistake_at_key((*self.at, *steps), message, remedy))

    def check_name(self, index: int, name: str) -> None:
        """Refuse a second case of the same name."""
        if name in self.names:
            self.refuse((index, "name"), f"there are two cases called {name}", "rename one")
        self.names.add(name)

    def check_verdict(self, steps: Steps, verdict: str) -> None:
        """Refuse a verdict that there is not."""
        if verdict not in VERDICTS:
            name = next(step for step in reversed(steps) if step in {"verdict", "verdicts"})
            self.refuse(steps, f"`{name}` must be one of {', '.join(VERDICTS)}", suggest(verdict, VERDICTS))

    def check_verdicts(self, verdicts: set[str]) -> None:
        """Refuse cases that do not show every verdict that they have to; a wrong word may have been meant for one."""
        for verdict in REQUIRED_CASES if verdicts <= set(VERDICTS) else ():
            if verdict not in verdicts:
                message = f"no case of the rule ends in `{verdict}`"
                self.refuse_key((), message, f"add one; every rule shows {', '.join(REQUIRED_CASES)}")

    def check_unknown(self, steps: Steps, unknown: Sequence[str]) -> None:
        """Refuse facts at these steps that the rule does not read."""
        for place, fact in enumerate(unknown):
            if fact not in self.reads:
                self.refuse((*steps, place), f"`reads` does not list {fact}", unlisted(fact, self.types))

    def given(self, steps: Steps, facts: Mapping[str, object]) -> Iterator[tuple[str, Outcome]]:
        """Read outcomes."""
        for fact, written in facts.items():
            if fact not in self.reads:
                self.refuse_key((*steps, fact), f"`reads` does not list {fact}", unlisted(fact, self.types))
            elif fact in self.types:
                try:
                    yield fact, outcome(self.types[fact], written)
                except ValueError as error:
                    self.refuse((*steps, fact), f"{fact} is {self.types[fact]}: {error}", _EXAMPLES)

    def parameters(self, index: int, overrides: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
        """Read thresholds."""
        for name, written in overrides.items():
            steps = (index, "parameters", name)
            parameter = self.known_parameters.get(name)
            if parameter is None:
                self.refuse_key(steps, f"the rule has no parameter {name}", suggest(name, tuple(self.known_parameters)))
                continue
            value = parameter_value(written)
            if value is None or kind_of_parameter(value) is not kind_of_parameter(parameter.default):
                message = f"the parameter {name} must be {kind_of(parameter.default)}, not {kind_of(written)}"
                self.refuse(steps, message)
            else:
                yield name, value


def unlisted(fact: str, known: Iterable[str]) -> str:
    """Advise on a fact that `reads` does not list: the one of them that was meant, or to list it."""
    close = get_close_matches(fact, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else f"add {fact} to `reads`"


_EXAMPLES = "a value, `absent`, or `{unknown: denied}`"
