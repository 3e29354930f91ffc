"""The tree of verbs. Importing it takes a second: :mod:`fleetscan.cli.main` does so when it is ready for Ctrl-C."""

from __future__ import annotations

from typing import Annotated

import typer

import fleetscan
from fleetscan.cli import explain, inventory, lab, probe, rules, runs, scan

app = typer.Typer(
    name="fleetscan",
    help="Scan fleets of Microsoft Exchange servers from outside, without an agent, and open one HTML report.\n\n"
    "It only reads: 'fleetscan plan' prints every place. Start with 'fleetscan demo'.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for room in (scan, lab, runs, explain):
    room.register(app)
app.add_typer(rules.app, name="rules")
app.add_typer(inventory.app, name="inventory")
app.add_typer(probe.app, name="probe")


def show_version(value: bool) -> None:  # noqa: FBT001 - typer hands a flag's value to its callback
    """Print the version and stop, when asked to."""
    if value:
        typer.echo(f"fleetscan {fleetscan.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--version", help="Print the version.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Hold the options that stand before the verb."""
