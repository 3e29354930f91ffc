"""A sample as every format gets it."""

from __future__ import annotations

from dataclasses import replace

from fleetscan.history import Encoder
from fleetscan.model import Severity
from fleetscan.report.formats import FORMATS
from fleetscan.report.material import Material
from fleetscan.report.past import Past
from fleetscan.scan import exit_code
from tests.report.sample import Sample


def material(made: Sample, past: Past | None = None) -> Material:
    """Make of a sample what a scan makes of its run."""
    return Material(
        run=made.run,
        shelf=made.shelf,
        records=made.records,
        verdicts=made.verdicts,
        topologies=made.topologies,
        view=made.view(),
        past=past or Past(),
        exit_code=exit_code(made.run if made.run.fail_on in set(Severity) else replace(made.run, fail_on="warning")),
        scribe=Encoder(),
    )


def written(told: Material, name: str) -> str:
    """Write one format, as a whole."""
    return "".join(next(each for each in FORMATS if each.name == name).write(told))
