"""From what was collected of one host, or kept of it, to its verdicts; from all hosts to those that look at all.

Rules about one host are judged as the hosts come. Fleet rules see each host then, too, and are judged in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from fleetscan import topology
from fleetscan.collect import Collected
from fleetscan.facts import Plan
from fleetscan.history import Judged
from fleetscan.model import Attestation, Failure, HostRecord, Locator, Verdict
from fleetscan.rules.fleet import FleetJudge
from fleetscan.rules.interface import Shelf
from fleetscan.rules.judge import judge_all
from fleetscan.scan.records import record_of


def judge(shelf: Shelf, record: HostRecord) -> Judged:
    """Judge one host by every rule about one host, with the thresholds that are its own."""
    return Judged(
        record=record,
        topology=topology.describe(record.facts),
        verdicts=judge_all(shelf, record, record.parameters),
    )


Among: TypeAlias = Mapping[str, Sequence[Verdict]]
"""The verdicts of fleet rules, by host."""


def judge_run(shelf: Shelf, records: Iterable[HostRecord]) -> tuple[list[Judged], Among]:
    """Judge all hosts of a run, each by itself, and then among the others."""
    fleet = FleetJudge(shelf)
    done = []
    for record in records:
        fleet.see(record)
        done.append(judge(shelf, record))
    return done, fleet.verdicts()


def joined(done: Iterable[Judged], among: Among) -> list[Judged]:
    """Put the verdicts of fleet rules behind those of the others."""
    return [replace(each, verdicts=(*each.verdicts, *among[each.record.host])) for each in done]


class Judge:
    """Judge hosts as they come, and all of them in the end.

    A stopped run leaves thousands of hosts untried at once, all for the same reason. They are read and judged once,
    not one by one, so that the run ends in time.
    """

    def __init__(self, plan: Plan, shelf: Shelf, done: Iterable[Judged] = ()) -> None:
        """Know what was asked, the rules, and the hosts that were judged before, one by one."""
        self._plan = plan
        self._shelf = shelf
        self._fleet = FleetJudge(shelf)
        for each in done:
            self._fleet.see(each.record)
        self._untried: dict[tuple[Failure | None, str, str, frozenset[Locator | Attestation]], Judged] = {}

    def of(self, collected: Collected) -> Judged:
        """Judge what was collected of one host."""
        judged = self._of(collected)
        self._fleet.see(judged.record)
        return judged

    def among(self) -> Among:
        """Judge all hosts that were seen by the fleet rules."""
        return self._fleet.verdicts()

    def _of(self, collected: Collected) -> Judged:
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
        verdicts=tuple(verdict.said_of(host.name) for verdict in other.verdicts),
    )
