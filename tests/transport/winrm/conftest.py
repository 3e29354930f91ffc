"""One lab for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleetscan.lab.host import Fleet
from fleetscan.lab.server import Lab
from tests.transport.winrm.fleet import FAULTY, HUNG, JEA, TLS
from tests.transport.winrm.world import PASSWORD, USER


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Serve one fleet to all tests."""
    hosts = (*FAULTY.values(), TLS, JEA, *HUNG)
    with Lab(Fleet(seed=1, hosts=hosts), user=USER, password=PASSWORD) as running:
        yield running
