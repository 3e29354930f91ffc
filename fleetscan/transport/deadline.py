"""A moment after which nothing may go on."""

from __future__ import annotations

import time


class Deadline:
    """So many seconds from now, on the monotonic clock."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float) -> None:
        """Start counting."""
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Count the seconds left, never below 0."""
        return max(0.0, self._end - time.monotonic())

    def require(self) -> float:
        """Give the seconds left for one blocking operation. Raises TimeoutError when there are none."""
        left = self.remaining()
        if left <= 0:
            message = f"the {round(self.seconds, 1):g} s are spent"
            raise TimeoutError(message)
        return left
