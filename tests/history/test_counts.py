"""The numbers of a run."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fleetscan.history.counts import count
from fleetscan.model import (
    Broken,
    Counts,
    Finding,
    HostRecord,
    NotApplicable,
    Reason,
    Severity,
    Status,
    Undetermined,
    UnknownFact,
    Verdict,
)
from tests.history import nouns


def test_nothing_is_counted_as_nothing() -> None:
    """Every word is there with 0."""
    assert count([], []) == Counts(
        hosts=0,
        by_status={"complete": 0, "partial": 0, "not_scanned": 0},
        by_verdict={"finding": 0, "pass": 0, "not_applicable": 0, "unknown": 0, "broken": 0},
        findings_by_severity={"error": 0, "warning": 0, "best-practice": 0, "non-default": 0, "info": 0},
    )


def test_each_thing_is_counted_once() -> None:
    """Findings by severity, verdicts by word, hosts by status; unknown and broken are not judged."""
    stuck = Undetermined(facts=(UnknownFact(fact="a", reason=Reason.DENIED, detail=""),))
    counts = count(
        [nouns.record("a"), nouns.record("b", status=Status.NOT_SCANNED, failure=nouns.FAILURE)],
        [
            nouns.verdict("a", "r1", Finding(), Severity.ERROR),
            nouns.verdict("a", "r2", Finding()),
            nouns.verdict("a", "r3"),
            nouns.verdict("b", "r1", stuck),
            nouns.verdict("b", "r2", NotApplicable()),
            nouns.verdict("b", "r3", Broken(fault="")),
        ],
    )
    assert counts == Counts(
        hosts=2,
        by_status={"complete": 1, "partial": 0, "not_scanned": 1},
        by_verdict={"finding": 2, "pass": 1, "not_applicable": 1, "unknown": 1, "broken": 1},
        findings_by_severity={"error": 1, "warning": 1, "best-practice": 0, "non-default": 0, "info": 0},
        pairs=6,
        judged=4,
    )
    assert counts.coverage == 66


@given(st.lists(nouns.records, max_size=3), st.lists(nouns.verdicts, max_size=6))
def test_the_numbers_add_up(records: list[HostRecord], verdicts: list[Verdict]) -> None:
    """Each breakdown sums to its whole, and full coverage means that nothing is unknown or broken."""
    counts = count(records, verdicts)
    assert sum(counts.by_status.values()) == counts.hosts == len(records)
    assert sum(counts.by_verdict.values()) == counts.pairs == len(verdicts)
    assert sum(counts.findings_by_severity.values()) == counts.by_verdict["finding"]
    undecided = counts.by_verdict["unknown"] + counts.by_verdict["broken"]
    assert counts.judged == counts.pairs - undecided
    assert (counts.coverage == 100) == (undecided == 0)
