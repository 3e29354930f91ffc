"""Records, verdicts and runs for tests, and how Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from fleetscan.model import (
    Absent,
    Attestation,
    Broken,
    Column,
    Confidence,
    Counts,
    Ending,
    Evidence,
    Failure,
    Finding,
    HostRecord,
    Known,
    NotApplicable,
    Outcome,
    Pass,
    Reason,
    Ruling,
    Run,
    Severity,
    Since,
    Standing,
    Stated,
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Value,
    Verdict,
    from_before,
)
from fleetscan.topology import Topology, describe

NIGHT = datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC)
FAILURE = Failure(reason=Reason.TIMED_OUT, detail="no answer")


def evidence(fact: str, outcome: Outcome | None = None) -> Evidence:
    """Make evidence of one fact."""
    return Evidence(
        fact=fact,
        outcome=outcome or Absent(),
        where=f"HKLM\\{fact}",
        transport="winrm",
        credential="reader",
        at=NIGHT,
    )


def record(
    host: str,
    *,
    status: Status = Status.COMPLETE,
    failure: Failure | None = None,
    facts: Mapping[str, Evidence] | None = None,
) -> HostRecord:
    """Make a record."""
    return HostRecord(
        host=host,
        address="192.0.2.1",
        site="paris",
        groups=("exchange",),
        status=status,
        failure=failure,
        transport="winrm",
        credential="reader",
        started=NIGHT,
        seconds=1.5,
        attempts=1,
        round_trips=9,
        bytes_received=16_000,
        notes=("a shell could not be deleted",),
        facts=facts or {},
        parameters={"scanmail-pattern-old": {"days": 3}},
    )


def topology() -> Topology:
    """Make a topology of which nothing is known."""
    return describe({})


def verdict(host: str, rule: str, ruling: Ruling | None = None, severity: Severity = Severity.WARNING) -> Verdict:
    """Make a verdict."""
    return Verdict(
        host=host,
        rule=rule,
        severity=severity,
        confidence=Confidence.DOCUMENTED,
        ruling=ruling or Pass(),
        summary="It is so.",
        evidence=(),
    )


def run(
    name: str = "20261122T010203Z-prod",
    *,
    ending: Ending = Ending.FINISHED,
    hosts: tuple[str, ...] = (),
    started: datetime = NIGHT,
    environment: str = "prod",
    counts: Counts | None = None,
) -> Run:
    """Make a run."""
    return Run(
        id=name,
        environment=environment,
        version="0.1.0",
        started=started,
        ended=None if ending is Ending.RUNNING else started,
        ending=ending,
        hosts=hosts,
        rules=("r1",),
        packs=("scanmail",),
        fail_on="warning",
        min_coverage=100,
        counts=counts,
    )


texts = st.text(st.characters(exclude_categories=()), max_size=20)
"""Any text, lone surrogates and control characters included."""

moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive there
numbers = st.integers(-(2**64), 2**64)
values: st.SearchStrategy[Value] = st.recursive(
    st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
outcomes: st.SearchStrategy[Outcome] = (
    st.builds(Known, value=values, type=texts)
    | st.just(Absent())
    | st.builds(Unknown, reason=st.sampled_from(Reason), detail=texts)
)
CAME: Mapping[str, st.SearchStrategy[Any]] = {"where": texts, "transport": texts, "credential": texts, "at": moments}
"""How evidence came."""

evidences = st.builds(Evidence, fact=texts, outcome=outcomes, **CAME)
attestations = st.builds(
    Attestation,
    fact=texts,
    value=st.booleans() | numbers | texts,
    by=texts,
    since=st.dates(),
    until=st.dates(),
    note=texts,
)
records = st.builds(
    HostRecord,
    host=texts,
    address=texts,
    site=texts,
    groups=st.lists(texts, max_size=3).map(tuple),
    status=st.sampled_from(Status),
    failure=st.none() | st.builds(Failure, reason=st.sampled_from(Reason), detail=texts),
    transport=texts,
    credential=texts,
    started=moments,
    seconds=st.floats(0, 1e6),
    attempts=st.integers(0, 2),
    round_trips=st.integers(0, 99),
    bytes_received=st.integers(0, 2**40),
    notes=st.lists(texts, max_size=2).map(tuple),
    facts=st.dictionaries(texts, evidences, max_size=3),
    parameters=st.dictionaries(texts, st.dictionaries(texts, values, max_size=2), max_size=2),
    attestations=st.lists(attestations, max_size=2).map(tuple),
)
unknown_facts = st.builds(UnknownFact, fact=texts, reason=st.sampled_from(Reason), detail=texts, of=texts)
bare: tuple[Ruling, ...] = (Finding(), Pass(), NotApplicable())
rulings: st.SearchStrategy[Ruling] = (
    st.sampled_from(bare)
    | st.builds(Undetermined, facts=st.lists(unknown_facts, min_size=1, max_size=3).map(tuple))
    | st.builds(Broken, fault=texts)
)
verdicts = st.builds(
    Verdict,
    host=texts,
    rule=texts,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    ruling=rulings,
    summary=texts,
    evidence=st.lists(evidences, max_size=2).map(tuple),
)
tallies = st.dictionaries(texts, st.integers(0, 10**6), max_size=3)
runs = st.builds(
    Run,
    id=texts,
    environment=texts,
    version=texts,
    started=moments,
    ended=st.none() | moments,
    ending=st.sampled_from(Ending),
    hosts=st.lists(texts, max_size=3).map(tuple),
    rules=st.lists(texts, max_size=3).map(tuple),
    packs=st.lists(texts, max_size=3).map(tuple),
    fail_on=st.sampled_from(Severity).map(str),
    min_coverage=st.integers(0, 100),
    counts=st.none()
    | st.builds(
        Counts,
        hosts=st.integers(0, 99),
        by_status=tallies,
        by_verdict=tallies,
        findings_by_severity=tallies,
        pairs=st.integers(0, 99),
        judged=st.integers(0, 99),
    ),
    limit=texts,
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Draw how a small fleet stood: any texts, and numbers that fit each other."""
    hosts = draw(st.lists(texts, max_size=4, unique=True))
    rules = draw(st.lists(texts, max_size=3, unique=True))
    seen = draw(st.lists(st.builds(Since, at=moments, exact=st.booleans()), min_size=1, max_size=3))
    ages = st.lists(st.integers(0, len(seen) - 1), min_size=len(rules), max_size=len(rules)).map(tuple)
    return Standing(
        run=draw(texts),
        started=draw(moments),
        hosts=tuple(hosts),
        rules=tuple(rules),
        words=tuple(draw(st.text("fubpn-", min_size=len(rules), max_size=len(rules))) for _ in hosts),
        since=tuple(draw(ages) for _ in hosts),
        moments=tuple(seen),
        facts=draw(st.dictionaries(texts, columns(len(hosts)), max_size=3)),
    )


@st.composite
def columns(draw: st.DrawFn, hosts: int) -> Column:
    """Draw one fact on so many hosts: known, known from before, or never known."""
    stated = st.builds(Stated, known=st.booleans(), type=texts, parts=st.lists(texts, max_size=3).map(tuple))
    table = draw(st.lists(stated, max_size=3, unique=True))
    entries = st.integers(from_before(len(table)) + 1, len(table) - 1)
    return Column(table=tuple(table), entries=tuple(draw(st.lists(entries, min_size=hosts, max_size=hosts))))
