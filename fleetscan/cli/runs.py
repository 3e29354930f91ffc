"""``fleetscan report``, ``diff`` and ``runs``: what was kept, without touching a host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fleetscan import history
from fleetscan.cli.options import OutFolder, RulePacks
from fleetscan.cli.summary import tell
from fleetscan.facts import DERIVATIONS
from fleetscan.history import Change, Listed
from fleetscan.rules import load_shelf
from fleetscan.scan import exit_code, rejudge

RunName = Annotated[str, typer.Argument(help="A run: its folder, its id, or 'latest'.")]
DIFFERENT = 1


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(report)
    app.command()(diff)
    app.command()(runs)


def report(run: RunName = "latest", out: OutFolder = Path("runs"), packs: RulePacks = None) -> None:
    """Judge a kept run by the rules of today and render it again.

    Example: fleetscan report latest --rules my.yml
    """
    folder = history.find_run(out, run)
    shelf = load_shelf(packs or (), derivations=DERIVATIONS)
    done = rejudge(folder, shelf)
    tell(done)
    raise typer.Exit(exit_code(done.run))


def diff(before: RunName, after: RunName = "latest", out: OutFolder = Path("runs")) -> None:
    """Say which verdicts changed between two runs.

    Exits with 1 when one did.

    Example: fleetscan diff 20261121T023000Z-prod latest
    """
    found = history.compare(*(history.read_verdicts(history.find_run(out, name)) for name in (before, after)))
    lines = [
        *(f"+ {name}: new host" for name in found.new_hosts),
        *(f"- {name}: host is gone" for name in found.gone_hosts),
        *(_line(change) for change in found.changes),
    ]
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(DIFFERENT)
    typer.echo("no difference")


def _line(change: Change) -> str:
    words = (verdict.word if verdict else "not judged" for verdict in (change.before, change.after))
    return f"~ {change.host}  {change.rule}: {' -> '.join(words)}"


def runs(out: OutFolder = Path("runs")) -> None:
    """List the kept runs, newest first.

    Example: fleetscan runs --out /var/lib/fleetscan
    """
    entries = history.list_runs(out)
    for entry in entries:
        if not isinstance(entry, Listed):
            typer.echo(f"{entry.folder.name}  unreadable: {entry.why}")
            continue
        counts = entry.run.counts
        words = (
            f"{counts.by_verdict.get('finding', 0)} findings, {counts.coverage} % judged" if counts else "not counted"
        )
        typer.echo(f"{entry.run.id}  {entry.run.ending}  {len(entry.run.hosts)} hosts, {words}")
    if not entries:
        typer.echo(f"no run in {out}")
