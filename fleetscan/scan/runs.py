"""The beginning and the end of a run: what is kept from before, who still has to be asked, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import fleetscan
from fleetscan import history
from fleetscan.history import Judged
from fleetscan.model import Ending, Run
from fleetscan.rules.interface import Shelf
from fleetscan.scan.job import ScanJob, verify
from fleetscan.scan.judging import judge
from fleetscan.scan.records import asked, refused
from fleetscan.transport import Target


def begin(job: ScanJob) -> tuple[Path, Run, list[Judged]]:
    """Make a new run, or take up the unfinished one with the hosts that had their turn. Raises OperatorError."""
    verify(job)
    before = history.newest_unfinished(job.out, job.environment) if job.resume else None
    now = datetime.now(UTC)
    folder = before.folder if before else history.new_folder(job.out, job.environment, now)
    run = Run(
        id=folder.name,
        environment=job.environment,
        version=fleetscan.__version__,
        started=before.run.started if before else now,
        ended=None,
        ending=Ending.RUNNING,
        hosts=tuple(target.host.name for target in job.targets),
        rules=tuple(rule.id for rule in job.shelf.all_rules),
        packs=job.shelf.packs,
        fail_on=job.fail_on.value,
        min_coverage=job.min_coverage,
        counts=None,
        limit=job.limit,
    )
    records = history.read_records(folder) if before else ()
    wanted = frozenset(run.hosts)
    return folder, run, [judge(job.shelf, record) for record in records if record.host in wanted and asked(record)]


def still_waiting(job: ScanJob, done: Iterable[Judged]) -> tuple[Target, ...]:
    """Give the targets that have no record yet."""
    names = {each.record.host for each in done}
    return tuple(target for target in job.targets if target.host.name not in names)


def ended(run: Run, stopped: Ending, done: Sequence[Judged]) -> Run:
    """Say how a run ended: why it was stopped, or that a rejected credential left hosts untried, or well."""
    broken_off = stopped is Ending.FINISHED and any(refused(each.record) for each in done)
    return replace(run, ended=datetime.now(UTC), ending=Ending.BREAKER if broken_off else stopped)


def judged_by(run: Run, shelf: Shelf) -> Run:
    """Say by which rules a kept run is judged now."""
    return replace(run, rules=tuple(rule.id for rule in shelf.all_rules), packs=shelf.packs)


def counted(run: Run, done: Sequence[Judged]) -> Run:
    """Count the records and verdicts of a run."""
    verdicts = (verdict for each in done for verdict in each.verdicts)
    return replace(run, counts=history.count((each.record for each in done), verdicts))
