"""Read a tree level by level: one conversation a level (or a few, for a wide one), one logon after the other.

Laws
1. It asks for lists of registry keys and nothing else, within its bounds; what they cut off is said.
2. After a conversation that failed, and after any rejected logon, there is no other one: a wrong password is sent once.
3. A name that no key can have is never asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from fleetscan.authored import suggest
from fleetscan.collect import Collected, Limits, Unobserved, collect_fleet
from fleetscan.errors import UsageError
from fleetscan.model import Outcome, Question, Reason, RegistryList, Unknown, View
from fleetscan.probe.tree import Bounds, Data, Key, Snapshot, Subkeys, Values, fold, subkeys_of, values_of
from fleetscan.transport import Target, Transport
from fleetscan.transport.registry import factories

AT_ONCE: Final = 500
"""Keys that one conversation asks for."""

LONGEST_NAME: Final = 255
"""Characters of a key's name (Microsoft, "Registry Element Size Limits")."""


async def walk(
    target: Target,
    transports: Mapping[str, Transport],
    key: str,
    *,
    view: View,
    bounds: Bounds,
    deadline: float,
) -> Snapshot:
    """Read the tree below ``key``; ``deadline`` is that of one conversation in seconds. Only cancellation is raised.

    ``transports`` has every name that the host uses. A first key that could not be read is in the snapshot with its
    reason, like any other one.
    """
    walker = _Walker(target, transports, view, bounds, deadline)
    await walker.go(key)
    return walker.snapshot(key)


async def snapshot_of(target: Target, key: str, *, view: View, bounds: Bounds, deadline: float) -> Snapshot:
    """Do so over the transports of this installation, which are let go of in the end. Raises UsageError."""
    known = factories()
    if missing := [way for way in target.host.transports if way not in known]:
        message = f"{target.host.name}: there is no transport {missing[0]} ({suggest(missing[0], sorted(known))})"
        raise UsageError(message)
    transports = {way: known[way](workers=1) for way in target.host.transports}
    try:
        return await walk(target, transports, key, view=view, bounds=bounds, deadline=deadline)
    finally:
        for transport in transports.values():
            await transport.aclose()


class _Walker:
    def __init__(
        self, target: Target, transports: Mapping[str, Transport], view: View, bounds: Bounds, deadline: float
    ) -> None:
        self._target = target
        self._transports = transports
        self._view = view
        self._bounds = bounds
        self._deadline = deadline
        self._keys: dict[str, Key] = {}
        self._seen: set[str] = set()
        self._cut: dict[str, None] = {}
        self._characters = 0
        self._conversations: list[Collected] = []
        self._broken = False

    async def go(self, key: str) -> None:
        level = [key]
        for depth in range(self._bounds.depth + 1):
            level = [path for part in _parts(self._fitting(level)) for path in await self._read(part)]
            if not level:
                return
            if depth == self._bounds.depth:
                self._cut[f"keys more than {depth} levels down were not read"] = None

    def snapshot(self, key: str) -> Snapshot:
        first = self._conversations[0]
        ways = (way for one in self._conversations for way in one.transport.split(", "))
        return Snapshot(
            host=first.host.name,
            key=key,
            view=self._view,
            transport=", ".join(dict.fromkeys(ways)),
            credential=first.credential,
            at=first.started,
            cut=tuple(self._cut),
            keys=self._keys,
        )

    def _fitting(self, level: Sequence[str]) -> Sequence[str]:
        room = self._bounds.keys - len(self._keys)
        if len(level) > room:
            self._cut[f"more than {self._bounds.keys} keys; the others were not read"] = None
        return level[:room]

    async def _read(self, paths: Sequence[str]) -> list[str]:
        """Read some keys of one level; give the keys below them. Nothing is read once the tree is cut short."""
        if self._over():
            return []
        asked = {path: self._questions(path) for path in paths}
        collected = await self._converse([question for pair in asked.values() for question in pair])
        below: list[str] = []
        for path, (values, subkeys) in asked.items():
            key = Key(values=values_of(_outcome(collected, values)), subkeys=subkeys_of(_outcome(collected, subkeys)))
            self._keys[path] = key
            self._characters += _characters(path, key)
            below.extend(self._below(path, key))
        return below

    def _over(self) -> bool:
        """Tell whether no other conversation may follow; the tree is cut for it."""
        why = self._hindrance() if self._conversations else ""
        if why:
            self._cut[why] = None
        return bool(why)

    def _hindrance(self) -> str:
        last = self._conversations[-1]
        failure = last.answer.failure
        if failure is not None and (self._broken or failure.reason is Reason.TIMED_OUT):
            return f"a conversation failed: {failure.reason}: {failure.detail}"
        for one in last.ways.values():
            if one is not None and one.reason is Reason.AUTH_FAILED:
                return f"a logon was rejected: {one.detail}"
        if self._characters > self._bounds.characters:
            return f"more than {self._bounds.characters} characters; what came after them was not read"
        return ""

    def _questions(self, path: str) -> tuple[RegistryList, RegistryList]:
        return (
            RegistryList(key=path, list="values", view=self._view),
            RegistryList(key=path, list="subkeys", view=self._view),
        )

    async def _converse(self, questions: Sequence[Question]) -> Collected:
        """Ask as a scan of one host does, deadline, ways and the law on logons included."""
        fleet = collect_fleet(
            [self._target],
            questions,
            self._transports,
            limits=Limits(total=1, deadline=self._deadline),
            observer=Unobserved(),
            stop=asyncio.Event(),
        )
        async with aclosing(fleet):
            (collected,) = [each async for each in fleet]
        self._conversations.append(collected)
        self._broken = collected.answer.failure is not None and len(collected.answer.outcomes) < len(questions)
        if self._broken:
            self._over()
        self._target = _without_dead_ways(self._target, collected)
        return collected

    def _below(self, path: str, key: Key) -> Iterator[str]:
        """Name the keys below one that can be asked for, each once."""
        for name in key.subkeys.names if isinstance(key.subkeys, Subkeys) else ():
            child = f"{path}\\{name}"
            if len(name) > LONGEST_NAME or "\0" in name or fold(child) in self._seen:
                self._cut["a key whose name cannot be asked for was not read"] = None
            else:
                self._seen.add(fold(child))
                yield child


def _parts(level: Sequence[str]) -> Iterator[Sequence[str]]:
    return (level[start : start + AT_ONCE] for start in range(0, len(level), AT_ONCE))


def _outcome(collected: Collected, question: Question) -> Outcome:
    """Give the answer to a question; one that was left out has the failure of its conversation."""
    failure = collected.answer.failure
    missing = Unknown(reason=failure.reason, detail=failure.detail) if failure else Unknown(reason=Reason.NOT_ASKED)
    return collected.answer.outcomes.get(question, missing)


def _without_dead_ways(target: Target, collected: Collected) -> Target:
    """Leave out the ways on which nobody listens, lest each level waits for them again."""
    dead = {way for way, failure in collected.ways.items() if failure and failure.reason is Reason.UNREACHABLE}
    left = tuple(way for way in target.host.transports if way not in dead)
    return replace(target, host=replace(target.host, transports=left or target.host.transports))


def _characters(path: str, key: Key) -> int:
    names = key.subkeys.names if isinstance(key.subkeys, Subkeys) else ()
    values = key.values.data if isinstance(key.values, Values) else {}
    return len(path) + sum(map(len, names)) + sum(len(name) + _length(datum.data) for name, datum in values.items())


def _length(data: Data) -> int:
    match data:
        case int():
            return 1
        case str():
            return len(data)
        case _:
            return sum(map(len, data))
