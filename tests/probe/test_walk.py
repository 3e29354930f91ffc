"""Reading a tree: how it is asked for, what ends it, what is said of what was not read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from fleetscan.errors import UsageError
from fleetscan.model import Absent, Failure, Known, Outcome, Question, Reason, RegistryList, Unknown, Value
from fleetscan.probe import Bounds, Snapshot, snapshot_of, walk
from fleetscan.probe.tree import Subkeys, Values
from tests.probe.wire import REJECTED, Wire, target, tree_of

ROOT = r"HKLM\SOFTWARE\Vendor"
NAMES = {ROOT: ["A", "B"], rf"{ROOT}\A": ["C"], rf"{ROOT}\B": [], rf"{ROOT}\A\C": []}
SILENCE = Failure(reason=Reason.UNREACHABLE, detail="the connection ended")
HOSTILE = Unknown(reason=Reason.MALFORMED, detail="this is no list of subkeys")


def walked(*wires: Wire, bounds: Bounds | None = None, view: bool = True) -> Snapshot:
    """Walk the tree over these ways, in this order."""
    ways = {wire.name: wire for wire in wires}
    reading = walk(target(*ways), ways, ROOT, view=64 if view else 32, bounds=bounds or Bounds(), deadline=5.0)
    return asyncio.run(reading)


def paths(asked: Sequence[tuple[Question, ...]]) -> list[list[str]]:
    """Name the keys of each conversation, below the root."""
    return [sorted({one.key.removeprefix(ROOT) for one in each if isinstance(one, RegistryList)}) for each in asked]


def test_each_level_is_one_conversation_about_lists_of_keys() -> None:
    """Breadth first; of every key its values and its subkeys, in the view that was asked for, and nothing else."""
    wire = Wire(tree_of(NAMES, {rf"{ROOT}\A\C": {"Found": 1}}))
    taken = walked(wire, view=False)
    assert paths(wire.asked) == [[""], [r"\A", r"\B"], [r"\A\C"]]
    asked = [one for each in wire.asked for one in each if isinstance(one, RegistryList)]
    assert len(asked) == sum(map(len, wire.asked)) == 8
    assert {one.view for one in asked} == {32}
    assert (taken.complete, taken.cut, len(taken.keys), taken.values, taken.unknown) == (True, (), 4, 1, 0)
    assert (taken.host, taken.key, taken.view, taken.transport, taken.credential) == (
        "ex01",
        ROOT,
        32,
        "wire",
        "reader",
    )
    assert taken.at.utcoffset() is not None


def test_a_wide_level_is_asked_in_parts() -> None:
    """No conversation asks for more than five hundred keys."""
    names = [f"K{number}" for number in range(501)]
    wire = Wire(tree_of({ROOT: names, **{rf"{ROOT}\{name}": [] for name in names}}))
    taken = walked(wire)
    assert [len(each) for each in wire.asked] == [2, 1000, 2]
    assert (len(taken.keys), taken.cut) == (502, ())


BOUNDS = [
    (Bounds(keys=2), 2, [[""], [r"\A"]], "more than 2 keys; the others were not read"),
    (Bounds(keys=3), 3, [[""], [r"\A", r"\B"]], "more than 3 keys; the others were not read"),
    (Bounds(depth=0), 1, [[""]], "keys more than 0 levels down were not read"),
    (Bounds(depth=1), 3, [[""], [r"\A", r"\B"]], "keys more than 1 levels down were not read"),
    (Bounds(characters=len(ROOT) + 1), 1, [[""]], f"more than {len(ROOT) + 1} characters; what came after"),
]


@pytest.mark.parametrize(("bounds", "keys", "conversations", "why"), BOUNDS)
def test_what_the_bounds_cut_off_is_said(bounds: Bounds, keys: int, conversations: list[list[str]], why: str) -> None:
    """Keys, levels and characters end the tree, and the file says which of them did."""
    wire = Wire(tree_of(NAMES))
    taken = walked(wire, bounds=bounds)
    assert (len(taken.keys), paths(wire.asked)) == (keys, conversations)
    assert len(taken.cut) == 1
    assert taken.cut[0].startswith(why)
    assert not taken.complete


def test_a_tree_that_just_fits_is_not_cut() -> None:
    """The bounds are what is allowed."""
    size = sum(len(path) + sum(map(len, names)) for path, names in NAMES.items())
    taken = walked(Wire(tree_of(NAMES)), bounds=Bounds(keys=4, depth=2, characters=size))
    assert taken.cut == ()


def test_characters_of_data_count() -> None:
    """Text, lines and numbers fill a snapshot as names do."""

    def answer(question: RegistryList) -> Outcome:
        if question.list == "subkeys":
            return Known(value=[] if question.key != ROOT else ["A"], type="subkeys")
        data: dict[str, tuple[str, Value]] = {
            "N": ("REG_DWORD", 1),
            "T": ("REG_SZ", "four"),
            "L": ("REG_MULTI_SZ", ["two", "three"]),
        }
        values: dict[str, Value] = {name: {"type": kind, "value": one} for name, (kind, one) in data.items()}
        return Known(value=values, type="values")

    root = len(ROOT) + len("A") + len("NTL") + 1 + 4 + 8
    assert walked(Wire(answer), bounds=Bounds(characters=root)).cut == ()
    assert len(walked(Wire(answer), bounds=Bounds(characters=root - 1)).cut) == 1


def test_a_rejected_logon_is_the_last_one() -> None:
    """The second level is not asked for, and every way of it is told."""
    wire = Wire(lambda _: None, failures=[REJECTED], accepts=False)
    taken = walked(wire)
    assert len(wire.asked) == 1
    assert taken.cut == (f"a conversation failed: auth_failed: {REJECTED.detail}",)
    first = taken.keys[ROOT]
    assert first.values == first.subkeys == Unknown(reason=Reason.AUTH_FAILED, detail=REJECTED.detail)


def test_a_logon_that_only_the_second_way_rejects_ends_the_tree() -> None:
    """What the first way knew is kept; the password goes to the second one once."""
    names = tree_of(NAMES)
    denied = Unknown(reason=Reason.DENIED, detail="Access is denied.")
    one = Wire(lambda question: denied if question.list == "values" else names(question), name="one")
    two = Wire(lambda _: None, name="two", failures=[REJECTED, REJECTED])
    taken = walked(one, two)
    assert (len(one.asked), len(two.asked)) == (1, 1)
    assert taken.cut == (f"a logon was rejected: {REJECTED.detail}",)
    assert taken.keys[ROOT].subkeys == Subkeys(("A", "B"))


def test_a_broken_conversation_ends_the_tree_and_keeps_what_was_read() -> None:
    """Keys without an answer have the reason; deeper ones are not asked for."""
    names = tree_of(NAMES)
    wire = Wire(
        lambda question: None if question.key.endswith("B") else names(question), failures=[None, SILENCE, SILENCE]
    )
    taken = walked(wire)
    assert paths(wire.asked)[:2] == [[""], [r"\A", r"\B"]]
    assert all(r"\A\C" not in each for each in paths(wire.asked))
    assert taken.cut == ("a conversation failed: unreachable: the connection ended",)
    assert taken.keys[rf"{ROOT}\A"].subkeys == Subkeys(("C",))
    assert taken.keys[rf"{ROOT}\B"].values == Unknown(reason=Reason.UNREACHABLE, detail="the connection ended")
    assert taken.unknown == 1


def test_a_host_that_was_too_slow_is_not_asked_again() -> None:
    """A conversation that ran out of time is the last one, even if it answered everything somehow."""
    wire = Wire(tree_of(NAMES), failures=[Failure(reason=Reason.TIMED_OUT, detail="no answer within 5 s")])
    taken = walked(wire)
    assert len(wire.asked) == 1
    assert taken.cut == ("a conversation failed: timed_out: no answer within 5 s",)


def test_a_level_on_which_everything_is_denied_does_not_end_the_tree() -> None:
    """A key that is denied has its reason, and no cut is told of."""
    names = tree_of({ROOT: ["Only"]})
    denied = Unknown(reason=Reason.DENIED, detail="Access is denied.")
    taken = walked(Wire(lambda question: denied if question.key.endswith("Only") else names(question)))
    assert (taken.cut, taken.unknown, taken.complete) == ((), 1, False)


def test_a_key_that_is_not_there_is_a_snapshot_too() -> None:
    """Before a product is set up its key is absent, and that can be compared with."""
    taken = walked(Wire(lambda _: Absent()))
    assert taken.complete
    assert taken.keys[ROOT].values == taken.keys[ROOT].subkeys == Absent()


def test_a_way_on_which_nobody_listens_is_tried_once() -> None:
    """The other levels go over the other way alone."""
    dead = Wire(lambda _: None, name="dead", unreachable=SILENCE)
    good = Wire(tree_of(NAMES), name="good")
    taken = walked(dead, good)
    assert (dead.reached, len(dead.asked), len(good.asked)) == (1, 0, 3)
    assert taken.cut == ()


NAMES_OF_NO_KEY: list[tuple[list[str], bool]] = [
    ([""], False),
    (["a\\b"], False),
    (["A", "a"], True),
    (["a\0b"], True),
    (["n" * 256], True),
]


@pytest.mark.parametrize(("names", "kept"), NAMES_OF_NO_KEY)
def test_names_that_no_key_can_have_are_not_asked_for(names: list[str], kept: bool) -> None:  # noqa: FBT001 - a table
    """A list with an impossible name is malformed; a name that only cannot be asked for is kept and told."""
    wire = Wire(tree_of({ROOT: names, rf"{ROOT}\A": []}))
    taken = walked(wire)
    asked = [path for each in paths(wire.asked)[1:] for path in each]
    assert asked == ([r"\A"] if "A" in names else [])
    assert taken.keys[ROOT].subkeys == (Subkeys(tuple(names)) if kept else HOSTILE)
    assert taken.cut == (("a key whose name cannot be asked for was not read",) if kept else ())


def test_the_longest_name_is_asked_for() -> None:
    """255 characters are a name."""
    name = "n" * 255
    assert len(walked(Wire(tree_of({ROOT: [name], rf"{ROOT}\{name}": []}))).keys) == 2


SHAPES: list[object] = [["a"], "text", {"N": {"type": "REG_DWORD"}}, {"N": {"type": "REG_DWORD", "value": True}}, 1]


@pytest.mark.parametrize("value", SHAPES)
def test_values_of_another_shape_are_malformed(value: object) -> None:
    """Nothing that a way brings is taken for a list of values unless it is one."""

    def answer(question: RegistryList) -> Outcome:
        if question.list == "subkeys":
            return Known(value={"no": "list"}, type="subkeys")
        return Known(value=value, type="values")  # type: ignore[arg-type]  # what no way should bring

    key = walked(Wire(answer)).keys[ROOT]
    assert isinstance(key.values, Unknown)
    assert not isinstance(key.values, Values)
    assert key.subkeys == HOSTILE


def test_a_way_that_there_is_not_is_refused() -> None:
    """Before anything is touched, with what there is."""
    with pytest.raises(UsageError, match=r"ex01: there is no transport winmr .did you mean `winrm`"):
        asyncio.run(snapshot_of(target("winmr"), ROOT, view=64, bounds=Bounds(), deadline=1.0))
