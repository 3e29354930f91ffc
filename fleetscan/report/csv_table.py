"""The verdicts as one table for a spreadsheet: RFC 4180, a row a verdict.

Laws
1. No cell is a formula. A text that a spreadsheet would take for one gets an apostrophe in front, also where the
   beginning is hidden behind blanks, in full-width form, or where a spreadsheet that splits at semicolons would begin
   another cell.
2. No cell holds a character that cannot be seen, nor more than a spreadsheet takes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Final

from fleetscan.model import Verdict
from fleetscan.report.material import HostTold, Material, missing, reading, sentence
from fleetscan.report.past import since_text
from fleetscan.report.text import visible

MARK: Final = "\ufeff"
"""Before the first cell: without it Excel takes UTF-8 for the code page of the computer and garbles what is not ASCII.
Whoever reads CSV with a library says ``utf-8-sig`` or skips it."""

HEADINGS: Final = (
    "host",
    "site",
    "rule",
    "title",
    "severity",
    "confidence",
    "verdict",
    "summary",
    "since",
    "unknown facts",
    "evidence",
)

NOT_JUDGED: Final = "not_judged"
"""Stands for the verdict in the row of a host that no rule said anything of; it has no rule."""

CELL: Final = 8_000
"""How many characters of a cell are shown; Excel takes 32,767."""

_LISTED: Final = " | "
_FORMULA: Final = re.compile(
    r"(?P<lead>(?:^|;)[\s'\"]*)(?P<sign>[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])"
)


def table(material: Material) -> Iterator[str]:
    """Write the table, a row at a time."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield MARK
    for row in _rows(material):
        writer.writerow([cell(text) for text in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def cell(text: str) -> str:
    """Make a text safe for a spreadsheet."""
    return _FORMULA.sub(r"\g<lead>'\g<sign>", visible(text, CELL))


def _rows(material: Material) -> Iterator[tuple[str, ...]]:
    yield HEADINGS
    for host in material.hosts:
        if host.unjudged:
            yield (host.host, _site(host), "", "", "", "", NOT_JUDGED, host.unjudged, "", "", "")
        for verdict in host.verdicts:
            yield _row(material, host, verdict)


def _row(material: Material, host: HostTold, verdict: Verdict) -> tuple[str, ...]:
    rule = visible(verdict.rule)
    return (
        host.host,
        _site(host),
        rule,
        material.rules[rule].title,
        str(verdict.severity),
        str(verdict.confidence),
        verdict.word,
        sentence(verdict),
        since_text(material.since(verdict)),
        _LISTED.join(missing(verdict)),
        _LISTED.join(map(reading, verdict.evidence)),
    )


def _site(host: HostTold) -> str:
    return host.record.site if host.record else ""
