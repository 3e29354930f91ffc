"""Tell the result of a run on standard output."""

from __future__ import annotations

from rich.console import Console

from fleetscan.report.terminal import summarise
from fleetscan.scan import Done

WIDEST = 120
"""Columns beyond which a line is hard to read."""


def tell(done: Done) -> None:
    """Print the summary of a run: what is wrong, where, what to do, and where the report is."""
    console = Console()
    colour = console.color_system is not None and not console.no_color
    page, *beside = done.files
    text = summarise(done.view, width=min(console.width, WIDEST), colour=colour, report=done.folder / page)
    text += f"Beside it {', '.join(beside)}\n" if beside else ""
    print(text, end="")  # noqa: T201 - the result of the program, already encoded for this terminal
