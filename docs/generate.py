"""Make the generated parts of the documents; `cog` calls these functions and `make check` fails on drift."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

from fleetscan.facts import DERIVATIONS, fact_list
from fleetscan.report import ReportView, reason_list
from fleetscan.report.formats import FORMATS
from fleetscan.report.html import templates_folder
from fleetscan.rules import load_shelf
from fleetscan.scan import EXIT_CODES

__all__ = ["exit_codes", "facts", "formats", "help_of", "partials", "reasons", "view"]


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


def formats() -> str:
    """Print the table of formats."""
    rows = (f"| `{each.name}` | `{each.file}` | {each.purpose} |" for each in FORMATS)
    return "\n" + "\n".join(("| `--format` | File | What for |", "|---|---|---|", *rows)) + "\n\n"


def facts() -> str:
    """Print everything that can be known of a host."""
    return fact_list(load_shelf(derivations=DERIVATIONS).facts.values())


def partials() -> str:
    """Print what every file of the templates is for, in its own words: those of its first comment."""
    folder = templates_folder()
    paths = [path for pattern in ("*.j2", "css/*.css", "js/*.js") for path in sorted(folder.glob(pattern))]
    rows = [f"| `{path.relative_to(folder).as_posix()}` | {_purpose(path.read_text('utf-8'))} |" for path in paths]
    return "\n" + "\n".join(["| File | Its purpose |", "|---|---|", *rows]) + "\n\n"


def _purpose(text: str) -> str:
    """Give what the comment says that a file begins with; of a script, that is its first sentence."""
    comment = re.match(r"\{#(.*?)#\}|/\*(.*?)\*/|//(.*?[.:]\n)", text, re.DOTALL)
    words = " ".join(next(filter(None, comment.groups())).replace("//", " ").split()) if comment else ""
    return words.rstrip(":.").replace("|", "\\|").replace("<", "&lt;") + "."


def view() -> str:
    """Print all that a template may see: each noun of the view, what it is, and its fields with their types."""
    lines = ["| Noun | What it is | Its fields |", "|---|---|---|"]
    for noun in _nouns():
        about = re.sub(r":\w+:`[~\w.]*?(\w+)`", r"`\1`", inspect.getdoc(noun) or "")
        about = " ".join(about.replace("``", "`").replace("|", "\\|").split())
        members = "<br>".join(f"`{field.name}`: {_type_of(field.type)}" for field in fields(noun))
        lines.append(f"| `{noun.__name__}` | {about} | {members} |")
    return "\n" + "\n".join(lines) + "\n\n"


def _nouns() -> list[type]:
    """Give the classes of the view, the whole first, each when it is first needed."""
    found: list[type] = [ReportView]
    for noun in found:
        found += [each for each in dict.fromkeys(_parts(noun)) if each not in found]
    return found


def _parts(noun: type) -> Iterator[type]:
    """Name the classes that the fields of a class are made of."""
    waiting = list(get_type_hints(noun).values())
    while waiting:
        kind = waiting.pop(0)
        if isinstance(kind, type) and is_dataclass(kind):
            yield kind
        waiting += get_args(kind)


def _type_of(annotation: object) -> str:
    """Write a type as it stands in the code."""
    return f"`{annotation}`".replace("|", "\\|")
