"""The document for the test view of a CI system: valid, and green only where a rule was judged and found nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given

from fleetscan.report.junit import NOT_JUDGED
from tests.report.formatted import material, written
from tests.report.generated import FEW, runs
from tests.report.hostile import SEEN, hostile, venomous
from tests.report.sample import Sample, sample

SCHEMA = xmlschema.XMLSchema10(Path(__file__).parent / "schemas" / "junit-10.xsd")


def read(made: Sample) -> ET.Element:
    """Write the document, hold it against the schema, and read it."""
    text = written(material(made), "junit")
    root = ET.fromstring(text.encode())  # noqa: S314 - our own document
    SCHEMA.validate(ET.ElementTree(root))
    return root


def cases(root: ET.Element) -> Iterator[tuple[str, str, ET.Element | None]]:
    """Give host, rule and result of every case."""
    for suite in root:
        for case in suite.findall("testcase"):
            yield suite.attrib["name"], case.attrib["name"], next(iter(case), None)


@pytest.mark.parametrize("made", [sample(45), sample(0), hostile(), *map(venomous, range(6))])
def test_the_document_is_what_jenkins_reads(made: Sample) -> None:
    """It is well-formed and valid, whatever hosts say."""
    root = read(made)
    assert len(root) == len(
        {*made.run.hosts, *(record.host for record in made.records), *(v.host for v in made.verdicts)}
    )


@FEW
@given(made=runs())
def test_every_generated_run_is_valid(made: Sample) -> None:
    """Any name, any text: only characters that XML allows."""
    assert read(made).tag == "testsuites"


def test_each_verdict_is_a_case_and_only_what_is_judged_fine_is_green() -> None:
    """A finding fails, unknown and broken are errors, not applicable is skipped."""
    made = sample(45)
    words = {(verdict.host, verdict.rule): verdict.word for verdict in made.verdicts}
    tags = {"finding": "failure", "unknown": "error", "broken": "error", "not_applicable": "skipped", "pass": None}
    told = {(host, rule): result for host, rule, result in cases(read(made))}
    assert told.keys() == words.keys()
    for key, result in told.items():
        assert (None if result is None else result.tag) == tags[words[key]]
        if result is not None and result.tag == "error":
            assert result.attrib["type"] == words[key]


def test_a_failure_says_what_where_and_on_which_way() -> None:
    """The severity, the sentence, and each value with its place."""
    told = {(host, rule): result for host, rule, result in cases(read(sample(45)))}
    failure = told["par-ex02", "scanmail-processes-twice"]
    assert failure is not None
    assert failure.attrib == {
        "type": "warning",
        "message": "Transport scanning is on while the real-time scan service runs.",
    }
    assert failure.text
    assert failure.text.splitlines()[2:] == [
        "transport_av.enabled = 1 (REG_DWORD)",
        "  HKLM\\SOFTWARE\\Microsoft\\Exchange\\TransportAVAPI\\Enabled, by winrm as exchange-read",
    ]
    error = told["osa-ex05", "scanmail-folders-not-excluded-defender"]
    assert error is not None
    assert error.attrib["message"] == "defender.paths: access denied (Requested registry access is not allowed.)"
    broken = next(
        result for _, _, result in cases(read(sample(45))) if result is not None and result.get("type") == "broken"
    )
    assert broken.attrib["message"] == "no such overload: list(string) == int"


def test_a_suite_says_what_was_done_with_its_host() -> None:
    """When, how long, over which way, and why nothing is known of it."""
    suites = {suite.attrib["name"]: suite for suite in read(sample(45))}
    suite = suites["par-ex05"]
    assert suite.attrib["hostname"] == "par-ex05"
    assert suite.attrib["time"] == "45.000"
    assert suite.attrib["timestamp"].startswith("2026-11-22T01:00:")
    properties = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
    assert properties["site"] == "Paris"
    assert properties["status"] == "not_scanned"
    assert suite.findtext("system-err") == "unreachable: connection refused"
    assert suites["par-ex01"].findtext("system-err") == ""


def test_a_host_that_no_rule_said_anything_of_is_an_error() -> None:
    """A suite without cases would look like one that is fine."""
    made = sample(3)
    lost = replace(made, records=made.records[1:], verdicts=tuple(v for v in made.verdicts if v.host != "par-ex01"))
    suite = next(suite for suite in read(lost) if suite.attrib["name"] == "par-ex01")
    assert [suite.attrib[name] for name in ("tests", "failures", "errors", "skipped", "time")] == [
        "1",
        "0",
        "1",
        "0",
        "0.000",
    ]
    ((_, name, error),) = [case for case in cases(read(lost)) if case[0] == "par-ex01"]
    assert name == NOT_JUDGED
    assert error is not None
    assert error.attrib == {"type": NOT_JUDGED, "message": "No record of this host was kept: its turn did not come."}


def test_what_hosts_say_is_text() -> None:
    """Markup arrives encoded."""
    assert SEEN not in written(material(hostile()), "junit")
