"""The table for a spreadsheet: whole, quoted as RFC 4180 says, and without a formula."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleetscan.model import Finding, Status, Undetermined
from fleetscan.report.csv_table import HEADINGS, MARK, NOT_JUDGED, cell
from fleetscan.report.text import is_unseen
from tests.report.formatted import material, written
from tests.report.generated import runs
from tests.report.hostile import hostile, venomous
from tests.report.sample import Sample, sample
from tests.report.test_formats import remembered

BEGINS = re.compile(r"[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\t\r]")
"""How a cell begins that a spreadsheet may take for a formula: at most blanks and quotation marks, which some strip,
before the sign. An apostrophe among them makes it text."""


def rows(text: str) -> list[dict[str, str]]:
    """Read a table as a library does."""
    assert text.startswith(MARK)
    return list(csv.DictReader(StringIO(text[1:], newline=""), strict=True))


def formula(text: str, separator: str = ",") -> bool:
    """Tell whether a spreadsheet that splits at a separator would see a formula in a line of text."""
    return any(BEGINS.match(part) is not None for part in text.split(separator))


@pytest.mark.parametrize("text", ["=1", ' "=1', "a;+1", 'a; "-1', "\t@", "\uff1d1", "\ufe631"])
def test_a_formula_is_recognised_as_one(text: str) -> None:
    """What the tests below look for is there to be found."""
    assert formula(text, ";")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66"])
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u3000 ", "a;", "a; ", 'a;"'])
def test_what_could_be_a_formula_gets_an_apostrophe(sign: str, before: str) -> None:
    """Also behind blanks, in full-width form, and where a semicolon may begin another cell."""
    assert cell(f"{before}{sign}cmd|' /C calc'!A0") == f"{before}'{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", "\u200b=1", "\ufeff@x", "\x00-1"])
def test_what_cannot_be_seen_is_no_beginning(text: str) -> None:
    """It is written out, so that a cell begins with a backslash or an arrow."""
    assert cell(text)[0] in "\\↵"


@pytest.mark.parametrize("text", ["", "ex-01", "a = b", "1-2", "Start=Auto", "C:\\x", "15.2.1544.39", "x; y=2"])
def test_a_usual_text_is_left_as_it_is(text: str) -> None:
    """An apostrophe only where it is needed."""
    assert cell(text) == text


@example('"=')
@given(st.text() | st.text(alphabet=" ;'\"=+-@\u00a0\uff1d\ufe63\ta"))
def test_no_text_becomes_a_formula(text: str) -> None:
    """Neither with a comma nor with a semicolon as separator; and nothing unseen is left."""
    shown = cell(text)
    assert not formula(shown, "\0")
    assert not formula(shown, ";")
    assert not any(map(is_unseen, shown))


def test_a_row_a_verdict_with_all_that_is_known_of_it() -> None:
    """Every verdict stands once; hosts in the order of reading, gravest rule first."""
    made = sample(45)
    read = rows(written(material(made, remembered(made)), "csv"))
    assert tuple(read[0]) == HEADINGS
    assert sorted((row["host"], row["rule"], row["verdict"]) for row in read) == sorted(
        (v.host, v.rule, v.word) for v in made.verdicts
    )
    found = next(row for row in read if row["host"] == "par-ex02" and row["verdict"] == "finding")
    assert found == {
        "host": "par-ex02",
        "site": "Paris",
        "rule": "scanmail-processes-twice",
        "title": "ScanMail processes every message twice",
        "severity": "warning",
        "confidence": "documented",
        "verdict": "finding",
        "summary": "Transport scanning is on while the real-time scan service runs.",
        "since": "2026-11-22 00:00:03 UTC or before",
        "unknown facts": "",
        "evidence": "scanmail.realtime = state: Running, start: Auto, account: LocalSystem, pid: 2144 (service) | "
        "transport_av.enabled = 1 (REG_DWORD)",
    }
    denied = next(row for row in read if row["unknown facts"] and row["host"] == "osa-ex05")
    assert denied["unknown facts"] == "defender.paths: access denied (Requested registry access is not allowed.)"


def test_lines_end_as_rfc_4180_says_and_none_ends_within_a_cell() -> None:
    """A row is a line, whatever hosts say."""
    made = hostile(24)
    text = written(material(made), "csv")
    assert text.count("\r\n") == len(made.verdicts) + 1
    assert not set("\r\n") & set(text.replace("\r\n", ""))


@pytest.mark.parametrize("made", [hostile(), *map(venomous, range(8))])
def test_no_field_that_a_host_can_fill_is_a_formula(made: Sample) -> None:
    """Names, sites, values, details, sentences of a hostile fleet: no cell begins as a formula does."""
    read = list(csv.reader(StringIO(written(material(made), "csv")[1:], newline=""), strict=True))
    assert {len(row) for row in read} == {len(HEADINGS)}
    assert not [text for row in read for text in row if formula(text, "\0") or formula(text, ";")]
    assert max(len(text) for row in read for text in row) < 32_767


@given(made=runs())
def test_no_generated_cell_is_a_formula(made: Sample) -> None:
    """The same for runs that nobody thought of."""
    read = csv.reader(StringIO(written(material(made), "csv")[1:], newline=""), strict=True)
    assert not [text for row in read for text in row if formula(text, "\0") or formula(text, ";")]


def test_a_host_that_no_rule_said_anything_of_has_a_row() -> None:
    """A host that was lost is not missing from the list."""
    made = sample(3)
    lost = made.run.hosts[1]
    rest = replace(
        made,
        records=tuple(record for record in made.records if record.host != lost),
        verdicts=tuple(verdict for verdict in made.verdicts if verdict.host != lost),
    )
    (row,) = [row for row in rows(written(material(rest), "csv")) if row["host"] == lost]
    assert (row["rule"], row["verdict"]) == ("", NOT_JUDGED)
    assert row["summary"] == "No record of this host was kept: its turn did not come."


def test_a_host_without_rules_has_a_row() -> None:
    """A run without rules lists its hosts, and says that nothing was judged."""
    made = sample(1)
    bare = replace(made, verdicts=(), shelf=replace(made.shelf, rules=()))
    assert made.records[0].status is Status.COMPLETE
    (row,) = rows(written(material(bare), "csv"))
    assert (row["host"], row["verdict"], row["summary"]) == ("par-ex01", NOT_JUDGED, "No rule was judged.")


def test_a_summary_of_a_rule_at_fault_is_its_fault() -> None:
    """What went wrong stands where a finding has its sentence."""
    read = rows(written(material(sample(45)), "csv"))
    assert {row["summary"] for row in read if row["verdict"] == "broken"} == {"no such overload: list(string) == int"}


def test_a_fact_of_other_hosts_is_told_with_them() -> None:
    """What is missing elsewhere is not taken for the host's own."""
    made = sample(9)
    number = next(n for n, verdict in enumerate(made.verdicts) if isinstance(verdict.ruling, Finding))
    other = next(v.ruling.facts[0] for v in sample(45).verdicts if isinstance(v.ruling, Undetermined))
    ruling = Undetermined(facts=(replace(other, fact="exchange.build", detail="", of="ex01, ex02"),))
    verdicts = [*made.verdicts]
    verdicts[number] = replace(verdicts[number], ruling=ruling)
    read = rows(written(material(replace(made, verdicts=tuple(verdicts))), "csv"))
    assert [row["unknown facts"] for row in read if "ex01" in row["unknown facts"]] == [
        "exchange.build of ex01, ex02: unreachable"
    ]
