"""A small pack, and short ways to make evidence and to load packs from text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.model import Absent, Derivation, Evidence, FactType, Known, Outcome, Reason, Unknown, Value
from fleetscan.rules import Rule, Shelf, Source, load_sources

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
ABSENT = Absent()
DENIED = Unknown(reason=Reason.DENIED, detail="Access is denied.")
STARTED = Known(value={"state": "Running", "start": "Auto"}, type="service")
STOPPED = Known(value={"state": "Stopped", "start": "Auto"}, type="service")

PACK = """\
facts:
  svc.one: {service: One}
  reg.number: {registry: 'HKLM\\SOFTWARE\\One', value: Number, type: int}
  reg.text: {registry: 'HKLM\\SOFTWARE\\One', value: Text, type: string}
  sum.both: {derive: joined, from: [reg.number, reg.text]}
rules:
  - id: one-thing
    title: One thing is wrong
    severity: warning
    confidence: documented
    summary: Number is {reg.number} while One is {svc.one.state}.
    applies_to: servers with the service One
    reads: [svc.one, reg.number]
    applies: svc.one.installed
    when: svc.one.started && reg.number > parameter.most
    absent: {reg.number: 0}
    parameters:
      most: {default: 5, unit: things, about: The most that is right.}
    why: Because.
    fix: [Do it.]
    sources: [A book]
    cases:
      - {name: bad, given: {svc.one: started, reg.number: 6}, verdict: finding}
      - {name: good, given: {svc.one: started, reg.number: 5}, verdict: pass}
      - {name: dark, given: {svc.one: started, reg.number: {unknown: denied}}, verdict: unknown, unknown: [reg.number]}
"""


def _joined(outcomes: Sequence[Outcome], _at: datetime) -> Outcome:
    return outcomes[0]


DERIVATIONS: Mapping[str, Derivation] = {
    "joined": Derivation(
        name="joined",
        inputs=(FactType.INT, FactType.STRING),
        result=FactType.INT,
        function=_joined,
        about="A number and a text.",
    ),
    "many": Derivation(
        name="many",
        inputs=(FactType.INT, FactType.STRING),
        result=FactType.STRINGS,
        function=_joined,
        about="A number and texts.",
        variadic=True,
    ),
}


def load(text: str = PACK) -> Shelf:
    """Load one pack from text."""
    return load_sources([Source(name="pack", file="pack.yml", raw=text.encode())], derivations=DERIVATIONS)


def rule(when: str, reads: str, absent: str = "{}", applies: str = "", facts: str = "") -> Rule:
    """Load a rule with this condition over the facts of the sample pack and ``facts``."""
    text = PACK.replace("rules:", f"{facts}rules:")
    text = text.replace("when: svc.one.started && reg.number > parameter.most", f"when: {when}")
    text = text.replace("    applies: svc.one.installed\n", f"    applies: {applies}\n" if applies else "")
    text = text.replace("reads: [svc.one, reg.number]", f"reads: [{reads}]")
    text = text.replace("absent: {reg.number: 0}", f"absent: {absent}")
    text = text.replace("    parameters:\n      most: {default: 5, unit: things, about: The most that is right.}\n", "")
    text = text.replace("summary: Number is {reg.number} while One is {svc.one.state}.", "summary: It is wrong.")
    head = text.partition("    cases:")[0]
    return load(f"{head}    cases: [{_CASES}{reads.partition(',')[0]}]}}]\n").rules[0]


_CASES = (
    "{name: a, given: {}, verdict: finding}, {name: b, given: {}, verdict: pass}, "
    "{name: c, given: {}, verdict: unknown, unknown: ["
)


def mistakes(text: str) -> list[str]:
    """Load a pack that is wrong: its mistakes as lines."""
    with pytest.raises(AuthoredError) as caught:
        load(text)
    return str(caught.value).splitlines()


def indexed(found: list[str], wanted: str) -> bool:
    """Tell whether one of the mistakes begins with this place and these words."""
    return any(line.startswith(f"pack.yml:{wanted}") for line in found)


def known(value: Value) -> Known:
    """Make a known outcome."""
    return Known(value=value, type="test")


def evidence(**outcomes: Outcome) -> dict[str, Evidence]:
    """Make evidence; ``__`` in a name stands for the dot of a fact's id."""
    named = {name.replace("__", "."): outcome for name, outcome in outcomes.items()}
    return evidence_of(named)


def evidence_of(outcomes: Mapping[str, Outcome]) -> dict[str, Evidence]:
    """Make evidence of outcomes by fact."""
    return {
        fact: Evidence(fact=fact, outcome=outcome, where="there", transport="winrm", credential="reader", at=AT)
        for fact, outcome in outcomes.items()
    }
