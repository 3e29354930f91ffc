"""The joint: a scan from the hosts to the report, and the same again from a kept run without touching a host.

    hosts, rules -> plan -> collect -> read -> judge -> keep -> judge among all -> keep -> render

Laws: every host of the job ends in exactly one record. Report, counts, verdicts and exit code are made from the same
records. Whatever stops a scan, what was collected is kept and rendered.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from fleetscan import history, report
from fleetscan.collect import Observer, Unobserved, collect_fleet
from fleetscan.history import Judged, RunWriter
from fleetscan.model import Run
from fleetscan.report import ReportView
from fleetscan.report.attested import attestations
from fleetscan.report.formats import PLAIN, Rendering
from fleetscan.report.material import Material
from fleetscan.rules.interface import Shelf
from fleetscan.scan.job import EXIT_CODES, ExitCode, ScanJob, exit_code, opened, plan_of
from fleetscan.scan.judging import Judge, joined, judge_run
from fleetscan.scan.outputs import publish, rehearse
from fleetscan.scan.past import remember
from fleetscan.scan.places import places
from fleetscan.scan.preflight import preflight
from fleetscan.scan.runs import begin, counted, ended, judged_by, still_waiting
from fleetscan.scan.stopping import stopping, under_way

__all__ = [
    "EXIT_CODES",
    "Done",
    "ExitCode",
    "ScanJob",
    "exit_code",
    "places",
    "plan_of",
    "preflight",
    "rejudge",
    "scan",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A run that is over: what ``run.json`` says, its folder, the view of it, and the files of its report."""

    run: Run
    folder: Path
    view: ReportView
    files: tuple[str, ...]


async def scan(job: ScanJob, observer: Observer | None = None) -> Done:
    """Scan a fleet into ``job.out / run.id``; SIGINT, SIGTERM and deadlines end it early and in good order.

    Raises OperatorError before a host is touched, BrokenOffError after. Call it on the main thread.
    """
    plan = job.plan
    rehearse(job.rendering, job.shelf)
    folder, run, done = begin(job)
    waiting, judges = still_waiting(job, done), Judge(plan, job.shelf, done)
    writer = RunWriter(folder, run, done)
    with under_way(), writer, stopping(job.deadline) as stop:
        async with opened(job) as transports:
            fleet = collect_fleet(
                waiting,
                plan.questions,
                transports,
                limits=job.limits,
                observer=observer or Unobserved(),
                stop=stop.event,
            )
            async with aclosing(fleet):
                async for collected in fleet:
                    judged = judges.of(collected)
                    writer.keep(judged)
                    done.append(judged)
            among = judges.among()
            writer.add(chain.from_iterable(among.values()))
            done = joined(done, among)
            # Rendered while the transports still delete shells on hosts that hang.
            return conclude(folder, ended(run, stop.ending, done), job.shelf, done, job.rendering)


def rejudge(folder: Path, shelf: Shelf, rendering: Rendering = PLAIN) -> Done:
    """Judge a kept run by the rules as they are now, and render it again. Raises OperatorError."""
    kept = history.read_kept(folder)
    rehearse(rendering, shelf)
    done, among = judge_run(shelf, kept.records)
    with history.locked(folder):
        alone = (each.verdicts for each in done)
        history.write_verdicts(folder, chain.from_iterable((*alone, *among.values())))
        return conclude(folder, judged_by(kept.run, shelf), shelf, joined(done, among), rendering)


def conclude(folder: Path, run: Run, shelf: Shelf, done: Sequence[Judged], rendering: Rendering = PLAIN) -> Done:
    """Render, then put the end on record: a run that says it finished has its report. Raises OperatorError."""
    run = counted(run, done)
    records = [each.record for each in done]
    verdicts = [verdict for each in done for verdict in each.verdicts]
    topologies = {each.record.host: each.topology.fields() for each in done}
    past = remember(folder, run, shelf.facts, done)
    view = report.build(
        run,
        shelf=shelf,
        records=records,
        verdicts=verdicts,
        topologies=topologies,
        past=past,
        attestations=attestations(records, run.started.date()),
    )
    material = Material(
        run=run,
        shelf=shelf,
        records=records,
        verdicts=verdicts,
        topologies=topologies,
        view=view,
        past=past,
        exit_code=exit_code(run),
        scribe=history.Encoder(),
        templates=rendering.templates,
    )
    files = publish(folder, material, rendering)
    history.write_run(folder, run)
    return Done(run=run, folder=folder, view=view, files=files)
