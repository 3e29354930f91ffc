"""How many hosts at once, and who is next.

Law: no site starves another. The next host always comes from the site with the fewest hosts under way, so a site
whose hosts are all slow holds its equal share of the places and no more.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fleetscan.collect.lockout import Caution
from fleetscan.model import Host
from fleetscan.transport.interface import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a run may do to a fleet.

    ``total`` and ``per_site`` are hosts under way at once (``None``: only the total counts), ``deadline`` the seconds
    of a host that has no deadline of its own, ``caution`` how to treat a credential.
    """

    total: int = 64
    per_site: int | None = None
    deadline: float = 60.0
    caution: Caution = field(default_factory=Caution)

    def deadline_of(self, host: Host) -> float:
        """Give the seconds that a host has."""
        return self.deadline if host.deadline is None else host.deadline


class Lanes:
    """The hosts that are left, in lanes by site and credential; a source for :func:`~fleetscan.collect.fanout.fan_out`.

    The credential has a lane of its own because hosts may have to wait until it is proven (see
    :mod:`fleetscan.collect.lockout`), and those must not stand in the way of others.
    """

    def __init__(self, targets: Iterable[Target], limits: Limits) -> None:
        """Sort the targets into lanes; inside a lane their order is kept."""
        self._limits = limits
        self._lanes: dict[tuple[str, str], deque[Target]] = {}
        for target in targets:
            self._lanes.setdefault(_lane(target), deque()).append(target)
        self._lane_load: Counter[tuple[str, str]] = Counter()
        self._site_load: Counter[str] = Counter()
        self._closed = False

    def take(self) -> Target | None:
        """Give the next host of the least loaded lane, or ``None`` when no lane may start one."""
        ready = [] if self._closed else [lane for lane in self._lanes if self._may_start(lane)]
        if not ready:
            return None
        lane = min(ready, key=lambda lane: (self._site_load[lane[0]], self._lane_load[lane]))
        target = self._lanes[lane].popleft()
        if not self._lanes[lane]:
            del self._lanes[lane]
        self._lane_load[lane] += 1
        self._site_load[lane[0]] += 1
        return target

    def release(self, item: Target) -> None:
        """Free the place of a host that ended."""
        lane = _lane(item)
        self._lane_load[lane] -= 1
        self._site_load[lane[0]] -= 1

    def close(self) -> None:
        """Start no more hosts; those that are left can be had from :meth:`rest`."""
        self._closed = True

    def rest(self) -> Iterator[Target]:
        """Give, and forget, the hosts that were never started."""
        while self._lanes:
            _, lane = self._lanes.popitem()
            yield from lane

    def _may_start(self, lane: tuple[str, str]) -> bool:
        return self._limits.per_site is None or self._site_load[lane[0]] < self._limits.per_site


def _lane(target: Target) -> tuple[str, str]:
    return target.host.site, target.credential.name
