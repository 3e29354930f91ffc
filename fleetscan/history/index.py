"""The runs in a folder. The folders are the truth; nothing else is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fleetscan.errors import OperatorError, UsageError
from fleetscan.history.folder import LATEST, RUN, time_of
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


def run_before(folder: Path, run: Run) -> Listed | None:
    """Give the run that a run is compared with: the newest finished one of its environment that started before it.

    It is one of all hosts, or limited to the same ones: a look at two servers by day says nothing of the other
    thousand. Runs are looked for beside ``folder``, under the names that they were given: those begin with the time.
    """
    names = (path.parent.name for path in folder.parent.glob(f"[0-9]*/{RUN}"))
    latest = time_of(run.started)
    for name in sorted((name for name in names if name[: len(latest)] <= latest), reverse=True):
        entry = _entry(folder.parent / name)
        if isinstance(entry, Listed) and _comes_before(entry.run, run):
            return entry
    return None


def _comes_before(one: Run, other: Run) -> bool:
    return (
        one.ending is Ending.FINISHED
        and one.environment == other.environment
        and one.limit in {"", other.limit}
        and (one.started, one.id) < (other.started, other.id)
    )


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
