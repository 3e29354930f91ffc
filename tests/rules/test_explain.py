"""Why a rule did not fire: each part of its conditions with its own answer."""

from __future__ import annotations

import pytest

from fleetscan.rules import Explanation, ParameterError, explain
from tests.rules.fleets import LEVELS, PACK
from tests.rules.samples import ABSENT, DENIED, STARTED, STOPPED, evidence, known, load, rule

ONE = load().rules[0]


def test_each_part_has_its_own_answer_and_values() -> None:
    """An engineer sees which part was false, and what the host said."""
    parts = explain(ONE, evidence(svc__one=STOPPED, reg__number=known(6)))

    assert parts == (
        Explanation(
            part="applies",
            operator="",
            text="svc.one.installed",
            result="true",
            facts={"svc.one.installed": "true"},
        ),
        Explanation(
            part="when", operator="&&", text="svc.one.started", result="false", facts={"svc.one.started": "false"}
        ),
        Explanation(
            part="when",
            operator="&&",
            text="reg.number > parameter.most",
            result="true",
            facts={"parameter.most": "5", "reg.number": "6"},
        ),
    )


def test_what_was_not_read_is_unknown_and_what_was_absent_says_so() -> None:
    """The rule's meaning of absence decides, the words are the host's."""
    dark = explain(ONE, evidence(svc__one=DENIED, reg__number=ABSENT))

    assert [part.result for part in dark] == ["unknown", "unknown", "false"]
    assert dark[0].facts == {"svc.one.installed": "(unknown)"}
    assert dark[2].facts == {"parameter.most": "5", "reg.number": "(absent)"}


def test_a_rule_for_every_host_has_one_part_less() -> None:
    """Without `applies` only `when` is explained; overrides count."""
    always = rule("svc.one.started || reg.number > 1", "svc.one, reg.number", "{reg.number: 0}")
    parts = explain(always, evidence(svc__one=STARTED, reg__number=known(0)))

    assert [(part.part, part.operator, part.result) for part in parts] == [
        ("when", "||", "true"),
        ("when", "||", "false"),
    ]
    seen = evidence(svc__one=STARTED, reg__number=known(6))
    assert explain(ONE, seen, {"most": 9})[2].result == "false"


def test_an_override_that_does_not_fit_is_refused() -> None:
    """An explanation with a wrong threshold would explain nothing."""
    with pytest.raises(ParameterError, match="most of rule one-thing must be a whole number, not text"):
        explain(ONE, evidence(svc__one=STARTED), {"most": "9"})


def test_the_parts_of_a_fleet_rule_are_called_by_their_names() -> None:
    """Which hosts it is for, and what is compared where that is a condition."""
    text = PACK.replace(
        "    compare: box.there.installed\n", "    applies: box.there.installed\n    compare: box.there.started\n"
    )
    [_, _, lacks] = load(text).fleet_rules
    given = evidence(box__there=STOPPED)
    assert [(part.part, part.text, part.result) for part in explain(lacks, given)] == [
        ("applies", "box.there.installed", "true"),
        ("compare", "box.there.started", "false"),
    ]
    assert [part.part for part in explain(LEVELS, given)] == ["applies"]
