"""What is refused before a scan, and what its exit code says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fleetscan.credentials.interface import Auth, Credential
from fleetscan.errors import UsageError
from fleetscan.model import Counts, Ending, Host, Severity
from fleetscan.scan import EXIT_CODES, ScanJob, exit_code, scan
from fleetscan.transport import Target
from fleetscan.transport.registry import target_of
from tests.collect.wires import target
from tests.history import nouns
from tests.scan.labs import SHELF

GOOD = Counts(hosts=1, pairs=10, judged=10, findings_by_severity={"warning": 0, "info": 3})
FOUND = replace(GOOD, findings_by_severity={"warning": 1})
GAPS = replace(GOOD, judged=9)


@pytest.mark.parametrize(
    ("counts", "ending", "code"),
    [
        (GOOD, Ending.FINISHED, 0),
        (FOUND, Ending.FINISHED, 1),
        (GAPS, Ending.FINISHED, 3),
        (replace(FOUND, judged=0), Ending.FINISHED, 1),
        (GOOD, Ending.INTERRUPTED, 4),
        (FOUND, Ending.DEADLINE, 4),
        (GAPS, Ending.BREAKER, 4),
        (GOOD, Ending.RUNNING, 4),
        (None, Ending.FINISHED, 4),
    ],
)
def test_stopped_comes_before_findings_and_findings_before_coverage(
    counts: Counts | None, ending: Ending, code: int
) -> None:
    """4 before 1 before 3."""
    assert exit_code(nouns.run(counts=counts, ending=ending)) == code


@pytest.mark.parametrize("fail_on", list(Severity))
@pytest.mark.parametrize("found", list(Severity))
def test_findings_at_or_above_the_severity_fail(fail_on: Severity, found: Severity) -> None:
    """Graver ones too, lesser ones not."""
    run = replace(nouns.run(counts=replace(GOOD, findings_by_severity={found: 1})), fail_on=fail_on.value)
    assert exit_code(run) == (1 if found.rank <= fail_on.rank else 0)


@pytest.mark.parametrize(("wanted", "code"), [(90, 0), (91, 3), (0, 0)])
def test_coverage_is_reached_or_not(wanted: int, code: int) -> None:
    """Nine of ten are ninety percent."""
    assert exit_code(replace(nouns.run(counts=GAPS), min_coverage=wanted)) == code


def test_each_code_is_in_the_table_once() -> None:
    """The documentation prints it; 2 has no run."""
    assert [row.code for row in EXIT_CODES] == [4, 1, 3, 0]
    assert all(row.meaning for row in EXIT_CODES)


def job(out: Path, *targets: Target) -> ScanJob:
    """Make a job that must be refused."""
    return ScanJob(environment="prod", targets=targets, shelf=SHELF, out=out)


def test_a_scan_of_nothing_is_refused(tmp_path: Path) -> None:
    """No host is not the same as no fault, and no folder is left."""
    with pytest.raises(UsageError, match="no host to scan"):
        asyncio.run(scan(job(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_a_credential_that_no_way_of_a_host_can_use_is_refused(tmp_path: Path) -> None:
    """With the host, the credential and the reason of each way; nothing is written."""
    host = Host(name="ex01", address="127.0.0.1", transports=("remote_registry",))
    shut = target_of(host, Credential(name="shown", auth=Auth.CERTIFICATE))
    text = r"ex01: credential shown cannot be used there \(remote_registry: it knows no logon by certificate"
    with pytest.raises(UsageError, match=text):
        asyncio.run(scan(job(tmp_path, shut)))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_transport_is_refused(tmp_path: Path) -> None:
    """With the host, and with those that there are."""
    with pytest.raises(UsageError, match=r"ex01: there is no transport wire \(fleetscan_transport: .*winrm"):
        asyncio.run(scan(job(tmp_path, target("ex01"))))
    assert list(tmp_path.iterdir()) == []
