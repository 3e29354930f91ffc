"""From what was collected of one host, or kept of it, to its verdicts."""

from __future__ import annotations

from dataclasses import replace

from fleetscan import topology
from fleetscan.collect import Collected
from fleetscan.facts import Plan
from fleetscan.history import Judged
from fleetscan.model import Attestation, Failure, HostRecord, Locator
from fleetscan.rules.interface import Shelf
from fleetscan.rules.judge import judge_all
from fleetscan.scan.records import record_of


def judge(shelf: Shelf, record: HostRecord) -> Judged:
    """Judge one host by every rule, with the thresholds that are its own."""
    return Judged(
        record=record,
        topology=topology.describe(record.facts),
        verdicts=judge_all(shelf, record, record.parameters),
    )


class Judge:
    """Judge hosts as they come.

    A stopped run leaves thousands of hosts untried at once, all for the same reason. They are read and judged once,
    not one by one, so that the run ends in time.
    """

    def __init__(self, plan: Plan, shelf: Shelf) -> None:
        """Know what was asked, and the rules."""
        self._plan = plan
        self._shelf = shelf
        self._untried: dict[tuple[Failure | None, str, str, frozenset[Locator | Attestation]], Judged] = {}

    def of(self, collected: Collected) -> Judged:
        """Judge what was collected of one host."""
        host = collected.host
        if collected.attempts or host.parameters:
            return judge(self._shelf, record_of(self._plan, collected))
        told: frozenset[Locator | Attestation] = frozenset((*host.locators.values(), *host.attestations.values()))
        alike = (collected.answer.failure, collected.transport, collected.credential, told)
        if alike not in self._untried:
            self._untried[alike] = judge(self._shelf, record_of(self._plan, collected))
        return _for(collected, self._untried[alike])


def _for(collected: Collected, other: Judged) -> Judged:
    """Say of one untried host what was said of another one."""
    host = collected.host
    return Judged(
        record=replace(other.record, host=host.name, address=host.address, site=host.site, groups=host.groups),
        topology=other.topology,
        verdicts=tuple(replace(verdict, host=host.name) for verdict in other.verdicts),
    )
