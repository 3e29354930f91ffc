"""The files of a report: every format from one material, HTML last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import fleetscan
from fleetscan import history, report
from fleetscan.model import Counts, Ending, Run, Severity
from fleetscan.report.formats import FORMATS, HTML, Rendering
from fleetscan.report.html import render
from fleetscan.report.material import Material
from fleetscan.rules.interface import Shelf

EMPTY: Final = Run(
    id="rehearsal",
    environment="rehearsal",
    version=fleetscan.__version__,
    started=datetime(2000, 1, 1, tzinfo=UTC),
    ended=None,
    ending=Ending.RUNNING,
    hosts=(),
    rules=(),
    packs=(),
    fail_on=str(Severity.WARNING),
    min_coverage=100,
    counts=Counts(hosts=0),
)
"""A run of nothing."""


def publish(folder: Path, material: Material, rendering: Rendering) -> tuple[str, ...]:
    """Write the formats that are wanted and give their files, HTML first. Raises OperatorError.

    A format that the run has from before is written again: two files of one run never tell different things.
    """
    wanted = [each for each in FORMATS if each in rendering.formats or (folder / each.file).exists()]
    for each in (*(each for each in wanted if each is not HTML), HTML):
        history.write_report(folder, each.file, each.write(material))
    return (HTML.file, *(each.file for each in wanted if each is not HTML))


def rehearse(rendering: Rendering, shelf: Shelf) -> None:
    """Render a run without hosts by somebody else's templates, so that they are refused now and not in the end.

    Raises UsageError.
    """
    if rendering.templates is not None:
        view = report.build(EMPTY, shelf=shelf, records=(), verdicts=(), topologies={})
        render(view, rendering.templates)
