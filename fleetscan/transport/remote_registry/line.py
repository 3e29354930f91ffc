"""One flow's pipe to one interface, opened when it is first needed; and the queue that several flows share. Pure.

Law: a line waits for a pipe only as long as another flow has one, and that flow waits for none that this one has: a
flow takes its pipe to the service control manager before the one to the registry.
Law: a line opens a pipe at most :data:`OPENINGS` times, and a piece of work is begun at most :data:`TRIES` times on one
line: whatever breaks, the flow ends. Law: work is lost only when no flow is left that could do it, or when it broke the
pipe each time; then it is handed to ``lose``, so that every question gets an outcome.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from fleetscan.model import Unknown
from fleetscan.transport.remote_registry.flow import Flow, Pause
from fleetscan.transport.remote_registry.pdu import Interface
from fleetscan.transport.remote_registry.pipe import PAUSES, Call, Pipe, PipeBusy, PipeTrouble, open_pipe

T = TypeVar("T")
W = TypeVar("W")

OPENINGS = 4
"""Pipes that one line may open, one after another."""

TRIES = 2
"""How often a piece of work is begun when its pipe breaks."""


@dataclass(slots=True)
class _Open:
    """An open pipe, and what was opened through it: context handles live on their own pipe."""

    pipe: Pipe
    handles: dict[str, bytes | Unknown] = field(default_factory=dict)


class Rack:
    """The pipes to one host, by name: those in use, and those that flows have done with and the next one uses on."""

    __slots__ = ("_idle", "_lent")

    def __init__(self) -> None:
        """Start empty."""
        self._idle: dict[str, list[_Open]] = {}
        self._lent: Counter[str] = Counter()

    def lend(self, name: str, pipe: Pipe) -> _Open:
        """Take note of a pipe that was opened."""
        self._lent[name] += 1
        return _Open(pipe)

    def take(self, name: str) -> _Open | None:
        """Take a pipe that nobody uses, if there is one."""
        idle = self._idle.get(name)
        if not idle:
            return None
        self._lent[name] += 1
        return idle.pop()

    def put(self, name: str, pipe: _Open) -> None:
        """Hang up a pipe."""
        self._lent[name] -= 1
        self._idle.setdefault(name, []).append(pipe)

    def lose(self, name: str) -> None:
        """Take note of a pipe that broke."""
        self._lent[name] -= 1

    def busy(self, name: str) -> bool:
        """Tell whether a pipe is in use, which will be put back or broken in the end."""
        return self._lent[name] > 0


class Line:
    """A pipe that is taken from the rack or opened when needed, and opened again after it broke."""

    __slots__ = ("_interface", "_left", "_open", "_rack", "trouble")

    def __init__(self, interface: Interface, rack: Rack) -> None:
        """Open nothing yet."""
        self._interface = interface
        self._rack = rack
        self._left = OPENINGS
        self._open: _Open | None = None
        self.trouble: PipeTrouble | None = None
        """Set once the line is dead: no pipe can be opened any more."""

    def call(self, call: Call[T]) -> Flow[T]:
        """Make one call. Raises Fault, Malformed and PipeTrouble; after the last one all handles are gone."""
        opened = yield from self._opened()
        try:
            return (yield from opened.pipe.call(call))
        except PipeTrouble as trouble:
            self._open = None
            self._rack.lose(self._interface.pipe)
            if not self._left:
                self.trouble = trouble
            raise

    def handles(self) -> Flow[dict[str, bytes | Unknown]]:
        """Give what was opened through the pipe so far, by name, to be added to. Raises PipeTrouble."""
        return (yield from self._opened()).handles

    def leave(self) -> None:
        """Do without the pipe from now on; it is for others to use."""
        if self._open is not None:
            self._rack.put(self._interface.pipe, self._open)
            self._open = None

    def _opened(self) -> Flow[_Open]:
        if self.trouble is not None:
            raise self.trouble
        if self._open is None:
            self._open = self._rack.take(self._interface.pipe)
        if self._open is None:
            self._left -= 1
            try:
                self._open = yield from self._patiently()
            except PipeTrouble as trouble:
                self.trouble = trouble
                raise
        return self._open

    def _patiently(self) -> Flow[_Open]:
        """Open a pipe; where the host gives no more of them, wait for one that another flow has done with."""
        name = self._interface.pipe
        for seconds in PAUSES:
            try:
                return self._rack.lend(name, (yield from open_pipe(self._interface)))
            except PipeBusy:
                yield Pause(seconds)
            while True:
                idle = self._rack.take(name)
                if idle is not None:
                    return idle
                if not self._rack.busy(name):
                    break
                yield Pause(PAUSES[0])
        return self._rack.lend(name, (yield from open_pipe(self._interface)))


class Queue(Generic[W]):
    """Work that ``flows`` flows do together; ``lose`` is told of what nobody could do, and why."""

    __slots__ = ("_flows", "_lose", "_waiting")

    def __init__(self, work: Iterable[W], flows: int, lose: Callable[[W, Unknown], None]) -> None:
        """Line up the work."""
        self._waiting = deque(work)
        self._flows = flows
        self._lose = lose

    def add(self, work: W) -> None:
        """Line up more."""
        self._waiting.append(work)

    def idle(self, line: Line) -> bool:
        """Tell whether there is nothing to be done over this line."""
        return not self._waiting or line.trouble is not None

    def serve(self, line: Line, do: Callable[[W], Flow[None]]) -> Flow[None]:
        """Do what is there while the line lives; to be called by one of the flows."""
        while not self.idle(line):
            yield from self._begin(line, self._waiting.popleft(), do)

    def leave(self, trouble: PipeTrouble | None) -> None:
        """Let one of the flows go, and say what ended its line; the last one loses what could not be done."""
        self._flows -= 1
        while not self._flows and trouble is not None and self._waiting:
            self._lose(self._waiting.popleft(), trouble.outcome)

    def _begin(self, line: Line, work: W, do: Callable[[W], Flow[None]]) -> Flow[None]:
        """Do one piece of work; what a line leaves behind as it dies goes back for the others."""
        for left in reversed(range(TRIES)):
            try:
                yield from do(work)
            except PipeTrouble as trouble:
                if line.trouble is not None:
                    self._waiting.appendleft(work)
                    return
                if not left:
                    self._lose(work, trouble.outcome)
            else:
                return
