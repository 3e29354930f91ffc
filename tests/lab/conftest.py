"""Labs that several modules share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleetscan.lab import Lab
from tests.lab.fleets import fleet
from tests.lab.labs import FAULTY, FAULTY_TLS, JEA, PLAIN, SECURE
from tests.lab.wire import PASSWORD, USER


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Open a lab without faults; tests count differences."""
    with Lab(fleet([PLAIN, SECURE, JEA]), user=USER, password=PASSWORD) as running:
        yield running


@pytest.fixture(scope="module")
def faulty() -> Iterator[Lab]:
    """Open a lab with a host for every fault."""
    with Lab(fleet([*FAULTY.values(), *FAULTY_TLS.values()]), user=USER, password=PASSWORD) as running:
        yield running
