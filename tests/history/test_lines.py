"""Files that can be read although their writer was killed."""

from __future__ import annotations

import gzip
import json
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from fleetscan.errors import OperatorError
from fleetscan.history.lines import LineWriter, read_lines
from fleetscan.history.values import Json, dump


def numbered(count: int) -> list[dict[str, Json]]:
    """Make objects that differ."""
    return [{"number": number, "text": sha256(bytes([number])).hexdigest()} for number in range(count)]


def read(path: Path) -> list[Json]:
    """Read a file whole."""
    return [json.loads(line) for line in read_lines(path)]


def test_what_is_added_can_be_read(tmp_path: Path) -> None:
    """By ourselves, and by anybody's gzip."""
    data = numbered(5)
    with LineWriter(tmp_path / "x.gz", map(dump, data[:2])) as lines:
        for each in data[2:]:
            lines.add(dump(each))
    assert read(tmp_path / "x.gz") == data
    with gzip.open(tmp_path / "x.gz", "rt") as theirs:
        assert [json.loads(line) for line in theirs] == data


def test_what_was_flushed_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    """A reader need not wait for the end."""
    first, second = numbered(2)
    with LineWriter(tmp_path / "x.gz") as lines:
        lines.add(dump(first))
        lines.flush()
        assert read(tmp_path / "x.gz") == [first]
        lines.add(dump(second))
        lines.flush()
        assert read(tmp_path / "x.gz") == [first, second]


def test_a_file_torn_anywhere_gives_its_whole_lines(tmp_path: Path) -> None:
    """At whatever byte the writer died: what is read is a beginning of what was written, and has every flushed line."""
    path, torn = tmp_path / "x.gz", tmp_path / "torn.gz"
    written = numbered(6)
    flushed = []
    with LineWriter(path) as lines:
        for each in written:
            lines.add(dump(each))
            lines.flush()
            flushed.append(path.stat().st_size)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        torn.write_bytes(whole[:cut])
        found = read(torn)
        assert found == written[: len(found)]
        assert len(found) >= sum(size <= cut for size in flushed)


def test_zeros_at_the_end_are_left_out(tmp_path: Path) -> None:
    """A machine that lost its power leaves some."""
    path = tmp_path / "x.gz"
    [data] = numbered(1)
    lines = LineWriter(path)
    lines.add(dump(data))
    lines.flush()
    torn = path.read_bytes() + bytes(5000)
    lines.close()
    path.write_bytes(torn)
    assert read(path) == [data]


def test_the_beginning_replaces_an_older_file_at_once(tmp_path: Path) -> None:
    """There is no moment without a whole file, and no left-over."""
    path = tmp_path / "x.gz"
    old, new = numbered(2)
    with LineWriter(path, [dump(old)]):
        pass
    with LineWriter(path, [dump(new)]):
        assert read(path) == [new]
    assert list(tmp_path.iterdir()) == [path]


def test_a_failing_beginning_leaves_the_older_file(tmp_path: Path) -> None:
    """Nothing is lost when the new content cannot be made."""
    path = tmp_path / "x.gz"
    [old] = numbered(1)
    with LineWriter(path, [dump(old)]):
        pass
    with pytest.raises(ZeroDivisionError):
        LineWriter(path, (str(1 // number) for number in (1, 0)))
    assert read(path) == [old]
    assert list(tmp_path.iterdir()) == [path]


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Whatever the umask says."""
    before = os.umask(0)
    try:
        with LineWriter(tmp_path / "x.gz"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x.gz").stat().st_mode) == 0o600


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    """The path, the system's words, the remedy; no traceback."""
    (tmp_path / ".x.gz.new").symlink_to("/dev/full")
    with pytest.raises(OperatorError, match=r"x\.gz: cannot be written: No space left on device \(make room"):
        LineWriter(tmp_path / "x.gz", map(dump, numbered(1)))


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    """The same for reading."""
    with pytest.raises(OperatorError, match=r"x\.gz: cannot be read: No such file"):
        read(tmp_path / "x.gz")
