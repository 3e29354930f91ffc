"""Told facts on the shelf: how packs declare them, and how verdicts say that they rest on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.facts import DERIVATIONS
from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    INVENTORY,
    LOCATED,
    SETTLE,
    Confidence,
    Evidence,
    Fact,
    FactType,
    Indirect,
    Known,
    Outcome,
    Reason,
    Told,
    Unknown,
    Value,
    Verdict,
)
from fleetscan.rules import Shelf, Source, catalogue, check_overrides, explain, judge, load_sources, run_cases
from tests.rules.samples import AT, DENIED, STARTED, indexed, known

PACK = """\
facts:
  svc.one: {service: One}
  new.file: {file: 'C:\\x', what: newest, pattern: '*'}
  site.fixed: {registry: 'HKLM\\S', value: A, type: string}
  it.updates: {told: bool, indirect: {derive: pattern_arrives, from: [new.file], days: 7}, about: Updates.}
  it.boxes: {told: int}
  it.name: {told: string, confidence: inferred}
  it.site: {derive: ad_site, from: [it.name, it.name]}
rules:
  - id: one-thing
    title: One thing is wrong
    severity: warning
    confidence: documented
    summary: There are {it.boxes} boxes.
    applies_to: servers with the service One
    reads: [svc.one, it.updates, it.boxes, it.site]
    applies: svc.one.installed
    when: it.boxes > 100 && (!it.updates || it.site == 'Osaka')
    absent: {it.site: {unknown: not_located}}
    why: Because.
    fix: [Do it.]
    sources: [A book]
    cases:
      - {name: bad, given: {svc.one: started, it.boxes: {attested: 101}, it.updates: false}, verdict: finding}
      - {name: good, given: {svc.one: started, it.boxes: 101, it.updates: {indirect: true}, it.site: x}, verdict: pass}
      - {name: dark, given: {svc.one: started, it.boxes: 101}, verdict: unknown, unknown: [it.updates, it.site]}
"""


def sources(text: str) -> list[Source]:
    """Make a pack of a text."""
    return [Source(name="pack", file="pack.yml", raw=text.encode())]


def shelf() -> Shelf:
    """Load the pack with the product's own derivations."""
    return load_sources(sources(PACK), derivations=DERIVATIONS)


ONE = shelf().rules[0]
DOE = "attested by J. Doe on 2026-10-01, until 2027-03-31"


def seen(**outcomes: Outcome | Evidence) -> dict[str, Evidence]:
    """Make evidence by fact, dots written as two underscores; the service runs."""
    facts: dict[str, Outcome | Evidence] = {"svc.one": STARTED}
    facts |= {name.replace("__", "."): outcome for name, outcome in outcomes.items()}
    return {
        fact: outcome
        if isinstance(outcome, Evidence)
        else Evidence(fact=fact, outcome=outcome, where=f"at {fact}", transport="winrm", credential="r", at=AT)
        for fact, outcome in facts.items()
    }


def vouched(fact: str, value: Value) -> Evidence:
    """Make the evidence of an attestation."""
    outcome = Known(value=value, type=ATTESTED)
    return Evidence(fact=fact, outcome=outcome, where=DOE, transport=INVENTORY, credential="", at=AT)


def verdict_of(evidence: Mapping[str, Evidence]) -> Verdict:
    """Judge the one rule."""
    return judge(ONE, evidence, host="EX01")


def located(value: int) -> Known:
    """Give what was read where a locator points."""
    return Known(value=value, type=LOCATED)


YES, NO = (Known(value=value, type=LOCATED) for value in (True, False))
INFERRED = Known(value=True, type=INDIRECT)


# Packs


def test_a_told_fact_means_its_type_and_its_outcome() -> None:
    """Bool, int or string; with or without an outcome that speaks for it; about and confidence as for every fact."""
    facts = shelf().facts
    assert facts["it.boxes"] == Fact(id="it.boxes", type=FactType.INT, origin=Told())
    assert facts["it.name"] == Fact(id="it.name", type=FactType.STRING, origin=Told(), confidence="inferred")
    assert facts["it.updates"] == Fact(
        id="it.updates",
        type=FactType.BOOL,
        origin=Told(indirect=Indirect(derivation="pattern_arrives", inputs=("new.file",), days=7)),
        about="Updates.",
    )
    assert facts["it.updates"].inputs == ("new.file",)
    assert facts["it.boxes"].inputs == ()


INDIRECTLY = "indirect: {derive: pattern_arrives, from: [new.file], days: 7}"
MISTAKES = [
    ("{told: int}", "{told: version}", "6:20: `told` must be one of bool, int, string"),
    ("{told: int}", "{told: int, service: One}", "6:3: the fact it.boxes does not say in one way where it comes from"),
    ("{told: int}", "{told: int, value: 5}", "6:25: unknown key `value`"),
    (INDIRECTLY, "indirect: pattern_arrives", "5:38: `indirect` must be a mapping, not text"),
    (INDIRECTLY, "indirect: {from: [new.file], days: 7}", "5:28: `derive` is missing"),
    (
        INDIRECTLY,
        "indirect: {derive: patern_arrives, from: [new.file], days: 7}",
        "5:47: there is no derivation patern_arrives (did you mean `pattern_arrives`?)",
    ),
    (INDIRECTLY, "indirect: {derive: pattern_arrives, from: [new.file]}", "5:70: pattern_arrives takes 2 facts, not 1"),
    (INDIRECTLY, "indirect: {derive: pattern_arrives, from: [new.file], days: 0}", "5:88: `days` is not valid"),
    (
        INDIRECTLY,
        "indirect: {derive: pattern_arrives, from: [new.file], days: '7'}",
        "5:88: `days` must be a whole number",
    ),
    (INDIRECTLY, "indirect: {derive: pattern_arrives, from: [new.flie], days: 7}", "5:71: there is no fact new.flie"),
    (
        INDIRECTLY,
        "indirect: {derive: pattern_arrives, from: [it.name], days: 7}",
        "5:71: pattern_arrives takes newest here, it.name is string",
    ),
    (
        INDIRECTLY,
        "indirect: {derive: ad_site, from: [site.fixed], days: 7}",
        "5:47: ad_site gives string, and it.updates is bool",
    ),
    (
        "{told: string, confidence: inferred}",
        "{told: string, indirect: {derive: ad_site, from: [site.fixed], days: 7}}",
        "7:75: ad_site does not ask for days (leave `days` out)",
    ),
    (
        "{told: string, confidence: inferred}",
        "{told: string, indirect: {derive: ad_site, from: [it.site, site.fixed]}}",
        "7:61: the fact it.name is derived from itself",
    ),
    ("absent: {it.site:", "absent: {it.boxes: 0, it.site:", "19:24: it.boxes is int: what is told is known or unknown"),
    ("{attested: 101}", "{attested: yes}", "24:57: it.boxes is int"),
    ("{attested: 101}", "{attested: 101, by: me}", "24:57: it.boxes is int"),
    ("{indirect: true}", "{indirect: 1}", "25:75: it.updates is bool"),
]


@pytest.mark.parametrize(("old", "new", "wanted"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_a_mistake_in_a_told_fact_is_said_where_it_stands(old: str, new: str, wanted: str) -> None:
    """Types, outcomes and their inputs, absence that cannot be, values of cases."""
    assert PACK.count(old) == 1
    with pytest.raises(AuthoredError) as caught:
        load_sources(sources(PACK.replace(old, new)), derivations=DERIVATIONS)
    found = str(caught.value).splitlines()
    assert indexed(found, wanted), found


def test_cases_can_give_what_is_attested_and_indirect() -> None:
    """The cases hold, and the sentence of each says what it rests on."""
    results = run_cases(shelf())
    assert [result.complaint for result in results] == ["", "", ""]
    assert results[0].summary == "There are 101 boxes. (it.boxes is attested in the case)"
    assert results[1].summary == "does not hold: One thing is wrong (it.updates is indirect: case)"


def test_the_catalogue_says_in_which_order_a_told_fact_is_had() -> None:
    """The row of a fact names the ways, and what it is when nobody tells it."""
    page = catalogue(shelf())
    told = "told by the inventory: a locator, else an attestation"
    assert f"| `it.boxes` | int | {told} | unknown: nobody has told it |" in page
    assert f"| `it.updates` | bool | {told}, else pattern_arrives of `new.file` within 7 days | unknown: nobody" in page


def test_days_of_a_told_fact_can_be_set_like_thresholds() -> None:
    """Only of a fact that has them, only in whole days, and a misspelt id is suggested."""
    wrong: dict[str, dict[str, Value]] = {
        "it.updates": {"days": 0, "day": 3},
        "it.boxes": {"days": 7},
        "it.update": {"days": 7},
    }
    assert [check_overrides(shelf(), {"it.updates": {"days": days}}) for days in (1, 14, 36_500)] == [(), (), ()]
    assert check_overrides(shelf(), {"it.updates": {"days": 36_501}}) != ()
    assert check_overrides(shelf(), wrong) == (
        "parameter days of the fact it.updates must be a whole number of days, from 1 to 36500",
        "the fact it.updates has no parameter day: known: days",
        "there is no rule it.boxes: known: one-thing, it.updates",
        "there is no rule it.update: did you mean `it.updates`?",
    )
    assert check_overrides(shelf(), {"it.updates": {"days": True}}) != ()


# Verdicts


def test_a_finding_that_rests_on_a_word_says_whose() -> None:
    """The sentence is followed by who vouched, when, and until when; the confidence stays the rule's."""
    verdict = verdict_of(seen(it__boxes=vouched("it.boxes", 101), it__updates=NO, it__site=known("x")))
    assert verdict.word == "finding"
    assert verdict.summary == f"There are 101 boxes. (it.boxes is {DOE})"
    assert verdict.confidence is Confidence.DOCUMENTED


def test_a_pass_that_rests_on_an_outcome_is_inferred() -> None:
    """It says that it is indirect, and of what."""
    verdict = verdict_of(seen(it__boxes=located(101), it__updates=INFERRED, it__site=known("x")))
    assert verdict.word == "pass"
    assert verdict.summary == "does not hold: One thing is wrong (it.updates is indirect: at it.updates)"
    assert verdict.confidence is Confidence.INFERRED


def test_a_verdict_that_would_stand_without_it_does_not_name_it() -> None:
    """Few boxes decide alone; that somebody vouched for the rest is no part of the verdict."""
    verdict = verdict_of(seen(it__boxes=located(5), it__updates=vouched("it.updates", YES.value), it__site=DENIED))
    assert (verdict.word, verdict.summary) == ("pass", "does not hold: One thing is wrong")


def test_facts_that_decide_only_together_are_all_named() -> None:
    """Either of two suffices, so that taking one away changes nothing: both are named, and the weaker one counts."""
    verdict = verdict_of(
        seen(
            it__boxes=located(101),
            it__updates=vouched("it.updates", NO.value),
            it__site=Known(value="Osaka", type=INDIRECT),
        )
    )
    assert verdict.word == "finding"
    assert verdict.summary == f"There are 101 boxes. (it.updates is {DOE}; it.site is indirect: at it.site)"
    assert verdict.confidence is Confidence.INFERRED


def test_what_was_derived_from_a_word_is_named_as_such() -> None:
    """The derivation stands in the place of the person, whom the fact's own evidence names."""
    verdict = verdict_of(seen(it__boxes=located(101), it__updates=YES, it__site=Known(value="Osaka", type=ATTESTED)))
    assert verdict.summary == "There are 101 boxes. (it.site is from what was attested: at it.site)"


def test_a_host_that_the_rule_is_not_about_by_somebody_s_word_says_so() -> None:
    """Not applicable rests on a word as findings do."""
    rule = load_sources(
        sources(PACK.replace("applies: svc.one.installed", "applies: svc.one.installed && it.boxes > 0")),
        derivations=DERIVATIONS,
    ).rules[0]
    verdict = judge(rule, seen(it__boxes=vouched("it.boxes", 0)), host="EX01")
    assert verdict.word == "not_applicable"
    assert verdict.summary == f"not applicable: this rule is about servers with the service One (it.boxes is {DOE})"


def test_an_unknown_told_fact_says_whole_how_to_settle_it() -> None:
    """A host's words are cut short in the sentence, the YAML to paste is not."""
    advice = f"nobody has told it. {SETTLE} {'x' * 300}"
    evidence = seen(
        it__boxes=replace(vouched("it.boxes", 1), outcome=Unknown(reason=Reason.NOT_LOCATED, detail=advice)),
        it__updates=NO,
        it__site=Unknown(reason=Reason.DENIED, detail="d" * 400),
    )
    summary = verdict_of(evidence).summary
    assert summary == f"unknown: it.boxes could not be located ({advice})"


def test_every_unknown_told_fact_has_room() -> None:
    """Two long advices stand whole beside each other; the host's words still are cut."""
    advice = SETTLE + "a" * 450
    unknown = Unknown(reason=Reason.NOT_LOCATED, detail=advice)
    evidence = seen(
        it__boxes=replace(vouched("it.boxes", 1), outcome=unknown),
        it__updates=replace(vouched("it.updates", 1), outcome=unknown),
        it__site=Unknown(reason=Reason.DENIED, detail="d" * 400),
    )
    summary = verdict_of(evidence).summary
    assert summary.count(advice) == 2
    assert "d" * 119 + "…" in summary
    assert "d" * 120 not in summary


def test_a_long_remark_is_bounded() -> None:
    """What a person wrote cannot make a sentence without end, and control characters do not get into it."""
    evidence = replace(vouched("it.boxes", 101), where="attested by \x1b[31m" + "x" * 9_000)
    summary = verdict_of(seen(it__boxes=evidence, it__updates=NO, it__site=known("x"))).summary
    assert len(summary) < 600
    assert "\x1b" not in summary


def test_explain_shows_told_facts_like_others() -> None:
    """Each clause names its facts with their values, whoever told them."""
    evidence = seen(it__boxes=vouched("it.boxes", 101), it__updates=INFERRED, it__site=known("x"))
    clauses = explain(ONE, evidence)
    assert [clause.facts for clause in clauses if clause.part == "when"] == [
        {"it.boxes": "101"},
        {"it.site": "x", "it.updates": "true"},
    ]
