"""Which formats there are, and what of a run they leave in its folder."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from fleetscan.errors import UsageError
from fleetscan.model import Known
from fleetscan.report.formats import FORMATS, HTML, NAMES, chosen
from fleetscan.report.past import Past
from fleetscan.report.standing import stand
from tests.report.formatted import material, written
from tests.report.hostile import POISON, hostile, venomous
from tests.report.sample import START, Sample, sample

LONG = "x" * 5_000


def remembered(made: Sample) -> Past:
    """Give a sample a past in which it was read an hour before and was the same."""
    earlier = replace(made.run, id="earlier", started=START - timedelta(hours=1))
    pairs = [(record, [v for v in made.verdicts if v.host == record.host]) for record in made.records]
    before = stand(earlier, made.shelf.facts, pairs, None)
    return Past(now=stand(made.run, made.shelf.facts, pairs, before))


def test_each_format_has_a_name_and_a_file_of_its_own() -> None:
    """Two formats never write the same file, and the files are those that the documentation names."""
    assert {each.name: each.file for each in FORMATS} == {
        "html": "report.html",
        "json": "report.json",
        "csv": "report.csv",
        "junit": "report.junit.xml",
        "sarif": "report.sarif",
        "markdown": "report.md",
    }


def test_html_is_always_among_the_chosen() -> None:
    """Whatever is named, and however often, the order is that of the table."""
    assert chosen(()) == (HTML,)
    assert [each.name for each in chosen(("markdown", "csv", "csv"))] == ["html", "csv", "markdown"]
    assert chosen(NAMES) == FORMATS


@pytest.mark.parametrize("name", ["jsn", "", "HTML", "json csv"])
def test_a_format_that_is_not_there_is_refused_with_the_choices(name: str) -> None:
    """What is misspelt is named, and what could be meant."""
    with pytest.raises(UsageError, match=f"no format '{name}' .choose from html, json, csv, junit, sarif, markdown.$"):
        chosen(("csv", name))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        *((name, hostile()) for name in NAMES),
        *((name, venomous(seed)) for name in NAMES for seed in range(3) if name != "json"),  # has no numbers so long
    ],
)
def test_every_format_of_a_hostile_run_is_valid_utf_8_of_characters_that_can_be_seen(name: str, made: Sample) -> None:
    """Nothing that acts on a terminal or hides is left in a file, whatever a host, an inventory or a pack says."""
    text = written(material(made), name)
    assert text.encode().decode() == text
    assert not set("\x00\x08\x1b\x7f\x85\u202e\u2066\u200b\u2028\ud800\ufffe") & set(text)


def test_the_document_holds_the_whole_run() -> None:
    """The run as in ``run.json``, its exit code, every rule of the shelf, every record, every verdict."""
    made = sample(45)
    read = json.loads(written(material(made), "json"))
    assert read["format"] == 1
    assert read["run"]["id"] == made.run.id
    assert read["run"]["counts"]["coverage"] == made.view().totals.coverage
    assert read["exit_code"] == 1
    assert [host["host"] for host in read["hosts"]] == [record.host for record in made.records]
    assert [(each["host"], each["rule"]) for each in read["verdicts"]] == [(v.host, v.rule) for v in made.verdicts]
    for said, rule in zip(read["rules"], made.shelf.all_rules, strict=True):
        assert (said["id"], said["title"], said["severity"]) == (rule.id, rule.title, rule.severity)
        assert (said["why"], said["fix"], said["sources"]) == (rule.why, [*rule.fix], [*rule.sources])
    assert read["hosts"][0]["topology"]["os"]["value"] == "Windows Server 2019"


def test_the_document_loses_nothing_and_changes_nothing() -> None:
    """A long value is whole in the record of its host and cut in a verdict; the unseen comes back as it was."""
    made = sample(2)
    evidence = replace(made.verdicts[0].evidence[0], outcome=Known(value=[LONG, POISON], type="REG_SZ"))
    verdict = replace(made.verdicts[0], evidence=(evidence,), summary=POISON)
    record = replace(made.records[0], facts={**made.records[0].facts, evidence.fact: evidence})
    told = replace(made, verdicts=(verdict, *made.verdicts[1:]), records=(record, *made.records[1:]))
    read = json.loads(written(material(told), "json"))
    assert read["hosts"][0]["facts"][evidence.fact]["value"] == [LONG, POISON]
    cut = read["verdicts"][0]["evidence"][0]
    assert len(cut["value"]) < cut["cut"]["characters"]
    assert read["verdicts"][0]["summary"] == POISON


def test_the_document_says_since_when_a_verdict_is_so() -> None:
    """With the run from which it is known, and whether the run before that said otherwise; null without a past."""
    made = sample(4)
    read = json.loads(written(material(made, remembered(made)), "json"))
    assert [verdict["since"] for verdict in read["verdicts"]] == [{"at": "2026-11-22T00:00:03Z", "exact": False}] * len(
        made.verdicts
    )
    read = json.loads(written(material(made), "json"))
    assert {verdict["since"] for verdict in read["verdicts"]} == {None}
