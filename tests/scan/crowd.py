"""Large fleets without a network; run as a program it is a scan of silent hosts in a process of its own."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from fleetscan.cli.summary import tell
from fleetscan.collect import HostDone, HostStarted, Limits
from fleetscan.scan import Done, ScanJob, exit_code, scan
from tests.collect.wires import Behaviour, Wire, target, well, working_for_ever
from tests.scan.labs import SHELF

PLACES = 64


class Watch:
    """An observer that knows when all places were taken, and what CPU the process had used when the first host ended.

    ``begun`` is set when no more hosts can be under way; ``used`` is in seconds.
    """

    def __init__(self, places: int) -> None:
        """Begin with no host."""
        self.begun = asyncio.Event()
        self.used: float | None = None
        self._places = places

    def host_started(self, event: HostStarted) -> None:
        """See whether the places are taken."""
        if event.progress.running == self._places:
            self.begun.set()

    def host_done(self, event: HostDone) -> None:
        """Read the clock of the process at the first end."""
        del event
        self.used = time.process_time() if self.used is None else self.used


def job_of(count: int, out: Path, behaviour: Behaviour = well) -> ScanJob:
    """Make a job of ``count`` hosts that all behave in one way, two at each site."""
    targets = tuple(target(f"ex{number:05}", site=f"s{number // 2}") for number in range(count))
    wire = Wire({each.host.name: behaviour for each in targets})

    def make(*, workers: int) -> Wire:
        assert workers == PLACES
        return wire

    return ScanJob(
        environment="crowd",
        targets=targets,
        shelf=SHELF,
        out=out,
        limits=Limits(total=PLACES),
        transports={"wire": make},
    )


async def silent(count: int, out: Path) -> tuple[Done, float]:
    """Scan hosts that never answer until a signal comes; give the seconds of CPU from then on as well."""
    watch = Watch(PLACES)
    scanning = asyncio.ensure_future(scan(job_of(count, out, working_for_ever), watch))
    await watch.begun.wait()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    done = await scanning
    tell(done)
    assert watch.used is not None
    return done, time.process_time() - watch.used


def main() -> int:
    """Scan: number of hosts, out folder. The last line is the seconds of CPU after the signal."""
    count, out = sys.argv[1:]
    done, seconds = asyncio.run(silent(int(count), Path(out)))
    sys.stdout.write(f"{seconds}\n")
    return exit_code(done.run)


if __name__ == "__main__":
    sys.exit(main())
