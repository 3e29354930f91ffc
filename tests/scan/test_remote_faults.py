"""Two hundred hosts over SMB in one run, with every fault that the lab can play at every step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from fleetscan.collect import Limits
from fleetscan.history import read_records
from fleetscan.lab import Fault, LabHost
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.model import Evidence, HostRecord, Unknown
from fleetscan.scan import scan
from tests.scan.labs import job_for, served

HOSTS = 200
PLACES = 24
DEADLINE = 25.0
ALLOWED = 2.0
REGISTRY, SERVICE = "exchange.v15.major", "scanmail.master"

SOUND = ("known", "known")
GONE = ("unreachable", "unreachable")
SILENT = ("timed_out", "timed_out")

HOST: Mapping[SmbFault, tuple[str, str]] = {
    SmbFault.REFUSED: GONE,
    SmbFault.BLACK_HOLE: GONE,
    SmbFault.HANG_ACCEPT: SILENT,
    SmbFault.GARBAGE: ("too_large", "too_large"),  # the letters HTTP or SSH, read as a length
    SmbFault.WRONG_PASSWORD: ("auth_failed", "auth_failed"),
    SmbFault.NTLM_DISABLED: ("unsupported", "unsupported"),
    SmbFault.PIPES_MISSING: GONE,
    SmbFault.DROP: GONE,
    SmbFault.HANG_PIPE: SILENT,
    SmbFault.HANG_BIND: SILENT,
    SmbFault.DROP_PIPE: GONE,
    SmbFault.DROP_BIND: GONE,
    SmbFault.WRONG_CALL_ID: ("malformed", "malformed"),
    SmbFault.GARBAGE_PDU: ("malformed", "malformed"),
    SmbFault.TRUNCATED: ("malformed", "malformed"),
}
"""Faults that leave nothing: the reason is that of the host."""

PART: Mapping[SmbFault, tuple[str, str]] = {
    SmbFault.NONE: SOUND,
    SmbFault.ENCRYPTION_REQUIRED: SOUND,
    SmbFault.PIPE_LATE: SOUND,
    SmbFault.ONE_PIPE: SOUND,
    SmbFault.CONFIG_DENIED: SOUND,  # how a service starts is in the registry, too
    SmbFault.PENDING: SOUND,
    SmbFault.CRUMBS: SOUND,
    SmbFault.SLOW: SOUND,
    SmbFault.PIPE_MISSING: ("unreachable", "known"),
    SmbFault.WINREG_REFUSED: ("unsupported", "known"),
    SmbFault.WINREG_DENIED: ("denied", "known"),
    SmbFault.WINREG_FAULT: ("denied", "known"),
    SmbFault.SVCCTL_DENIED: ("known", "denied"),
    SmbFault.STATUS_DENIED: ("known", "denied"),
    SmbFault.HANG_OPEN_ROOT: ("timed_out", "known"),
    SmbFault.HANG_OPEN_KEY: ("timed_out", "known"),
    SmbFault.HANG_QUERY_VALUE: ("timed_out", "known"),
    SmbFault.HANG_ENUM_KEY: SOUND,  # lists and patterns of services are left out
    SmbFault.HANG_ENUM_VALUE: SOUND,
    SmbFault.HANG_OPEN_SCM: ("known", "timed_out"),
    SmbFault.HANG_OPEN_SERVICE: ("known", "timed_out"),
    SmbFault.HANG_QUERY_STATUS: ("known", "timed_out"),
    SmbFault.HANG_QUERY_CONFIG: ("known", "timed_out"),
    SmbFault.CLOSED_PIPE: GONE,
    SmbFault.MORE_DATA: ("malformed", "unsupported"),  # the service manager says it with a code of its own
    SmbFault.ENDLESS_ENUM: SOUND,
    SmbFault.ABSURD_COUNT: SOUND,
    SmbFault.ABSURD_SIZE: SOUND,  # a size that nobody needs to believe
    SmbFault.ABSURD_LENGTH: ("malformed", "malformed"),
    SmbFault.ABSURD_NEED: ("too_large", "unsupported"),
    SmbFault.ABSENT_REFERENT: ("malformed", "known"),
    SmbFault.WRONG_TYPE: ("malformed", "known"),  # four bytes are no REG_QWORD
    SmbFault.WRONG_SIZE: ("malformed", "known"),
    SmbFault.WRONG_STATE: ("known", "malformed"),
    SmbFault.RPC_FAULT: ("unreachable", "known"),
}
"""Faults of a part: what becomes of a registry value and of a service."""

LATE = frozenset({SmbFault.ENDLESS_ENUM, SmbFault.CRUMBS, SmbFault.SLOW, SmbFault.ONE_PIPE})
"""Faults that take their time: among two hundred hosts on a small machine it may run out, which is told as such."""

ANY_PART = {fault: None for fault in SmbFault if fault.startswith("drop-")}
"""Where the connection is cut, what had been answered by then is kept; all else is gone."""


def _hosts(faults: Iterable[SmbFault]) -> Iterator[LabHost]:
    """Play faults in turn, on machines that are all the same; each may be late, so none has time of its own."""
    model = next(one for one in build_fleet().hosts if one.persona == "exchange-2016" and one.fault is Fault.NONE)
    for number, fault in enumerate(faults):
        yield replace(
            model,
            name=f"{fault}-{number}",
            address=f"127.21.3.{number + 1}",
            ways=("smb",),
            transport="remote_registry",
            smb_fault=fault,
            expected_reason="timed_out",
        )


def _word(evidence: Evidence) -> str:
    return evidence.outcome.reason if isinstance(evidence.outcome, Unknown) else "known"


def _check(fault: SmbFault, record: HostRecord) -> None:
    words = (_word(record.facts[REGISTRY]), _word(record.facts[SERVICE]))
    if fault in HOST:
        assert record.status == "not_scanned", fault
        assert record.failure is not None, fault
        assert (record.failure.reason, *words) == (HOST[fault][0], *HOST[fault]), fault
    elif fault in LATE and "timed_out" in words:
        assert set(words) <= {"known", "timed_out"}, fault
    elif fault in PART:
        assert (record.status, words) == ("partial", PART[fault]), fault
    else:
        assert fault in ANY_PART
        assert set(words) <= {"known", "unreachable"}, fault
        assert record.failure is not None, fault
        assert record.failure.reason == "unreachable", fault


def test_each_fault_at_each_step_costs_its_own_host_and_nothing_else(tmp_path: Path) -> None:
    """None is missing, every reason is the right one, all are in time, and nothing is left open on a server."""
    hosts = list(_hosts(islice(cycle(SmbFault), HOSTS)))
    with served(hosts) as lab:
        place = tmp_path / "lab"
        place.mkdir()
        job = job_for(lab.environment(place), tmp_path / "out", limits=Limits(deadline=DEADLINE, total=PLACES))
        began = time.monotonic()
        done = asyncio.run(scan(job))
        took = time.monotonic() - began
        records = {record.host: record for record in read_records(done.folder)}
        assert lab.smb is not None
        left = {host.name: (lab.smb.open_pipes(host.name), lab.smb.open_handles(host.name)) for host in hosts}
    assert records.keys() == {host.name for host in hosts}
    for host in hosts:
        _check(host.smb_fault, records[host.name])
        assert records[host.name].seconds < DEADLINE + ALLOWED, host.name
    assert took < (HOSTS / PLACES + 1) * (DEADLINE + ALLOWED)
    assert set(left.values()) == {((), 0)}


def test_hosts_that_take_their_time_are_read_when_they_have_it(tmp_path: Path) -> None:
    """Lists without end, fragments of one byte, a tenth of a second a call, one instance of each pipe."""
    hosts = list(_hosts(sorted(LATE)))
    with served(hosts) as lab:
        place = tmp_path / "lab"
        place.mkdir()
        job = job_for(lab.environment(place), tmp_path / "out", limits=Limits(deadline=60.0, total=1))
        records = {record.host: record for record in read_records(asyncio.run(scan(job)).folder)}
    for host in hosts:
        record = records[host.name]
        assert (record.status, _word(record.facts[REGISTRY]), _word(record.facts[SERVICE])) == ("partial", *SOUND)
