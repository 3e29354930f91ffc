"""The runs in a folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from fleetscan.errors import OperatorError, UsageError
from fleetscan.history import (
    Listed,
    Unreadable,
    find_run,
    list_runs,
    new_folder,
    newest_unfinished,
    read_run,
    write_run,
)
from fleetscan.history.lines import LineWriter
from fleetscan.history.reader import read_records
from fleetscan.model import Ending
from tests.history import nouns
from tests.history.nouns import NIGHT


def kept(out: Path, day: int, ending: Ending = Ending.FINISHED, environment: str = "prod") -> Path:
    """Put a run into the folder."""
    started = NIGHT + timedelta(days=day)
    folder = new_folder(out, environment, started)
    write_run(folder, nouns.run(folder.name, ending=ending, started=started, environment=environment))
    return folder


def test_a_folder_without_runs_has_none(tmp_path: Path) -> None:
    """Nor has one that is not there."""
    assert list_runs(tmp_path) == list_runs(tmp_path / "nowhere") == ()


def test_runs_are_listed_newest_first_and_damaged_ones_last(tmp_path: Path) -> None:
    """``latest`` is not a run of its own."""
    folders = [kept(tmp_path, day) for day in (1, 0, 2)]
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    (tmp_path / "also").mkdir()
    (tmp_path / "also" / "run.json").write_text("[]")
    entries = list_runs(tmp_path)
    assert [entry.folder for entry in entries] == [
        folders[2],
        folders[0],
        folders[1],
        tmp_path / "also",
        tmp_path / "broken",
    ]
    assert isinstance(entries[0], Listed)
    assert isinstance(entries[3], Unreadable)
    assert "not what fleetscan writes: an object was expected, not list" in entries[3].why


def test_the_newest_run_of_the_environment_is_resumed_if_it_did_not_finish(tmp_path: Path) -> None:
    """Others are not looked at."""
    assert newest_unfinished(tmp_path, "prod") is None
    kept(tmp_path, 0, Ending.RUNNING)
    folder = kept(tmp_path, 1, Ending.INTERRUPTED)
    kept(tmp_path, 2, Ending.RUNNING, "test")
    found = newest_unfinished(tmp_path, "prod")
    assert found is not None
    assert found.folder == folder
    kept(tmp_path, 3)
    assert newest_unfinished(tmp_path, "prod") is None


def test_a_run_is_found_by_path_by_id_and_as_the_latest(tmp_path: Path) -> None:
    """All name the same folder."""
    folder = kept(tmp_path, 0)
    assert find_run(tmp_path, str(folder)) == find_run(tmp_path, folder.name) == find_run(tmp_path, "latest") == folder


def test_a_run_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    """With where it was looked for."""
    with pytest.raises(UsageError, match=r"yesterday: no such run here or in .*fleetscan runs lists them"):
        find_run(tmp_path, "yesterday")


def test_a_folder_that_is_no_run_is_told_in_words(tmp_path: Path) -> None:
    """With the file that is missing."""
    with pytest.raises(OperatorError, match=r"run\.json: cannot be read: No such file .*is it the folder of a run"):
        read_run(tmp_path)


def test_a_damaged_record_is_told_with_its_line(tmp_path: Path) -> None:
    """File, line, and what is wrong."""
    with LineWriter(tmp_path / "records.ndjson.gz", ['{"host":1}']):
        pass
    with pytest.raises(OperatorError, match=r"records\.ndjson\.gz:1: not what fleetscan writes: reason is missing"):
        read_records(tmp_path)


def test_a_run_that_may_not_be_looked_at_is_no_run(tmp_path: Path) -> None:
    """A name that is too long stands for whatever the system refuses to look at."""
    with pytest.raises(UsageError, match="no such run"):
        find_run(tmp_path, "x" * 300)
