"""``fleetscan demo`` and ``fleetscan lab``: a pretend fleet on loopback that speaks the real protocols."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from fleetscan.cli.options import OutFolder
from fleetscan.cli.progress import progress_for
from fleetscan.cli.summary import tell
from fleetscan.errors import UsageError

if TYPE_CHECKING:
    from fleetscan.lab import Fleet

WHOLE = 150
"""As many hosts as the lab has kinds of trouble; :data:`fleetscan.lab.fleet.WHOLE`, without the extra."""
UNEXPECTED = 1
STOPPED = 4

Hosts = Annotated[int, typer.Option("--hosts", min=1, max=5000, help="How many pretend hosts.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same fleet.")]
NightBefore = Annotated[
    bool,
    typer.Option("--night-before", help="Scan it as it was the night before, too: the report shows what changed."),
]

app = typer.Typer(help="Serve the pretend fleet, to try things out.", no_args_is_help=True, rich_markup_mode=None)


def register(root: typer.Typer) -> None:
    """Add the verbs."""
    root.command()(demo)
    root.add_typer(app, name="lab")


@app.callback()
def room() -> None:
    """Keep 'lab' a group although it has one verb."""


@contextlib.contextmanager
def _extra() -> Iterator[None]:
    """Say how to get the packages of the lab when one is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        message = (
            f"the pretend fleet needs the package {error.name}, which is not installed "
            "(install the extra 'lab': pip install 'fleetscan[lab]', in a checkout pip install '.[lab]')"
        )
        raise UsageError(message) from error


@contextlib.contextmanager
def _serving() -> Iterator[None]:
    """Say in words that a port is taken, or that the folder cannot be written."""
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        message = f"the pretend fleet cannot be served: {place}{error.strerror} (name another folder, or other ports)"
        raise UsageError(message) from error


def _fleets(hosts: int, seed: int, *, night_before: bool = False) -> list[Fleet]:
    """Build the fleet that can be served here, or before it that of the night before; say what is missing for all."""
    with _extra():
        from fleetscan.lab.fleet import build_fleet  # noqa: PLC0415 - the lab is an extra
        from fleetscan.lab.smb.samba import installed  # noqa: PLC0415

    smb = installed()
    if not smb:
        typer.echo(
            "Samba is not installed: no pretend host is reached over SMB (on Debian and Ubuntu: apt-get install samba)",
            err=True,
        )
    now = datetime.now(UTC)
    nights = (True, False) if night_before else (False,)
    return [build_fleet(hosts=hosts, seed=seed, now=now, smb=smb, before=before) for before in nights]


def demo(
    hosts: Hosts = WHOLE,
    seed: Seed = 20261122,
    out: OutFolder = Path("demo"),
    night_before: NightBefore = False,  # noqa: FBT002 - a flag
) -> None:
    """Scan a pretend fleet over real WinRM and SMB, and write its report.

    The fleet is started on loopback, and the result compared with what its personas were written to show. From 150
    hosts on, some more are reached over SMB where Samba is installed.

    Exits with 0 when every host and every verdict came out as the lab's personas say.

    Example: fleetscan demo
    """
    with _extra():
        from fleetscan.scan.demo import demo as demonstrate  # noqa: PLC0415 - the lab is an extra

    fleets = _fleets(hosts, seed, night_before=night_before)
    shown = []
    for fleet in fleets:
        with progress_for(Console(stderr=True)) as progress:
            shown.append(asyncio.run(demonstrate(fleet, out, observer=progress)))
    tell(shown[-1].done)
    differences = [difference for night in shown for difference in night.differences]
    for difference in differences:
        typer.echo(f"UNEXPECTED {difference}")
    if differences:
        raise typer.Exit(UNEXPECTED)
    typer.echo(f"All {len(fleets[-1].hosts)} pretend hosts came out as their personas say.")


@app.command()
def serve(
    directory: Annotated[Path, typer.Argument(help="Folder for inventory.yml and credentials.yml.")] = Path("lab"),
    hosts: Hosts = WHOLE,
    seed: Seed = 20261122,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port for HTTP; 0 picks a free one.")] = 0,
    tls_port: Annotated[int, typer.Option("--tls-port", min=0, max=65535, help="Port for HTTPS.")] = 0,
    smb_port: Annotated[int, typer.Option("--smb-port", min=0, max=65535, help="Port for SMB.")] = 0,
) -> None:
    """Serve the pretend fleet until Ctrl-C, with an inventory for it.

    Example: fleetscan lab serve lab
    """
    with _extra():
        from fleetscan.lab import Lab  # noqa: PLC0415 - the lab is an extra
        from fleetscan.lab.environment import PASSWORD_VARIABLE  # noqa: PLC0415

    password = os.environ.get(PASSWORD_VARIABLE) or secrets.token_urlsafe()
    [fleet] = _fleets(hosts, seed)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    user = r"LAB\svc-fleetscan"
    served = Lab(fleet, user=user, password=password, port=port, tls_port=tls_port, smb_port=smb_port)
    with _serving(), served as lab:
        inventory = lab.environment(directory)
        ports = f"{lab.port} (HTTP), {lab.tls_port} (HTTPS)" + (f", {lab.smb_port} (SMB)" if lab.smb_port else "")
        typer.echo(f"{len(fleet.hosts)} hosts on ports {ports}. In another shell:")
        typer.echo(f"  export {PASSWORD_VARIABLE}={password}")
        typer.echo(f"  fleetscan scan -i {inventory} --deadline 8")
        typer.echo("Ctrl-C ends it.")
        stopped.wait()
