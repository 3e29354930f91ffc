"""A comparison in the words of a terminal: one line a change, all that a host wrote made visible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from fleetscan.model import View
from fleetscan.probe.compare import Change, Comparison, KeyAdded, KeyRemoved, ValueAdded, ValueChanged, ValueRemoved
from fleetscan.probe.tree import Datum, Snapshot
from fleetscan.report.text import DETAIL_LIMIT, visible

_PATH_LIMIT = 2_000


def head(snapshot: Snapshot) -> str:
    """Say what a snapshot is of."""
    size = f"{len(snapshot.keys)} keys, {snapshot.values} values"
    lacking = [f"cut: {why}" for why in snapshot.cut]
    if snapshot.unknown:
        lacking.append(f"{snapshot.unknown} of the keys could not be read in full")
    words = f"{snapshot.host}, {snapshot.at:%Y-%m-%d %H:%M:%S} UTC, {snapshot.key}{_view(snapshot.view)}: {size}"
    return visible(f"{words}, {'; '.join(lacking) or 'complete'}", _PATH_LIMIT)


def _view(view: View) -> str:
    return " (32-bit view)" if view == 32 else ""  # noqa: PLR2004 - the view by its name


def line(change: Change) -> str:
    """Say one change: ``+`` is new, ``-`` is gone, ``~`` is another one."""
    match change:
        case KeyAdded(key=key):
            return f"+ {_path(key)} [key]"
        case KeyRemoved(key=key):
            return f"- {_path(key)} [key]"
        case ValueAdded(key=key, name=name, after=after):
            return f"+ {_place(key, name)}: {_datum(after)}"
        case ValueRemoved(key=key, name=name, before=before):
            return f"- {_place(key, name)}: {_datum(before)}"
        case ValueChanged(key=key, name=name, before=before, after=after):
            return f"~ {_place(key, name)}: {_datum(before)} -> {_datum(after)}"
        case _:
            assert_never(change)


def unclear_lines(comparison: Comparison) -> Iterator[str]:
    """Say what was not seen: each key that one of the two has seen, and how many neither has."""
    neither = [one for one in comparison.unclear if one.before and one.after]
    for one in comparison.unclear:
        if one not in neither:
            where = f"before ({one.before})" if one.before else f"after ({one.after})"
            yield f"? {_path(one.key)}: unknown {visible(where, DETAIL_LIMIT)}"
    if neither:
        first = neither[0]
        words = visible(f"before ({first.before}) and after ({first.after})", DETAIL_LIMIT)
        more = f"; {len(neither) - 1} more keys are unknown in both" if neither[1:] else ""
        yield f"? {_path(first.key)}: unknown {words}{more}"


def session_line(comparison: Comparison) -> str:
    """Say what was left out; nothing when that is nothing."""
    count = comparison.of_sessions
    return f"left out: {count} keys of per-user services, which each logon makes anew" if count else ""


def _path(key: str) -> str:
    return visible(key, _PATH_LIMIT)


def _place(key: str, name: str) -> str:
    return _path(f"{key}\\{name or '(default)'}")


def _datum(datum: Datum) -> str:
    match datum.data:
        case int() as number:
            said = str(number)
        case str() as text:
            said = f'"{visible(text)}"'
        case lines:
            said = f"[{visible(', '.join(repr(one) for one in lines))}]"
    return f"{visible(datum.type, 40)} {said}"
