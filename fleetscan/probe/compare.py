"""What changed between two snapshots of one key. Pure.

Law: what was not seen in either of the two is unclear, never added, removed or the same. The one thing that is left out
is what every logon makes anew, the services of a session; they are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleetscan.errors import UsageError
from fleetscan.model import Absent, Unknown
from fleetscan.probe.tree import (
    Datum,
    Key,
    Presence,
    Sight,
    Snapshot,
    Subkeys,
    Values,
    fold,
    is_of_session,
    unknown_words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdded:
    """A key that was not there before."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRemoved:
    """A key that is not there any more."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAdded:
    """A value that was not there before; the name ``""`` is the key's default value."""

    key: str
    name: str
    after: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRemoved:
    """A value that is not there any more."""

    key: str
    name: str
    before: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChanged:
    """A value with another type or other data than before."""

    key: str
    name: str
    before: Datum
    after: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A key of which something was not seen: why it was not before and after; ``""`` where it was seen."""

    key: str
    before: str
    after: str


Change: TypeAlias = KeyAdded | KeyRemoved | ValueAdded | ValueRemoved | ValueChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed, and what cannot be compared; both in the order of the keys.

    ``of_sessions`` counts the keys of per-user services that only a session has, which are not compared.
    """

    changes: tuple[Change, ...]
    unclear: tuple[Unclear, ...]
    of_sessions: int

    @property
    def differs(self) -> bool:
        """Tell whether something changed, or was seen in one of the two only."""
        return bool(self.changes) or any(not (one.before and one.after) for one in self.unclear)


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """Compare key by key, names without case. Raises UsageError when the two are not of the same key and view."""
    if (fold(before.key), before.view) != (fold(after.key), after.view):
        message = (
            f"the snapshots are of two places: {before.key} ({before.view}-bit view)"
            f" and {after.key} ({after.view}-bit view)"
        )
        raise UsageError(message)
    old, new = Sight(before), Sight(after)
    names = {**old.names, **new.names}
    paths = [names[folded] for folded in sorted(names)]
    compared = [path for path in paths if not _of_session(path, old, new)]
    found = [one for path in compared for one in _key(path, old, new)]
    return Comparison(
        changes=tuple(one for one in found if not isinstance(one, Unclear)),
        unclear=tuple(one for one in found if isinstance(one, Unclear)),
        of_sessions=len(paths) - len(compared),
    )


def _of_session(path: str, old: Sight, new: Sight) -> bool:
    """Tell whether a key is that of a session's service wherever it is there."""
    there = [sight for sight in (old, new) if sight.presence(path) is Presence.THERE]
    return bool(there) and all(is_of_session(sight, path) for sight in there)


def _key(path: str, old: Sight, new: Sight) -> Iterator[Change | Unclear]:
    was, now = old.presence(path), new.presence(path)
    if Presence.UNSEEN in {was, now}:
        if fold(path) == fold(old.snapshot.key):  # of another key the one above it tells
            yield from _unclear(path, _unseen(old.key(path)), _unseen(new.key(path)))
        return
    before = old.key(path) if was is Presence.THERE else _EMPTY
    after = new.key(path) if now is Presence.THERE else _EMPTY
    if was is not now:
        yield KeyAdded(key=path) if now is Presence.THERE else KeyRemoved(key=path)
    yield from _values(path, before.values, after.values)
    yield from _unclear(path, _unseen(before), _unseen(after))


_EMPTY: Final = Key(values=Values({}), subkeys=Subkeys(()))
"""What a key that is not there compares as."""


def _unclear(path: str, before: str, after: str) -> Iterator[Unclear]:
    if before or after:
        yield Unclear(key=path, before=before, after=after)


def _unseen(key: Key) -> str:
    """Say what of a key that is there was not seen, and why; ``""`` when all of it was."""
    said = {"values": key.values, "subkeys": key.subkeys}
    why = {what: _why(one) for what, one in said.items() if not isinstance(one, Values | Subkeys)}
    if len(set(why.values())) == 1 and len(why) == len(said):
        return next(iter(why.values()))
    return "; ".join(f"{what} {words}" for what, words in why.items())


def _why(one: Absent | Unknown) -> str:
    return unknown_words(one) if isinstance(one, Unknown) else "were gone when they were read"


def _values(path: str, old: object, new: object) -> Iterator[Change]:
    """Compare two lists of values; a list that is not known says nothing."""
    if not isinstance(old, Values) or not isinstance(new, Values):
        return
    before, after = _by_name(old.data), _by_name(new.data)
    for folded in sorted(before.keys() | after.keys()):
        match before.get(folded), after.get(folded):
            case None, (name, datum):
                yield ValueAdded(key=path, name=name, after=datum)
            case (name, datum), None:
                yield ValueRemoved(key=path, name=name, before=datum)
            case (_, was), (name, now) if was != now:
                yield ValueChanged(key=path, name=name, before=was, after=now)


def _by_name(values: Mapping[str, Datum]) -> dict[str, tuple[str, Datum]]:
    return {fold(name): (name, datum) for name, datum in values.items()}
