"""A document's positions and parts."""

from __future__ import annotations

from fleetscan.authored import parse_yaml

DOCUMENT = parse_yaml(b"rules:\n  - id: one\n    when: two\n  - three\n", "f.yml")


def test_positions_count_from_one() -> None:
    """A value and its key each have a place; an item is its own key."""
    assert DOCUMENT.position(("rules", 0, "when")) == ("f.yml", 3, 11)
    assert DOCUMENT.position_of_key(("rules", 0, "when")) == ("f.yml", 3, 5)
    assert DOCUMENT.position_of_key(("rules", 1)) == ("f.yml", 4, 5)


def test_steps_that_are_not_there_are_passed_over() -> None:
    """A missing key or item is placed at what would hold it."""
    assert DOCUMENT.position(("rules", 0, "fix")) == DOCUMENT.position(("rules", 0))
    assert DOCUMENT.position(("rules", 7)) == DOCUMENT.position(("rules",))
    assert DOCUMENT.position(("rules", "function-after[check()]", 0, "id")) == ("f.yml", 2, 9)


def test_parts_are_found_by_their_steps() -> None:
    """At gives the value, and None for what is not there."""
    assert DOCUMENT.at(("rules", 0, "id")) == "one"
    assert DOCUMENT.at(("rules", 1)) == "three"
    assert DOCUMENT.at(("rules", 2)) is None
    assert DOCUMENT.at(("rules", "x")) is None
    assert DOCUMENT.at(("none", "x")) is None
    assert DOCUMENT.at(()) == DOCUMENT.data


def test_mistakes_name_their_place() -> None:
    """A mistake is made at the value or at its key."""
    assert str(DOCUMENT.mistake(("rules", 0, "id"), "bad", "mend it")) == "f.yml:2:9: bad (mend it)"
    assert str(DOCUMENT.mistake_at_key(("rules", 0, "id"), "bad")) == "f.yml:2:5: bad"
