"""``fleetscan report``, ``diff`` and ``runs``: what was kept, without touching a host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from fleetscan import history
from fleetscan.cli.options import FormatNames, OutFolder, RulePacks, Templates, rendering_of
from fleetscan.cli.summary import tell
from fleetscan.facts import DERIVATIONS
from fleetscan.history import Listed
from fleetscan.report.past import Changes, stated_text
from fleetscan.report.text import visible
from fleetscan.report.words import counted
from fleetscan.rules import load_shelf
from fleetscan.scan import exit_code, rejudge
from fleetscan.scan.past import differences

RunName = Annotated[str, typer.Argument(help="A run: its folder, its id, or 'latest'.")]
DIFFERENT = 1


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command()(report)
    app.command()(diff)
    app.command()(runs)


def report(
    run: RunName = "latest",
    out: OutFolder = Path("runs"),
    packs: RulePacks = None,
    formats: FormatNames = None,
    templates: Templates = None,
) -> None:
    """Judge a kept run by the rules of today and render it again.

    Example: fleetscan report latest --rules my.yml --format csv,markdown
    """
    rendering = rendering_of(formats, templates)
    folder = history.find_run(out, run)
    shelf = load_shelf(packs or (), derivations=DERIVATIONS)
    done = rejudge(folder, shelf, rendering)
    tell(done)
    raise typer.Exit(exit_code(done.run))


def diff(before: RunName, after: RunName = "latest", out: OutFolder = Path("runs"), packs: RulePacks = None) -> None:
    """Say what changed between two runs: hosts, rules, verdicts, and facts that were read in both.

    Exits with 1 when anything did.

    Example: fleetscan diff 20261121T023000Z-prod latest
    """
    folders = history.find_run(out, before), history.find_run(out, after)
    found = differences(*folders, lambda: load_shelf(packs or (), derivations=DERIVATIONS).facts)
    lines = list(_lines(found))
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(DIFFERENT)
    typer.echo("no difference")


def _lines(found: Changes) -> Iterator[str]:
    yield from (f"+ {visible(name)}: new host" for name in found.new_hosts)
    yield from (f"- {visible(name)}: host is gone" for name in found.gone_hosts)
    yield from (f"+ {visible(name)}: new rule" for name in found.new_rules)
    yield from (f"- {visible(name)}: rule is gone" for name in found.gone_rules)
    for each in found.silent:
        before = f"before: {counted(each.findings, 'finding')}, {counted(each.checks, 'other check')}"
        unread = f"{counted(each.facts, 'fact')} could not be read any more"
        yield f"? {visible(each.host)}: nothing could be judged this time ({before}); {unread}"
    yield from (f"~ {visible(name)}: could be judged again" for name in found.back)
    for verdict in found.verdicts:
        words = " -> ".join(word or "not judged" for word in (verdict.before, verdict.after))
        yield f"~ {visible(verdict.host)}  {visible(verdict.rule)}: {words}"
    for fact in found.facts:
        texts = " -> ".join(stated_text(stated) if stated.known else "absent" for stated in (fact.before, fact.after))
        yield f"~ {visible(fact.host)}  {visible(fact.fact)}: {texts}"
    for name, number in found.unread.items():
        yield f"? {visible(name)}: {counted(number, 'fact')} could not be read any more"


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
