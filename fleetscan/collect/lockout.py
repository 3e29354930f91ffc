"""When a credential may be tried.

Law: no account is locked out. A wrong password reaches as few hosts as possible, not a thousand. So, per credential
name: as long as no host has accepted it, the logons under way and those rejected are at most ``rejections``; after
that many rejections nobody is tried any more. Once it was accepted, ``consecutive`` rejections without an acceptance
in between do the same, and after the first of them hosts are tried as carefully as at the beginning.

A logon that is silent for ``silent_after`` seconds (a hung host) makes room for another one, for at most ``silent``
hosts as long as nothing was accepted: a slow host may still say no. One that ends without a word after the proof of the
password may have left is silent for ever; when there are more of those than ``silent`` and nobody is left who could
still accept the credential, nobody is tried any more. At worst ``rejections + silent`` = 4 wrong passwords are sent,
one less than the strictest lock-out policy in common use (five attempts).

A host with several ways has one turn for all of them, and the same holds inside it: no way, and no second attempt,
follows a proof that nobody answered, unless the credential was accepted meanwhile.
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


ANSWERED = frozenset({Reason.DENIED, Reason.UNSUPPORTED})
"""Ends by which a host has answered a logon, in other words than that the credential is wrong.

What ended otherwise after the proof was sent, cut off or in disorder, has answered nothing.
"""


class Logon(StrEnum):
    """Where one host's logon stands."""

    UNDER_WAY = "under way"
    SILENT = "silent"
    ACCEPTED = "accepted"
    OVER = "over"


class Permit:
    """Leave to try the credential on one host. Report each step, how each conversation ended, and the end of all."""

    def __init__(self, gate: Gate, host: str) -> None:
        """Start the clock after which the host counts as silent."""
        self.host = host
        self.logon = Logon.UNDER_WAY
        self._gate = gate
        self._rejected = False
        self._unanswered = False
        self._timer = asyncio.get_running_loop().call_later(gate.caution.silent_after, self._fall_silent)

    def step(self, step: Step) -> None:
        """See how far a conversation came."""
        if self.logon is Logon.ACCEPTED:
            return
        if step is Step.PROVING:
            self._unanswered = True
        if step is Step.AUTHENTICATED:
            self._timer.cancel()
            self._unanswered = False
            self.logon = Logon.ACCEPTED
            self._gate.accepted()

    def heard(self, failure: Failure | None) -> None:
        """Learn how one conversation ended, and with what failure if any; there may be another one."""
        rejected = failure is not None and failure.reason is Reason.AUTH_FAILED
        self._rejected |= rejected and self.logon is not Logon.ACCEPTED
        if failure is None or rejected or failure.reason in ANSWERED:
            self._unanswered = False

    def hindrance(self) -> Failure | None:
        """Say why the host may not be logged on to once more now; ``None`` when it may."""
        if self._unanswered and self._gate.cautious:
            text = "not tried: a logon was sent before and not answered, and a wrong password would count twice"
            return Failure(reason=Reason.NOT_ASKED, detail=text)
        return self._gate.refusal

    def leave(self) -> None:
        """End it."""
        self._timer.cancel()
        self.logon = Logon.OVER
        self._gate.left(self, rejected=self._rejected, unanswered=self._unanswered)

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
        self._unanswered_by: list[str] = []
        self._permits: set[Permit] = set()
        self._change = asyncio.Event()

    @property
    def cautious(self) -> bool:
        """Say whether hosts have to wait for their turn: see whether they can be reached before they take one."""
        return not self._proven or bool(self._rejected_by)

    @property
    def refusal(self) -> Failure | None:
        """Say why no host is tried any more; ``None`` as long as they are."""
        if len(self._rejected_by) >= self._limit:
            return self._refusal(f"was rejected by {' and '.join(self._rejected_by[: self._limit])}")
        if not (self._proven or self._permits) and len(self._unanswered_by) > self.caution.silent:
            hosts = " and ".join(self._unanswered_by)
            return self._refusal(f"was sent to {hosts}, which did not say whether it is right")
        return None

    def _refusal(self, why: str) -> Failure:
        return Failure(reason=Reason.AUTH_FAILED, detail=f"not tried: credential {self._credential} {why}")

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
            self._unanswered_by.clear()
        self.changed()

    def left(self, permit: Permit, *, rejected: bool, unanswered: bool) -> None:
        """Learn that a permit is over, and whether the host rejected the credential or left it unanswered."""
        self._permits.discard(permit)
        if rejected:
            self._rejected_by.append(permit.host)
        elif unanswered:
            self._unanswered_by.append(permit.host)
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
        silent = sum(permit.logon is Logon.SILENT for permit in self._permits) + len(self._unanswered_by)
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
