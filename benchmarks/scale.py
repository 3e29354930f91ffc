"""How a scan grows with the fleet: CPU, rate and memory, without a network.

    .venv/bin/python benchmarks/scale.py judged 5000
    .venv/bin/python benchmarks/scale.py stopped 1000
    .venv/bin/python benchmarks/scale.py among 10000
    .venv/bin/python benchmarks/scale.py judged 1000 --profile 30

``judged``: every host answers at once, as the healthy and the troubled machines of the lab do in turn; what is left is
reading, judging, keeping, counting and rendering. ``stopped``: no host answers, and Ctrl-C comes as soon as the places
are taken; what is measured is all that comes after the signal. Both write a run into a temporary folder and end with
the summary, as ``fleetscan scan`` does. ``among``: the fleet rules alone: what it costs to see each host, what to judge
all of them in the end, and the memory that is held until then; every host is in a group of sixteen and in one of three
sites, and one in a thousand is not seen.

CPU is that of this process (user and system), so that a busy machine does not change it much; compare it between two
versions on one machine, in one sitting. Twice the hosts must cost about twice the CPU.
"""

# ruff: noqa: INP001 - a script, no package
from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import json
import os
import pstats
import resource
import signal
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from fleetscan import facts
from fleetscan.cli.main import GARBAGE
from fleetscan.collect import Limits
from fleetscan.credentials.interface import Credential
from fleetscan.facts import DERIVATIONS
from fleetscan.lab.collector import answer
from fleetscan.lab.fleet import WHOLE, build_fleet
from fleetscan.model import Answer, Evidence, Failure, Host, HostRecord, Known, Outcome, Question, Reason, Status
from fleetscan.report.terminal import summarise
from fleetscan.rules import FleetJudge, Shelf, load_shelf
from fleetscan.scan import Done, ScanJob, scan
from fleetscan.transport import Step, StepObserver, Target, ignore_step
from fleetscan.transport.winrm.answer import decode
from fleetscan.transport.winrm.request import plan

PLACES = 64
SAMPLE = 1_000
"""Hosts whose memory is measured."""
LOST = 500
"""Of each thousand hosts of a crowd, the one that is not seen."""


SITES = ("paris", "osaka", "perimeter")
BUDGET_MS = 50_000


@dataclass
class Wire:
    """A transport without a wire. It answers what was prepared, or, when nothing was, it never does.

    ``begun`` is the process time at which the clock of the benchmark starts.
    """

    prepared: Sequence[dict[Question, Outcome]]
    begun: float = field(default_factory=time.process_time)
    name: str = "wire"

    def answers(self, question: Question) -> bool:
        """Answer everything."""
        del question
        return True

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Need nothing beside it."""
        del questions
        return ()

    async def ask(
        self, target: Target, questions: Sequence[Question], *, budget: float, on_step: StepObserver = ignore_step
    ) -> Answer:
        """Accept the logon; then answer, or wait for ever."""
        del questions, budget
        on_step(Step.CONNECTED)
        on_step(Step.AUTHENTICATED)
        await asyncio.sleep(0)
        if not self.prepared:
            await asyncio.Event().wait()
        number = int(target.host.name[2:7])
        return Answer(outcomes=self.prepared[number % len(self.prepared)], round_trips=9, bytes_received=30_000)

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """Reach everybody."""

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Accept every logon."""

    async def aclose(self) -> None:
        """Close nothing."""


def prepared(shelf: Shelf) -> list[dict[Question, Outcome]]:
    """Let the lab's machines answer everything that the shelf asks."""
    asked = plan(facts.plan(shelf.facts.values()).questions)
    request = json.loads(asked.encode(BUDGET_MS))
    return [decode(json.dumps(answer(host.machine, request)), asked) for host in build_fleet(hosts=WHOLE).hosts]


def targets(count: int) -> tuple[Target, ...]:
    """Make as many hosts as wanted, with long names as in life."""
    credential = Credential(name="reader")
    return tuple(
        Target(
            host=Host(
                name=f"ex{number:05}.corp.example",
                address=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}",
                groups=("exchange", site),
                site=site,
                transports=("wire",),
                credential="reader",
            ),
            credential=credential,
        )
        for number, site in enumerate(islice(cycle(SITES), count))
    )


async def scanned(job: ScanJob, wire: Wire, *, interrupted: bool) -> Done:
    """Scan; when it is to be interrupted, send the signal once the places are taken, and start the clock there."""

    def interrupt() -> None:
        wire.begun = time.process_time()
        os.kill(os.getpid(), signal.SIGINT)

    if interrupted:
        asyncio.get_running_loop().call_later(0.5, interrupt)
    return await scan(job)


def measure(count: int, *, interrupted: bool) -> float:
    """Scan and sum up; give the seconds of CPU that it took."""
    shelf = load_shelf(derivations=DERIVATIONS)
    wire = Wire([] if interrupted else prepared(shelf))
    make: Callable[..., Wire] = lambda **_: wire  # noqa: E731 - a factory
    with tempfile.TemporaryDirectory() as out:
        job = ScanJob(
            environment="benchmark",
            targets=targets(count),
            shelf=shelf,
            out=Path(out),
            limits=Limits(total=PLACES),
            transports={"wire": make},
        )
        wire.begun = time.process_time()
        done = asyncio.run(scanned(job, wire, interrupted=interrupted))
        summary = summarise(done.view, width=100, colour=False)
        seconds = time.process_time() - wire.begun
        size = sum(path.stat().st_size for path in done.folder.iterdir())
        sys.stdout.write(f"{summary}{size / 1e6:.1f} MB written\n")
    return seconds


def crowd(shelf: Shelf, count: int) -> Iterator[HostRecord]:
    """Give the record of each of ``count`` hosts, and let go of it: a place of its own, and the facts of the lab."""
    every = facts.plan(shelf.facts.values())
    now = datetime.now(UTC)
    read = [
        facts.read(every, Answer(outcomes=outcomes), transport="wire", credential="reader", at=now)
        for outcomes in prepared(shelf)
    ]
    lost = Failure(reason=Reason.UNREACHABLE, detail="nobody listens at this port")
    for number, target in enumerate(targets(count)):
        seen = number % 1_000 != LOST
        places = {"dag.name": f"DAG-{number // 16:03}", "ad.site": target.host.site}
        told = {name: placed(name, where, now) for name, where in places.items()}
        yield HostRecord(
            host=target.host.name,
            address=target.host.address,
            site=target.host.site,
            groups=(),
            status=Status.COMPLETE if seen else Status.NOT_SCANNED,
            failure=None if seen else lost,
            transport="wire",
            credential="reader",
            started=now,
            seconds=1.0,
            attempts=1,
            round_trips=9,
            bytes_received=30_000,
            notes=(),
            facts={**read[number % len(read)], **told} if seen else {},
        )


def placed(fact: str, where: str, at: datetime) -> Evidence:
    """Put a host in a group."""
    outcome = Known(value=where, type="string")
    return Evidence(fact=fact, outcome=outcome, where="benchmark", transport="wire", credential="reader", at=at)


def among(count: int) -> float:
    """See and judge a crowd by the fleet rules; give the seconds of CPU that it took, and print what of it was what."""
    shelf = load_shelf(derivations=DERIVATIONS)
    fleet = FleetJudge(shelf)
    seeing = 0.0
    for record in crowd(shelf, count):
        begun = time.process_time()
        fleet.see(record)
        seeing += time.process_time() - begun
    begun = time.process_time()
    verdicts = fleet.verdicts()
    judging = time.process_time() - begun
    words = Counter(verdict.word for each in verdicts.values() for verdict in each)
    sys.stdout.write(
        f"{len(shelf.fleet_rules)} rules: {dict(words)}\n"
        f"seen in {seeing:.2f} s, judged in {judging:.2f} s, {held(shelf):.1f} kB of a host held until then\n"
    )
    return seeing + judging


def held(shelf: Shelf) -> float:
    """Give the kilobytes that the fleet rules keep of a host until they judge; tracing makes all slow."""
    fleet = FleetJudge(shelf)
    sample = list(crowd(shelf, SAMPLE))
    fleet.see(sample[0])
    tracemalloc.start()
    for record in sample:
        fleet.see(record)
    traced, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return traced / 1e3 / SAMPLE


def main() -> None:
    """Measure what the command line says, and print it."""
    parser = argparse.ArgumentParser(description="How a scan grows with the fleet.")
    parser.add_argument("scenario", choices=("judged", "stopped", "among"))
    parser.add_argument("hosts", type=int)
    parser.add_argument("--profile", type=int, default=0, metavar="LINES", help="print the most costly functions")
    words = parser.parse_args()
    profile = cProfile.Profile() if words.profile else None
    gc.set_threshold(*GARBAGE)
    with profile or nullcontext():
        if words.scenario == "among":
            seconds = among(words.hosts)
        else:
            seconds = measure(words.hosts, interrupted=words.scenario == "stopped")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{words.scenario}: {words.hosts:,} hosts in {seconds:.2f} s of CPU: {words.hosts / seconds:,.0f} hosts/s, "
        f"{1000 * seconds / words.hosts:.2f} ms a host, at most {memory:,.0f} MiB of memory\n"
    )
    if profile:
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(words.profile)


if __name__ == "__main__":
    main()
