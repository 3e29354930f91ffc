"""Labs for scans, and scans of labs; run as a program it is a scan in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

from fleetscan.collect import Limits
from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.facts import DERIVATIONS
from fleetscan.inventory import load_inventory
from fleetscan.lab import Fault, Fleet, Lab, LabHost
from fleetscan.lab.fleet import build_fleet
from fleetscan.rules.load import load_shelf
from fleetscan.scan import ScanJob, exit_code, scan
from fleetscan.transport import Target

USER = r"LAB\reader"
PASSWORD = "correct horse"
SHELF = load_shelf(derivations=DERIVATIONS)


def fleet_of(hosts: Iterable[LabHost]) -> Fleet:
    """Make a fleet of some hosts."""
    return Fleet(seed=1, hosts=tuple(hosts))


def healthy(count: int) -> list[LabHost]:
    """Give hosts that answer everything."""
    return [
        host
        for host in build_fleet(hosts=200).hosts
        if host.fault is Fault.NONE and host.expected_status == "complete" and host.persona == "exchange-2016"
    ][:count]


def faulty(*faults: Fault) -> list[LabHost]:
    """Give one host for each fault."""
    return [host for host in build_fleet(hosts=200).hosts if host.fault in faults]


def served(hosts: Iterable[LabHost]) -> Lab:
    """Make a lab of some hosts."""
    return Lab(fleet_of(hosts), user=USER, password=PASSWORD)


def job_for(
    inventory: Path,
    out: Path,
    *,
    password: str = PASSWORD,
    limits: Limits | None = None,
    resume: bool = False,
    deadline: float | None = None,
) -> ScanJob:
    """Make the job that scans a lab's inventory."""
    credential = Credential(name="lab", user=USER, auth=Auth.NTLM, secret=Secret(password))
    return ScanJob(
        environment="lab",
        targets=tuple(Target(host=host, credential=credential) for host in load_inventory([inventory]).hosts),
        shelf=SHELF,
        out=out,
        limits=limits or Limits(deadline=15.0),
        resume=resume,
        deadline=deadline,
    )


def main() -> int:
    """Scan: inventory, out folder, places, then perhaps ``resume``."""
    inventory, out, places, *rest = sys.argv[1:]
    limits = Limits(total=int(places), deadline=30.0)
    job = job_for(Path(inventory), Path(out), limits=limits, resume="resume" in rest)
    return exit_code(asyncio.run(scan(job)).run)


if __name__ == "__main__":
    sys.exit(main())
