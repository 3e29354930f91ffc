"""Twenty-four verdicts of the first rule, each written by hand."""

from __future__ import annotations

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.model import Outcome, Reason, Undetermined, Unknown, UnknownFact
from fleetscan.rules import judge, load_shelf
from tests.rules.samples import ABSENT, DENIED, STARTED, STOPPED, evidence_of, known

RULE = next(rule for rule in load_shelf(derivations=DERIVATIONS).rules if rule.id == "scanmail-processes-twice")

WRONG_TYPE = Unknown(reason=Reason.WRONG_TYPE, detail="REG_SZ '1' where int was expected")
UNREACHABLE = Unknown(reason=Reason.UNREACHABLE, detail="no route to host")

SERVICE: dict[str, Outcome] = {"started": STARTED, "stopped": STOPPED, "absent": ABSENT, "denied": DENIED}
VALUE: dict[str, Outcome] = {
    "1": known(1),
    "0": known(0),
    "absent": ABSENT,
    "denied": DENIED,
    "wrong type": WRONG_TYPE,
    "unreachable": UNREACHABLE,
}

ON, OFF = "transport_av.enabled", "scanmail.realtime"
NOTHING: dict[str, Reason] = {}

TABLE = [
    ("started", "1", "finding", NOTHING),
    ("started", "0", "pass", NOTHING),
    ("started", "absent", "pass", NOTHING),
    ("started", "denied", "unknown", {ON: Reason.DENIED}),
    ("started", "wrong type", "unknown", {ON: Reason.WRONG_TYPE}),
    ("started", "unreachable", "unknown", {ON: Reason.UNREACHABLE}),
    ("stopped", "1", "pass", NOTHING),
    ("stopped", "0", "pass", NOTHING),
    ("stopped", "absent", "pass", NOTHING),
    ("stopped", "denied", "pass", NOTHING),
    ("stopped", "wrong type", "pass", NOTHING),
    ("stopped", "unreachable", "pass", NOTHING),
    ("absent", "1", "not_applicable", NOTHING),
    ("absent", "0", "not_applicable", NOTHING),
    ("absent", "absent", "not_applicable", NOTHING),
    ("absent", "denied", "not_applicable", NOTHING),
    ("absent", "wrong type", "not_applicable", NOTHING),
    ("absent", "unreachable", "not_applicable", NOTHING),
    ("denied", "1", "unknown", {OFF: Reason.DENIED}),
    ("denied", "0", "unknown", {OFF: Reason.DENIED}),
    ("denied", "absent", "unknown", {OFF: Reason.DENIED}),
    ("denied", "denied", "unknown", {OFF: Reason.DENIED}),
    ("denied", "wrong type", "unknown", {OFF: Reason.DENIED}),
    ("denied", "unreachable", "unknown", {OFF: Reason.DENIED}),
]


@pytest.mark.parametrize(("service", "value", "word", "reasons"), TABLE)
def test_every_combination_has_its_verdict_and_its_reasons(
    service: str, value: str, word: str, reasons: dict[str, Reason]
) -> None:
    """Denied, mistyped and unreachable are never off; what cannot matter is not named."""
    seen = evidence_of({OFF: SERVICE[service], ON: VALUE[value]})

    verdict = judge(RULE, seen, host="EX01")

    named = verdict.ruling.facts if isinstance(verdict.ruling, Undetermined) else ()
    assert (verdict.word, {fact.fact: fact.reason for fact in named}) == (word, reasons)


def test_the_table_is_complete() -> None:
    """Every service state meets every value state once."""
    assert sorted((service, value) for service, value, _, _ in TABLE) == sorted(
        (service, value) for service in SERVICE for value in VALUE
    )


def test_a_value_of_a_foreign_shape_is_the_wrong_type() -> None:
    """Known text where a number is declared is no number, even if it got this far."""
    verdict = judge(RULE, evidence_of({OFF: STARTED, ON: known("1")}), host="EX01")

    wanted = UnknownFact(fact=ON, reason=Reason.WRONG_TYPE, detail="a whole number was expected, the value is str")
    assert verdict.ruling == Undetermined(facts=(wanted,))
