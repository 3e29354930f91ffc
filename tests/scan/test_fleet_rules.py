"""Fleet rules, from the wire to the report: judged once at the end, kept, counted, shown, and judged again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fleetscan import facts, history
from fleetscan.history import Judged
from fleetscan.lab.fleet import build_fleet
from fleetscan.model import PEERS, Undetermined, Verdict
from fleetscan.report.html import render
from fleetscan.scan import Done, rejudge
from fleetscan.scan.demo import Demonstration, demo
from fleetscan.scan.judging import Judge, joined, judge, judge_run
from fleetscan.scan.records import record_of
from tests.report.block import Block
from tests.scan.labs import SHELF
from tests.scan.test_judging import PLAN, STOPPED, untried

GROUPS = 15
"""The first hosts of the lab: all members of its three availability groups are among them."""
RULE = "exchange-levels-mixed-in-dag"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Scan the availability groups of the lab."""
    return asyncio.run(demo(build_fleet(hosts=GROUPS), tmp_path_factory.mktemp("out")))


def _kept(done: Done) -> list[Verdict]:
    return [verdict for verdict in history.read_verdicts(done.folder) if verdict.rule == RULE]


def test_a_scan_ends_with_the_verdicts_of_fleet_rules(shown: Demonstration) -> None:
    """As the lab expects them; one for each host and rule, in the run's counts like any other."""
    assert shown.differences == ()
    run = shown.done.run
    assert run.rules[-len(SHELF.fleet_rules) :] == tuple(rule.id for rule in SHELF.fleet_rules)
    assert run.counts is not None
    assert run.counts.pairs == GROUPS * len(SHELF.all_rules)
    words = {verdict.host: verdict.word for verdict in _kept(shown.done)}
    assert len(words) == GROUPS
    assert sorted(host for host, word in words.items() if word == "finding") == [
        "ex-osa-08.corp.example",
        "ex-osa-09.corp.example",
    ]


def test_a_finding_among_others_is_in_the_report(shown: Demonstration) -> None:
    """With what the peers have and who they are, by rule and in the sentence."""
    [group] = [group for group in shown.done.view.findings if group.rule.id == RULE]
    assert (group.count, group.names) == (2, "ex-osa-08.corp.example, ex-osa-09.corp.example")
    rule = Block.of(render(shown.done.view)).rule(RULE)
    found = "ex-osa-08.corp.example"
    assert "Other members of DAG-OSAKA: 15.2.1544.39 on ex-osa-05.corp.example" in rule.summary(found)
    *_, placed, peers = rule.evidence(found)
    assert (placed.fact, peers.fact) == ("dag.name", PEERS)
    assert "15.2.1544.39: ex-osa-05.corp.example, ex-osa-06.corp.example" in peers.value


def test_a_kept_run_is_judged_among_its_hosts_again(shown: Demonstration) -> None:
    """To the same verdicts in the same lines; without a host that is gone from it, to others."""
    folder = shown.done.folder
    before = history.read_verdicts(folder)
    again = rejudge(folder, SHELF)
    assert again.run == shown.done.run
    assert history.read_verdicts(folder) == before
    fewer = replace(SHELF, fleet_rules=())
    assert not _kept(rejudge(folder, fewer))
    assert history.read_verdicts(folder) != before
    rejudge(folder, SHELF)
    assert history.read_verdicts(folder) == before


def test_hosts_that_were_never_reached_stand_in_the_way_of_a_pass() -> None:
    """A run that was stopped early keeps its findings, and calls nobody fine whose peers nobody saw."""
    judges = Judge(PLAN, SHELF)
    done = [judges.of(untried(f"ex{number:02}")) for number in range(3)]
    among = judges.among()
    assert {verdict.word for verdicts in among.values() for verdict in verdicts} == {"unknown"}
    whole = joined(done, among)
    assert [len(each.verdicts) for each in whole] == [len(SHELF.all_rules)] * 3
    [last] = {id(each.verdicts[-1].ruling) for each in whole}
    assert last
    ruling = whole[0].verdicts[-1].ruling
    assert isinstance(ruling, Undetermined)
    assert ruling.facts[0].reason is STOPPED.reason


def test_hosts_of_a_resumed_run_are_seen_with_the_others() -> None:
    """Those that were judged before are peers of those that come now."""
    plan, now = facts.plan(SHELF.facts.values()), datetime(2026, 11, 22, tzinfo=UTC)
    records = [replace(record_of(plan, untried(name)), started=now) for name in ("ex01", "ex02")]
    before: list[Judged] = [judge(SHELF, record) for record in records]
    judges = Judge(PLAN, SHELF, before)
    judges.of(untried("ex03"))
    assert list(judges.among()) == ["ex01", "ex02", "ex03"]
    alone, among = judge_run(SHELF, records)
    assert alone == before
    assert list(among) == ["ex01", "ex02"]
