"""Runs that nobody thought of: any number of hosts and rules, any ruling, hostile words, lost records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st

from fleetscan.history.counts import count
from fleetscan.model import (
    Absent,
    Broken,
    Confidence,
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
    Status,
    Undetermined,
    Unknown,
    UnknownFact,
    Verdict,
)
from fleetscan.rules.interface import Rule
from tests.report.hostile import POISON
from tests.report.sample import START, Sample
from tests.report.shelf import shelf

SHELF = shelf()

FEW = settings(max_examples=settings().max_examples * 3 // 5)
"""How many runs are made where each of them is written in several formats."""
WORDS = (
    "",
    "ex1",
    "ex2",
    "ex10",
    "=1+1",
    "a;=2",
    "| b |",
    "`c`",
    "@all",
    "\u202ed",
    "</script>",
    "]]>",
    "\ufffe",
    POISON,
)

texts = st.sampled_from(WORDS) | st.text(max_size=8)
names = st.sampled_from(WORDS[1:]) | st.text(min_size=1, max_size=8)
outcomes: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Known, value=texts | st.integers() | st.lists(texts, max_size=2), type=texts),
    st.builds(Absent),
    st.builds(Unknown, reason=st.sampled_from(Reason), detail=texts),
)
evidences = st.builds(
    Evidence, fact=names, outcome=outcomes, where=texts, transport=texts, credential=texts, at=st.just(START)
)
missing = st.builds(UnknownFact, fact=names, reason=st.sampled_from(Reason), detail=texts, of=texts)
rulings: st.SearchStrategy[Ruling] = st.one_of(
    st.builds(Finding),
    st.builds(Pass),
    st.builds(NotApplicable),
    st.builds(Undetermined, facts=st.lists(missing, min_size=1, max_size=2).map(tuple)),
    st.builds(Broken, fault=texts),
)


@st.composite
def runs(draw: st.DrawFn) -> Sample:
    """Draw a run with all that is made from it."""
    hosts = draw(st.lists(names, max_size=5, unique=True))
    rules = [
        replace(SHELF.rules[number], id=f"rule-{number}", title=draw(texts), severity=draw(st.sampled_from(Severity)))
        for number in range(draw(st.integers(0, 4)))
    ]
    kept = [name for name in hosts if draw(st.integers(0, 5))]
    records = tuple(draw(record(name)) for name in kept)
    verdicts = tuple(draw(verdict(name, rule)) for name in kept for rule in rules)
    return Sample(
        run=draw(run(hosts, rules, records, verdicts)),
        shelf=replace(SHELF, rules=tuple(rules)),
        records=records,
        verdicts=verdicts,
        topologies={},
    )


@st.composite
def run(
    draw: st.DrawFn,
    hosts: Sequence[str],
    rules: Sequence[Rule],
    records: Sequence[HostRecord],
    verdicts: Sequence[Verdict],
) -> Run:
    """Draw how a run was started and how it ended."""
    return Run(
        id=draw(names),
        environment=draw(names),
        version="0.1.0",
        started=START,
        ended=draw(st.sampled_from([None, START + timedelta(seconds=90)])),
        ending=draw(st.sampled_from(Ending)),
        hosts=tuple(hosts),
        rules=tuple(rule.id for rule in rules),
        packs=("sample",),
        fail_on=draw(st.sampled_from(Severity)).value,
        min_coverage=draw(st.integers(0, 100)),
        counts=count(records, verdicts),
    )


@st.composite
def record(draw: st.DrawFn, name: str) -> HostRecord:
    """Draw what was learnt of one host."""
    status = draw(st.sampled_from(Status))
    failure = st.builds(Failure, reason=st.sampled_from(Reason), detail=texts)
    return HostRecord(
        host=name,
        address=draw(texts),
        site=draw(texts),
        groups=(),
        status=status,
        failure=draw(failure) if status is Status.NOT_SCANNED else draw(st.none() | failure),
        transport="winrm",
        credential=draw(texts),
        started=START,
        seconds=draw(st.floats(0, 1e5)),
        attempts=1,
        round_trips=9,
        bytes_received=100,
        notes=(),
        facts={evidence.fact: evidence for evidence in draw(st.lists(evidences, max_size=2))},
    )


@st.composite
def verdict(draw: st.DrawFn, host: str, rule: Rule) -> Verdict:
    """Draw what a rule says of a host; its severity may be another one there."""
    return Verdict(
        host=host,
        rule=rule.id,
        severity=draw(st.sampled_from(Severity)),
        confidence=draw(st.sampled_from(Confidence)),
        ruling=draw(rulings),
        summary=draw(texts),
        evidence=tuple(draw(st.lists(evidences, max_size=2))),
    )
