"""What a report says of a host because of others: who they are, and what of them is not known."""

from __future__ import annotations

from dataclasses import replace

from fleetscan.model import PEERS, Evidence, Finding, Known, Reason, Status, UnknownFact
from tests.report.block import Block
from tests.report.sample import START
from tests.report.test_view import evidence, of, record, unknown

LOST = UnknownFact(fact="cpu.logical", reason=Reason.UNREACHABLE, detail="refused", of="z and 3 more")


def test_a_fact_that_is_not_known_of_others_names_them() -> None:
    """By rule and in the data; its own evidence of that fact, which is known, is not what is meant."""
    known = evidence("cpu.logical", Known(value=4, type="int"))
    verdict = replace(unknown("a", LOST), evidence=(known,))
    view = of([record("a", Status.COMPLETE, [known])], [verdict])
    (gap,) = view.unknown[0].reasons[0].gaps
    assert gap.detail == "refused"
    assert [(fact.id, fact.anchor) for fact in gap.facts] == [("cpu.logical of z and 3 more", "")]
    block = Block(view.columns)
    (rule,) = [rule for rule in block.rules if rule.word("a")]
    assert rule.missing("a") == [("cpu.logical of z and 3 more", "unreachable", "refused")]
    assert rule.evidence("a") == [block.reading("cpu.logical", "a")]


def test_the_peers_stand_beside_the_evidence_of_the_host() -> None:
    """They have no moment and no credential of their own, and are in no record."""
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
    block = Block(of([record("a", Status.COMPLETE, [own])], [verdict]).columns)
    (rule,) = [rule for rule in block.rules if rule.word("a")]
    first, second = rule.evidence("a")
    assert (first.fact, first.value, first.where, first.way) == ("cpu.logical", "8", "place", "winrm as c")
    assert (second.fact, second.value, second.where, second.way) == (
        "peers",
        "4: b, c, 8: a",
        "cpu.logical in DAG-1",
        "",
    )
