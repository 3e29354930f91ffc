"""The data block: every verdict, fact and host of a run comes back from its columns, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fleetscan.model import (
    INVENTORY,
    Absent,
    Evidence,
    Finding,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Severity,
    Since,
    Standing,
    Stated,
    Status,
    Undetermined,
    Unknown,
    Value,
)
from fleetscan.report import build
from fleetscan.report.attested import AttestationView
from fleetscan.report.past import Changes, FactChange, Past, Silence, VerdictChange
from fleetscan.report.text import DETAIL_LIMIT, is_unseen, value_text, visible
from tests.report.block import Block
from tests.report.hostile import hostile, strings
from tests.report.sample import START, Sample, sample
from tests.report.test_view import evidence, record

ROOM = "HKLM\\elsewhere"


def block(made: Sample) -> Block:
    """Make the block of a sample."""
    return Block(made.view().columns)


@pytest.fixture(scope="module")
def made() -> Sample:
    """Make a fleet with every status, reason, severity and kind of verdict."""
    return sample(45)


@pytest.fixture(scope="module")
def whole(made: Sample) -> Block:
    """Make its block."""
    return block(made)


def changed(host: str, facts: Mapping[str, Evidence]) -> Block:
    """Make the block of one healthy host with these facts."""
    one = sample(1)
    (kept,) = one.records
    return block(replace(one, records=(replace(kept, host=host, facts=facts),), verdicts=()))


def test_every_verdict_comes_back(made: Sample, whole: Block) -> None:
    """Its word, sentence and severity, what it rests on, and what stood in its way."""
    for verdict in made.verdicts:
        rule = whole.rule(verdict.rule)
        assert rule.word(verdict.host) == verdict.word
        assert rule.severity(verdict.host) == verdict.severity
        assert rule.evidence(verdict.host) == [whole.reading(each.fact, verdict.host) for each in verdict.evidence]
        missing = verdict.ruling.facts if isinstance(verdict.ruling, Undetermined) else ()
        assert rule.missing(verdict.host) == [(each.fact, each.reason, each.detail) for each in missing]
        said = getattr(verdict.ruling, "fault", verdict.summary)
        assert rule.summary(verdict.host) == said


def test_the_counts_of_a_rule_are_those_of_its_letters(made: Sample, whole: Block) -> None:
    """All words of all rules add up to what the run counted."""
    counts = made.run.counts
    assert counts is not None
    for word, number in counts.by_verdict.items():
        said = [rule.word(host) for rule in whole.rules for host in whole.hosts]
        assert said.count(word) == number == sum(rule.raw["counts"][word] for rule in whole.rules)


def test_every_fact_comes_back(made: Sample, whole: Block) -> None:
    """Outcome, raw type, place and way of every fact of every record."""
    for kept in made.records:
        for name, each in kept.facts.items():
            shown = whole.reading(name, kept.host)
            assert shown is not None
            assert (shown.where, shown.way) == (each.where, "winrm as exchange-read")
            match each.outcome:
                case Known(value=value, type=kind):
                    assert (shown.state, shown.value, shown.type) == ("known", value_text(value), kind)
                case Absent():
                    assert (shown.state, shown.value, shown.reason) == ("absent", "", "")
                case Unknown(reason=reason, detail=detail):
                    assert (shown.state, shown.reason, shown.detail) == ("unknown", reason, detail)


def test_every_host_comes_back(made: Sample, whole: Block) -> None:
    """In natural order: who it is, how it was reached, how that went, and when."""
    assert whole.hosts[:3] == ["mil-ex01", "mil-ex02", "mil-ex03"]
    for kept in made.records:
        host = whole.host(kept.host)
        assert (host["site"], host["address"], host["groups"]) == (kept.site, kept.address, list(kept.groups))
        assert (host["status"], host["transport"], host["credential"]) == (kept.status, "winrm", "exchange-read")
        assert (host["attempts"], host["round_trips"]) == (kept.attempts, kept.round_trips)
        assert (host["received"], host["notes"]) == (kept.bytes_received, list(kept.notes))
        begun = whole.raw["run"]["epoch"] + host["started"]
        assert datetime.fromtimestamp(begun, UTC) == kept.started
        assert host["at"] == host["started"] + 2
        assert host["took"] == round(kept.seconds * 1000)
        failure = whole.raw["reasons"][host["failure"]]["key"] if host["failure"] >= 0 else None
        wanted = kept.failure.reason if kept.failure else None
        assert failure == (wanted or (Reason.NOT_ASKED if kept.status is Status.NOT_SCANNED else None))


def test_rules_say_what_they_read_and_when_they_fire(made: Sample, whole: Block) -> None:
    """The facts by number, the conditions in one line."""
    for rule in made.shelf.rules:
        raw = whole.rule(rule.id).raw
        assert [whole.raw["facts"][number]["id"] for number in raw["facts"]] == list(rule.reads)
        assert raw["when"] == "fires when true"
        assert (raw["title"], raw["pack"], raw["anchor"]) == (rule.title, "sample", f"rule-{rule.id}")


def test_a_host_without_a_record_is_there(made: Sample) -> None:
    """Nothing is known of it, and why."""
    lost = block(replace(made, run=replace(made.run, hosts=(*made.run.hosts, "zz-last"))))
    host = lost.host("zz-last")
    assert (host["status"], host["started"], host["at"], host["address"]) == ("not_scanned", -1, -1, "")
    assert "its turn did not come" in host["detail"]
    assert lost.reading("scanmail.master", "zz-last") is None
    assert lost.place("Windows", "zz-last") is None
    assert {rule.word("zz-last") for rule in lost.rules} == {""}


def test_a_fact_read_elsewhere_at_another_time_says_so() -> None:
    """What differs from the place of the fact and the moment of the host is told with the reading."""
    facts = {name: evidence(name, Absent()) for name in ("cpu.logical", "scanmail.master", "vsapi.background")}
    late = START + timedelta(seconds=9)
    facts["vsapi.background"] = replace(facts["vsapi.background"], at=late, where=ROOM, credential="")
    shown = changed("a", facts).reading("vsapi.background", "a")
    assert shown is not None
    assert (shown.where, shown.way) == (ROOM, "winrm, 2026-11-22 01:00:12 UTC")
    usual = changed("a", facts).reading("cpu.logical", "a")
    assert usual is not None
    assert usual.way == "winrm as c"


def test_what_the_inventory_tells_does_not_date_a_host() -> None:
    """The moment of a host is that of what was read there; without any it is the start of the conversation."""
    told = replace(evidence("scanmail.told", Known(value=True, type="attested")), transport=INVENTORY, credential="")
    late = replace(evidence("cpu.logical", Absent()), at=START + timedelta(seconds=5))
    both = changed("a", {"scanmail.told": told, "cpu.logical": late})
    assert both.host("a")["at"] == 5
    shown = both.reading("scanmail.told", "a")
    assert shown is not None
    assert shown.way == "the inventory, 2026-11-22 01:00:03 UTC"
    two = {"a": told, "b": replace(told, at=START + timedelta(seconds=7))}
    assert changed("a", two).host("a")["at"] == 0


def test_evidence_that_is_not_the_record_s_stands_by_itself(made: Sample) -> None:
    """A fact that the record lacks, or has otherwise, is told with the verdict; an equal one is the record's."""
    verdict = next(v for v in made.verdicts if isinstance(v.ruling, Finding))
    (own, *_) = verdict.evidence
    other = replace(own, outcome=Known(value="other", type="REG_SZ"))
    strange = evidence("strange.fact", Known(value=7, type="int"))
    told = replace(verdict, evidence=(replace(own), other, strange))
    rest = tuple(v for v in made.verdicts if v is not verdict)
    again = block(replace(made, verdicts=(told, *rest)))
    first, second, third = again.rule(verdict.rule).evidence(verdict.host)
    assert first == again.reading(own.fact, verdict.host)
    assert (second.fact, second.value, second.where) == (own.fact, "other", own.where)
    assert (third.fact, third.value, third.where, third.way) == (
        "strange.fact",
        "7",
        "place",
        "winrm as c, 2026-11-22 01:00:03 UTC",
    )


def test_severities_of_their_own_make_a_column(made: Sample, whole: Block) -> None:
    """Only the rule that has such a verdict gets one."""
    first = made.verdicts[0]
    graver = replace(first, severity=Severity.INFO)
    again = block(replace(made, verdicts=(graver, *made.verdicts[1:])))
    assert again.rule(first.rule).severity(first.host) == "info"
    with_own = [rule.raw["id"] for rule in again.rules if "severity" in rule.raw["verdicts"]]
    assert with_own == [first.rule]
    assert [rule for rule in whole.rules if "severity" in rule.raw["verdicts"]] == []


@pytest.mark.parametrize("share", [True, False])
def test_hosts_that_are_alike_cost_next_to_nothing(share: bool) -> None:  # noqa: FBT001 - parametrised
    """Hosts that a stopped run left untried add no string, reading, evidence or missing fact, but their names."""

    def stopped(count: int) -> Block:
        one = sample(16)
        lost = next(each for each in one.records if each.status is Status.NOT_SCANNED)
        verdicts = [verdict for verdict in one.verdicts if verdict.host == lost.host]
        names = [f"h{number}" for number in range(count)]
        return block(
            replace(
                one,
                run=replace(one.run, hosts=tuple(names)),
                records=tuple(replace(lost, host=name, facts=_facts(lost, share=share)) for name in names),
                verdicts=tuple(verdict.said_of(name) for name in names for verdict in verdicts),
            )
        )

    few, many = stopped(2), stopped(40)
    for key in ("strings", "evidence", "missing"):
        assert many.raw[key] == few.raw[key]
    assert [fact["table"] for fact in many.raw["facts"]] == [fact["table"] for fact in few.raw["facts"]]
    assert {rule.word("h39") for rule in many.rules} == {"unknown"}


def _facts(kept: HostRecord, *, share: bool) -> Mapping[str, Evidence]:
    return kept.facts if share else dict(kept.facts)


def test_every_string_is_safe_and_stands_once() -> None:
    """Whatever hosts say, the block holds no unseen character."""
    raw = hostile(16).view().columns
    assert not [text for text in strings(raw) if any(map(is_unseen, text))]
    assert len(set(Block(raw).raw["strings"])) == len(Block(raw).raw["strings"])


@pytest.mark.parametrize("values", [(True, 1, 1.0, "1"), ([True], [1], [1.0], ["1"])])
def test_values_that_python_calls_equal_are_told_apart(values: tuple[Value, ...]) -> None:
    """A flag is not a number, and a number is not a text, also within a list."""
    one = sample(4)
    records = tuple(
        replace(kept, facts={"cpu.logical": evidence("cpu.logical", Known(value=value, type="x"))})
        for kept, value in zip(one.records, values, strict=True)
    )
    shown = block(replace(one, records=records, verdicts=()))
    for kept, value in zip(records, values, strict=True):
        reading = shown.reading("cpu.logical", kept.host)
        assert reading is not None
        assert reading.value == value_text(value)


def test_a_number_that_python_does_not_print_is_shown() -> None:
    """More digits than Python agrees to print are shown in base sixteen, in a list as well."""
    facts = {"cpu.logical": evidence("cpu.logical", Known(value=[16**5000], type="x"))}
    shown = changed("a", facts).reading("cpu.logical", "a")
    assert shown is not None
    assert shown.value.startswith("0x1000")


@pytest.mark.parametrize(
    ("fields", "product", "scanmail", "dag"),
    [
        ({}, "", "", ""),
        ({"exchange_product": Unknown(reason=Reason.DENIED), "dag": Absent()}, "", "", ""),
        ({"exchange_product": Absent(), "scanmail_installed": Known(value=False, type="bool")}, "none", "none", ""),
        (
            {
                "exchange_product": Known(value="Exchange 2019", type="derived"),
                "scanmail_installed": Known(value=True, type="bool"),
                "dag": Known(value="DAG-1", type="string"),
            },
            "Exchange 2019",
            "installed",
            "DAG-1",
        ),
        (
            {
                "exchange_product": Known(value="Exchange 2019", type="derived"),
                "exchange_cumulative_update": Known(value="CU14", type="derived"),
                "scanmail_version": Known(value="14.0", type="version"),
            },
            "Exchange 2019 CU14",
            "14.0",
            "",
        ),
    ],
)
def test_a_host_is_known_by_its_products(fields: dict[str, Outcome], product: str, scanmail: str, dag: str) -> None:
    """What is not known is not named; what is known not to be there is none."""
    one = sample(1)
    host = block(replace(one, topologies={one.records[0].host: fields})).host(one.records[0].host)
    assert (host["product"], host["scanmail"], host["dag"]) == (product, scanmail, dag)


def test_services_are_told_by_their_state() -> None:
    """All services of Exchange fit in the topology, because only their states and names are told."""
    services: dict[str, Value] = {
        f"MSExchange{i}": {"state": "Stopped" if i == 3 else "Running", "start": "Auto"} for i in range(40)
    }
    one = sample(2)
    names = [kept.host for kept in one.records]
    field: dict[str, Outcome] = {"services": Known(value=services | {"odd": 1}, type="services")}
    shown = block(replace(one, topologies={names[0]: field, names[1]: {"services": Absent()}, "gone": field}))
    first, second = (shown.place("Exchange services", name) for name in names)
    assert first is not None
    assert second is not None
    assert "Stopped: {MSExchange3}" in first.value
    assert first.value.startswith(": {odd}, Running: {MSExchange0, ")
    assert second.state == "absent"


def test_long_sentences_are_cut() -> None:
    """A sentence is bounded, and says that it was longer."""
    one = sample(1)
    verdict = replace(one.verdicts[0], summary="x" * 5000)
    shown = block(replace(one, verdicts=(verdict,))).rule(verdict.rule).summary(verdict.host)
    assert shown == visible("x" * 5000, DETAIL_LIMIT)


def test_the_past_is_told(made: Sample) -> None:
    """Since when a verdict is so, the run before, and what changed, by the numbers of hosts, rules and facts."""
    host, rule = "par-ex01", "scanmail-master-stopped"
    moment = Since(at=START - timedelta(days=3), exact=True)
    standing = Standing(
        run="now",
        started=START,
        hosts=(host,),
        rules=(rule,),
        words=("p",),
        since=((0,),),
        moments=(moment,),
        facts={},
    )
    before, after = Stated(known=True, type="int", parts=("4", "5")), Stated(known=False, type="", parts=())
    past = Past(
        run="before",
        started=START - timedelta(days=1),
        now=standing,
        changes=Changes(
            verdicts=(VerdictChange(host=host, rule=rule, before="finding", after=""),),
            facts=(FactChange(host=host, fact="cpu.logical", before=before, after=after),),
            new_hosts=("par-ex02",),
            gone_hosts=("old\x1b",),
            silent=(Silence(host=host, findings=1, checks=2, facts=3),),
            back=("par-ex02",),
        ),
    )
    vouched = AttestationView(
        fact="f", value="1", by="Ada", since="2026-01-01", until="2026-12-31", note="", state="in force", hosts=(host,)
    )
    view = build(
        made.run,
        shelf=made.shelf,
        records=made.records,
        verdicts=made.verdicts,
        topologies=made.topologies,
        past=past,
        attestations=(vouched,),
    )
    shown = Block(view.columns)
    assert shown.rule(rule).since(host) == "2026-11-19 01:00:03 UTC"
    assert shown.rule(rule).since("par-ex02") == ""
    assert shown.raw["run"]["previous"] == "before"
    changes, number = shown.raw["changes"], shown.number(host)
    ids = [each.raw["id"] for each in shown.rules]
    assert changes["verdicts"] == [[number, ids.index(rule), "f", "-"]]
    ((where, fact, old, new),) = changes["facts"]
    assert (where, shown.raw["facts"][fact]["id"]) == (number, "cpu.logical")
    assert (shown.shown("", old, "").value, shown.shown("", new, "").state) == ("4, 5", "absent")
    assert (changes["silent"], changes["back"]) == ([[number, 1, 2, 3]], [shown.number("par-ex02")])
    assert (changes["new_hosts"], changes["gone_hosts"]) == (["par-ex02"], ["old\\u{001B}"])
    assert shown.raw["attestations"][0]["hosts"] == [number]


def test_an_empty_run_has_a_block(made: Sample) -> None:
    """Without a host every column is empty."""
    nothing = block(sample(0))
    assert nothing.hosts == []
    assert nothing.raw["run"]["previous"] == ""
    assert {len(fact["column"]) for fact in nothing.raw["facts"]} == {0}
    assert {rule.raw["verdicts"]["word"] for rule in nothing.rules} == {""}
    assert nothing.raw["evidence"] == nothing.raw["missing"] == [[]]
    assert len(nothing.rules) == len(made.shelf.rules)


def test_a_host_is_dated_by_what_was_read_there() -> None:
    """A host that nothing was read of has the start of its conversation."""
    one = replace(record("a", Status.NOT_SCANNED), started=START + timedelta(seconds=4), facts={})
    made = sample(1)
    shown = block(replace(made, run=replace(made.run, hosts=("a",)), records=(one,), verdicts=()))
    assert shown.host("a")["at"] == shown.host("a")["started"] == 4
