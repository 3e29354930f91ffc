"""How hosts stood, on its way to the disk and back, and the run that another one is compared with."""

from __future__ import annotations

import gzip
import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import OperatorError
from fleetscan.history import (
    Judged,
    RunWriter,
    new_folder,
    read_standing,
    run_before,
    write_run,
    write_standing,
)
from fleetscan.history.values import Json
from fleetscan.model import Column, Ending, Run, Since, Standing, Stated, from_before
from tests.history import nouns
from tests.history.nouns import NIGHT

FILE = "standing.json.gz"
STOOD = Standing(
    run="r",
    started=NIGHT,
    hosts=("a", "b"),
    rules=("r1", "r2"),
    words=("fp", "u-"),
    since=((0, 1), (1, 1)),
    moments=(Since(at=NIGHT, exact=True), Since(at=NIGHT, exact=False)),
    facts={"x": Column(table=(Stated(known=True, type="REG_SZ", parts=("v",)),), entries=(0, from_before(0)))},
)


@given(nouns.standings())
def test_it_comes_back_as_it_was(standing: Standing) -> None:
    """Whatever the hosts, rules and facts are called, and whatever was stated of them."""
    with TemporaryDirectory() as folder:
        write_standing(Path(folder), standing)
        assert read_standing(Path(folder)) == standing


def test_it_is_for_the_owner_only(tmp_path: Path) -> None:
    """Like all else in the folder of a run."""
    write_standing(tmp_path, STOOD)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_one_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(OperatorError, match=r"standing\.json\.gz: is not there"):
        read_standing(tmp_path)


@given(st.data())
def test_a_damaged_one_is_refused_in_words_or_unharmed(data: st.DataObject) -> None:
    """Cut at any place, or with any byte changed; the bytes of its head that say nothing may be any."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_standing(folder, STOOD)
        whole = bytearray((folder / FILE).read_bytes())
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            del whole[place:]
        else:
            whole[place] ^= data.draw(st.integers(1, 255))
        (folder / FILE).write_bytes(whole)
        try:
            assert read_standing(folder) == STOOD
        except OperatorError as error:
            assert str(error).startswith(f"{folder / FILE}: cannot be read: ")  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 2 is not 1"),
        ({"hosts": ["a"]}, "a list of 1 whole numbers was expected"),
        ({"words": ["fp"]}, "words is not a letter for each host and rule"),
        ({"words": ["fp", "u"]}, "words is not a letter for each host and rule"),
        ({"words": ["fp", "ux"]}, "words is not a letter for each host and rule"),
        ({"moments": [["2026-11-22T01:02:03Z", 1]]}, "a moment is not one"),
        ({"moments": []}, "a number is not from 0 to -1"),
        ({"rows": [[0, 0.0]]}, "a list of 2 whole numbers was expected"),
        ({"rows": [[0, True]]}, "a list of 2 whole numbers was expected"),
        ({"rows": [[0, -1], [0, 0]]}, "a number is not from 0 to 1"),
        ({"since": 1}, "a list of 2 whole numbers was expected"),
        ({"since": [0, 2]}, "a number is not from 0 to 1"),
        ({"facts": {"x": {"table": [[]], "hosts": [0, 0]}}}, "an outcome is not one"),
        ({"facts": {"x": {"table": [[True]], "hosts": [0, 0]}}}, "an outcome is not one"),
        ({"facts": {"x": {"table": [[True, 9]], "hosts": [0, 0]}}}, "a number is not from 0 to 1"),
        ({"facts": {"x": {"table": [[True, 0]], "hosts": [0, 1]}}}, "a number is not from -2 to 0"),
        ({"facts": {"x": {"table": [[True, 0]], "hosts": [0, -3]}}}, "a number is not from -2 to 0"),
        ({"facts": {"x": {"table": []}}}, "hosts is missing"),
    ],
)
def test_one_that_does_not_fit_itself_is_refused(tmp_path: Path, change: dict[str, Json], words: str) -> None:
    """Every number must lead somewhere."""
    write_standing(tmp_path, STOOD)
    data = json.loads(gzip.decompress((tmp_path / FILE).read_bytes()))
    (tmp_path / FILE).write_bytes(gzip.compress(json.dumps(data | change).encode()))
    with pytest.raises(OperatorError, match=words):
        read_standing(tmp_path)


def test_one_that_is_too_deep_is_refused(tmp_path: Path) -> None:
    """However deep it is."""
    (tmp_path / FILE).write_bytes(gzip.compress(b"[" * 100_000))
    with pytest.raises(OperatorError, match="cannot be read"):
        read_standing(tmp_path)


def test_a_run_that_goes_on_does_not_stand_as_it_did_when_it_was_stopped(tmp_path: Path) -> None:
    """A resumed run has none until it has come to its end."""
    folder = new_folder(tmp_path, "prod", NIGHT)
    write_standing(folder, STOOD)
    judged = Judged(record=nouns.record("a"), topology=nouns.topology(), verdicts=())
    with RunWriter(folder, nouns.run(folder.name, ending=Ending.RUNNING), [judged]):
        assert not (folder / FILE).exists()


def kept(out: Path, day: float, ending: Ending = Ending.FINISHED, environment: str = "prod", limit: str = "") -> Run:
    """Put a run into the folder."""
    started = NIGHT + timedelta(days=day)
    folder = new_folder(out, environment, started)
    run = nouns.run(folder.name, ending=ending, started=started, environment=environment)
    run = replace(run, limit=limit)
    write_run(folder, run)
    return run


def before(out: Path, run: Run) -> str:
    """Give the id of the run that another one is compared with, empty for none."""
    found = run_before(out / run.id, run)
    return found.run.id if found else ""


def test_a_run_is_compared_with_the_newest_finished_one_before_it(tmp_path: Path) -> None:
    """Of its environment; not with itself, a later one, one of the same second that began after it, a stopped one."""
    runs = [kept(tmp_path, day) for day in (0, 1, 2)]
    kept(tmp_path, 1.1, Ending.INTERRUPTED)
    kept(tmp_path, 1.2, Ending.RUNNING)
    kept(tmp_path, 1.3, environment="test")
    kept(tmp_path, 2 + 1e-6)
    assert [before(tmp_path, run) for run in runs] == ["", runs[0].id, runs[1].id]


def test_runs_of_the_same_second_are_compared_in_their_order(tmp_path: Path) -> None:
    """By their start to the microsecond."""
    runs = [kept(tmp_path, number / 86_400_000) for number in range(3)]
    assert [before(tmp_path, run) for run in runs] == ["", runs[0].id, runs[1].id]


def test_a_limited_run_is_compared_with_a_whole_one_or_one_of_the_same_limit(tmp_path: Path) -> None:
    """And a whole one with a whole one only."""
    whole, paris, osaka = kept(tmp_path, 0), kept(tmp_path, 1, limit="paris"), kept(tmp_path, 2, limit="osaka")
    again, night = kept(tmp_path, 3, limit="paris"), kept(tmp_path, 4)
    assert [before(tmp_path, run) for run in (paris, osaka, again, night)] == [whole.id, whole.id, paris.id, whole.id]


def test_folders_that_are_no_runs_or_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    """As are runs that somebody put away under another name."""
    whole = kept(tmp_path, 0)
    (tmp_path / kept(tmp_path, 1).id / "run.json").write_text("{")
    (tmp_path / kept(tmp_path, 2).id).rename(tmp_path / "kept-for-the-audit")
    assert before(tmp_path, kept(tmp_path, 3)) == whole.id
    assert (tmp_path / "latest").is_symlink()
