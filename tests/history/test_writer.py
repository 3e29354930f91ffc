"""A run folder while it is written, after its writer was killed, and when it cannot be written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from fleetscan.errors import OperatorError
from fleetscan.history import (
    Judged,
    RunWriter,
    count,
    locked,
    new_folder,
    read_kept,
    read_records,
    read_run,
    read_verdicts,
    write_report,
    write_run,
    write_verdicts,
)
from fleetscan.model import Ending, Finding, Run
from tests.history import nouns
from tests.history.nouns import NIGHT


def judged(host: str) -> Judged:
    """Make a host with one verdict."""
    return Judged(
        record=nouns.record(host), topology=nouns.topology(), verdicts=(nouns.verdict(host, "r1", Finding()),)
    )


def started(out: Path, *hosts: str) -> tuple[Path, Run]:
    """Make the folder of a run that is going on."""
    folder = new_folder(out, "prod", NIGHT)
    return folder, nouns.run(folder.name, ending=Ending.RUNNING, hosts=hosts)


def test_a_folder_is_named_by_time_and_environment(tmp_path: Path) -> None:
    """In UTC, in characters that every file system takes, and never twice the same."""
    assert new_folder(tmp_path / "out", "prod", NIGHT).name == "20261122T010203Z-prod"
    assert new_folder(tmp_path / "out", "prod", NIGHT).name == "20261122T010203Z-prod-2"
    assert new_folder(tmp_path / "out", "../a b", NIGHT).name == "20261122T010203Z-.._a_b"


def test_a_hundred_runs_in_one_second_are_too_many(tmp_path: Path) -> None:
    """Something must be wrong then."""
    for _ in range(99):
        new_folder(tmp_path, "prod", NIGHT)
    with pytest.raises(OperatorError, match="a hundred runs"):
        new_folder(tmp_path, "prod", NIGHT)


def test_folders_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    """They list the weaknesses of a fleet."""
    before = os.umask(0)
    try:
        folder, run = started(tmp_path)
        with RunWriter(folder, run) as writer:
            writer.keep(judged("a"))
        write_report(folder, "report.html", ["<html>"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == dict.fromkeys(
        ("run.json", "records.ndjson.gz", "verdicts.ndjson.gz", "report.html"), 0o600
    )


def test_every_kept_host_can_be_read_at_once(tmp_path: Path) -> None:
    """While the run goes on."""
    folder, run = started(tmp_path, "a", "b")
    with RunWriter(folder, run) as writer:
        for host in ("a", "b"):
            writer.keep(judged(host))
            assert read_records(folder)[-1] == judged(host).record
            assert read_verdicts(folder)[-1] == judged(host).verdicts[0]
        assert read_run(folder) == run


def test_what_was_kept_before_comes_first(tmp_path: Path) -> None:
    """A resumed run starts with the hosts that had their turn."""
    folder, run = started(tmp_path, "a", "b")
    with RunWriter(folder, run) as writer:
        writer.keep(judged("a"))
        writer.keep(judged("gone"))
    with RunWriter(folder, run, [judged("a")]) as writer:
        writer.keep(judged("b"))
    assert [record.host for record in read_records(folder)] == ["a", "b"]
    assert [verdict.host for verdict in read_verdicts(folder)] == ["a", "b"]


KILLED = """
import os, signal, sys
from pathlib import Path
from fleetscan.history import RunWriter
from tests.history.test_writer import judged, started
folder, run = started(Path(sys.argv[1]), *map(str, range(1000)))
writer = RunWriter(folder, run)
for number in range(1000):
    writer.keep(judged(str(number)))
    if number == 37:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_leaves_everything_it_kept(tmp_path: Path) -> None:
    """After SIGKILL the records and verdicts are there, the run says that it was running, and its lock is gone."""
    ended = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False)
    assert ended.returncode == -signal.SIGKILL
    [folder] = tmp_path.iterdir()
    kept = read_kept(folder)
    assert kept.run.ending is Ending.RUNNING
    assert [record.host for record in kept.records] == [str(number) for number in range(38)]
    assert [verdict.host for verdict in read_verdicts(folder)] == [str(number) for number in range(38)]
    with locked(folder):
        pass


def test_two_writers_are_refused(tmp_path: Path) -> None:
    """A run that is being written is not resumed."""
    folder, run = started(tmp_path)
    with RunWriter(folder, run), pytest.raises(OperatorError, match="another fleetscan is writing this run"):
        RunWriter(folder, run)
    with RunWriter(folder, run):
        pass


def test_latest_names_the_newest_finished_run(tmp_path: Path) -> None:
    """Not one that was stopped, and not an older one that was finished later."""
    endings = (Ending.FINISHED, Ending.FINISHED, Ending.INTERRUPTED)
    folders = []
    for day, ending in enumerate(endings):
        started_at = NIGHT + timedelta(days=day)
        folder = new_folder(tmp_path, "prod", started_at)
        write_run(folder, nouns.run(folder.name, ending=ending, started=started_at))
        folders.append(folder)
    assert (tmp_path / "latest").readlink() == Path(folders[1].name)
    write_run(folders[0], nouns.run(folders[0].name))
    assert (tmp_path / "latest").resolve() == folders[1].resolve()


def test_a_finished_run_that_lost_hosts_is_damaged(tmp_path: Path) -> None:
    """Nothing unseen is called fine: a torn file does not make the fleet smaller."""
    folder, run = started(tmp_path, "a", "b")
    with RunWriter(folder, run) as writer:
        writer.keep(judged("a"))
    write_run(folder, nouns.run(folder.name, hosts=("a", "b")))
    with pytest.raises(OperatorError, match="1 of 2 hosts are missing"):
        read_kept(folder)


def test_verdicts_can_be_replaced(tmp_path: Path) -> None:
    """After the rules changed."""
    folder, run = started(tmp_path)
    with RunWriter(folder, run) as writer:
        writer.keep(judged("a"))
    write_verdicts(folder, [nouns.verdict("a", "r2")])
    assert [verdict.rule for verdict in read_verdicts(folder)] == ["r2"]


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    """The path, the system's words, the remedy."""
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OperatorError, match=r"in: cannot be written: .*\(make room or mend its rights, or name"):
        new_folder(tmp_path / "out" / "in", "prod", NIGHT)


def test_a_disk_that_fills_up_is_told_in_words(tmp_path: Path) -> None:
    """What was kept before can still be read."""
    folder, run = started(tmp_path, "a", "b")
    (folder / ".verdicts.ndjson.gz.new").symlink_to("/dev/full")
    with pytest.raises(OperatorError, match="No space left on device"):
        RunWriter(folder, run)
    with RunWriter(folder, run) as writer:
        writer.keep(judged("a"))
    (folder / ".run.json.new").symlink_to("/dev/full")
    with pytest.raises(OperatorError, match=r"run\.json: cannot be written: No space left on device"):
        write_run(folder, run)
    assert read_run(folder) == run


def test_a_folder_of_runs_is_no_file(tmp_path: Path) -> None:
    """Nor has it a name that the file system refuses."""
    (tmp_path / "file").touch()
    with pytest.raises(OperatorError, match="is not a folder"):
        new_folder(tmp_path / "file", "prod", NIGHT)
    with pytest.raises(OperatorError, match="cannot be written: File name too long"):
        new_folder(tmp_path / ("x" * 300), "prod", NIGHT)


def test_lost_verdicts_are_not_compared(tmp_path: Path) -> None:
    """A file of verdicts that was cut off after the run had counted them is damaged; the remedy is to judge again."""
    folder = new_folder(tmp_path, "prod", NIGHT)
    run = nouns.run(folder.name, hosts=("ex1", "ex2"))
    verdicts = [nouns.verdict(host, "r1", Finding()) for host in run.hosts]
    write_run(folder, replace(run, counts=count([], verdicts)))
    write_verdicts(folder, verdicts)
    assert len(read_verdicts(folder)) == 2
    write_verdicts(folder, verdicts[:1])
    with pytest.raises(OperatorError, match=r"damaged: 1 of 2 verdicts .*fleetscan report"):
        read_verdicts(folder)


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": "x"}'])
def test_what_is_not_a_run_is_refused(tmp_path: Path, line: str) -> None:
    """However deep it is."""
    (tmp_path / "run.json").write_text(line)
    with pytest.raises(OperatorError, match="not what fleetscan writes"):
        read_run(tmp_path)


def test_a_severity_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """It would decide the exit code."""
    folder, run = started(tmp_path, "ex1")
    write_run(folder, replace(run, fail_on="nope"))
    with pytest.raises(OperatorError, match="'nope' is not a valid Severity"):
        read_run(folder)
