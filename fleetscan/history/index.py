"""The runs in a folder. The folders are the truth; nothing else is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fleetscan.errors import OperatorError, UsageError
from fleetscan.history.folder import LATEST, RUN
from fleetscan.history.reader import read_run
from fleetscan.model import Ending, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A run and its folder."""

    folder: Path
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A folder that looks like a run but cannot be read, and why."""

    folder: Path
    why: str


Entry: TypeAlias = Listed | Unreadable


def list_runs(out: Path) -> tuple[Entry, ...]:
    """List the runs in a folder, newest first; those that cannot be read last. A folder that is not there has none."""
    entries = [_entry(path.parent) for path in out.glob(f"*/{RUN}") if not path.parent.is_symlink()]
    listed = [entry for entry in entries if isinstance(entry, Listed)]
    unreadable = [entry for entry in entries if isinstance(entry, Unreadable)]
    listed.sort(key=lambda entry: (entry.run.started, entry.run.id), reverse=True)
    unreadable.sort(key=lambda entry: entry.folder)
    return (*listed, *unreadable)


def newest_finished(out: Path) -> Path | None:
    """Give the folder of the newest run that finished."""
    return next((entry.folder for entry in _listed(out) if entry.run.ending is Ending.FINISHED), None)


def newest_unfinished(out: Path, environment: str) -> Listed | None:
    """Give the newest run of an environment if it can be resumed: it did not finish, and no later one did."""
    newest = next((entry for entry in _listed(out) if entry.run.environment == environment), None)
    return newest if newest and newest.run.ending is not Ending.FINISHED else None


def find_run(out: Path, name: str) -> Path:
    """Give the folder that a person means by a path, the id of a run, or ``latest``. Raises UsageError."""
    for folder in (Path(name), out / name):
        with contextlib.suppress(OSError):  # what may not be looked into is no run that we could read
            if (folder / RUN).is_file():
                return folder.resolve()
    message = f"{name}: no such run here or in {out} (fleetscan runs lists them; {LATEST} is the newest finished one)"
    raise UsageError(message)


def _listed(out: Path) -> Iterator[Listed]:
    return (entry for entry in list_runs(out) if isinstance(entry, Listed))


def _entry(folder: Path) -> Entry:
    try:
        return Listed(folder=folder, run=read_run(folder))
    except OperatorError as error:
        return Unreadable(folder=folder, why=str(error))
