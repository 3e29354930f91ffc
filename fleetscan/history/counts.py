"""The one place where the numbers of a run are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from fleetscan.model import (
    RULING_NAMES,
    Counts,
    Finding,
    HostRecord,
    NotApplicable,
    Pass,
    Severity,
    Status,
    Verdict,
)


def count(records: Iterable[HostRecord], verdicts: Iterable[Verdict]) -> Counts:
    """Count hosts by status, verdicts by word, findings by severity; every word is there, with 0 when it has to."""
    statuses = Counter(record.status for record in records)
    words: Counter[str] = Counter()
    severities: Counter[Severity] = Counter()
    judged = 0
    for verdict in verdicts:
        words[verdict.word] += 1
        judged += isinstance(verdict.ruling, Finding | Pass | NotApplicable)
        if isinstance(verdict.ruling, Finding):
            severities[verdict.severity] += 1
    return Counts(
        hosts=statuses.total(),
        by_status={status.value: statuses[status] for status in Status},
        by_verdict={word: words[word] for word in RULING_NAMES.values()},
        findings_by_severity={severity.value: severities[severity] for severity in Severity},
        pairs=words.total(),
        judged=judged,
    )
