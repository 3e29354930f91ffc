"""The view: what a run says, in the order and the words of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from fleetscan.history.counts import count
from fleetscan.model import (
    Absent,
    Ending,
    Evidence,
    Failure,
    Finding,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Severity,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
    Verdict,
)
from fleetscan.report import ReportView
from fleetscan.report.text import VALUE_LIMIT, bound, is_unseen
from tests.report.hostile import hostile, strings
from tests.report.sample import START, Sample, sample
from tests.report.shelf import shelf


def evidence(fact: str, outcome: Outcome) -> Evidence:
    """Make one piece of evidence."""
    return Evidence(fact=fact, outcome=outcome, where="place", transport="winrm", credential="c", at=START)


def record(host: str, status: Status, facts: Sequence[Evidence] = (), failure: Failure | None = None) -> HostRecord:
    """Make the record of one host."""
    first = sample(1).records[0]
    return replace(first, host=host, status=status, failure=failure, facts={each.fact: each for each in facts})


def of(records: Sequence[HostRecord], verdicts: Sequence[Verdict] = (), hosts: Sequence[str] = ()) -> ReportView:
    """Build the view of some records and verdicts."""
    names = tuple(hosts) or tuple(each.host for each in records)
    run = replace(sample(1).run, hosts=names, counts=count(records, verdicts))
    built = Sample(run=run, shelf=shelf(), records=tuple(records), verdicts=tuple(verdicts), topologies={})
    return built.view()


def unknown(host: str, *facts: UnknownFact) -> Verdict:
    """Make a verdict that could not be judged."""
    return replace(sample(1).verdicts[0], host=host, ruling=Undetermined(facts=facts), evidence=())


def test_the_numbers_of_the_groups_are_those_of_the_counts() -> None:
    """What is grouped adds up to what the run counted: findings, unknown, broken, and hosts by status."""
    made = sample(45)
    view = made.view()
    counts = made.run.counts
    assert counts is not None
    assert counts.by_verdict["finding"] == sum(len(group.hosts) for group in view.findings)
    assert counts.by_verdict["unknown"] == sum(group.count for group in view.unknown)
    assert counts.by_verdict["broken"] == sum(len(fault.hosts) for fault in view.faults)
    assert counts.by_status[Status.NOT_SCANNED] == sum(len(group.hosts) for group in view.not_scanned)
    assert counts.by_status[Status.PARTIAL] == len({r.host for group in view.partial for r in group.hosts})
    assert counts.hosts == len(view.hosts) == view.totals.hosts
    assert [tally.count for tally in view.totals.severities] == [counts.findings_by_severity[s] for s in Severity]


def test_a_run_without_counts_is_refused() -> None:
    """The view never counts for itself."""
    made = sample(1)
    with pytest.raises(ValueError, match=r"run\.counts"):
        replace(made, run=replace(made.run, counts=None)).view()


def test_every_string_of_a_view_is_safe() -> None:
    """Whatever hosts, inventory and packs say, no unseen character is in the view, and every string is bounded."""
    found = list(strings(hostile(16).view()))
    assert len(found) > 1000
    assert not [text for text in found if any(map(is_unseen, text))]
    assert max(map(len, found)) <= 20 * bound(VALUE_LIMIT)


def test_the_gravest_findings_come_first_then_those_on_most_hosts() -> None:
    """Groups are in order of severity, then of the number of hosts."""
    groups = sample(45).view().findings
    keys = [(Severity(group.rule.severity).rank, -len(group.hosts)) for group in groups]
    assert keys == sorted(keys)
    assert keys[0][0] == 0


def test_a_finding_carries_its_evidence() -> None:
    """Each host of a finding shows fact, value, raw type, place, moment, transport and credential name."""
    group = next(g for g in sample(45).view().findings if g.rule.id == "scanmail-processes-twice")
    read = {reading.fact: reading for reading in group.hosts[0].evidence}["transport_av.enabled"]
    assert (read.state, read.value, read.type) == ("known", "1", "REG_DWORD")
    assert read.where == r"HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI\Enabled"
    assert read.how == group.hosts[0].how == "2026-11-22 01:00:07 UTC by winrm as exchange-read"
    assert group.summary == "Transport scanning is on while the real-time scan service runs."
    assert group.rule.why
    assert group.rule.fix
    assert group.rule.sources[0].address.startswith("https://")


def test_summaries_and_severities_that_differ_stay_with_their_hosts() -> None:
    """When a rule says something else of each host there is no shared sentence, and the gravest severity leads."""
    first, second = (
        replace(sample(1).verdicts[3], host=host, ruling=Finding(), summary=host, severity=severity)
        for host, severity in (("a", Severity.INFO), ("b", Severity.WARNING))
    )
    view = of([record("a", Status.COMPLETE), record("b", Status.COMPLETE)], [first, second])
    (group,) = view.findings
    assert group.summary == ""
    assert group.rule.severity == "warning"
    assert [(each.host.name, each.severity, each.summary) for each in group.hosts] == [
        ("b", "warning", "b"),
        ("a", "info", "a"),
    ]


def test_unknown_is_grouped_by_reason_with_place_and_way() -> None:
    """A host stands under every reason it has; hosts that were not scanned are kept apart."""
    view = of(
        [record("a", Status.PARTIAL), record("b", Status.NOT_SCANNED)],
        [
            unknown(
                "a",
                UnknownFact(fact="cpu.logical", reason=Reason.DENIED, detail="no"),
                UnknownFact(fact="new.fact", reason=Reason.TIMED_OUT, detail=""),
            ),
            unknown("b", UnknownFact(fact="cpu.logical", reason=Reason.UNREACHABLE, detail="")),
        ],
    )
    (group,) = view.unknown
    assert group.count == 2
    assert [(r.reason, [u.host.name for u in r.hosts]) for r in group.reasons] == [
        ("denied", ["a"]),
        ("timed_out", ["a"]),
    ]
    assert [ref.name for ref in group.not_scanned] == ["b"]
    assert group.reasons[0].hosts[0].facts[0].where.startswith("CIM Win32_ComputerSystem")
    assert group.reasons[1].hosts[0].facts[0].where == ""


def test_a_host_without_a_record_is_shown_as_not_scanned() -> None:
    """A host of the run of which nothing was kept is in the report, with a reason and a remedy."""
    view = of(
        [record("a", Status.COMPLETE)],
        [unknown("z", UnknownFact(fact="f", reason=Reason.NOT_ASKED, detail=""))],
        ["a", "z"],
    )
    (group,) = view.not_scanned
    assert (group.reason, [row.host.name for row in group.hosts]) == ("not_asked", ["z"])
    lost = view.hosts[1]
    assert (lost.status, lost.failure, len(lost.verdicts.unknown)) == ("not_scanned", "not asked", 1)
    assert [ref.name for ref in view.unknown[0].not_scanned] == ["z"]


def test_a_host_that_was_not_scanned_always_has_a_reason() -> None:
    """A record that says not scanned and nothing else is shown as not asked."""
    view = of([record("a", Status.NOT_SCANNED)])
    assert view.hosts[0].failure == "not asked"
    assert view.not_scanned[0].reason == "not_asked"


def test_a_partial_host_stands_under_every_reason_it_has() -> None:
    """The reason of the failure is one of them, even when no fact names it; derived facts are not asked for."""
    denied = Unknown(reason=Reason.DENIED, detail="no")
    facts = [
        evidence("cpu.logical", denied),
        evidence("exchange.product", denied),
        evidence("scanmail.master", Absent()),
        evidence("vsapi.background", Known(value=1, type="REG_DWORD")),
    ]
    view = of([record("a", Status.PARTIAL, facts, Failure(reason=Reason.TOO_LARGE, detail="cap"))])
    rows = {group.reason: group.hosts[0] for group in view.partial}
    assert set(rows) == {"denied", "too_large"}
    assert [reading.fact for reading in rows["denied"].facts] == ["cpu.logical"]
    assert (rows["denied"].detail, rows["too_large"].detail) == ("", "cap")


def test_a_host_that_was_left_untried_says_so() -> None:
    """No attempt is not shown as an attempt in no time."""
    failure = Failure(reason=Reason.AUTH_FAILED, detail="refused elsewhere")
    lost = replace(record("a", Status.NOT_SCANNED, (), failure), attempts=0, credential="")
    assert of([lost]).not_scanned[0].hosts[0].tried == "not tried by winrm"


def test_a_verdict_of_a_rule_that_is_gone_is_still_shown() -> None:
    """A kept verdict whose rule is no longer on the shelf has a title and says what is missing."""
    gone = replace(sample(1).verdicts[0], host="elsewhere", rule="old-rule", ruling=Finding())
    view = of([record("a", Status.COMPLETE, [evidence("old.fact", Absent())])], [gone])
    (group,) = view.findings
    assert group.rule.title == "old-rule"
    assert "not in the packs" in group.rule.why[0]
    assert group.hosts[0].host.anchor == ""
    assert next(fact for fact in view.facts if fact.id == "old.fact").where == "place"


def test_evidence_of_different_moments_tells_each() -> None:
    """Only what all evidence shares is told once."""
    first = evidence("cpu.logical", Absent())
    late = replace(evidence("vsapi.background", Absent()), at=START + timedelta(seconds=9), credential="")
    (host,) = of([record("a", Status.COMPLETE, [first, late])]).hosts
    assert host.how == ""
    assert [reading.how for reading in host.facts] == [
        "2026-11-22 01:00:03 UTC by winrm as c",
        "2026-11-22 01:00:12 UTC by winrm",
    ]


@pytest.mark.parametrize("ending", Ending)
def test_a_run_that_did_not_finish_is_alarming(ending: Ending) -> None:
    """Every ending but the good one raises an alarm that names what is not known."""
    alarm = sample(45, ending=ending).view().header.alarm
    assert bool(alarm) == (ending is not Ending.FINISHED)
    assert not alarm or "7 of 45 hosts were not scanned" in alarm


def test_a_run_that_is_still_going_on_has_no_end() -> None:
    """Without an end there is no duration."""
    made = sample(1)
    header = replace(made, run=replace(made.run, ended=None, ending=Ending.RUNNING)).view().header
    assert (header.ended, header.duration) == ("", "")


def test_rules_without_findings_that_could_not_be_judged_come_first() -> None:
    """A quiet rule shows its numbers, and is not called fine."""
    quiet = sample(45).view().quiet
    assert [(rule.id, rule.unknown, rule.broken, rule.passed, rule.not_applicable) for rule in quiet] == [
        ("antivirus-two-file-scanners", 7, 1, 24, 13)
    ]


@pytest.mark.parametrize(
    ("fields", "product"),
    [
        ({}, ""),
        ({"exchange_product": Unknown(reason=Reason.DENIED)}, ""),
        ({"exchange_product": Absent()}, "none"),
        ({"exchange_product": Known(value="Exchange 2019", type="derived")}, "Exchange 2019"),
        (
            {
                "exchange_product": Known(value="Exchange 2019", type="derived"),
                "exchange_cumulative_update": Known(value="CU14", type="derived"),
            },
            "Exchange 2019 CU14",
        ),
    ],
)
def test_the_product_is_named_with_its_update(fields: dict[str, Outcome], product: str) -> None:
    """A product that is not known is not named."""
    made = sample(1)
    view = replace(made, topologies={made.records[0].host: fields}).view()
    assert view.hosts[0].product == product


def test_services_are_told_by_their_state() -> None:
    """All services of Exchange fit in the topology, because only their states and names are told."""
    services: dict[str, Value] = {
        f"MSExchange{i}": {"state": "Stopped" if i == 3 else "Running", "start": "Auto"} for i in range(40)
    }
    made = sample(1)
    field: dict[str, Outcome] = {"services": Known(value=services | {"odd": 1}, type="services")}
    (shown,) = replace(made, topologies={made.records[0].host: field}).view().hosts[0].topology
    assert shown.fact == "Exchange services"
    assert "Stopped: {MSExchange3}" in shown.value
    assert shown.value.startswith(": {odd}, Running: {MSExchange0, ")
