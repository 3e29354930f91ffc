"""Read a kept run, also one whose writer was killed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fleetscan.errors import OperatorError
from fleetscan.history.codec import record_from_json, run_from_json, verdict_from_json
from fleetscan.history.fields import Fields
from fleetscan.history.folder import RECORDS, RUN, VERDICTS
from fleetscan.history.lines import read_lines
from fleetscan.model import Ending, HostRecord, Run, Verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A run as it was kept: one record per host, in the order in which they ended."""

    folder: Path
    run: Run
    records: tuple[HostRecord, ...]


def read_run(folder: Path) -> Run:
    """Read ``run.json``. Raises OperatorError."""
    path = folder / RUN
    with _reading(path):
        return run_from_json(Fields.parse(path.read_text(encoding="utf-8")))


def read_records(folder: Path) -> tuple[HostRecord, ...]:
    """Read the records, one per host. Raises OperatorError."""
    found = {record.host: record for record in _each(folder / RECORDS, record_from_json)}
    return tuple(found.values())


def read_verdicts(folder: Path) -> tuple[Verdict, ...]:
    """Read the verdicts. Raises OperatorError, also when there are not as many as were counted: some were lost."""
    counts = read_run(folder).counts
    verdicts = tuple(_each(folder / VERDICTS, verdict_from_json))
    if counts and len(verdicts) != counts.pairs:
        message = (
            f"{folder / VERDICTS}: damaged: {len(verdicts)} of {counts.pairs} verdicts can be read "
            f"(fleetscan report {folder} judges the records again)"
        )
        raise OperatorError(message)
    return verdicts


def read_kept(folder: Path) -> Kept:
    """Read a run and its records. Raises OperatorError, also when a finished run lacks hosts: it was damaged since."""
    run = read_run(folder)
    records = read_records(folder)
    missing = len(set(run.hosts) - {record.host for record in records})
    if missing and run.ending is Ending.FINISHED:
        message = (
            f"{folder / RECORDS}: damaged: {missing} of {len(run.hosts)} hosts are missing (restore it, or scan again)"
        )
        raise OperatorError(message)
    return Kept(folder=folder, run=run, records=records)


def _each(path: Path, decode: Callable[[Fields], T]) -> Iterator[T]:
    for number, line in enumerate(read_lines(path), start=1):
        with _reading(path, f":{number}"):
            yield decode(Fields.parse(line))


@contextlib.contextmanager
def _reading(path: Path, where: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error} (is it the folder of a run?)"
        raise OperatorError(message) from error
    except (ValueError, RecursionError) as error:
        message = f"{path}{where}: not what fleetscan writes: {error}"
        raise OperatorError(message) from error
