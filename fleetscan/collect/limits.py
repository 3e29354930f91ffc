"""How many hosts at once, and who is next.

Law: no site starves another. The next host always comes from the site with the fewest hosts under way, so a site
whose hosts are all slow holds its equal share of the places and no more.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from fleetscan.collect.lockout import Caution
from fleetscan.model import Host
from fleetscan.transport.interface import Target

_Lane: TypeAlias = tuple[str, str]


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
        self._lanes: dict[_Lane, deque[Target]] = {}
        for target in targets:
            self._lanes.setdefault(_lane(target), deque()).append(target)
        self._lane_load: Counter[_Lane] = Counter()
        self._site_load: Counter[str] = Counter()
        self._turns: list[tuple[int, int, int, _Lane]] = []
        self._of_site: dict[str, list[tuple[int, _Lane]]] = {}
        for number, lane in enumerate(self._lanes):
            self._of_site.setdefault(lane[0], []).append((number, lane))
        for site in self._of_site:
            self._queue(site)
        self._closed = False

    def take(self) -> Target | None:
        """Give the next host of the least loaded lane, or ``None`` when no lane may start one."""
        lane = None if self._closed else self._least_loaded()
        if lane is None:
            return None
        target = self._lanes[lane].popleft()
        if not self._lanes[lane]:
            del self._lanes[lane]
        self._load(lane, 1)
        return target

    def release(self, item: Target) -> None:
        """Free the place of a host that ended."""
        self._load(_lane(item), -1)

    def close(self) -> None:
        """Start no more hosts; those that are left can be had from :meth:`rest`."""
        self._closed = True

    def rest(self) -> Iterator[Target]:
        """Give, and forget, the hosts that were never started."""
        while self._lanes:
            _, lane = self._lanes.popitem()
            yield from lane

    def _load(self, lane: _Lane, change: int) -> None:
        self._lane_load[lane] += change
        self._site_load[lane[0]] += change
        self._queue(lane[0])

    def _queue(self, site: str) -> None:
        """Queue the lanes of a site by what they bear now; where they stood before counts no more."""
        for number, lane in self._of_site[site]:
            if lane in self._lanes:
                heappush(self._turns, (self._site_load[site], self._lane_load[lane], number, lane))

    def _least_loaded(self) -> _Lane | None:
        """Find the lane that is next without looking at all of them: a fleet may have as many sites as hosts."""
        while self._turns:
            site_load, lane_load, _, lane = self._turns[0]
            if lane in self._lanes and (site_load, lane_load) == (self._site_load[lane[0]], self._lane_load[lane]):
                full = self._limits.per_site is not None and site_load >= self._limits.per_site
                return None if full else lane
            heappop(self._turns)
        return None


def _lane(target: Target) -> _Lane:
    return target.host.site, target.credential.name
