"""The view: what a run says, in the order and the words of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
    Verdict,
)
from fleetscan.report import ReportView, build
from fleetscan.report.attested import AttestationView
from fleetscan.report.crowds import FACTS_SHOWN, FEW, NAMED, ROWS, listed
from fleetscan.report.nouns import FactRef
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
    assert counts.by_verdict["finding"] == sum(group.count for group in view.findings)
    assert counts.by_verdict["unknown"] == sum(group.count for group in view.unknown)
    assert counts.by_verdict["broken"] == sum(fault.count for fault in view.faults)
    assert counts.by_status[Status.NOT_SCANNED] == sum(group.count for group in view.not_scanned)
    named = ", ".join(group.listed for group in view.partial).split(", ")
    assert counts.by_status[Status.PARTIAL] == len(set(named))
    assert counts.hosts == view.totals.hosts
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
    keys = [(Severity(group.rule.severity).rank, -group.count) for group in groups]
    assert keys == sorted(keys)
    assert keys[0][0] == 0


def test_a_finding_says_what_where_why_and_what_to_do() -> None:
    """One sentence for all of its hosts, who they are, and what the rule says."""
    group = next(g for g in sample(45).view().findings if g.rule.id == "scanmail-processes-twice")
    assert group.summary == "Transport scanning is on while the real-time scan service runs."
    assert (group.says, group.rest, group.count) == ((), 0, 6)
    assert group.names == group.listed == "mil-ex01, mil-ex07, mil-ex09, mil-ex12, mil-ex15, par-ex02"
    assert group.rule.why
    assert group.rule.fix
    assert group.rule.sources[0].address.startswith("https://")
    assert group.rule.when == "fires when true"


def test_sentences_and_severities_that_differ_are_told_apart() -> None:
    """When a rule says something else of some hosts, each sentence names its own; the gravest severity leads."""
    made = {"a": ("one", Severity.INFO), "b": ("two", Severity.WARNING), "c": ("one", Severity.INFO)}
    verdicts = [
        replace(sample(1).verdicts[3], host=host, ruling=Finding(), summary=summary, severity=severity)
        for host, (summary, severity) in made.items()
    ]
    (group,) = of([record(host, Status.COMPLETE) for host in made], verdicts).findings
    assert group.summary == ""
    assert group.rule.severity == "warning"
    assert [(said.text, said.count, said.names) for said in group.says] == [("one", 2, "a, c"), ("two", 1, "b")]


def test_many_sentences_are_cut_short_and_counted() -> None:
    """Twenty sentences are shown; the hosts of the others are counted, and still named."""
    hosts = [f"h{number:03}" for number in range(205)]
    verdicts = [replace(sample(1).verdicts[3], host=host, ruling=Finding(), summary=host) for host in hosts]
    (group,) = of([record(host, Status.COMPLETE) for host in hosts], verdicts).findings
    assert (len(group.says), group.rest, group.count) == (ROWS, 205 - ROWS, 205)
    assert group.names == group.listed == "h[000:204]"


def test_names_are_in_full_up_to_a_bound() -> None:
    """Two hundred hosts are each named; of more, ranges are, and what is left over is counted."""
    odd = [f"h{number}" for number in range(1, 2 * NAMED + 3, 2)]
    assert listed(odd[:NAMED]).split(", ") == odd[:NAMED]
    assert listed(odd) == f"{', '.join(odd[:NAMED])} and 1 more"


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
    assert [(r.reason, r.count, r.names, r.rest) for r in group.reasons] == [
        ("denied", 1, "a", 0),
        ("timed_out", 1, "a", 0),
    ]
    assert (group.not_scanned, group.names) == (1, "a")
    (gap,) = group.reasons[0].gaps
    assert gap.facts == (FactRef(id="cpu.logical", anchor="fact-cpu.logical"),)
    assert (gap.detail, gap.count, gap.names) == ("no", 1, "a")
    assert group.reasons[1].gaps[0].facts == (FactRef(id="new.fact", anchor=""),)


def test_what_is_missing_together_is_told_together() -> None:
    """Facts that the same hosts do not tell in the same words stand in one line, the first of them by name."""
    lost = [UnknownFact(fact=f"f{number:02}", reason=Reason.DENIED, detail="no") for number in range(FACTS_SHOWN + 3)]
    odd = UnknownFact(fact="f00", reason=Reason.DENIED, detail="never")
    verdicts = [unknown("a", *lost), unknown("b", *lost), unknown("c", odd)]
    (group,) = of([record(host, Status.PARTIAL) for host in "abc"], verdicts).unknown
    first, second = group.reasons[0].gaps
    assert (first.count, first.names, first.detail, first.more) == (2, "a, b", "no", 3)
    assert [fact.id for fact in first.facts] == [fact.fact for fact in lost[:FACTS_SHOWN]]
    assert (second.count, second.detail, [fact.id for fact in second.facts]) == (1, "never", ["f00"])


def test_more_gaps_than_are_shown_are_counted() -> None:
    """Eight lines are shown; the facts of the others are counted."""
    hosts = [f"h{number:02}" for number in range(FEW + 2)]
    facts = [UnknownFact(fact=fact, reason=Reason.DENIED, detail="") for fact in ("f", "g")]
    verdicts = [unknown(host, *(replace(fact, detail=host) for fact in facts)) for host in hosts]
    (group,) = of([record(host, Status.PARTIAL) for host in hosts], verdicts).unknown
    (reason,) = group.reasons
    assert (len(reason.gaps), reason.rest, reason.count) == (FEW, 4, FEW + 2)


def test_a_host_without_a_record_is_shown_as_not_scanned() -> None:
    """A host of the run of which nothing was kept is in the report, with a reason and a remedy."""
    view = of(
        [record("a", Status.COMPLETE)],
        [unknown("z", UnknownFact(fact="f", reason=Reason.NOT_ASKED, detail=""))],
        ["a", "z"],
    )
    (group,) = view.not_scanned
    assert (group.reason, group.count, group.names) == ("not_asked", 1, "z")
    assert "its turn did not come" in group.says[0].text
    assert (view.unknown[0].not_scanned, view.unknown[0].names) == (1, "")


def test_a_host_that_was_not_scanned_always_has_a_reason() -> None:
    """A record that says not scanned and nothing else is shown as not asked."""
    assert of([record("a", Status.NOT_SCANNED)]).not_scanned[0].reason == "not_asked"


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
    groups = {group.reason: group for group in view.partial}
    assert set(groups) == {"denied", "too_large"}
    (gap,) = groups["denied"].gaps
    assert ([fact.id for fact in gap.facts], gap.detail) == (["cpu.logical"], "no")
    assert groups["denied"].says == ()
    assert groups["too_large"].gaps == ()
    (said,) = groups["too_large"].says
    assert (said.text, said.aside) == ("cap", "1 attempt by winrm as exchange-read")


def test_what_the_failure_says_is_not_said_again_of_each_fact() -> None:
    """The same words stand once."""
    facts = [evidence("cpu.logical", Unknown(reason=Reason.TIMED_OUT, detail="late"))]
    (group,) = of([record("a", Status.PARTIAL, facts, Failure(reason=Reason.TIMED_OUT, detail="late"))]).partial
    assert [said.text for said in group.says] == ["late"]
    assert [gap.detail for gap in group.gaps] == [""]


def test_a_host_that_was_left_untried_says_so() -> None:
    """No attempt is not shown as an attempt in no time; hosts of which the same is said stand together."""
    failure = Failure(reason=Reason.AUTH_FAILED, detail="refused elsewhere")
    lost = [
        replace(record(host, Status.NOT_SCANNED, (), failure), attempts=attempts, credential="")
        for host, attempts in (("a", 0), ("b", 0), ("c", 2))
    ]
    (group,) = of(lost).not_scanned
    assert [(said.text, said.aside, said.names) for said in group.says] == [
        ("refused elsewhere", "not tried by winrm", "a, b"),
        ("refused elsewhere", "2 attempts by winrm", "c"),
    ]


def test_a_verdict_of_a_rule_that_is_gone_is_still_shown() -> None:
    """A kept verdict whose rule is no longer on the shelf has a title and says what is missing."""
    gone = replace(sample(1).verdicts[0], host="elsewhere", rule="old-rule", ruling=Finding())
    view = of([record("a", Status.COMPLETE, [evidence("old.fact", Absent())])], [gone])
    (group,) = view.findings
    assert group.rule.title == "old-rule"
    assert "not in the packs" in group.rule.why[0]
    assert group.names == "elsewhere"
    assert next(fact for fact in view.facts if fact.id == "old.fact").where == "place"


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


def test_attestations_are_told_with_their_hosts() -> None:
    """Who vouches for what, from when until when, on which hosts."""
    told = AttestationView(
        fact="scanmail.on",
        value="true",
        by="Ada",
        since="2026-01-01",
        until="2026-12-01",
        note="",
        state="expiring",
        hosts=("a", "b"),
    )
    made = sample(1)
    view = build(
        made.run,
        shelf=made.shelf,
        records=(),
        verdicts=(),
        topologies={},
        attestations=[replace(told, hosts=("par-ex01",))],
    )
    (shown,) = view.attestations
    assert (shown.fact, shown.value, shown.by, shown.state) == ("scanmail.on", "true", "Ada", "expiring")
    assert (shown.count, shown.names) == (1, "par-ex01")
