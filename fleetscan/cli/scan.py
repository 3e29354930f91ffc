"""``fleetscan scan``, ``check`` and ``plan``."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from fleetscan import facts
from fleetscan.cli.options import (
    CredentialsFile,
    Deadline,
    FailOn,
    InventoryCommand,
    Limit,
    MinCoverage,
    OptionalInventoryPaths,
    OutFolder,
    Parallel,
    RulePacks,
)
from fleetscan.cli.prepare import Prepared, prepare
from fleetscan.cli.progress import progress_for
from fleetscan.cli.summary import tell
from fleetscan.collect import Collected, Limits
from fleetscan.facts import DERIVATIONS
from fleetscan.model import Run, Severity
from fleetscan.report.text import visible
from fleetscan.rules import load_shelf
from fleetscan.scan import ScanJob, exit_code, preflight, scan
from fleetscan.transport import Target

INCOMPLETE = 3


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("scan")(scan_fleet)
    app.command()(check)
    app.command()(plan)


def scan_fleet(  # noqa: PLR0913 - one argument per option
    inventory: OptionalInventoryPaths = None,
    command: InventoryCommand = None,
    limit: Limit = None,
    credentials: CredentialsFile = None,
    packs: RulePacks = None,
    out: OutFolder = Path("runs"),
    fail_on: FailOn = Severity.WARNING,
    min_coverage: MinCoverage = 100,
    deadline: Deadline = 60.0,
    run_deadline: Annotated[
        float | None, typer.Option("--run-deadline", min=1, help="Seconds for the whole run; then it stops with 4.")
    ] = None,
    parallel: Parallel = 64,
    per_site: Annotated[
        int | None, typer.Option("--per-site", min=1, help="Hosts of one site that are spoken to at once.")
    ] = None,
    resume: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--resume", help="Go on with the newest run of this environment if it did not finish.")
    ] = False,
) -> None:
    """Scan the hosts of an inventory and write a run folder with report.html.

    \b
    Examples:
      fleetscan scan -i inventory/prod.yml
      fleetscan scan -i inventory/prod.yml --limit 'paris:!ex07' --fail-on error

    \b
    Exit codes:
      0  nothing at or above --fail-on, and coverage reached
      1  findings at or above --fail-on
      2  wrong usage, inventory or rules; no host was touched
      3  coverage below --min-coverage
      4  stopped early (lock-out breaker, deadline, signal); what was collected is kept
    """  # noqa: D301 - typer wants the backspace character
    prepared = prepare(inventory, command, limit, credentials, packs)
    job = ScanJob(
        environment=prepared.inventory.environment,
        targets=targets_of(prepared),
        shelf=prepared.shelf,
        out=out,
        limits=Limits(total=parallel, per_site=per_site, deadline=deadline),
        fail_on=fail_on,
        min_coverage=min_coverage,
        deadline=run_deadline,
        resume=resume,
    )
    run = _scanned(job)
    tell(out / run.id, prepared.shelf)
    raise typer.Exit(exit_code(run))


def _scanned(job: ScanJob) -> Run:
    with progress_for(Console(stderr=True)) as progress:
        return asyncio.run(scan(job, progress))


def targets_of(prepared: Prepared) -> tuple[Target, ...]:
    """Give each host its credential; the first need of a secret may ask for it."""
    resolve = prepared.credentials.resolve
    return tuple(Target(host=host, credential=resolve(host.credential)) for host in prepared.inventory.hosts)


def check(
    inventory: OptionalInventoryPaths = None,
    command: InventoryCommand = None,
    limit: Limit = None,
    credentials: CredentialsFile = None,
    packs: RulePacks = None,
    deadline: Deadline = 20.0,
    parallel: Parallel = 64,
) -> None:
    """See whether a scan would work: files, secrets, reachability, logon. Reads nothing from any host.

    Exits with 0 when every host accepted the logon, with 3 when one did not.

    Example: fleetscan check -i inventory/prod.yml
    """
    prepared = prepare(inventory, command, limit, credentials, packs)
    job = ScanJob(
        environment=prepared.inventory.environment,
        targets=targets_of(prepared),
        shelf=prepared.shelf,
        out=Path(),
        limits=Limits(total=parallel, deadline=deadline),
    )
    refused = asyncio.run(_knock(job))
    typer.echo(f"{len(job.targets) - refused} of {len(job.targets)} hosts accepted the logon")
    if refused:
        raise typer.Exit(INCOMPLETE)


async def _knock(job: ScanJob) -> int:
    refused = 0
    async with aclosing(preflight(job)) as results:
        async for collected in results:
            refused += collected.answer.failure is not None
            typer.echo(_line(collected))
    return refused


def _line(collected: Collected) -> str:
    failure = collected.answer.failure
    words = f"{failure.reason}: {visible(failure.detail)}" if failure else f"ok, as {collected.credential}"
    return f"{collected.host.name}: {words}"


def plan(packs: RulePacks = None) -> None:
    """Print every place that a scan reads. Nothing else is ever read, and nothing is ever written.

    Example: fleetscan plan --rules my.yml
    """
    shelf = load_shelf(packs or (), derivations=DERIVATIONS)
    for line in facts.plan(shelf.facts.values()).lines():
        typer.echo(line)
