"""Thresholds and their overrides."""

from __future__ import annotations

from fleetscan.rules import check_overrides, judge
from tests.rules.samples import PACK, STARTED, evidence, known, load

SHELF = load()


def test_good_overrides_have_no_complaints() -> None:
    """Rule, name and type fit."""
    assert check_overrides(SHELF, {"one-thing": {"most": 7}}) == ()
    assert check_overrides(SHELF, {}) == ()


def test_every_bad_override_is_named() -> None:
    """Unknown rules, unknown parameters and wrong types, each with what would be right."""
    found = check_overrides(SHELF, {"one-thin": {"most": 7}, "one-thing": {"most": "7", "mots": 7, "x": True}})

    assert found == (
        "there is no rule one-thin: did you mean `one-thing`?",
        "parameter most of rule one-thing must be a whole number, not text",
        "rule one-thing has no parameter mots: did you mean `most`?",
        "rule one-thing has no parameter x: known: most",
    )


def test_a_rule_without_parameters_says_that_it_has_none() -> None:
    """There is nothing to suggest."""
    plain = PACK.replace("parameter.most", "5").replace(
        "    parameters:\n      most: {default: 5, unit: things, about: The most that is right.}\n", ""
    )
    found = check_overrides(load(plain), {"one-thing": {"most": 7}})
    assert found == ("rule one-thing has no parameter most: it has none",)


def test_parameters_can_be_true_or_false_text_and_lists() -> None:
    """Each kind reaches the condition as itself."""
    text = PACK.replace(
        "reg.number > parameter.most", "parameter.active && svc.one.state in parameter.states && parameter.word == 'x'"
    )
    text = text.replace(
        "most: {default: 5, unit: things, about: The most that is right.}",
        "active: {default: true, about: Whether.}\n"
        "      states: {default: [Running], about: Which.}\n"
        "      word: {default: x, about: What.}",
    )
    shelf = load(text.replace("{reg.number} while", "{reg.number} {parameter.states} while"))
    seen = evidence(svc__one=STARTED, reg__number=known(6))

    assert judge(shelf.rules[0], seen, host="h").summary == "Number is 6 Running while One is Running."
    assert judge(shelf.rules[0], seen, host="h", parameters={"states": ["Paused"]}).word == "pass"
    assert judge(shelf.rules[0], seen, host="h", parameters={"active": False}).word == "pass"
    assert judge(shelf.rules[0], seen, host="h", parameters={"word": "y"}).word == "pass"
