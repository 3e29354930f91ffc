"""Fleet rules: hosts held against each other, and what must hold whatever they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import (
    PEERS,
    Broken,
    Failure,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Undetermined,
    UnknownFact,
    Value,
)
from fleetscan.rules import FleetJudge, FleetRule, explain, run_cases
from fleetscan.rules.compare import WAYS, key_of
from fleetscan.rules.interface import Comparison
from tests.rules.fleets import LACKS, LEVELS, ODD, PACK, SHELF, judged, record
from tests.rules.samples import ABSENT, AT, DENIED, STARTED, known, load

VALUES: dict[str, tuple[tuple[str, Value], ...]] = {
    LEVELS.id: (("box.level", "1.0"), ("box.level", "2.0"), ("box.level", "3.0")),
    ODD.id: (("box.parts", ["x"]), ("box.parts", ["y"]), ("box.parts", [])),
    LACKS.id: (("box.there", {"state": "Running", "start": "Auto"}), ("box.there", ""), ("box.there", "")),
}
GROUPS = {LEVELS.id: "dag.name", ODD.id: "ad.site", LACKS.id: ""}
RULES = (LEVELS, ODD, LACKS)


@dataclass(frozen=True)
class One:
    """A host as drawn: its group and value by number; None is not known, -1 is absent."""

    group: int | None
    value: int | None


def drawn(rule: FleetRule, host: str, one: One) -> HostRecord:
    """Make the record of a drawn host."""
    facts: dict[str, Outcome] = {"box.there": STARTED}
    if GROUPS[rule.id]:
        facts[GROUPS[rule.id]] = _outcome(one.group, f"G{one.group}")
    fact, value = VALUES[rule.id][one.value or 0]
    facts[fact] = DENIED if one.value is None else ABSENT if value == "" else known(value)
    return record(host, facts)


def _outcome(number: int | None, value: Value) -> Outcome:
    if number is None:
        return DENIED
    return ABSENT if number < 0 else known(value)


def words(rule: FleetRule, hosts: Sequence[One]) -> dict[str, str]:
    """Give the word of each host."""
    found = judged(rule, [drawn(rule, f"h{number}", one) for number, one in enumerate(hosts)])
    return {host: verdict.word for host, verdict in found.items()}


ONE = st.builds(One, group=st.sampled_from((0, 0, 0, 1, -1, None)), value=st.sampled_from((0, 0, 1, 1, 2, None)))
FLEETS = st.lists(ONE, min_size=1, max_size=9)
A_RULE = st.sampled_from(RULES)


def test_every_kind_is_tried() -> None:
    """A new comparison needs a rule here."""
    assert {rule.kind for rule in RULES} == set(Comparison) == set(WAYS)
    assert all(result.ok for result in run_cases(SHELF))


@given(rule=A_RULE, hosts=FLEETS, data=st.data())
def test_the_order_of_the_hosts_does_not_matter(rule: FleetRule, hosts: list[One], data: st.DataObject) -> None:
    """Every verdict is the same to the letter in whatever order the hosts were seen."""
    records = [drawn(rule, f"h{number}", one) for number, one in enumerate(hosts)]
    mixed = data.draw(st.permutations(records))
    assert judged(rule, mixed) == judged(rule, records)


@given(rule=A_RULE, hosts=FLEETS, group=st.sampled_from((0, None)), value=st.sampled_from((0, None)))
def test_a_host_that_was_not_seen_makes_nobody_fine(
    rule: FleetRule, hosts: list[One], group: int | None, value: int | None
) -> None:
    """With one host more that is not known, a finding stays, and whatever else there was stays or becomes unknown."""
    lost = One(group, None if rule is LACKS or group == 0 else value)
    before, after = words(rule, hosts), words(rule, [*hosts, lost])
    assert {(before[host], after[host]) for host in before if before[host] != after[host]} <= {
        ("pass", "unknown"),
        ("not_applicable", "unknown"),
    }
    assert after[f"h{len(hosts)}"] == "unknown"


@given(rule=A_RULE, hosts=FLEETS, data=st.data())
def test_an_answer_that_is_taken_away_makes_nobody_fine(rule: FleetRule, hosts: list[One], data: st.DataObject) -> None:
    """Whichever host's group or value is denied, no finding and no unknown turns into a pass or not applicable."""
    index = data.draw(st.integers(0, len(hosts) - 1))
    blind = data.draw(st.sampled_from((replace(hosts[index], group=None), replace(hosts[index], value=None))))
    before, after = words(rule, hosts), words(rule, [*hosts[:index], blind, *hosts[index + 1 :]])
    for host, word in before.items():
        if word in {"finding", "unknown"}:
            assert after[host] in {"finding", "unknown"}


@given(rule=A_RULE, hosts=FLEETS)
def test_a_pass_without_all_peers_is_one_that_no_peer_could_change(rule: FleetRule, hosts: list[One]) -> None:
    """However the unknown ones turn out, a host that passed is never found, nor is one that had no peers."""
    before = words(rule, hosts)
    for group, value in ((0, 0), (0, 1), (0, 2), (1, 0), (-1, 0)):
        seen = [
            replace(
                one, group=group if one.group is None else one.group, value=value if one.value is None else one.value
            )
            for one in hosts
        ]
        after = words(rule, seen)
        assert not [host for host, word in before.items() if word == "pass" and after[host] == "finding"]
        assert not [host for host, word in before.items() if word == "not_applicable" != after[host]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_group_of_one_has_nobody_to_differ_from(rule: FleetRule) -> None:
    """It is not applicable; with a host that may belong to it, it is unknown."""
    assert words(rule, [One(0, 0)]) == {"h0": "not_applicable"}
    assert words(rule, [One(0, 0), One(None, None)])["h0"] == "unknown"
    assert "too few peers" in judged(rule, [drawn(rule, "a", One(0, 0))])["a"].summary


MIXED = [
    ("aab", {"pass", "finding"}, "finding"),
    ("ab", {"finding"}, "finding"),
    ("aabb", {"finding"}, "finding"),
    ("aabc", {"finding"}, "finding"),
    ("aaabc", {"pass", "finding"}, "finding"),
    ("aaa", {"pass"}, "pass"),
]


@pytest.mark.parametrize(("values", "all_words", "last"), MIXED)
def test_mixed_finds_those_outside_the_majority(values: str, all_words: set[str], last: str) -> None:
    """More than half is a majority; without one, everybody is found."""
    found = words(LEVELS, [One(0, ord(value) - ord("a")) for value in values])
    assert set(found.values()) == all_words
    assert list(found.values())[-1] == last


OUTLIERS = [
    ("aaab", "finding"),
    ("aab", "not_applicable"),
    ("aaabb", "pass"),
    ("aabc", "pass"),
    ("aaaa", "pass"),
    ("aaaaaac", "finding"),
]


@pytest.mark.parametrize(("values", "last"), OUTLIERS)
def test_an_outlier_stands_alone_against_three_that_agree(values: str, last: str) -> None:
    """Two that differ are no outlier, and neither is one among hosts that disagree."""
    assert list(words(ODD, [One(0, ord(value) - ord("a")) for value in values]).values())[-1] == last


def test_each_host_is_judged_with_its_own_threshold() -> None:
    """One that wants two peers is found among two; its peers, who want three, are not judged."""
    hosts = [drawn(ODD, name, One(0, value)) for name, value in (("a", 0), ("b", 0))]
    odd = replace(drawn(ODD, "c", One(0, 1)), parameters={ODD.id: {"least_peers": 2}})
    assert {host: verdict.word for host, verdict in judged(ODD, [*hosts, odd]).items()} == {
        "a": "not_applicable",
        "b": "not_applicable",
        "c": "finding",
    }


def test_a_wrong_threshold_breaks_the_rule_there_alone() -> None:
    """The others do not know what the host has; neither does anybody in no group."""
    wrong = {ODD.id: {"least_peers": "many"}}
    records = [drawn(ODD, "a", One(0, 0)), *(replace(drawn(ODD, name, One(0, 0)), parameters=wrong) for name in "bc")]
    records += [replace(drawn(ODD, name, One(group, 0)), parameters=wrong) for name, group in (("d", -1), ("e", None))]
    found = judged(ODD, records)
    assert {host: verdict.word for host, verdict in found.items()} == {
        "a": "unknown",
        "b": "broken",
        "c": "broken",
        "d": "not_applicable",
        "e": "broken",
    }
    assert isinstance(found["b"].ruling, Broken)
    assert "least_peers" in found["b"].ruling.fault
    assert found["a"].summary.startswith("unknown: box.parts of b, c, e is malformed (the rule is broken")


def test_a_finding_says_what_the_peers_have_and_who_they_are() -> None:
    """Names are few, in their order; who was not seen is counted; and the same stands in the evidence."""
    values = [("h5", 1), *((f"h{number}", 0) for number in (4, 3, 2, 1, 0))]
    records = [drawn(LEVELS, name, One(0, value)) for name, value in values]
    records += [drawn(LEVELS, "dark", One(None, 0)), drawn(LEVELS, "blind", One(0, None))]
    found = judged(LEVELS, records)
    assert found["h5"].summary == "2.0 in G0; others 1.0 on h0, h1, h2 and 2 more. (2 possible peers were not seen.)"
    peers = found["h5"].evidence[-1]
    assert (peers.fact, peers.transport, peers.where) == (PEERS, PEERS, "box.level in G0")
    assert peers.outcome == Known(
        value=["1.0: h0, h1, h2 and 2 more", "2.0: h5", "not seen: box.level of blind", "not seen: dag.name of dark"],
        type=PEERS,
    )
    assert [one.fact for one in found["h5"].evidence[:-1]] == ["box.there", "box.level", "dag.name"]
    assert found["h0"].ruling == Undetermined(
        facts=(
            UnknownFact(fact="box.level", reason=Reason.DENIED, detail="Access is denied.", of="blind"),
            UnknownFact(fact="dag.name", reason=Reason.DENIED, detail="Access is denied.", of="dark"),
        )
    )
    assert found["h0"].summary == (
        "unknown: box.level of blind was denied (Access is denied.); dag.name of dark was denied (Access is denied.)"
    )


@pytest.mark.parametrize(("count", "rest"), [(4, []), (5, ["and 1 more values"]), (6, ["and 2 more values"])])
def test_four_values_are_told_and_the_rest_is_counted(count: int, rest: list[str]) -> None:
    """In the evidence of all, in the sentence of the others; it is as old as the last reading of a known host."""
    records = [
        replace(
            record(f"h{number}", {"dag.name": known("D"), "box.there": STARTED, "box.level": known(f"{number}.0")}),
            started=AT + timedelta(minutes=number % 3),
        )
        for number in range(count)
    ]
    found = judged(LEVELS, records)["h0"]
    others = [f"{number}.0 on h{number}" for number in range(1, min(count, 5))]
    assert found.summary == f"0.0 in D; others {'; '.join([*others, *(['and 1 more values'] * (count - 5))])}."
    peers = found.evidence[-1]
    assert peers.outcome == Known(value=[*(f"{number}.0: h{number}" for number in range(4)), *rest], type=PEERS)
    assert peers.at == AT + timedelta(minutes=2)


def test_a_host_that_the_rule_may_not_be_about_is_no_peer_and_not_judged() -> None:
    """Its value is known and would be found; whether it counts is not, for itself and for the others."""
    known_ones = [drawn(LEVELS, name, One(0, 0)) for name in "ab"]
    doubted = record("c", {"dag.name": known("G0"), "box.there": DENIED, "box.level": known("2.0")})
    found = judged(LEVELS, [*known_ones, doubted])
    why = UnknownFact(fact="box.there", reason=Reason.DENIED, detail="Access is denied.")
    assert found["c"].ruling == Undetermined(facts=(why,))
    assert found["a"].ruling == found["b"].ruling == Undetermined(facts=(replace(why, of="c"),))


def test_three_facts_that_stand_in_the_way_are_named() -> None:
    """Those of most hosts come first, then in the order of their names; the rest is not told."""
    reasons = (Reason.DENIED, Reason.TIMED_OUT, Reason.UNREACHABLE, Reason.AUTH_FAILED, Reason.TIMED_OUT)
    records = [drawn(LEVELS, "a", One(0, 0))]
    records += [
        record(f"dark{number}", {}, failure=Failure(reason=reason, detail="")) for number, reason in enumerate(reasons)
    ]
    ruling = judged(LEVELS, records)["a"].ruling
    assert isinstance(ruling, Undetermined)
    assert [(fact.reason, fact.of) for fact in ruling.facts] == [
        (Reason.TIMED_OUT, "dark1, dark4"),
        (Reason.AUTH_FAILED, "dark3"),
        (Reason.DENIED, "dark0"),
    ]


def test_a_list_is_compared_item_by_item() -> None:
    """What the others have and lack, as one of them spells it; order and case make no difference."""
    lists = {"a": ["X", "y"], "b": ["Y", "x"], "c": ["x", "Y"], "d": ["y", "z"], "e": ["y", "x"]}
    records = [record(name, {"ad.site": known("S"), "box.parts": known(parts)}) for name, parts in lists.items()]
    assert judged(ODD, records)["d"].summary == "Parts are y, z in S; a, b, c and 1 more have x and lack z."
    missing = [*records[:3], record("d", {"ad.site": known("S"), "box.parts": known(["y"])})]
    assert judged(ODD, missing)["d"].summary == "Parts are y in S; a, b, c have x."


def test_a_condition_is_shown_by_those_who_meet_it() -> None:
    """Where something is missing, the peers that have it are named."""
    hosts = [drawn(LACKS, f"h{number}", One(0, value)) for number, value in enumerate((0, 0, 1))]
    assert judged(LACKS, hosts)["h2"].summary == "Not in the fleet, but on h0, h1."
    assert judged(LACKS, hosts)["h0"].summary == "does not hold: It is missing (peers in the fleet: 2)"


def test_what_is_said_of_thousands_is_bounded() -> None:
    """However many values, names, reasons and spellings there are, and however long a host's words are."""
    long = "x" * 5_000
    records = [
        record(f"{long}{number:04}", {"dag.name": known("D"), "box.there": STARTED, "box.level": known(f"1.{number}")})
        for number in range(1_000)
    ]
    reasons = [reason for reason in Reason for _ in range(3)]
    records += [
        record(f"dark{number}", {}, failure=Failure(reason=reason, detail=long))
        for number, reason in enumerate(reasons)
    ]
    found = judged(LEVELS, records)
    verdict = found[f"{long}0007"]
    assert len(verdict.summary) < 1_400
    assert "and 995 more values" in verdict.summary
    outcome = verdict.evidence[-1].outcome
    assert isinstance(outcome, Known)
    assert len(str(outcome.value)) < 4_000
    assert len(judged(ODD, [*records])["dark0"].summary) < 1_400


def test_long_texts_are_compared_whole_and_not_kept() -> None:
    """A digest stands for a text that no name or version is as long as."""
    assert key_of("Straße") == key_of("STRASSE")
    long = "x" * 300_000
    assert key_of(long) == key_of(long.upper()) != key_of(f"{long}y")
    assert len(str(key_of(long))) < 100
    assert key_of(["b", "A", "a"]) == ("a", "b")
    assert key_of([1, 2]) == (1, 2)
    assert (key_of(5), key_of([]), key_of("")) == (5, (), "")


def test_the_group_is_named_by_its_first_spelling() -> None:
    """Names of groups are compared without case."""
    given = [("a", "Dag"), ("b", "DAG"), ("c", "dag")]
    records = [
        record(host, {"dag.name": known(name), "box.there": STARTED, "box.level": known("1.0")}) for host, name in given
    ]
    assert {verdict.word for verdict in judged(LEVELS, records).values()} == {"pass"}
    assert judged(LEVELS, records)["a"].summary.endswith("(peers in DAG: 2)")


def test_a_host_that_is_seen_twice_is_one_host() -> None:
    """The later record takes the place of the first."""
    hosts = [drawn(LEVELS, "a", One(0, 0)), drawn(LEVELS, "b", One(0, 1)), drawn(LEVELS, "b", One(0, 0))]
    assert {verdict.word for verdict in judged(LEVELS, hosts).values()} == {"pass"}


def test_hosts_that_share_their_facts_share_what_is_said_of_them() -> None:
    """Thousands of untried hosts are looked at once, and their verdicts differ by the name alone."""
    first = record("a", {}, failure=Failure(reason=Reason.NOT_ASKED, detail="stopped"))
    fleet = FleetJudge(SHELF)
    for host in "abc":
        fleet.see(replace(first, host=host))
    fleet.see(drawn(LEVELS, "d", One(0, 0)))
    found = fleet.verdicts()
    assert [tuple(verdict.rule for verdict in verdicts) for verdicts in found.values()] == [
        ("levels", "odd-one", "lacks-it")
    ] * 4
    for one, other in pairwise([found[host] for host in "abc"]):
        assert all(mine.evidence is yours.evidence for mine, yours in zip(one, other, strict=True))
        assert all(mine.ruling is yours.ruling for mine, yours in zip(one, other, strict=True))
    assert {verdict.word for verdict in found["b"]} == {"unknown"}


def test_an_empty_fleet_has_no_verdicts() -> None:
    """A run that was stopped before its first host ends like any other."""
    assert dict(FleetJudge(SHELF).verdicts()) == {}


def test_a_field_without_a_value_breaks_the_rule() -> None:
    """A file that is not there has no size, and the rule does not ask whether it is there where it must."""
    text = PACK.replace("box.level: {registry: 'HKLM\\SOFTWARE\\Box', value: Level, type: version}", _FILE)
    text = text.replace("{box.level}", "it").replace("compare: box.level", "compare: box.level.size")
    text = text.replace("applies: box.there.installed", "applies: box.there.installed || box.level.exists")
    text = text.replace("absent: {box.level: {unknown: not_located}}\n", "absent: {}\n")
    for old in ("'1.0'", "'1'", "'2.0'"):
        text = text.replace(f"box.level: {old}", "box.level: {size: 5}")
    shelf = load(text)
    found = judged(shelf.fleet_rules[0], [record("a", {**_MEMBER, "box.level": ABSENT})], shelf)
    assert found["a"].ruling == Broken(fault="box.level.size has no value")


_FILE = "box.level: {file: 'C:\\box', what: stat}"
_MEMBER: dict[str, Outcome] = {"dag.name": known("D"), "box.there": STARTED}


def test_what_a_fleet_rule_sees_of_one_host_can_be_explained() -> None:
    """Clause by clause what selects it, and the condition that is compared."""
    seen = drawn(LEVELS, "a", One(0, 0)).facts
    assert [(part.part, part.text, part.result) for part in explain(LEVELS, seen)] == [
        ("applies", "box.there.installed", "true")
    ]
    assert [(part.part, part.text, part.result) for part in explain(LACKS, seen)] == [
        ("compare", "box.there.installed", "true")
    ]
    assert explain(ODD, seen) == ()
