"""When a credential may be tried.

Law: no account is locked out. A wrong password reaches as few hosts as possible, not a thousand. So, per credential
name: as long as no host has accepted it, the logons under way and those rejected are at most ``rejections``; after
that many rejections nobody is tried any more. Once it was accepted, ``consecutive`` rejections without an acceptance
in between do the same, and after the first of them hosts are tried as carefully as at the beginning.

A logon that is silent for ``silent_after`` seconds (a hung host) makes room for another one, for at most ``silent``
hosts as long as nothing was accepted: a slow host may still say no. At worst ``rejections + silent`` = 4 wrong
passwords are sent, one less than the strictest lock-out policy in common use (five attempts).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from fleetscan.model import Failure, Reason
from fleetscan.transport.interface import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """How careful to be with a credential; counts of hosts, and seconds."""

    rejections: int = 2
    consecutive: int = 3
    silent_after: float = 2.0
    silent: int = 2


class Logon(StrEnum):
    """Where one host's logon stands."""

    UNDER_WAY = "under way"
    SILENT = "silent"
    ACCEPTED = "accepted"
    OVER = "over"


class Permit:
    """Leave to try the credential on one host. Report each step, and at last how it ended."""

    def __init__(self, gate: Gate, host: str) -> None:
        """Start the clock after which the host counts as silent."""
        self.host = host
        self.logon = Logon.UNDER_WAY
        self._gate = gate
        self._timer = asyncio.get_running_loop().call_later(gate.caution.silent_after, self._fall_silent)

    def step(self, step: Step) -> None:
        """See how far the conversation came."""
        if step is Step.AUTHENTICATED and self.logon is not Logon.ACCEPTED:
            self._timer.cancel()
            self.logon = Logon.ACCEPTED
            self._gate.accepted()

    def leave(self, failure: Failure | None) -> None:
        """End it, with what went wrong in the end if anything did."""
        self._timer.cancel()
        rejected = self.logon is not Logon.ACCEPTED and failure is not None and failure.reason is Reason.AUTH_FAILED
        self.logon = Logon.OVER
        self._gate.left(self, rejected=rejected)

    def _fall_silent(self) -> None:
        self.logon = Logon.SILENT
        self._gate.changed()


class Gate:
    """One credential: who tries it now, and who rejected it since it was last accepted."""

    def __init__(self, credential: str, caution: Caution) -> None:
        """Know nothing of the credential yet."""
        self.caution = caution
        self._credential = credential
        self._proven = False
        self._rejected_by: list[str] = []
        self._permits: set[Permit] = set()
        self._change = asyncio.Event()

    @property
    def cautious(self) -> bool:
        """Say whether hosts have to wait for their turn: see whether they can be reached before they take one."""
        return not self._proven or bool(self._rejected_by)

    @property
    def refusal(self) -> Failure | None:
        """Say why no host is tried any more; ``None`` as long as they are."""
        if len(self._rejected_by) < self._limit:
            return None
        hosts = " and ".join(self._rejected_by[: self._limit])
        return Failure(
            reason=Reason.AUTH_FAILED, detail=f"not tried: credential {self._credential} was rejected by {hosts}"
        )

    async def enter(self, host: str) -> Permit | Failure:
        """Wait for the turn of a host; give its permit, or the refusal."""
        while (refusal := self.refusal) is None:
            if self._has_room():
                permit = Permit(self, host)
                self._permits.add(permit)
                return permit
            await self._change.wait()
        return refusal

    def accepted(self) -> None:
        """Learn that a host accepted the credential; a gate that was closed stays closed."""
        if self.refusal is None:
            self._proven = True
            self._rejected_by.clear()
        self.changed()

    def left(self, permit: Permit, *, rejected: bool) -> None:
        """Learn that a permit is over."""
        self._permits.discard(permit)
        if rejected:
            self._rejected_by.append(permit.host)
        self.changed()

    def changed(self) -> None:
        """Let everybody who waits look again, in the order of arrival."""
        self._change.set()
        self._change = asyncio.Event()

    @property
    def _limit(self) -> int:
        return self.caution.consecutive if self._proven else self.caution.rejections

    def _has_room(self) -> bool:
        if not self.cautious:
            return True
        under_way = sum(permit.logon is Logon.UNDER_WAY for permit in self._permits)
        silent = sum(permit.logon is Logon.SILENT for permit in self._permits)
        return under_way + len(self._rejected_by) < self._limit and (self._proven or silent <= self.caution.silent)


class Gates:
    """The gates of a run, one per credential name."""

    def __init__(self, caution: Caution) -> None:
        """Make gates as they are asked for."""
        self._caution = caution
        self._gates: dict[str, Gate] = {}

    def __getitem__(self, credential: str) -> Gate:
        """Give the gate of a credential."""
        return self._gates.setdefault(credential, Gate(credential, self._caution))
