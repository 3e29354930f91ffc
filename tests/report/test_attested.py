"""Attestations as a report lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from fleetscan.model import (
    ATTESTED,
    INDIRECT,
    LOCATED,
    Attestation,
    Evidence,
    HostRecord,
    Known,
    Outcome,
    Reason,
    Unknown,
)
from fleetscan.report.attested import AttestationView, Force, attestations
from tests.history import nouns

DAY = nouns.NIGHT.date()
WORD = Attestation(
    fact="exchange.mailboxes", value=5, by="J. Doe", since=DAY - timedelta(days=9), until=DAY + timedelta(days=90)
)
VOUCHED = Known(value=5, type=ATTESTED)
UNTOLD = Unknown(reason=Reason.NOT_LOCATED, detail="")


def host(name: str, outcome: Outcome | None, *words: Attestation) -> HostRecord:
    """Make a host for which somebody vouches."""
    facts: Mapping[str, Evidence] = {} if outcome is None else {WORD.fact: nouns.evidence(WORD.fact, outcome)}
    return replace(nouns.record(name, facts=facts), attestations=words)


def in_days(days: int) -> date:
    """Give a day as seen from that of the run."""
    return DAY + timedelta(days=days)


def test_equal_ones_are_one_with_all_their_hosts() -> None:
    """In natural order; what differs in anything is another one, a number and a truth too."""
    other = replace(WORD, note="ticket 4711")
    yes, one = replace(WORD, value=True), replace(WORD, value=1)
    hosts = [host("ex10", VOUCHED, WORD), host("ex2", VOUCHED, WORD), host("ex3", VOUCHED, other)]
    found = attestations([*hosts, host("ex4", VOUCHED, yes), host("ex5", VOUCHED, one), nouns.record("ex6")], DAY)
    assert [(each.value, each.note, each.hosts) for each in found] == [
        ("5", "", ("ex2", "ex10")),
        ("5", "ticket 4711", ("ex3",)),
        ("true", "", ("ex4",)),
        ("1", "", ("ex5",)),
    ]
    assert found[0] == AttestationView(
        fact="exchange.mailboxes",
        value="5",
        by="J. Doe",
        since="2026-11-13",
        until="2027-02-20",
        note="",
        state="in force",
        hosts=("ex2", "ex10"),
    )


@pytest.mark.parametrize(
    ("since", "until", "outcome", "force"),
    [
        (-9, 90, VOUCHED, Force.IN_FORCE),
        (-9, 31, VOUCHED, Force.IN_FORCE),
        (-9, 30, VOUCHED, Force.EXPIRING),
        (0, 0, VOUCHED, Force.EXPIRING),
        (-9, -1, UNTOLD, Force.EXPIRED),
        (-9, -1, Known(value=5, type=INDIRECT), Force.EXPIRED),
        (1, 90, UNTOLD, Force.TO_COME),
        (-9, 90, Known(value=7, type=LOCATED), Force.UNUSED),
        (-9, 9, UNTOLD, Force.UNUSED),
        (-9, 90, None, Force.IN_FORCE),
    ],
)
def test_how_one_stands_on_the_day_of_the_run(since: int, until: int, outcome: Outcome | None, force: Force) -> None:
    """Both days are included; a word that a locator went before is no force."""
    [found] = attestations([host("a", outcome, replace(WORD, since=in_days(since), until=in_days(until)))], DAY)
    assert found.state == force


def test_the_ones_to_look_after_come_first() -> None:
    """Those that are over, then those that soon will be, each by their last day."""
    words = [replace(WORD, until=in_days(days)) for days in (90, 20, -1, 10, -5)]
    hosts = [host(f"h{number}", UNTOLD if word.until < DAY else VOUCHED, word) for number, word in enumerate(words)]
    assert [(each.state, each.until) for each in attestations(hosts, DAY)] == [
        ("expired", in_days(-5).isoformat()),
        ("expired", in_days(-1).isoformat()),
        ("expiring", in_days(10).isoformat()),
        ("expiring", in_days(20).isoformat()),
        ("in force", in_days(90).isoformat()),
    ]


def test_the_day_that_counts_is_that_of_the_reading() -> None:
    """A run over midnight reads some hosts on the next day: their evidence and their attestation tell the same."""
    word = replace(WORD, until=in_days(0))
    late = replace(nouns.evidence(WORD.fact, UNTOLD), at=nouns.NIGHT + timedelta(days=1))
    record = replace(nouns.record("a", facts={WORD.fact: late}), attestations=(word,))
    assert [each.state for each in attestations([record], DAY)] == ["expired"]
