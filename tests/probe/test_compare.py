"""What changed between two snapshots, and what cannot be said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.errors import UsageError
from fleetscan.model import Absent, Reason, Unknown
from fleetscan.probe import (
    Datum,
    Key,
    KeyAdded,
    KeyRemoved,
    Snapshot,
    Unclear,
    ValueAdded,
    ValueChanged,
    ValueRemoved,
    compare,
)
from fleetscan.probe.tree import Subkeys, Values, fold
from fleetscan.probe.words import head, line, session_line, unclear_lines
from tests.probe.trees import CLOSED, DENIED, GONE, HOSTILE, ROOT, dword, key, snapshot, text

WHOLE = snapshot({"": key("A", Number=dword(1)), "A": key(Deep=text("x"))})
BEYOND = "not_asked: beyond the bounds of the snapshot"
ACCESS = "denied: Access is denied."


def test_the_same_tree_has_no_difference() -> None:
    """Another host, moment and order are none."""
    again = snapshot({"A": key(Deep=text("x")), "": key("A", Number=dword(1))}, host="ex02")
    found = compare(WHOLE, again)
    assert (found.changes, found.unclear, found.differs) == ((), (), False)


def test_every_kind_of_change_is_found() -> None:
    """Keys and values that came, went, or have another type or data, in the order of the keys."""
    before = snapshot(
        {
            "": key("Gone", "Stays", Same=dword(1), Data=dword(1), Kind=dword(1), Old=text("o")),
            "Gone": key(V=dword(3)),
            "Stays": key(),
        }
    )
    after = snapshot(
        {
            "": key("New", "Stays", Same=dword(1), Data=dword(2), Kind=text("1"), Fresh=text("f")),
            "New": key(V=dword(4)),
            "Stays": key(),
        }
    )
    found = compare(before, after)
    assert found.changes == (
        ValueChanged(key=ROOT, name="Data", before=dword(1), after=dword(2)),
        ValueAdded(key=ROOT, name="Fresh", after=text("f")),
        ValueChanged(key=ROOT, name="Kind", before=dword(1), after=text("1")),
        ValueRemoved(key=ROOT, name="Old", before=text("o")),
        KeyRemoved(key=rf"{ROOT}\Gone"),
        ValueRemoved(key=rf"{ROOT}\Gone", name="V", before=dword(3)),
        KeyAdded(key=rf"{ROOT}\New"),
        ValueAdded(key=rf"{ROOT}\New", name="V", after=dword(4)),
    )
    assert (found.unclear, found.differs) == ((), True)


def test_names_are_compared_without_case() -> None:
    """Windows writes names as it likes; another spelling is no change, and the sharp s is no double one."""
    before = snapshot({"": key("Sub", Name=dword(1)), "Sub": key(straße=dword(1))})
    after = snapshot({"": key("SUB", NAME=dword(1)), "SUB": key(STRAßE=dword(1))}, root=ROOT.upper())
    after = replace(
        after,
        key=ROOT.replace("SOFTWARE", "Software"),
        keys={path.replace("VENDOR", "Vendor"): one for path, one in after.keys.items()},
    )
    assert not compare(before, after).differs
    sharp = snapshot({"": key(strasse=dword(1))})
    assert compare(snapshot({"": key(straße=dword(1))}), sharp).differs
    assert (fold("straße"), fold("ÿ"), fold("ŉ")) == ("STRAßE", "Ÿ", "ŉ")


UNSEEN = [
    ("denied", CLOSED, ACCESS),
    ("values", Key(values=DENIED, subkeys=Subkeys(())), f"values {ACCESS}"),
    ("subkeys", Key(values=Values({"Deep": text("x")}), subkeys=DENIED), f"subkeys {ACCESS}"),
    (
        "differently",
        Key(values=DENIED, subkeys=Unknown(reason=Reason.TIMED_OUT)),
        f"values {ACCESS}; subkeys timed_out",
    ),
    ("halfway", Key(values=Absent(), subkeys=DENIED), f"values were gone when they were read; subkeys {ACCESS}"),
    ("not read", None, BEYOND),
]


@pytest.mark.parametrize(("name", "seen", "why"), UNSEEN, ids=[row[0] for row in UNSEEN])
def test_what_one_snapshot_did_not_see_is_unclear(name: str, seen: Key | None, why: str) -> None:
    """Never removed, added or the same; and the exit code cannot be that of no change."""
    del name
    keys = {"": key("A", Number=dword(1))} | ({"A": seen} if seen else {})
    later, earlier = compare(WHOLE, snapshot(keys)), compare(snapshot(keys), WHOLE)
    place = rf"{ROOT}\A"
    assert later.changes == earlier.changes == ()
    assert later.unclear == (Unclear(key=place, before="", after=why),)
    assert earlier.unclear == (Unclear(key=place, before=why, after=""),)
    assert later.differs
    assert earlier.differs
    both = compare(snapshot(keys), snapshot(keys))
    assert (both.changes, both.unclear, both.differs) == ((), (Unclear(key=place, before=why, after=why),), False)


def test_below_a_key_that_was_not_listed_nothing_is_new() -> None:
    """The list of the key above is not known, so its children may have been there; its own line says so."""
    closed = snapshot({"": Key(values=Values({}), subkeys=DENIED)})
    deep = snapshot({"": key("A"), "A": key("B", V=dword(1)), r"A\B": key(W=dword(2))})
    found = compare(closed, deep)
    assert (found.changes, found.unclear) == ((), (Unclear(key=ROOT, before=f"subkeys {ACCESS}", after=""),))
    assert compare(deep, closed).changes == ()


def test_a_first_key_that_was_not_read_is_unclear_as_a_whole() -> None:
    """It has nothing above it that could tell."""
    found = compare(snapshot({"": CLOSED}), WHOLE)
    assert (found.changes, found.unclear) == ((), (Unclear(key=ROOT, before=ACCESS, after=""),))


def test_a_key_that_the_host_says_is_gone_is_gone() -> None:
    """Before a product is set up its first key is absent; so is one that went between two levels."""
    found = compare(snapshot({"": GONE}), WHOLE)
    assert found.changes[:2] == (KeyAdded(key=ROOT), ValueAdded(key=ROOT, name="Number", after=dword(1)))
    assert not found.unclear
    went = compare(WHOLE, snapshot({"": key("A", Number=dword(1)), "A": GONE}))
    assert went.changes[0] == KeyRemoved(key=rf"{ROOT}\A")
    assert not compare(snapshot({"": GONE}), snapshot({"": GONE})).differs


def test_a_new_key_that_was_not_read_is_new_and_unclear() -> None:
    """That it is there is known; what it holds is not."""
    before, after = snapshot({"": key()}), snapshot({"": key("A"), "A": CLOSED})
    found = compare(before, after)
    assert found.changes == (KeyAdded(key=rf"{ROOT}\A"),)
    assert found.unclear == (Unclear(key=rf"{ROOT}\A", before="", after=ACCESS),)
    back = compare(after, before)
    assert back.changes == (KeyRemoved(key=rf"{ROOT}\A"),)
    assert back.unclear == (Unclear(key=rf"{ROOT}\A", before=ACCESS, after=""),)


@pytest.mark.parametrize("other", [replace(WHOLE, key=r"HKLM\SOFTWARE\Other"), replace(WHOLE, view=32)])
def test_two_places_are_not_compared(other: Snapshot) -> None:
    """Another key or another view is wrong usage."""
    with pytest.raises(UsageError, match=r"the snapshots are of two places: .*Vendor \(64-bit view\) and HKLM"):
        compare(WHOLE, other)


def test_lines_say_what_and_how_and_show_what_cannot_be_seen() -> None:
    """One line each, types beside the data, no character that acts on the terminal."""
    lines = ("one", "tw\x1bo")
    said = [
        line(KeyAdded(key=rf"{ROOT}\{HOSTILE}")),
        line(KeyRemoved(key=ROOT)),
        line(ValueAdded(key=ROOT, name="", after=Datum(type="REG_MULTI_SZ", data=lines))),
        line(ValueRemoved(key=ROOT, name="N", before=text(HOSTILE))),
        line(ValueChanged(key=ROOT, name="N", before=dword(1), after=Datum(type="REG_BINARY", data="01ff"))),
    ]
    assert said == [
        rf"+ {ROOT}\<script>alert(1)</script>\u{{001B}}[31m\u{{202E}}↵ [key]",
        f"- {ROOT} [key]",
        rf"+ {ROOT}\(default): REG_MULTI_SZ ['one', 'tw\x1bo']",
        rf'- {ROOT}\N: REG_SZ "<script>alert(1)</script>\u{{001B}}[31m\u{{202E}}↵"',
        rf'~ {ROOT}\N: REG_DWORD 1 -> REG_BINARY "01ff"',
    ]


def test_what_is_unclear_in_one_is_listed_and_in_both_is_counted() -> None:
    """A wide tree that was cut does not bury what matters."""
    names = ("A", "B", "C")
    cut = snapshot({"": key(*names), "C": key()})
    found = compare(cut, snapshot({"": key(*names)}))
    assert list(unclear_lines(found)) == [
        rf"? {ROOT}\C: unknown after ({BEYOND})",
        rf"? {ROOT}\A: unknown before ({BEYOND}) and after ({BEYOND}); 1 more keys are unknown in both",
    ]
    single = list(unclear_lines(compare(snapshot({"": key("A")}), snapshot({"": key("A")}))))
    assert single == [rf"? {ROOT}\A: unknown before ({BEYOND}) and after ({BEYOND})"]
    first = compare(snapshot({"": CLOSED}), WHOLE)
    assert list(unclear_lines(first)) == [f"? {ROOT}: unknown before ({ACCESS})"]


def test_the_head_of_a_snapshot_says_what_it_lacks() -> None:
    """Whole, cut, or with keys that were denied."""
    assert head(WHOLE) == f"ex01, 2026-11-22 01:02:03 UTC, {ROOT}: 2 keys, 2 values, complete"
    lacking = snapshot({"": key("A"), "A": CLOSED}, cut=("more than 2 keys",), view=32)
    assert head(lacking).endswith(
        "Vendor (32-bit view): 2 keys, 0 values, cut: more than 2 keys; 1 of the keys could not be read in full"
    )


SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"


def installed(**types: int | None) -> Snapshot:
    """Make the key of services: each with its type, and what a service of Windows has below it."""
    keys = {
        name: key("Security") if kind is None else key("Security", type=dword(kind)) for name, kind in types.items()
    }
    below = {rf"{name}\Security": key(Data=text(name)) for name in types}
    return snapshot({"": key(*types), **keys, **below}, root=SERVICES)


def test_the_services_of_a_session_are_no_difference_between_two_nights() -> None:
    """Another number behind the name, more sessions or none: left out with what is below them, and counted."""
    one = installed(CDPUserSvc=0x60, CDPUserSvc_11dd2e=0xE0, Spooler=0x10)
    other = installed(CDPUserSvc=0x60, CDPUSERSVC_9F0A1=0xE0, CDPUserSvc_ffffffff=0xD0, Spooler=0x10)
    none = installed(CDPUserSvc=0x60, Spooler=0x10)
    for before, after, count in ((one, other, 6), (other, one, 6), (one, none, 2), (none, other, 4), (one, one, 2)):
        found = compare(before, after)
        assert (found.changes, found.unclear, found.differs, found.of_sessions) == ((), (), False, count)
    assert session_line(compare(one, none)) == "left out: 2 keys of per-user services, which each logon makes anew"
    assert session_line(compare(none, none)) == ""


NO_SESSION: list[dict[str, int | None]] = [
    {"Backup": 0x10, "Backup_01": 0x10},
    {"CDPUserSvc": 0x60, "CDPUserSvc_11dd2e": 0x20},
    {"CDPUserSvc": 0x60, "CDPUserSvc_11dd2e": 0x60},
    {"CDPUserSvc": 0x60, "CDPUserSvc_11dd2e": None},
    {"CDPUserSvc": 0x20, "CDPUserSvc_11dd2e": 0xE0},
    {"CDPUserSvc": 0xE0, "CDPUserSvc_11dd2e": 0xE0},
    {"CDPUserSvc": None, "CDPUserSvc_11dd2e": 0xE0},
    {"Other": 0x60, "CDPUserSvc_11dd2e": 0xE0},
    {"CDPUserSvc": 0x60, "CDPUserSvc_Master": 0xE0},
    {"CDPUserSvc": 0x60, "CDPUserSvc_123456789": 0xE0},
    {"CDPUserSvc": 0x60, "CDPUserSvc_": 0xE0},
    {"CDPUserSvc": 0x60, "CDPUserSvc11dd2e": 0xE0},
]


@pytest.mark.parametrize("types", NO_SESSION, ids=str)
def test_a_name_alone_hides_no_service(types: dict[str, int | None]) -> None:
    """Template, instance and the digits of a logon must all be seen; else a new service is a new service."""
    base, extra = types
    found = compare(installed(**{base: types[base]}), installed(**types))
    assert KeyAdded(key=rf"{SERVICES}\{extra}") in found.changes
    assert found.of_sessions == 0


def test_a_session_whose_name_became_a_service_is_a_change() -> None:
    """What is left out must be a session's in both snapshots that have it."""
    before, after = installed(A=0x60, A_1=0xE0), installed(A=0x60, A_1=0x10)
    assert compare(before, after).changes == (
        ValueChanged(key=rf"{SERVICES}\A_1", name="type", before=dword(0xE0), after=dword(0x10)),
    )
    wrong = snapshot({"": key("A", "A_1"), "A": key(Type=dword(0x60)), "A_1": key(Type=text("224"))}, root=SERVICES)
    assert compare(installed(A=0x60), wrong).of_sessions == 0


_DATA = st.one_of(st.integers(0, 3).map(dword), st.sampled_from("ab").map(text))
_PART = st.one_of(st.just(DENIED), st.dictionaries(st.sampled_from("xyX"), _DATA, max_size=2).map(Values))


@st.composite
def _trees(draw: st.DrawFn) -> Snapshot:
    names = {"": ("a", "b"), "a": ("c",), "b": (), r"a\c": ()}
    keys: dict[str, Key] = {}
    for path, below in names.items():
        if path and not _listed(keys, path):
            continue
        kept = tuple(name for name in below if draw(st.booleans()))
        keys[path] = Key(values=draw(_PART), subkeys=Subkeys(kept) if draw(st.booleans()) else DENIED)
    return snapshot(keys)


def _listed(keys: dict[str, Key], path: str) -> bool:
    above, _, name = path.rpartition("\\")
    parent = keys.get(above)
    return parent is not None and isinstance(parent.subkeys, Subkeys) and name in parent.subkeys.names


@given(_trees(), _trees())
def test_any_two_trees_are_mirrored_and_nothing_unseen_changed(old: Snapshot, new: Snapshot) -> None:
    """What came one way went the other way, and a change is about what both snapshots have seen."""
    there, back = compare(old, new), compare(new, old)
    assert len(there.changes) == len(back.changes)
    assert {(one.key, one.after, one.before) for one in there.unclear} == {
        (one.key, one.before, one.after) for one in back.unclear
    }
    for change in there.changes:
        if isinstance(change, ValueAdded | ValueChanged):
            assert change.after in new.keys[change.key].values.data.values()  # type: ignore[union-attr]  # known, or no change
    assert not compare(old, old).changes
