"""Make the generated parts of the documents; `cog` calls these functions and `make check` fails on drift."""

from __future__ import annotations

import os
import subprocess
import sys


def help_of(*command: str) -> str:
    """Print a command's own help as a block, 100 columns wide and without colour."""
    environment = {**os.environ, "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    arguments = [sys.executable, "-m", "fleetscan", *command, "--help"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment)
    text = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
    return f"\n```console\n$ fleetscan {' '.join((*command, '--help'))}\n{text}\n```\n\n"


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Print a Markdown table."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"
