"""The numbers that each output of a run says, read as its readers would."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from xml.etree import ElementTree as ET

from tests.report.block import WORDS as LETTERS
from tests.report.block import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What an output says: verdicts by word, and findings by severity and hosts by status where it says them."""

    verdicts: Mapping[str, int]
    severities: Mapping[str, int] | None = None
    statuses: Mapping[str, int] | None = None


def positive(numbers: Mapping[str, int]) -> dict[str, int]:
    """Leave out what there is none of."""
    return {str(key): number for key, number in numbers.items() if number}


def number(text: str) -> int:
    """Read a number with commas."""
    return int(text.replace(",", ""))


WORDS = {
    "Findings": "finding",
    "Unknown": "unknown",
    "Broken rules": "broken",
    "Passed": "pass",
    "Not applicable": "not_applicable",
}
SEVERITIES = {
    "error": "error",
    "warning": "warning",
    "best practice": "best-practice",
    "non-default": "non-default",
    "info": "info",
}
STATUSES = {"complete": "complete", "partial": "partial", "not scanned": "not_scanned"}


def told(text: str, words: Mapping[str, str]) -> dict[str, int]:
    """Read ``number words`` out of a sentence."""
    return {key: number(found[1]) for label, key in words.items() if (found := re.search(rf"([\d,]+) {label}\b", text))}


def of_page(text: str) -> Numbers:
    """Read the static part of the HTML report."""
    label = re.search(r'aria-label="(Findings \d+[^"]*)"', text)
    assert label
    tiles = re.findall(r'<li class="c-([a-z-]+)[^>]*>.*?<b>([\d,]+)</b>', text)
    statuses = re.search(r'<ul class="statuses">(.*?)</ul>', text, re.DOTALL)
    assert statuses
    return Numbers(
        verdicts={WORDS[words]: int(count) for words, count in re.findall(r"([A-Z][a-z ]+) (\d+)", label[1])},
        severities={key: number(count) for key, count in tiles},
        statuses=told(re.sub(r"<[^>]*>", "", statuses[1]), STATUSES),
    )


def of_data(text: str) -> Numbers:
    """Read the data block of the HTML report."""
    data = Block.of(text).raw
    rules, hosts = data["rules"], data["hosts"]
    words = Counter(letter for rule in rules for letter in rule["verdicts"]["word"] if LETTERS[letter])
    severities: Counter[str] = Counter()
    for rule in rules:
        each = rule["verdicts"].get("severity") or [rule["severity"]] * len(hosts["name"])
        found = zip(rule["verdicts"]["word"], each, strict=True)
        severities.update(data["severities"][severity]["key"] for letter, severity in found if letter == "f")
    return Numbers(verdicts={LETTERS[letter]: count for letter, count in words.items()}, severities=severities)


def of_document(text: str) -> Numbers:
    """Read the JSON document."""
    read = json.loads(text)
    return Numbers(
        verdicts=Counter(verdict["verdict"] for verdict in read["verdicts"]),
        severities=Counter(v["severity"] for v in read["verdicts"] if v["verdict"] == "finding"),
        statuses=Counter(host["status"] for host in read["hosts"]),
    )


def of_table(text: str) -> Numbers:
    """Read the CSV table."""
    rows = [row for row in csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")) if row["rule"]]
    return Numbers(
        verdicts=Counter(row["verdict"] for row in rows),
        severities=Counter(row["severity"] for row in rows if row["verdict"] == "finding"),
    )


def of_suites(text: str) -> Numbers:
    """Read the JUnit document, its attributes and its cases, which must say the same."""
    verdicts: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for suite in ET.fromstring(text):  # noqa: S314 - our own document
        cases = suite.findall("testcase")
        results = [result for case in cases for result in case]
        kinds = Counter(result.tag for result in results)
        attributes = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
        assert attributes == {
            "tests": len(cases),
            "failures": kinds["failure"],
            "errors": kinds["error"],
            "skipped": kinds["skipped"],
        }
        errors = Counter(result.attrib["type"] for result in results if result.tag == "error")
        verdicts["finding"] += kinds["failure"]
        verdicts["not_applicable"] += kinds["skipped"]
        verdicts["unknown"] += errors["unknown"]
        verdicts["broken"] += errors["broken"]
        verdicts["pass"] += len(cases) - len(results)
        severities.update(result.attrib["type"] for result in results if result.tag == "failure")
    return Numbers(verdicts=verdicts, severities=severities)


def of_log(text: str) -> Numbers:
    """Read the SARIF log, its results and the numbers it brings along, which must say the same."""
    (run,) = json.loads(text)["runs"]
    kinds = {"fail": "finding", "pass": "pass", "notApplicable": "not_applicable"}
    found = [result.get("properties", {}) for result in run["results"] if result["kind"] == "fail"]
    read = Numbers(
        verdicts=Counter(
            result["properties"]["verdict"] if result["kind"] == "open" else kinds[result["kind"]]
            for result in run["results"]
        ),
        severities=Counter(properties["severity"] for properties in found),
        statuses=run["properties"]["statuses"],
    )
    assert positive(run["properties"]["verdicts"]) == positive(read.verdicts)
    assert positive(run["properties"]["findings"]) == positive(read.severities or {})
    return read


def of_digest(text: str) -> Numbers:
    """Read the Markdown summary."""
    found = re.search(r"^- ([\d,]+) findings? on .*?(?:: (.*))?$", text, re.MULTILINE)
    others = re.search(r"^- Other checks: (.*)$", text, re.MULTILINE)
    hosts = re.search(r"^- Hosts: (.*);", text, re.MULTILINE)
    assert found
    assert others
    assert hosts
    counted = (each.rpartition(" ") for each in others[1].split(", "))
    verdicts = {WORDS[words.capitalize()]: number(count) for words, _, count in counted}
    return Numbers(
        verdicts=verdicts | {"finding": number(found[1])},
        severities=told(found[2] or "", SEVERITIES),
        statuses=told(hosts[1], STATUSES),
    )


def of_terminal(text: str) -> Numbers:
    """Read the summary on the terminal, which says of the verdicts only what is found and what is unknown."""
    flat = " ".join(text.split())
    found = re.search(r"([\d,]+) findings? on [^:]*?of [\d,]+(?:: (.*?))? [\d,]+ checks? unknown", flat)
    unknown = re.search(r"([\d,]+) checks? unknown; hosts: ([^;]*);", flat)
    assert found
    assert unknown
    return Numbers(
        verdicts={"finding": number(found[1]), "unknown": number(unknown[1])},
        severities=told(found[2] or "", SEVERITIES),
        statuses=told(unknown[2], STATUSES),
    )


READERS: Mapping[str, tuple[Callable[[str], Numbers], ...]] = {
    "html": (of_page, of_data),
    "json": (of_document,),
    "csv": (of_table,),
    "junit": (of_suites,),
    "sarif": (of_log,),
    "markdown": (of_digest,),
}
"""Format -> how its numbers are read; each format has at least one reader."""
