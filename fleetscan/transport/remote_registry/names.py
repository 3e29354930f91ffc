"""The names of all services and drivers: the subkeys of one key, listed by several flows together. Pure.

Law: the list counts only when it was read to its end by every flow and has no gap; otherwise nobody can say what it
lacks, and it fails as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fleetscan.model import Absent, Reason, Unknown
from fleetscan.transport.remote_registry import winreg
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.keyread import LIST_LIMIT, open_location
from fleetscan.transport.remote_registry.line import Line
from fleetscan.transport.remote_registry.ndr import Malformed
from fleetscan.transport.remote_registry.pipe import Fault
from fleetscan.transport.remote_registry.troubles import code_outcome
from fleetscan.transport.remote_registry.wow64 import Location

_TOO_MANY = Unknown(reason=Reason.TOO_LARGE, detail=f"more than {LIST_LIMIT} services are registered")
_CHANGED = Unknown(reason=Reason.UNSUPPORTED, detail="the list of services changed while it was read")


@dataclass(slots=True)
class Stripe:
    """Every ``step``-th name; ``index`` is the next to be read."""

    index: int
    step: int


class Listing:
    """The list under way. ``found`` is told each name; ``failure`` says why there will be no list."""

    __slots__ = ("_count", "_end", "_found", "_location", "_open", "failure", "stripes")

    def __init__(self, location: Location, flows: int, found: Callable[[str], None]) -> None:
        """Divide the subkeys of a key among so many flows."""
        self._location = location
        self._found = found
        self._open = flows
        self._count = 0
        self._end = LIST_LIMIT
        self.stripes = [Stripe(start, flows) for start in range(flows)]
        self.failure: Unknown | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will be found."""
        return not self._open

    def serve(self, line: Line, stripe: Stripe) -> Flow[None]:
        """Read one flow's share to its end. Raises PipeTrouble, after which the rest can be read over another line."""
        try:
            failure = yield from self._read(line, stripe)
        except (Malformed, Fault) as off:
            failure = off.outcome
        self._close(failure)

    def lose(self, _: Stripe, failure: Unknown) -> None:
        """Fail for a share that nobody can read."""
        self._close(failure)

    def fail(self, failure: Unknown) -> None:
        """Fail as a whole, for the first reason that is given; what is still to be read is left out."""
        self.failure = self.failure or failure

    def _read(self, line: Line, stripe: Stripe) -> Flow[Unknown | None]:
        key = None if self.failure else (yield from self._key(line))
        while isinstance(key, bytes) and self.failure is None:
            subkey = yield from line.call(winreg.enum_key(key, stripe.index))
            if subkey.code == winreg.NO_MORE_ITEMS:
                self._end = min(self._end, stripe.index)
                return None
            if subkey.code:
                return code_outcome(winreg.WINREG.pipe, subkey.code)
            if stripe.index >= LIST_LIMIT:
                return _TOO_MANY
            stripe.index += stripe.step
            self._count += 1
            self._found(subkey.name)
        return key if isinstance(key, Unknown) else None

    def _key(self, line: Line) -> Flow[bytes | Unknown]:
        name = self._location.path
        handles = yield from line.handles()
        if name not in handles:
            key = yield from open_location(line, self._location)
            gone = Unknown(reason=Reason.UNSUPPORTED, detail="the list of services in the registry is not there")
            handles[name] = gone if isinstance(key, Absent) else key
        return handles[name]

    def _close(self, failure: Unknown | None) -> None:
        self._open -= 1
        if failure is not None:
            self.fail(failure)
        elif not self._open and self._count != self._end:
            self.fail(_CHANGED)
