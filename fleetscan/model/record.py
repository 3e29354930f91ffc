"""What one scan learnt of one host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from fleetscan.model.outcome import Outcome, Reason, Value
from fleetscan.model.told import Attestation

if TYPE_CHECKING:
    from fleetscan.model.question import Question


class Status(StrEnum):
    """How complete a record is: every question answered, some, or none."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a conversation with a host ended before its end."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a transport brings back: one outcome for each question it has an answer to.

    A question that is not in ``outcomes`` was not answered, because of ``failure``.
    ``notes`` are remarks for the record that change no outcome (a shell that could not be deleted).
    ``ways`` names the transport that the answer to a question came over (or those that could not say it), where a host
    was asked over several; a transport leaves it empty.
    """

    outcomes: Mapping[Question, Outcome] = field(default_factory=dict)
    failure: Failure | None = None
    round_trips: int = 0
    bytes_received: int = 0
    notes: tuple[str, ...] = ()
    ways: Mapping[Question, str] = field(default_factory=dict)


PEERS: Final = "peers"
"""The fact and the transport of evidence that sums up what other hosts of the run said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The outcome of one fact and how it came: place, transport, credential *name*, moment (UTC).

    For a derived fact ``where`` names the derivation and its inputs, ``transport`` is theirs where they share one, and
    the rest is that of the record.
    """

    fact: str
    outcome: Outcome
    where: str
    transport: str
    credential: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """One host in one run. ``started`` is aware and UTC; ``seconds`` is first byte to last.

    ``transport`` names the ways that were used, joined by a comma and a blank, in their order.
    ``parameters`` are the overrides of thresholds it was judged with (rule id -> parameter -> value), so that it can be
    judged again without the inventory; ``attestations`` are what persons vouch for on it, those that are over included.
    """

    host: str
    address: str
    site: str
    groups: tuple[str, ...]
    status: Status
    failure: Failure | None
    transport: str
    credential: str
    started: datetime
    seconds: float
    attempts: int
    round_trips: int
    bytes_received: int
    notes: tuple[str, ...]
    facts: Mapping[str, Evidence]
    parameters: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    attestations: tuple[Attestation, ...] = ()
