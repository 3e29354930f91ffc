"""Servers that several modules share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleetscan.lab.smb import SmbFault, SmbHost, SmbServer
from tests.lab.smb.machines import machine
from tests.samba import PASSWORD, USER

FAULTY = {
    fault: SmbHost(name=fault.value, address=f"127.31.1.{number}", machine=machine("EX01"), fault=fault)
    for number, fault in enumerate(SmbFault, 1)
}


@pytest.fixture(scope="session")
def faulty() -> Iterator[SmbServer]:
    """Open a server with a host for every fault; tests look at hosts of their own."""
    with SmbServer(list(FAULTY.values()), user=USER, password=PASSWORD) as running:
        yield running


@pytest.fixture(scope="session")
def server() -> Iterator[SmbServer]:
    """Open a server with one host; tests count differences."""
    host = SmbHost(name="ex01", address="127.31.0.1", machine=machine("EX01"))
    with SmbServer([host], user=USER, password=PASSWORD) as running:
        yield running


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let temporary folders be made in a place of the test's own, through which everybody may pass."""
    with tempfile.TemporaryDirectory(prefix="fleetscan-test-") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)
