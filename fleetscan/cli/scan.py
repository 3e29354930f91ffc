"""``fleetscan scan``, ``check`` and ``plan``."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import typer
from rich.console import Console

from fleetscan.cli.options import (
    CredentialsFile,
    Deadline,
    FailOn,
    FormatNames,
    InventoryCommand,
    InventoryPaths,
    Limit,
    MinCoverage,
    OutFolder,
    Parallel,
    PerSite,
    Resume,
    RulePacks,
    RunDeadline,
    Templates,
    rendering_of,
)
from fleetscan.cli.prepare import Prepared, prepare, read_plan
from fleetscan.cli.progress import progress_for
from fleetscan.cli.summary import tell
from fleetscan.collect import Collected, Limits
from fleetscan.model import Failure, Severity
from fleetscan.report.text import DETAIL_LIMIT, visible
from fleetscan.scan import EXIT_CODES, Done, ScanJob, exit_code, places, preflight, scan
from fleetscan.transport import Target
from fleetscan.transport.registry import target_of

INCOMPLETE = 3
EXIT_CODES_IN_WORDS = "\b\nExit codes:\n" + "\n".join(
    f"  {code}  {meaning}"
    for code, meaning in sorted(
        [*((row.code, row.meaning) for row in EXIT_CODES), (2, "wrong usage, inventory or rules; no host was touched")]
    )
)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command("scan", epilog=EXIT_CODES_IN_WORDS)(scan_fleet)
    app.command()(check)
    app.command()(plan)


def scan_fleet(  # noqa: PLR0913, PLR0917 - one argument per option; typer calls it by name
    inventory: InventoryPaths = None,
    command: InventoryCommand = None,
    limit: Limit = None,
    credentials: CredentialsFile = None,
    packs: RulePacks = None,
    out: OutFolder = Path("runs"),
    fail_on: FailOn = Severity.WARNING,
    min_coverage: MinCoverage = 100,
    deadline: Deadline = 60.0,
    run_deadline: RunDeadline = None,
    parallel: Parallel = 64,
    per_site: PerSite = None,
    resume: Resume = False,  # noqa: FBT002 - a flag
    formats: FormatNames = None,
    templates: Templates = None,
) -> None:
    """Scan the hosts of an inventory and write the report.

    Example: fleetscan scan -i inventory/prod.yml --limit 'paris:!ex07'
    """
    rendering = rendering_of(formats, templates)
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
        limit=limit or "",
        rendering=rendering,
    )
    done = _scanned(job)
    tell(done)
    raise typer.Exit(exit_code(done.run))


def _scanned(job: ScanJob) -> Done:
    with progress_for(Console(stderr=True)) as progress:
        return asyncio.run(scan(job, progress))


def targets_of(prepared: Prepared) -> tuple[Target, ...]:
    """Give each host its credential; the first need of a secret may ask for it."""
    resolve = prepared.credentials.resolve
    return tuple(target_of(host, resolve(host.credential)) for host in prepared.inventory.hosts)


def check(
    inventory: InventoryPaths = None,
    command: InventoryCommand = None,
    limit: Limit = None,
    credentials: CredentialsFile = None,
    packs: RulePacks = None,
    deadline: Deadline = 20.0,
    parallel: Parallel = 64,
) -> None:
    """See whether hosts can be reached and let us in; read nothing.

    Files and secrets are checked first, then every host is connected to and logged on to, on each of its ways.

    Exits with 0 when every host accepted the logon on one way at least, with 3 when one did not.

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
    words = _words(failure) if failure else f"ok, as {collected.credential}"
    ways = "; ".join(f"{way}: {_words(ended)}" for way, ended in collected.ways.items())
    return f"{collected.host.name}: {words}" + (f" ({ways})" if len(collected.ways) > 1 and not failure else "")


def _words(failure: Failure | None) -> str:
    return f"{failure.reason}: {visible(failure.detail, DETAIL_LIMIT)}" if failure else "ok"


def plan(
    inventory: InventoryPaths = None, command: InventoryCommand = None, limit: Limit = None, packs: RulePacks = None
) -> None:
    """Print every place that a scan reads, and what differs from one way to a host to another.

    Nothing else is ever read, and nothing is ever written. With an inventory, the places that its locators name are
    among them, each with the fact that it is named for.

    Example: fleetscan plan -i inventory/prod.yml --rules my.yml
    """
    for line in asyncio.run(places(read_plan(inventory, command, limit, packs))):
        typer.echo(line)
