"""Hosts that were left untried are judged once, and each is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from fleetscan import facts
from fleetscan.collect import Collected
from fleetscan.model import Answer, Failure, Host, Reason
from fleetscan.scan.judging import Judge, judge
from fleetscan.scan.records import record_of
from tests.scan.labs import SHELF

PLAN = facts.plan(SHELF.facts.values())
STOPPED = Failure(reason=Reason.NOT_ASKED, detail="the run was stopped before this host")


def untried(name: str, failure: Failure = STOPPED) -> Collected:
    """Collect nothing of a host."""
    return Collected(
        host=Host(name=name, address=f"{name}.corp.example", site=f"site of {name}", groups=(name,)),
        answer=Answer(failure=failure),
        started=datetime(2026, 11, 22, tzinfo=UTC),
        seconds=0.0,
        attempts=0,
        transport="wire",
        credential="reader",
    )


def test_untried_hosts_share_facts_and_evidence_and_come_out_as_if_judged_alone() -> None:
    """The very same objects, so that they are encoded once; but names, addresses, sites and groups are their own."""
    judges = Judge(PLAN, SHELF)
    hosts = [untried(name) for name in ("ex01", "ex02", "ex03")]
    found = [judges.of(host) for host in hosts]
    assert found == [judge(SHELF, record_of(PLAN, host)) for host in hosts]
    assert len({id(each.record.facts) for each in found}) == 1
    assert len({id(each.topology) for each in found}) == 1
    assert len({id(verdict.evidence) for each in found for verdict in each.verdicts}) == len(SHELF.rules)


def test_untried_for_another_reason_is_not_alike() -> None:
    """A credential that was rejected elsewhere is told from a run that was stopped."""
    judges = Judge(PLAN, SHELF)
    rejected = Failure(reason=Reason.AUTH_FAILED, detail="not tried: credential reader was rejected by ex09")
    first, second = judges.of(untried("ex01")), judges.of(untried("ex02", rejected))
    assert (first.record.failure, second.record.failure) == (STOPPED, rejected)
    assert first.verdicts[0].ruling != second.verdicts[0].ruling


def test_an_untried_host_with_thresholds_of_its_own_keeps_them() -> None:
    """It can be judged again without the inventory."""
    judges = Judge(PLAN, SHELF)
    plain = untried("ex01")
    own = replace(plain, host=replace(plain.host, parameters={"scanmail-pattern-old": {"days": 5}}))
    assert judges.of(plain).record.parameters == {}
    assert judges.of(own).record.parameters == {"scanmail-pattern-old": {"days": 5}}
