"""What authors bring along from Jinja, Python and SQL: each at its place in the pack, with what to write instead."""

from __future__ import annotations

import pytest

from tests.rules.samples import PACK, load, mistakes

CONDITION = "when: svc.one.started && reg.number > parameter.most"
FOREIGN = [
    ("svc.one.started and reg.number > 5", 27, "`and` is not a word of a condition (write `&&`)"),
    ("svc.one.started AND reg.number > 5", 27, "`AND` is not a word of a condition (write `&&`)"),
    ("svc.one.started or reg.number > 5", 27, "`or` is not a word of a condition (write `||`)"),
    ("not svc.one.started", 11, "`not` is not a word of a condition (write `!` before what is denied: `!(a == b)`)"),
    ("reg.number not in [1]", 22, "`not` is not a word of a condition (write `!` before what is denied"),
    ("reg.number is 5", 22, "`is` is not a word of a condition (write `==`)"),
    ("reg.number is defined", 25, "`defined` is not a word of a condition (say under `absent:`"),
    ("reg.number == None", 25, "`None` is not a word of a condition (say under `absent:` what a missing value means)"),
    ("reg.number==None", 23, "`None` is not a word of a condition (say under `absent:` what a missing value means)"),
    ("reg.number == NULL", 25, "`NULL` is not a word of a condition (say under `absent:`"),
    ("reg.number != nil", 25, "`nil` is not a word of a condition (say under `absent:`"),
    ("reg.number != undefined", 25, "`undefined` is not a word of a condition (say under `absent:`"),
    ("'{% elif reg.number %}'", 15, "`elif` is not a word of a condition (write `condition ? one : other`)"),
    ("dyn(reg.number) > 5", 11, "`dyn` is not a word of a condition (leave it out: conditions are typed)"),
    ("reg.number <> 5", 22, "`<>` is not a word of a condition (write `!=`)"),
    ("svc.one.started & true", 27, "`&` is not a word of a condition (write `&&`)"),
    ("svc.one.started | true", 27, "`|` is not a word of a condition (write `||`)"),
    ("svc.one.started == True", 30, "`True` is not a word of a condition (write `true`)"),
    ("svc.one.started == FALSE", 30, "`FALSE` is not a word of a condition (write `false`)"),
    ("reg.number = 5", 22, "`=` is not a word of a condition (write `==`)"),
    ("reg.number === 5", 22, "`===` is not a word of a condition (write `==`)"),
    ("'{{ reg.number }} > 5'", 12, "`{{` is not a word of a condition (leave the braces out"),
    ("'{% if reg.number %}'", 12, "`{%` is not a word of a condition (leave the braces out"),
    ("'{% if reg.number %}'", 15, "`if` is not a word of a condition (write `condition ? one : other`)"),
    ("svc.one.started if reg.number > 5 else false", 45, "`else` is not a word of a condition (write `condition ? "),
    ("len(svc.one.state) > 5", 11, "`len` is not a word of a condition (write `size(list)`)"),
    ("has(svc.one.state)", 11, "`has` is not a word of a condition (say under `absent:` what a missing value means; a"),
    ("has(reg.number)", 11, "`has` is not a word of a condition (say under `absent:` what a missing value means; a"),
    ("svc.one.startd", 11, "unknown name svc.one.startd (did you mean svc.one.started?)"),
    ("svc.one.started && reg.nmber > 5", 30, "unknown name reg.nmber (did you mean reg.number?)"),
    (
        "reg.text == ''",
        11,
        "the condition names reg.text, but `reads` does not list reg.text (add reg.text to `reads`)",
    ),
]


def told(text: str) -> list[str]:
    """Load a pack that is wrong; give its mistakes without the name of the file."""
    return [one.removeprefix("pack.yml:") for one in mistakes(text)]


@pytest.mark.parametrize(("text", "column", "wanted"), FOREIGN, ids=[row[0] for row in FOREIGN])
def test_a_foreign_word_is_found_at_its_column_with_what_to_write(text: str, column: int, wanted: str) -> None:
    """Line 15 of the sample pack is its condition."""
    found = told(PACK.replace(CONDITION, f"when: {text}"))
    assert any(one.startswith(f"15:{column}: {wanted}") for one in found), found


def test_braces_of_a_template_without_quotes_are_called_by_their_name() -> None:
    """YAML reads them as a mapping before anybody sees a condition."""
    found = told(PACK.replace(CONDITION, "when: {{ reg.number > 5 }}"))
    assert found == ["15:12: `{{ }}` is a template, and none is filled in here (write the value itself)"]


VERDICTS = "`verdict` must be one of finding, pass, not_applicable, unknown"
WORDS = [
    ("absent: {reg.number: 0}", "absent: {reg.number: None}", "16:26: reg.number is int: `None` would be this"),
    ("absent: {reg.number: 0}", "absent: {reg.number: null}", "16:26: reg.number is int: a value is missing"),
    ("reg.number: 6}, verdict", "reg.number: None}, verdict", "23:59: reg.number is int: `None` would be this"),
    ("severity: warning", "severity: critical", "9:15: `severity` must be one of error, warning, best-practice,"),
    ("verdict: pass}", "verdict: OK}", f"24:73: {VERDICTS} (known: "),
    ("verdict: pass}", "verdict: not applicable}", f"24:73: {VERDICTS} (did you mean `not_applicable`?)"),
    ("    absent: {reg.number: 0}\n", "", "13:22: reg.number can be absent, and the rule does not say what that means"),
    (
        "[svc.one, reg.number]",
        "[svc.one, reg.nummber]",
        "13:22: there is no fact reg.nummber (did you mean `reg.number`?",
    ),
]


def test_a_severity_in_another_case_is_recognised() -> None:
    """The suggestion is the word itself."""
    (found,) = told(PACK.replace("severity: warning", "severity: Warning"))
    assert found.startswith("9:15: `severity` must be one of ")
    assert found.endswith("(did you mean `warning`?)")


@pytest.mark.parametrize(("old", "new", "wanted"), WORDS)
def test_a_wrong_word_of_a_rule_is_found_at_its_column_with_what_to_write(old: str, new: str, wanted: str) -> None:
    """Severities, verdicts, facts, and what absence means."""
    found = told(PACK.replace(old, new))
    assert any(one.startswith(wanted) for one in found), found


def test_wrong_words_and_wrong_conditions_are_said_together() -> None:
    """Nobody mends a rule one run at a time."""
    text = PACK.replace(CONDITION, "when: svc.one.started and reg.number > parameter.most").replace("warning", "grave")
    text = text.replace("confidence: documented", "confidence: sure").replace("verdict: pass", "verdict: fine")
    places = [one.split(": ")[0] for one in told(text)]
    assert places == ["9:15", "10:17", "15:27", "24:73"]


def test_a_fact_that_reads_lacks_is_to_be_added_or_is_another_one() -> None:
    """A misspelt word in `reads` is not suggested for the right one."""
    found = told(PACK.replace("reads: [svc.one, reg.number]", "reads: [svc.one, reg.nummber]"))
    others = [one for one in found if "`reads` does not list" in one]
    assert len(others) == 5
    assert all(one.endswith("`reads` does not list reg.number (add reg.number to `reads`)") for one in others)


def test_the_text_none_can_still_be_meant() -> None:
    """Where a registry really holds the word."""
    text = PACK.replace("type: int", "type: string", 1).replace("reg.number > parameter.most", "reg.number == 'None'")
    text = text.replace("absent: {reg.number: 0}", "absent: {reg.number: {known: None}}").replace(
        "number: 6", "number: '6'"
    )
    text = text.replace("number: 5}", "number: '5'}").replace(
        "    parameters:\n      most: {default: 5, unit: things, about: The most that is right.}\n", ""
    )
    text = text.replace("  sum.both: {derive: joined, from: [reg.number, reg.text]}\n", "")
    assert load(text).rules[0].absent == {"reg.number": "None"}
