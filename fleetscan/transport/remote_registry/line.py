"""One flow's pipe to one interface, opened when it is first needed; and the queue that several flows share. Pure.

Law: a line opens a pipe at most :data:`OPENINGS` times, and a piece of work is begun at most :data:`TRIES` times on one
line: whatever breaks, the flow ends. Law: work is lost only when no flow is left that could do it, or when it broke the
pipe each time; then it is handed to ``lose``, so that every question gets an outcome.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from fleetscan.model import Unknown
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.pdu import Interface
from fleetscan.transport.remote_registry.pipe import Call, Pipe, PipeTrouble, open_pipe

T = TypeVar("T")
W = TypeVar("W")

OPENINGS = 4
"""Pipes that one line may open, one after another."""

TRIES = 2
"""How often a piece of work is begun when its pipe breaks."""


class Line:
    """A pipe that is opened when needed, and again after it broke. ``handles`` are what was opened through it."""

    __slots__ = ("_interface", "_left", "_pipe", "handles", "trouble")

    def __init__(self, interface: Interface) -> None:
        """Open nothing yet."""
        self._interface = interface
        self._left = OPENINGS
        self._pipe: Pipe | None = None
        self.handles: dict[str, bytes | Unknown] = {}
        self.trouble: PipeTrouble | None = None
        """Set once the line is dead: no pipe can be opened any more."""

    def call(self, call: Call[T]) -> Flow[T]:
        """Make one call. Raises Fault, Malformed and PipeTrouble; after the last one all handles are gone."""
        pipe = yield from self._opened()
        try:
            return (yield from pipe.call(call))
        except PipeTrouble as trouble:
            self._pipe = None
            self.handles.clear()
            if not self._left:
                self.trouble = trouble
            raise

    def _opened(self) -> Flow[Pipe]:
        if self.trouble is not None:
            raise self.trouble
        if self._pipe is None:
            self._left -= 1
            try:
                self._pipe = yield from open_pipe(self._interface)
            except PipeTrouble as trouble:
                self.trouble = trouble
                raise
        return self._pipe


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
