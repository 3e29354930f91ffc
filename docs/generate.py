"""Make the generated parts of the documents; `cog` calls these functions and `make check` fails on drift."""

from __future__ import annotations

import os
import subprocess
import sys

from fleetscan.facts import DERIVATIONS, fact_list
from fleetscan.report import reason_list
from fleetscan.rules import load_shelf
from fleetscan.scan import EXIT_CODES

__all__ = ["exit_codes", "facts", "help_of", "reasons"]


def help_of(*command: str) -> str:
    """Print a command's own help as a block, 100 columns wide and without colour."""
    environment = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    arguments = [sys.executable, "-m", "fleetscan", *command, "--help"]
    done = subprocess.run(  # noqa: S603 - our own program
        arguments, capture_output=True, text=True, check=True, env=environment
    )
    text = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
    return f"\n```console\n$ fleetscan {' '.join((*command, '--help'))}\n{text}\n```\n\n"


def exit_codes() -> str:
    """Print the table of exit codes, the one that is decided before there is a run included."""
    rows = [
        *((row.code, row.meaning) for row in EXIT_CODES),
        (2, "wrong usage, inventory or rules; no host was touched"),
    ]
    lines = ["| Code | Meaning |", "|---|---|", *(f"| {code} | {meaning} |" for code, meaning in sorted(rows))]
    return "\n" + "\n".join(lines) + "\n\nWhere several fit, 4 comes before 1, and 1 before 3.\n\n"


def reasons() -> str:
    """Print why a fact can be unknown, and what to do about it."""
    return f"\n{reason_list()}\n"


def facts() -> str:
    """Print everything that can be known of a host."""
    return fact_list(load_shelf(derivations=DERIVATIONS).facts.values())
