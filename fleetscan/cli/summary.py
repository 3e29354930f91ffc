"""Tell the result of a run on standard output."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from fleetscan.history import REPORT
from fleetscan.report.terminal import summarise
from fleetscan.rules import Shelf
from fleetscan.scan import view_of

WIDEST = 120
"""Columns beyond which a line is hard to read."""


def tell(folder: Path, shelf: Shelf) -> None:
    """Print the summary of a kept run: what is wrong, where, what to do, and where the report is."""
    console = Console()
    colour = console.is_terminal and not console.no_color
    text = summarise(view_of(folder, shelf), width=min(console.width, WIDEST), colour=colour, report=folder / REPORT)
    print(text, end="")  # noqa: T201 - the result of the program, already encoded for this terminal
