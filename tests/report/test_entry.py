"""The report carries the catalogue's entry of every rule, because the catalogue does not lie beside it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from fleetscan.facts import DERIVATIONS
from fleetscan.report.entry import absences, terms
from fleetscan.report.html import render
from fleetscan.report.sections import FindingGroup
from fleetscan.report.text import visible
from fleetscan.rules import catalogue, load_shelf
from fleetscan.rules.catalogue import absence, comparison
from fleetscan.rules.interface import FleetRule, Rule
from tests.report.sample import sample

SHELF = load_shelf(derivations=DERIVATIONS)
CATALOGUE = catalogue(SHELF)
VIEW = sample(45).view()
PAGE = render(VIEW)


@pytest.mark.parametrize("rule", SHELF.all_rules, ids=lambda rule: rule.id)
def test_an_entry_says_what_the_catalogue_says(rule: Rule | FleetRule) -> None:
    """Conditions, comparison, thresholds, and of every fact what its absence means."""
    said = list(terms(rule))
    conditions = [term.text for term in said if term.code]
    wanted = [rule.applies.text] if rule.applies else []
    wanted += [rule.when.text] if isinstance(rule, Rule) else []
    assert conditions == [visible(" ".join(text.split()), 4_000) for text in wanted]
    compared = [term.text for term in said if term.title == "Compares"]
    assert compared == ([comparison(rule)] if isinstance(rule, FleetRule) else [])
    named = {term.title for term in said if term.title.startswith("Parameter ")}
    assert named == {f"Parameter {name}" for name in rule.parameters}
    assert absences(rule, SHELF.facts) == {name: absence(rule, SHELF.facts[name]) for name in rule.reads}
    section = CATALOGUE.partition(f"\n## {rule.id}\n")[2].partition("\n## ")[0]
    assert all(words in section.replace("\\|", "|") for words in absences(rule, SHELF.facts).values())


@pytest.mark.parametrize("group", VIEW.findings, ids=lambda group: group.rule.id)
def test_every_finding_leads_to_its_entry_without_another_file(group: FindingGroup) -> None:
    """A stable link to the rule's section, which says when it fires, why, what to do, and where that comes from."""
    rule = group.rule
    assert rule.anchor == f"rule-{rule.id}"
    assert PAGE.count(f'id="{rule.anchor}"') == 1
    assert f'href="#{rule.anchor}"' in PAGE
    section = PAGE.partition(f'id="{rule.anchor}"')[2].partition('<table class="rows">')[0]
    words = html.unescape(re.sub(r"<[^>]*>", "", section.replace("<wbr>", "")))
    assert f"fleetscan rules show {rule.id}" in words
    assert "Fires when" in words
    assert all(term.text.replace("`", "") in words for term in rule.terms)
    assert all(f"when it is not there: {meaning}" in words for meaning in rule.absences.values())
    assert all(source.text in words for source in rule.sources)


def test_each_verdict_of_a_host_leads_to_the_entry_of_its_rule() -> None:
    """Also where a rule found nothing: its section stands among those without findings."""
    led = set(re.findall(r'href="#(rule-[^"]+)"', PAGE))
    assert led <= set(re.findall(r'id="(rule-[^"]+)"', PAGE))
    assert {group.rule.anchor for group in VIEW.findings} <= led


def test_a_rule_that_is_on_no_shelf_any_more_names_no_entry() -> None:
    """Its verdicts were kept, and nothing else of it."""
    made = sample(3)
    gone = made.verdicts[0].rule
    kept = tuple(rule for rule in made.shelf.rules if rule.id != gone)
    page = render(replace(made, shelf=replace(made.shelf, rules=kept)).view())
    assert f"fleetscan rules show {gone}<" not in page
    assert f"fleetscan rules show {kept[0].id}<" in page
