"""Say everything once: a thing that was said before is told by its number. That is what keeps the data block small."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from fleetscan.model import Value

T = TypeVar("T", bound=Hashable)


class Interned(Generic[T]):
    """Things in the order in which they were first seen, each once."""

    def __init__(self, first: T) -> None:
        """Begin with the thing that has the number 0."""
        self._numbers: dict[T, int] = {first: 0}

    def number(self, thing: T) -> int:
        """Give the number of a thing."""
        return self._numbers.setdefault(thing, len(self._numbers))

    @property
    def things(self) -> list[T]:
        """Give all things in the order of their numbers."""
        return list(self._numbers)


def likeness(value: Value) -> Hashable:
    """Tell values apart, quicker than by their words: ``True``, ``1`` and ``1.0`` are three."""
    if isinstance(value, str | int | float):
        return (value.__class__, value)
    try:
        return repr(value)
    except ValueError:  # a number in it has more digits than Python agrees to print
        return id(value)
