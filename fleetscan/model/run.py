"""One run: what was scanned, when, how it ended, and the counts that every output shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ending(StrEnum):
    """How a run ended. Everything but FINISHED is exit code 4."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    DEADLINE = "deadline"
    BREAKER = "breaker"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The numbers of a run. Made in one place (:func:`fleetscan.history.counts.count`) from records and verdicts.

    ``judged`` of ``pairs`` (host, rule) ended as finding, pass or not applicable; ``coverage`` is their
    percentage, rounded down, so that 100 means all.
    """

    hosts: int
    by_status: Mapping[str, int] = field(default_factory=dict)
    by_verdict: Mapping[str, int] = field(default_factory=dict)
    findings_by_severity: Mapping[str, int] = field(default_factory=dict)
    pairs: int = 0
    judged: int = 0

    @property
    def coverage(self) -> int:
        """Percentage of judged pairs, rounded down; 100 when there was nothing to judge, 0 hosts included."""
        return 100 * self.judged // self.pairs if self.pairs else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What ``run.json`` holds. ``fail_on``, ``min_coverage`` and ``limit`` are those the run was started with.

    ``limit`` is the pattern of ``--limit``, empty for all hosts of the environment.
    """

    id: str
    environment: str
    version: str
    started: datetime
    ended: datetime | None
    ending: Ending
    hosts: tuple[str, ...]
    rules: tuple[str, ...]
    packs: tuple[str, ...]
    fail_on: str
    min_coverage: int
    counts: Counts | None
    limit: str = ""
