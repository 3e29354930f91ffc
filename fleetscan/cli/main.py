"""The command line: verbs are added here, and whatever goes wrong becomes words and an exit code here.

Law: nobody sees a traceback for something that they can mend.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

import fleetscan
from fleetscan.cli import inventory, lab, rules, runs, scan
from fleetscan.errors import OperatorError

WRONG_USAGE = 2
STOPPED = 4

app = typer.Typer(
    name="fleetscan",
    help="Scan fleets of Microsoft Exchange servers from outside, without an agent, and open one HTML report.\n\n"
    "It only reads: 'fleetscan plan' prints every place. Start with 'fleetscan demo'.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for room in (scan, lab, runs):
    room.register(app)
app.add_typer(rules.app, name="rules")
app.add_typer(inventory.app, name="inventory")


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


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        app(prog_name="fleetscan")
    except OperatorError as error:
        typer.echo(f"fleetscan: {error}" if "\n" not in str(error) else str(error), err=True)
        sys.exit(WRONG_USAGE)
    except KeyboardInterrupt:
        typer.echo("fleetscan: stopped", err=True)
        sys.exit(STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; do not complain at exit
        sys.exit(0)
