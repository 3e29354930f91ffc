"""What is expected of the lab's hosts among each other: by hand, and held against the rules without a wire."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from fleetscan.facts import DERIVATIONS, plan, read
from fleetscan.lab.among import COMPARED, expected_among
from fleetscan.lab.collector import answer
from fleetscan.lab.fleet import WHOLE, build_fleet
from fleetscan.lab.host import LabHost
from fleetscan.lab.personas import load_personas
from fleetscan.lab.traits import NONE, NOTHING_SEEN, PROTECTED, TABLE, UNSEEN, Trait, traits_of
from fleetscan.model import Answer, Evidence, Failure, HostRecord, Reason, Status
from fleetscan.rules import FleetJudge, load_shelf
from fleetscan.transport.winrm import request
from fleetscan.transport.winrm.answer import decode

_NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_SHELF = load_shelf(derivations=DERIVATIONS)
_PLAN = plan(_SHELF.facts.values())
_ASKED = request.plan(_PLAN.questions)
_REQUEST = json.loads(_ASKED.encode(50_000))


_LARGEST = WHOLE + 30
_HOSTS = {host.name: host for host in build_fleet(hosts=_LARGEST, now=_NOW).hosts}


@cache
def _facts(name: str) -> dict[str, Evidence]:
    """Ask a host in memory, the same in fleets of any size; one that is expected to be lost is not asked."""
    host = _HOSTS[name]
    answers = Answer(failure=_failure(host)) if _failure(host) else _answers(host)
    return dict(read(_PLAN, answers, transport="winrm", credential="lab", at=_NOW))


def _failure(host: LabHost) -> Failure | None:
    return Failure(reason=Reason(host.expected_reason), detail="") if host.expected_status == "not_scanned" else None


def _answers(host: LabHost) -> Answer:
    return Answer(outcomes=decode(json.dumps(answer(host.machine, _REQUEST)), _ASKED))


def _record(host: LabHost, facts: dict[str, Evidence]) -> HostRecord:
    return HostRecord(
        host=host.name,
        address=host.address,
        site=host.site,
        groups=(),
        status=Status.COMPLETE,
        failure=_failure(host),
        transport="winrm",
        credential="lab",
        started=_NOW,
        seconds=1.0,
        attempts=1,
        round_trips=1,
        bytes_received=1,
        notes=(),
        facts=facts,
    )


def _judged(hosts: Iterable[LabHost]) -> dict[str, dict[str, str]]:
    fleet = FleetJudge(_SHELF)
    for host in hosts:
        fleet.see(_record(host, _facts(host.name)))
    return {host: {verdict.rule: verdict.word for verdict in verdicts} for host, verdicts in fleet.verdicts().items()}


@pytest.mark.parametrize("hosts", [1, 2, 3, 5, 12, 15, 60, WHOLE, _LARGEST])
def test_the_rules_say_of_a_fleet_of_any_size_what_was_counted_by_hand(hosts: int) -> None:
    """Two ways to count that share no line come to the same verdict for every host and every fleet rule."""
    fleet = build_fleet(hosts=hosts, now=_NOW).hosts
    assert _judged(fleet) == expected_among(fleet)


def test_every_fleet_rule_is_expected() -> None:
    """The lab describes the fleet rules that are on the shelf."""
    assert set(COMPARED) == {rule.id for rule in _SHELF.fleet_rules}


def test_the_lab_shows_what_fleet_rules_find() -> None:
    """Over fleets of two sizes every rule finds something somewhere, or it was shown to find nothing of this kind."""
    found: Counter[tuple[str, str]] = Counter()
    for size in (15, WHOLE):
        for words in expected_among(build_fleet(hosts=size, now=_NOW).hosts).values():
            found.update(words.items())
    never_found = {rule for rule in COMPARED if not found[rule, "finding"]}
    assert never_found == {"scanmail-pattern-differs-in-site", "antivirus-products-differ-in-site"}
    assert all(found[rule, "pass"] or "levels" in rule or "versions" in rule for rule in COMPARED)
    assert all(found[rule, "unknown"] and found[rule, "not_applicable"] for rule in COMPARED)


def test_the_third_group_is_half_way_through_an_update() -> None:
    """One member is behind and one ahead; the latter forgot an agent. The other two groups are in good order."""
    fleet = build_fleet(hosts=15, now=_NOW).hosts
    among = expected_among(fleet)
    found = {
        (host.traits[Trait.DAG], host.persona, rule)
        for host in fleet
        for rule in ("exchange-levels-mixed-in-dag", "transport-agents-differ-in-dag")
        if among[host.name][rule] == "finding"
    }
    assert found == {
        ("DAG-OSAKA", "exchange-update-behind", "exchange-levels-mixed-in-dag"),
        ("DAG-OSAKA", "scanmail-agent-disabled", "exchange-levels-mixed-in-dag"),
        ("DAG-OSAKA", "scanmail-agent-disabled", "transport-agents-differ-in-dag"),
    }


def _pretend(*traits: dict[Trait, str]) -> list[LabHost]:
    """Make hosts with these traits and no others."""
    [host] = build_fleet(hosts=1, now=_NOW).hosts
    nothing = dict.fromkeys(Trait, NONE)
    return [replace(host, name=f"h{number}", traits={**nothing, **own}) for number, own in enumerate(traits)]


def test_a_mailbox_server_without_scanmail_is_found_by_hand() -> None:
    """More than half of the others must have it; who is not seen saves nobody."""
    bare, protected, unseen = ({Trait.MAILBOX: word} for word in ("bare", PROTECTED, UNSEEN))

    def words(*traits: dict[Trait, str]) -> list[str]:
        return [each["scanmail-missing-among-peers"] for each in expected_among(_pretend(*traits)).values()]

    assert words(bare, protected, unseen) == ["finding", "pass", "unknown"]
    assert words(bare, bare, protected) == ["pass", "pass", "pass"]
    assert words(bare, bare, protected, unseen) == ["unknown", "unknown", "pass", "unknown"]
    assert words(protected) == ["not_applicable"]
    assert words(protected, unseen) == ["unknown", "unknown"]


def test_an_outlier_is_found_by_hand() -> None:
    """One against three that are of one mind."""
    one, other = ({Trait.SITE: "S", Trait.PATTERN: pattern} for pattern in "12")

    def words(*traits: dict[Trait, str]) -> list[str]:
        return [each["scanmail-pattern-differs-in-site"] for each in expected_among(_pretend(*traits)).values()]

    assert words(one, one, one, other) == ["pass", "pass", "pass", "finding"]
    assert words(one, one, other) == ["not_applicable"] * 3
    assert words(one, one, other, {Trait.SITE: UNSEEN, Trait.PATTERN: "1"}) == ["unknown"] * 4
    assert words(one, one, other, other) == ["pass"] * 4


def test_the_table_of_traits_names_what_is_there() -> None:
    """Every line is that of a part or a persona, and differs from what it would have without."""
    shelf = load_personas()
    assert set(TABLE) <= {*shelf.personas, *shelf.parts}
    for name, persona in shelf.personas.items():
        lineage = persona.lineage
        assert lineage[-1] == name
        if name in TABLE:
            with_it = traits_of(lineage, site="S", dag="D")
            assert with_it != traits_of(lineage[:-1], site="S", dag="D"), name


def test_nothing_is_seen_of_a_lost_host() -> None:
    """Not even its site; and a host without a group says so."""
    fleet = build_fleet(now=_NOW).hosts
    assert all(host.traits == NOTHING_SEEN for host in fleet if host.expected_status == "not_scanned")
    assert traits_of((), site="S", dag="")[Trait.DAG] == NONE
