"""Runs on disk: written while they go on, read again, listed, compared."""

from fleetscan.history.counts import count
from fleetscan.history.diff import Change, Difference, compare
from fleetscan.history.folder import REPORT, new_folder
from fleetscan.history.index import Entry, Listed, Unreadable, find_run, list_runs, newest_unfinished
from fleetscan.history.reader import Kept, read_kept, read_records, read_run, read_verdicts
from fleetscan.history.writer import Judged, RunWriter, locked, write_report, write_run, write_verdicts

__all__ = [
    "REPORT",
    "Change",
    "Difference",
    "Entry",
    "Judged",
    "Kept",
    "Listed",
    "RunWriter",
    "Unreadable",
    "compare",
    "count",
    "find_run",
    "list_runs",
    "locked",
    "new_folder",
    "newest_unfinished",
    "read_kept",
    "read_records",
    "read_run",
    "read_verdicts",
    "write_report",
    "write_run",
    "write_verdicts",
]
