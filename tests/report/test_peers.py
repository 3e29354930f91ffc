"""What a report says of a host because of others: who they are, and what of them is not known."""

from __future__ import annotations

from dataclasses import replace

from fleetscan.model import PEERS, Evidence, Finding, Known, Reason, Status, Undetermined, UnknownFact
from tests.report.sample import START
from tests.report.test_view import evidence, of, record, unknown

LOST = UnknownFact(fact="cpu.logical", reason=Reason.UNREACHABLE, detail="refused", of="z and 3 more")


def test_a_fact_that_is_not_known_of_others_names_them() -> None:
    """By rule and on the page of the host; its own evidence of that fact, which is known, is not what is meant."""
    known = evidence("cpu.logical", Known(value=4, type="int"))
    verdict = replace(unknown("a", LOST), evidence=(known,))
    view = of([record("a", Status.COMPLETE)], [verdict])
    (group,) = view.unknown
    (reading,) = group.reasons[0].hosts[0].facts
    assert (reading.fact, reading.state, reading.detail) == ("cpu.logical of z and 3 more", "unknown", "refused")
    assert (reading.where, reading.how) == ("", "")
    (page,) = view.hosts
    assert page.verdicts.unknown[0].summary == "cpu.logical of z and 3 more: unreachable"


def test_the_peers_stand_beside_the_evidence_of_the_host() -> None:
    """They have no moment and no credential of their own, and do not part what the rest shares."""
    peers = Evidence(
        fact=PEERS,
        outcome=Known(value=["4: b, c", "8: a"], type=PEERS),
        where="cpu.logical in DAG-1",
        transport=PEERS,
        credential="",
        at=START,
    )
    own = evidence("cpu.logical", Known(value=8, type="int"))
    verdict = replace(unknown("a"), ruling=Finding(), summary="Other.", evidence=(own, peers))
    (group,) = of([record("a", Status.COMPLETE)], [verdict]).findings
    (host,) = group.hosts
    assert [(reading.fact, reading.value, reading.where) for reading in host.evidence] == [
        ("cpu.logical", "8", "place"),
        ("peers", "4: b, c, 8: a", "cpu.logical in DAG-1"),
    ]
    assert host.evidence[1].how == ""
    assert host.how == host.evidence[0].how != ""


def test_evidence_without_peers_is_as_it_was() -> None:
    """What differs in its moment is told apart."""
    own = evidence("cpu.logical", Known(value=8, type="int"))
    other = replace(evidence("cpu.physical", Known(value=2, type="int")), transport="remote_registry")
    verdict = replace(unknown("a"), ruling=Undetermined(facts=(LOST,)), evidence=(own, other))
    (group,) = of([record("a", Status.COMPLETE)], [replace(verdict, ruling=Finding())]).findings
    assert group.hosts[0].how == ""
