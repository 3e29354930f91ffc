"""Attestations: whose word stands in for what no host says, for which hosts, and until when. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from fleetscan.model import ATTESTED, Attestation, HostRecord, Known
from fleetscan.report.names import natural
from fleetscan.report.text import value_text, visible

EXPIRING: Final = timedelta(days=30)
"""How long before its end an attestation is said to expire."""


class Force(StrEnum):
    """How an attestation stands on the day of a run, the ones to look after first."""

    EXPIRED = "expired"
    EXPIRING = "expiring"
    IN_FORCE = "in force"
    TO_COME = "to come"
    UNUSED = "not used"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationView:
    """One person's word for the value of a fact, and the hosts that it is for. Safe to show.

    ``since`` and ``until`` are days (ISO 8601), both included; ``state`` is a :class:`Force`. ``hosts`` are names as
    the records have them, in natural order.
    """

    fact: str
    value: str
    by: str
    since: str
    until: str
    note: str
    state: str
    hosts: tuple[str, ...]


def attestations(records: Iterable[HostRecord], day: date) -> tuple[AttestationView, ...]:
    """Gather the attestations of all hosts as they stand on the day of the run; equal ones are one."""
    hosts: dict[tuple[Attestation, type, Force], list[str]] = defaultdict(list)
    for record in records:
        for attestation in record.attestations:
            hosts[attestation, type(attestation.value), _force(attestation, record, day)].append(record.host)
    order = list(Force)
    groups = sorted(hosts.items(), key=lambda item: (order.index(item[0][2]), item[0][0].until, item[0][0].fact))
    return tuple(_view(attestation, force, names) for (attestation, _, force), names in groups)


def _force(attestation: Attestation, record: HostRecord, day: date) -> Force:
    """Say how one stands; a run over midnight read some hosts on another day than that on which it began."""
    evidence = record.facts.get(attestation.fact)
    day = evidence.at.date() if evidence else day
    if day > attestation.until:
        return Force.EXPIRED
    if day < attestation.since:
        return Force.TO_COME
    if evidence is not None and not (isinstance(evidence.outcome, Known) and evidence.outcome.type == ATTESTED):
        return Force.UNUSED
    return Force.EXPIRING if attestation.until - day <= EXPIRING else Force.IN_FORCE


def _view(attestation: Attestation, force: Force, hosts: list[str]) -> AttestationView:
    return AttestationView(
        fact=visible(attestation.fact),
        value=value_text(attestation.value),
        by=visible(attestation.by),
        since=attestation.since.isoformat(),
        until=attestation.until.isoformat(),
        note=visible(attestation.note),
        state=force,
        hosts=tuple(sorted(hosts, key=natural)),
    )
