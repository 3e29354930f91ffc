"""Runs on disk: written while they go on, read again, listed, compared."""

from fleetscan.history.counts import count
from fleetscan.history.encoder import Encoder
from fleetscan.history.folder import new_folder
from fleetscan.history.index import Entry, Listed, Unreadable, find_run, list_runs, newest_unfinished, run_before
from fleetscan.history.reader import Kept, read_kept, read_records, read_run, read_verdicts
from fleetscan.history.standing import read_standing, write_standing
from fleetscan.history.writer import Judged, RunWriter, locked, write_report, write_run, write_verdicts

__all__ = [
    "Encoder",
    "Entry",
    "Judged",
    "Kept",
    "Listed",
    "RunWriter",
    "Unreadable",
    "count",
    "find_run",
    "list_runs",
    "locked",
    "new_folder",
    "newest_unfinished",
    "read_kept",
    "read_records",
    "read_run",
    "read_standing",
    "read_verdicts",
    "run_before",
    "write_report",
    "write_run",
    "write_standing",
    "write_verdicts",
]
