"""From what was collected of one host to its record."""

from __future__ import annotations

from datetime import timedelta

from fleetscan import facts
from fleetscan.collect import Collected, status_of
from fleetscan.facts import Plan
from fleetscan.model import HostRecord, Reason


def record_of(plan: Plan, collected: Collected) -> HostRecord:
    """Read the answers of one host into its record."""
    host, answer = collected.host, collected.answer
    at = collected.started + timedelta(seconds=collected.seconds)
    return HostRecord(
        host=host.name,
        address=host.address,
        site=host.site,
        groups=host.groups,
        status=status_of(answer, plan.questions),
        failure=answer.failure,
        transport=collected.transport,
        credential=collected.credential,
        started=collected.started,
        seconds=collected.seconds,
        attempts=collected.attempts,
        round_trips=answer.round_trips,
        bytes_received=answer.bytes_received,
        notes=answer.notes,
        facts=facts.read(
            plan,
            answer,
            transport=collected.transport,
            credential=collected.credential,
            at=at,
            word=facts.word_of(host),
        ),
        parameters=host.parameters,
        attestations=tuple(host.attestations[fact] for fact in sorted(host.attestations)),
    )


def refused(record: HostRecord) -> bool:
    """Tell a host that was left untried because its credential had been rejected elsewhere."""
    return record.attempts == 0 and record.failure is not None and record.failure.reason is Reason.AUTH_FAILED


def asked(record: HostRecord) -> bool:
    """Tell a host that had its turn; the others (run stopped, credential rejected elsewhere) still wait for it."""
    not_asked = record.failure is not None and record.failure.reason is Reason.NOT_ASKED
    return record.attempts > 0 and not not_asked
