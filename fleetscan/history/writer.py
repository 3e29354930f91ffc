"""Keep a run while it goes on.

Laws
1. What was kept can be read whenever the process dies; ``run.json`` is replaced whole.
2. One process writes a run. The system forgets the lock with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from fleetscan.errors import OperatorError
from fleetscan.history.codec import run_to_json
from fleetscan.history.encoder import Encoder
from fleetscan.history.folder import RECORDS, RUN, STANDING, VERDICTS, point_latest, write_pieces, write_whole, writing
from fleetscan.history.index import newest_finished
from fleetscan.history.lines import LineWriter
from fleetscan.history.values import dump
from fleetscan.model import Ending, HostRecord, Run, Verdict
from fleetscan.topology import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that is kept of one host; the topology is made of the record's facts."""

    record: HostRecord
    topology: Topology
    verdicts: Sequence[Verdict]


class RunWriter:
    """The files of one run folder, open for appending."""

    def __init__(self, folder: Path, run: Run, kept: Iterable[Judged] = ()) -> None:
        """Lock the folder and begin its files with what is kept from before. Raises OperatorError."""
        before = tuple(kept)
        self._encoder = Encoder()
        with ExitStack() as stack:
            stack.enter_context(locked(folder))
            write_run(folder, run)
            with writing(folder):  # a run that goes on stands as it does in the end
                (folder / STANDING).unlink(missing_ok=True)
            records = (self._encoder.record(each.record, each.topology.fields()) for each in before)
            verdicts = (self._encoder.verdict(verdict) for each in before for verdict in each.verdicts)
            self._records = stack.enter_context(LineWriter(folder / RECORDS, records))
            self._verdicts = stack.enter_context(LineWriter(folder / VERDICTS, verdicts))
            self._open = stack.pop_all()

    def keep(self, judged: Judged) -> None:
        """Append one host; a reader sees it from now on. Raises OperatorError."""
        self._records.add(self._encoder.record(judged.record, judged.topology.fields()))
        self._records.flush()
        self.add(judged.verdicts)

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Append verdicts on hosts that are kept already. Raises OperatorError."""
        lines = "\n".join(map(self._encoder.verdict, verdicts))
        if lines:
            self._verdicts.add(lines)
        self._verdicts.flush()

    def close(self) -> None:
        """End the files and let go of the folder. Raises OperatorError."""
        self._open.close()

    def __enter__(self) -> Self:
        """Write in a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()


def write_run(folder: Path, run: Run) -> None:
    """Replace ``run.json``; after a finished run ``latest`` names the newest one. Raises OperatorError."""
    write_whole(folder / RUN, dump(run_to_json(run)).encode("ascii") + b"\n")
    if run.ending is Ending.FINISHED:
        point_latest(folder.parent, newest_finished(folder.parent) or folder)


def write_verdicts(folder: Path, verdicts: Iterable[Verdict]) -> None:
    """Replace the verdicts of a kept run. Raises OperatorError."""
    with LineWriter(folder / VERDICTS, map(Encoder().verdict, verdicts)):
        pass


def write_report(folder: Path, file: str, pieces: Iterable[str]) -> None:
    """Replace the report of a run in one format. Raises OperatorError."""
    write_pieces(folder / file, (piece.encode("utf-8") for piece in pieces))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only process that writes a run. Raises OperatorError."""
    with writing(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        message = f"{folder}: another fleetscan is writing this run (wait for it, or end it)"
        raise OperatorError(message) from error
