"""Ask one host, over one way after the other.

Laws
1. The deadline is hard: first byte to last, every way, every attempt and every pause included.
2. Whatever the transports do, the host ends as one Answer, also when it is cut off under way.
3. The next way is asked only for what is not known yet and may be had there.
4. After a rejected logon no other way is tried, nor after a logon that nobody answered unless the credential was
   accepted meanwhile.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from fleetscan.collect.guard import guarded
from fleetscan.collect.lockout import Permit
from fleetscan.collect.one_way import CONNECTING, OneWay, Terms
from fleetscan.collect.ways import Ledger, Tried
from fleetscan.model import Answer, Failure, Host, Question, Reason
from fleetscan.transport.interface import Target, Transport

REACH = 10.0
"""Seconds for finding out whether anybody listens at all, where there is one way only."""

SHARE = 2 / 3
"""The part of the time left that a way may use when there is another one behind it."""

TOO_LATE = 0.25
"""Seconds that must be left for another way to make sense: in a near network a conversation takes less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What became of one host: ``started`` is aware and UTC, ``seconds`` is first byte to last.

    ``attempts`` is 0 when the host was not tried at all; ``credential`` is its name. ``transport`` names the ways that
    were used, ``ways`` says how each one that had its turn ended (``None`` is well).
    """

    host: Host
    answer: Answer
    started: datetime
    seconds: float
    attempts: int
    transport: str
    credential: str
    ways: Mapping[str, Failure | None] = field(default_factory=dict)


class HostVisit:
    """One host, from the first way to the last.

    ``transports`` has every name in ``target.host.transports``; ``pause`` draws the seconds between two attempts.
    """

    def __init__(
        self,
        transports: Mapping[str, Transport],
        target: Target,
        questions: Sequence[Question],
        *,
        deadline: float,
        pause: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """Ask nothing yet; the clock starts now, and again with :meth:`go`."""
        self._ways = {name: transports[name] for name in target.host.transports}
        self._target = target
        self._deadline = deadline
        self._pause = pause
        self._ledger = Ledger(questions)
        self._under_way: OneWay | None = None
        self._restart()

    def _restart(self) -> None:
        self._started, self._began = datetime.now(UTC), time.monotonic()

    @property
    def _left(self) -> float:
        return max(0.0, self._began + self._deadline - time.monotonic())

    async def reachable(self) -> bool:
        """See whether anybody listens on one of the ways, without a logon; where nobody does is not asked later."""
        for name, way in self._ways.items():
            wanted = self._wanted(name, way)
            if wanted is None:
                continue
            budget = min(CONNECTING if len(self._ways) > 1 else REACH, self._left)
            failure = await guarded(way.reach(self._target, budget=budget), budget)
            if failure is None:
                return True
            self._ledger.add(Tried(way=name, asked=wanted, answer=Answer(failure=failure), attempts=1))
        return False

    async def go(self, permit: Permit) -> Collected:
        """Ask, within the deadline plus one second. Only cancellation is raised."""
        self._restart()
        for name, way in self._ways.items():
            wanted = None if self._ledger.over else self._wanted(name, way)
            if wanted is None:
                continue
            if (obstacle := self._obstacle(permit)) is not None:
                self._pass_over(name, wanted, obstacle)
                continue
            self._under_way = OneWay(name, way, self._target, wanted, permit, self._terms(name))
            await self._under_way.go()
            self._ledger.add(self._under_way.tried())
            self._under_way = None
        return self.collected()

    def collected(self) -> Collected:
        """Say what became of the host."""
        return Collected(
            host=self._target.host,
            answer=self._ledger.answer({name: way.answers for name, way in self._ways.items()}),
            started=self._started,
            seconds=time.monotonic() - self._began,
            attempts=self._ledger.attempts,
            transport=self._ledger.used or ", ".join(self._ways),
            credential=self._target.credential.name,
            ways=self._ledger.ways,
        )

    def cut(self, failure: Failure) -> Collected:
        """Say what became of the host when it was cut off; what was known by then is kept."""
        if self._under_way is not None:
            self._ledger.add(self._under_way.cut(failure))
        found = self.collected()
        return replace(found, answer=replace(found.answer, failure=failure), attempts=max(1, found.attempts))

    def _wanted(self, name: str, way: Transport) -> Sequence[Question] | None:
        """Choose what to ask over a way whose turn it is; ``None`` when it had its turn, or can add nothing."""
        wanted = None if name in self._ledger.ways else self._ledger.wanted(way.answers)
        if wanted is not None and name in self._target.barred:
            text = f"not tried: {self._target.barred[name]}"
            self._pass_over(name, wanted, Failure(reason=Reason.NOT_ASKED, detail=text))
            return None
        return wanted

    def _pass_over(self, name: str, wanted: Sequence[Question], why: Failure) -> None:
        self._ledger.add(Tried(way=name, asked=wanted, answer=Answer(failure=why), attempts=0))

    def _obstacle(self, permit: Permit) -> Failure | None:
        """Say why no way is tried any more."""
        if self._ledger.attempts and self._left < TOO_LATE:
            return Failure(reason=Reason.TIMED_OUT, detail="not tried: the time of the host was spent")
        return permit.hindrance()

    def _terms(self, name: str) -> Terms:
        """Leave time for the ways behind this one, if there are any."""
        *_, last = (one for one in self._ways if one not in self._target.barred)
        share = 1.0 if name == last else SHARE
        connecting = CONNECTING if len(self._ways) > 1 else None
        return Terms(end=time.monotonic() + self._left * share, connecting=connecting, pause=self._pause)


def untried(target: Target, failure: Failure) -> Collected:
    """Say why nothing was asked of a host at all."""
    return Collected(
        host=target.host,
        answer=Answer(failure=failure),
        started=datetime.now(UTC),
        seconds=0.0,
        attempts=0,
        transport=", ".join(target.host.transports),
        credential=target.credential.name,
    )
