"""Snapshots as files."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import OperatorError, UsageError
from fleetscan.model import Absent, Reason, Unknown
from fleetscan.probe import Datum, Key, Snapshot, dump, load, save
from fleetscan.probe.file import refuse_existing
from fleetscan.probe.tree import Subkeys, Values, fold
from tests.probe.trees import CLOSED, GONE, ROOT, dword, key, snapshot

TREE = snapshot({"": key("b", "A", N=dword(1)), "A": CLOSED, "b": GONE}, cut=("cut here",))


def test_a_snapshot_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Header, keys, reasons; sorted, in ASCII, for its owner only, and nothing else is left in the folder."""
    path = tmp_path / "one.json"
    save(TREE, path, force=False)
    assert load(path) == snapshot({"": key("A", "b", N=dword(1)), "A": CLOSED, "b": GONE}, cut=("cut here",))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["one.json"]
    written = json.loads(path.read_text(encoding="ascii"))
    assert list(written) == [
        "format", "host", "key", "view", "transport", "credential", "at", "complete", "cut", "keys",
    ]  # fmt: skip
    assert (written["format"], written["at"], written["complete"]) == (1, "2026-11-22T01:02:03Z", False)
    assert list(written["keys"]) == [ROOT, rf"{ROOT}\A", rf"{ROOT}\b"]
    assert written["keys"][ROOT]["subkeys"] == {"known": ["A", "b"]}
    assert written["keys"][rf"{ROOT}\A"]["values"] == {"unknown": "denied", "detail": "Access is denied."}


def test_a_file_is_written_over_only_when_told_to(tmp_path: Path) -> None:
    """Also one that came between the look and the writing."""
    path = tmp_path / "one.json"
    path.write_text("mine", encoding="ascii")
    with pytest.raises(UsageError, match=r"one\.json: is there already .name another --out, or add --force"):
        refuse_existing(path, force=False)
    with pytest.raises(UsageError, match="is there already"):
        save(TREE, path, force=False)
    assert path.read_text(encoding="ascii") == "mine"
    refuse_existing(path, force=True)
    save(TREE, path, force=True)
    assert load(path).host == "ex01"
    assert [one.name for one in tmp_path.iterdir()] == ["one.json"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that is not there is the operator's to mend."""
    with pytest.raises(OperatorError, match="cannot be written: No such file or directory"):
        save(TREE, tmp_path / "none" / "one.json", force=False)


def _with(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


REFUSED = [
    ("{", "it is no JSON, or has a name twice"),
    ('{"a": 1, "a": 2}', "it is no JSON, or has a name twice"),
    ("[" * 100_000, "it is no JSON"),
    ("[]", "the file: Input should be a valid dictionary"),
    ('{"format": 2}', "its format is 2, this fleetscan reads 1"),
    ('{"format": 1}', "'host': Field required"),
    (dump(TREE).replace("denied", "refused"), "'keys' > "),
    (dump(TREE).replace('"view": 64', '"view": 16'), "'view': Input should be 64 or 32"),
    (dump(TREE).replace("-22T01", "-32T01"), "`at` is no moment"),
    (dump(TREE).replace("Vendor\\\\A", "Vendor\\\\b"), "it is no JSON, or has a name twice"),
    (dump(TREE).replace("Vendor\\\\A", "Vendor\\\\B"), "its keys are no tree"),
    (dump(TREE).replace("Vendor\\\\A", "Vendor\\\\C"), "its keys are no tree"),
    (dump(TREE).replace('"A",', '"A\\\\C",'), "'keys' > "),
    (dump(TREE).replace('"value": 1', '"value": 1.5'), "'keys' > "),
    (dump(TREE).replace('"value": 1', '"value": true'), "'keys' > "),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_a_snapshot_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    """Another JSON, another version, words and trees that no snapshot has."""
    with pytest.raises(UsageError) as caught:
        load(_with(tmp_path / "one.json", text))
    assert "one.json: is not a snapshot of fleetscan: " in str(caught.value)
    assert why in str(caught.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Not there, or a folder."""
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        load(tmp_path / "none.json")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_file_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The size is bounded."""
    monkeypatch.setattr("fleetscan.probe.file.LARGEST", 100)
    with pytest.raises(UsageError, match="it has more than 100 bytes"):
        load(_with(tmp_path / "one.json", dump(TREE)))


_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\"), min_size=1, max_size=4)
_DATA = st.one_of(st.integers(0, 2**64 - 1), _WORDS, st.lists(_WORDS, max_size=2).map(tuple))
_VALUES = st.dictionaries(_WORDS, st.builds(Datum, type=_WORDS, data=_DATA), max_size=3).map(Values)
_UNKNOWN = st.builds(Unknown, reason=st.sampled_from(Reason), detail=_WORDS)


@st.composite
def _snapshots(draw: st.DrawFn) -> Snapshot:
    names = draw(st.lists(_NAMES, max_size=3, unique_by=fold))
    ordered = tuple(sorted(names, key=lambda name: (fold(name), name)))
    parts = st.one_of(_VALUES, _UNKNOWN, st.just(Absent()))
    keys = {f"{ROOT}\\{name}": Key(values=draw(parts), subkeys=draw(_UNKNOWN)) for name in ordered}
    return Snapshot(
        host=draw(_WORDS),
        key=ROOT,
        view=draw(st.sampled_from([64, 32])),
        transport=draw(_WORDS),
        credential=draw(_WORDS),
        at=draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))).replace(microsecond=0, tzinfo=UTC),  # noqa: DTZ001 - hypothesis wants them naive
        cut=tuple(draw(st.lists(_WORDS, max_size=2))),
        keys={ROOT: Key(values=draw(parts), subkeys=Subkeys(ordered)), **keys},
    )


@given(_snapshots())
def test_any_snapshot_survives_the_file(tmp_path_factory: pytest.TempPathFactory, taken: Snapshot) -> None:
    """Whatever a host calls its keys and values, it is read as it was written."""
    path = tmp_path_factory.mktemp("probe") / "any.json"
    save(taken, path, force=True)
    assert load(path) == taken
