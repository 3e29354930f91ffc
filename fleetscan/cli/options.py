"""The options that several commands share, each worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from fleetscan.model import Severity
from fleetscan.report.formats import NAMES, Rendering, chosen

InventoryPaths: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--inventory", "-i", metavar="PATH", help="Inventory file or folder in Ansible's YAML; may be repeated."
    ),
]
InventoryCommand: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--inventory-command",
        metavar="COMMAND",
        help="Program that prints an inventory as JSON, such as 'ansible-inventory -i x --list'.",
    ),
]
Limit: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--limit",
        "-l",
        metavar="PATTERN",
        help="Only these hosts: names, groups, '*', joined by ':', ':&' (and), ':!' (not).",
    ),
]
CredentialsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--credentials", metavar="FILE", help="Credentials file; without it credentials.yml beside the inventory."
    ),
]
RulePacks: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FILE", help="A rule pack of your own, beside the built-in ones; may be repeated."),
]
OutFolder: TypeAlias = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help="Folder that keeps one folder per run, and 'latest'."),
]
FailOn: TypeAlias = Annotated[
    Severity,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        help=f"Exit with 1 when there is a finding at or above this severity: {', '.join(Severity)}.",
    ),
]
MinCoverage: TypeAlias = Annotated[
    int,
    typer.Option(
        "--min-coverage",
        metavar="PERCENT",
        min=0,
        max=100,
        help="Exit with 3 when fewer percent of (host, rule) were judged.",
    ),
]
Deadline: TypeAlias = Annotated[
    float,
    typer.Option(
        "--deadline", metavar="SECONDS", min=1, help="Seconds for one host, first byte to last; a host may set its own."
    ),
]
Parallel: TypeAlias = Annotated[
    int,
    typer.Option("--parallel", metavar="N", min=1, max=1000, help="Hosts that are spoken to at once."),
]
RunDeadline: TypeAlias = Annotated[
    float | None,
    typer.Option("--run-deadline", metavar="SECONDS", min=1, help="Seconds for the whole run; then it stops with 4."),
]
PerSite: TypeAlias = Annotated[
    int | None,
    typer.Option("--per-site", metavar="N", min=1, help="Hosts of one site that are spoken to at once."),
]
Resume: TypeAlias = Annotated[
    bool,
    typer.Option("--resume", help="Go on with the newest run of this environment if it did not finish."),
]
FormatNames: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="NAME,...",
        help=f"Formats of the report, joined by commas: {', '.join(NAMES)}; html is always among them.",
    ),
]
Templates: TypeAlias = Annotated[
    Path | None,
    typer.Option("--template", metavar="FOLDER", help="Templates of your own for the HTML report."),
]


def rendering_of(formats: list[str] | None, templates: Path | None) -> Rendering:
    """Read how a run is to be rendered; names may be joined by commas. Raises UsageError."""
    names = [name.strip() for words in formats or () for name in words.split(",")]
    return Rendering(formats=chosen(names), templates=templates)
