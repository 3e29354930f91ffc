"""The formats of a report: one table, which the command line, the run folder and the documentation are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fleetscan.errors import UsageError
from fleetscan.report.csv_table import table
from fleetscan.report.document import document
from fleetscan.report.html import render
from fleetscan.report.junit import suites
from fleetscan.report.markdown import digest
from fleetscan.report.material import Material
from fleetscan.report.sarif import log


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format: its name, the file in the run folder, what it is for, and what writes it, piece by piece."""

    name: str
    file: str
    purpose: str
    write: Callable[[Material], Iterator[str]]


def _page(material: Material) -> Iterator[str]:
    yield render(material.view, material.templates)


HTML: Final = Format(name="html", file="report.html", purpose="to read; always written", write=_page)

FORMATS: Final = (
    HTML,
    Format(name="json", file="report.json", purpose="everything, for programs", write=document),
    Format(name="csv", file="report.csv", purpose="a row a verdict, for a spreadsheet", write=table),
    Format(name="junit", file="report.junit.xml", purpose="for the test view of a CI system", write=suites),
    Format(name="sarif", file="report.sarif", purpose="for systems that gather the results of tools", write=log),
    Format(name="markdown", file="report.md", purpose="a summary for a chat or a ticket", write=digest),
)
"""Every format, in the order in which they are named."""

NAMES: Final = tuple(each.name for each in FORMATS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How a run is rendered: the formats, HTML among them, and a folder of somebody else's templates, None for ours."""

    formats: tuple[Format, ...] = (HTML,)
    templates: Path | None = None


PLAIN: Final = Rendering()
"""HTML by our own templates."""


def chosen(names: Iterable[str]) -> tuple[Format, ...]:
    """Give the formats that are named, and HTML, in the order of the table. Raises UsageError."""
    wanted = {HTML.name, *names}
    for name in names:
        if name not in NAMES:
            message = f"--format: there is no format {name!r} (choose from {', '.join(NAMES)})"
            raise UsageError(message)
    return tuple(each for each in FORMATS if each.name in wanted)
