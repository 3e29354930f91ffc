"""Reading YAML: what is taken, what is refused, and where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.authored import parse_yaml, read_yaml
from fleetscan.authored.reader import MAX_BYTES
from fleetscan.errors import AuthoredError, Mistake


def refused(text: str | bytes) -> list[str]:
    """Give the mistakes in a text."""
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(AuthoredError) as caught:
        parse_yaml(raw, "f.yml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_values_mean_what_yaml_1_1_says() -> None:
    """Words, octal and base 60 are read as Ansible reads them; dates become ISO text."""
    text = "a: no\nb: 0755\nc: 12:30\nd: ~\ne: 1.5\nf: 2001-12-14\ng: 'no'\nh: [1, x]\ni: 1:30.5\n"
    assert parse_yaml(text.encode(), "f.yml").data == {
        "a": False,
        "b": 493,
        "c": 750,
        "d": None,
        "e": 1.5,
        "f": "2001-12-14",
        "g": "no",
        "h": [1, "x"],
        "i": 90.5,
    }


def test_surprises_are_noted_without_the_value() -> None:
    """What YAML 1.1 reads in an unexpected way is legal, and listed as a warning with its place."""
    text = "a: no\nb: 0755\nc: 12:30\nd: 2001-12-14\ne: 1:30.5\nf: true\ng: 10\nh: 0x1f\ni: 0\nj: False\nk: -0b1\n"
    assert list(map(str, parse_yaml(text.encode(), "f.yml").surprises)) == [
        "f.yml:1:4: YAML 1.1 reads this word as true or false (put it in quotes if it is text)",
        "f.yml:2:4: YAML 1.1 reads this as a number in base 8 (put it in quotes if it is text)",
        "f.yml:3:4: YAML 1.1 reads this as a number in base 60 (put it in quotes if it is text)",
        "f.yml:4:4: YAML 1.1 reads this as a date (put it in quotes if it is text)",
        "f.yml:5:4: YAML 1.1 reads this as a number in base 60 (put it in quotes if it is text)",
    ]


def test_anchors_aliases_and_merge_keys_work() -> None:
    """An alias repeats its anchor; a merge key adds what is not written, the first of several winning."""
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: *a\nd: {<<: [*a, *b], y: 3}\ne: {y: 4, <<: *b}\n"
    data = parse_yaml(text.encode(), "f.yml").data
    assert data == yaml.safe_load(text)
    assert data == {
        "a": {"x": 1, "y": 1},
        "b": {"x": 2, "z": 2},
        "c": {"x": 1, "y": 1},
        "d": {"x": 1, "y": 3, "z": 2},
        "e": {"x": 2, "y": 4, "z": 2},
    }


def test_all_mistakes_come_at_once() -> None:
    """Duplicate keys, tags, keys that are not text and impossible values are listed together, in order."""
    text = "a: 1\na: 2\non: 3\nb: !vault hunter2\n? [1]\n: 2\nc: 2024-13-41\nd: .inf\ne: !!set {x: }\nf: =\n"
    assert refused(text) == [
        "f.yml:2:1: the key `a` is given twice (the first is in line 1; keep one)",
        "f.yml:3:1: the key `on` is not text: YAML 1.1 reads it as bool (put it in quotes)",
        "f.yml:4:4: the tag !vault is not supported (write a plain value; secrets belong in a secret store)",
        "f.yml:5:3: a key must be text (write `key: value`; put a value with braces in quotes)",
        "f.yml:7:4: cannot be read as timestamp (put it in quotes)",
        "f.yml:8:4: is not a finite number (put it in quotes if it is text)",
        "f.yml:9:4: the tag !!set is not supported (write a plain value; secrets belong in a secret store)",
        "f.yml:10:4: the tag !!value is not supported (write a plain value; secrets belong in a secret store)",
    ]


@pytest.mark.parametrize(("text", "column"), [("a: {{ b == 1 }}\n", 5), ("a: {{b}}\n", 5), ("a: 1\n{b: 2}: 3\n", 1)])
def test_a_template_without_quotes_is_called_by_its_name(text: str, column: int) -> None:
    """YAML takes two braces for a mapping that is a key; nobody means that."""
    found = refused(text)[0]
    assert found.split(":", 2)[2].startswith(f"{column}: `{{{{ }}}}` is a template, and none is filled in here (write")


@pytest.mark.parametrize("text", ["a: &r [*r]", "a: &r {b: *r}", "a: &r {<<: *r}", "a: {<<: 1}", "a: {<<: [1]}"])
def test_circles_and_senseless_merges_are_refused(text: str) -> None:
    """An alias within itself and a merge of something that is no mapping are mistakes, not endless loops."""
    assert len(refused(text)) == 1


def test_an_alias_bomb_is_refused() -> None:
    """A few lines that stand for millions of values are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "holds more than 2000000 values, aliases counted" in refused("\n".join(lines))[0]


def test_a_number_that_python_will_not_read_is_refused() -> None:
    """An integer of thousands of digits is a mistake, not a traceback."""
    assert refused(f"a: {'9' * 5000}") == ["f.yml:1:4: cannot be read as int (put it in quotes)"]


def test_an_empty_document_is_nothing() -> None:
    """parse_yaml gives None for an empty text, and its position is the beginning."""
    document = parse_yaml(b"# nothing\n", "f.yml")
    assert document.data is None
    assert document.position(("a", 1)) == ("f.yml", 1, 1)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """A missing file, a folder, an empty file, a path that is none: each is a mistake with the file's name."""
    empty = tmp_path / "empty.yml"
    empty.touch()
    wanted = {
        tmp_path / "none.yml": "cannot be read: No such file or directory",
        tmp_path: "cannot be read: Is a directory",
        empty: "the file is empty",
        Path("a\0b"): "is not a path",
    }
    for path, words in wanted.items():
        with pytest.raises(AuthoredError, match=words):
            read_yaml(path)


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    """No more than the bound is read."""
    path = tmp_path / "huge.yml"
    path.touch()
    os.truncate(path, MAX_BYTES + 1)
    with pytest.raises(AuthoredError, match="larger than"):
        read_yaml(path)


def test_a_file_is_read_with_its_positions(tmp_path: Path) -> None:
    """read_yaml gives data and positions; a byte order mark does not matter."""
    path = tmp_path / "f.yml"
    path.write_bytes(b"\xef\xbb\xbfa:\n  - b: 1\n")
    document = read_yaml(path)
    assert document.data == {"a": [{"b": 1}]}
    assert document.position(("a", 0, "b")) == (str(path), 2, 8)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Whatever stands in a file, the answer is a document or mistakes with a place in it."""
    mistakes: tuple[Mistake, ...] = ()
    try:
        parse_yaml(raw, "f.yml")
    except AuthoredError as error:
        mistakes = error.mistakes
    assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.message for mistake in mistakes)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES.filter(lambda value: value is not None))
def test_what_is_written_is_read_back(value: object) -> None:
    """Data written by PyYAML come back equal."""
    assert parse_yaml(yaml.safe_dump(value).encode(), "f.yml").data == value
