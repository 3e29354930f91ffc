"""What a scan is asked to do, and what its exit code says."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fleetscan import facts
from fleetscan.collect import Limits
from fleetscan.errors import UsageError
from fleetscan.facts import Plan
from fleetscan.model import Ending, Host, Run, Severity
from fleetscan.report.formats import PLAIN, Rendering
from fleetscan.rules.interface import Shelf
from fleetscan.transport import Target, Transport
from fleetscan.transport.registry import Factory, factories


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanJob:
    """One scan. ``deadline`` is that of the whole run in seconds, ``out`` the folder that keeps the runs.

    ``limit`` is the pattern that the targets were chosen by, empty when they are all hosts of the environment.

    ``resume`` continues the newest run of the environment if that did not finish. ``transports`` makes each transport
    by the name that hosts use. ``rendering`` says in which formats the report is written, and by whose templates.
    """

    environment: str
    targets: tuple[Target, ...]
    shelf: Shelf
    out: Path
    limits: Limits = field(default_factory=Limits)
    fail_on: Severity = Severity.WARNING
    min_coverage: int = 100
    deadline: float | None = None
    resume: bool = False
    limit: str = ""
    rendering: Rendering = PLAIN
    transports: Mapping[str, Factory] = field(default_factory=factories)

    @property
    def plan(self) -> Plan:
        """Plan what every host is asked, the locators of all of them included. Raises UsageError."""
        return plan_of(self.shelf, (target.host for target in self.targets))


def plan_of(shelf: Shelf, hosts: Iterable[Host]) -> Plan:
    """Plan the facts of the shelf and the locators of all hosts. Raises UsageError."""
    located = (locator for host in hosts for locator in host.locators.values())
    return facts.plan(shelf.facts.values(), locators=located)


def verify(job: ScanJob) -> None:
    """Refuse what cannot be scanned, before anything is written or touched. Raises UsageError."""
    if not job.targets:
        message = "no host to scan (is the inventory empty, or --limit too narrow?)"
        raise UsageError(message)
    for target in job.targets:
        for way in target.host.transports:
            if way not in job.transports:
                known = ", ".join(sorted(job.transports))
                message = f"{target.host.name}: there is no transport {way} (fleetscan_transport: {known})"
                raise UsageError(message)
        if target.barred.keys() >= set(target.host.transports):
            why = "; ".join(f"{way}: {words}" for way, words in target.barred.items())
            message = f"{target.host.name}: credential {target.credential.name} cannot be used there ({why})"
            raise UsageError(message)


@asynccontextmanager
async def opened(job: ScanJob) -> AsyncGenerator[Mapping[str, Transport], None]:
    """Make the transports that a verified job needs, and let go of them in the end."""
    names = {way for target in job.targets for way in target.host.transports}
    transports = {name: job.transports[name](workers=job.limits.total) for name in names}
    try:
        yield transports
    finally:
        for transport in transports.values():
            await transport.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCode:
    """One exit code: what it means, and which finished or stopped run it belongs to."""

    code: int
    meaning: str
    fits: Callable[[Run], bool]


def _has_grave_findings(run: Run) -> bool:
    grave = [severity for severity in Severity if severity.rank <= Severity(run.fail_on).rank]
    return run.counts is not None and any(run.counts.findings_by_severity.get(severity, 0) for severity in grave)


EXIT_CODES = (
    ExitCode(
        code=4,
        meaning="stopped early (breaker, deadline, signal); what was collected is kept",
        fits=lambda run: run.ending is not Ending.FINISHED or run.counts is None,
    ),
    ExitCode(code=1, meaning="findings at or above --fail-on", fits=_has_grave_findings),
    ExitCode(
        code=3,
        meaning="coverage below --min-coverage",
        fits=lambda run: run.counts is not None and run.counts.coverage < run.min_coverage,
    ),
    ExitCode(code=0, meaning="nothing at or above --fail-on, and coverage reached", fits=lambda _: True),
)
"""The exit codes of a run; the first that fits decides. With wrong usage, inventory or rules (2) there is no run."""


def exit_code(run: Run) -> int:
    """Decide the exit code of a run."""
    return next(row.code for row in EXIT_CODES if row.fits(run))
