from __future__ import annotations

import tracemalloc

from tests.transport.remote_registry.rpc_fuzz import fuzz


def test_damaged_replies_end_in_outcomes() -> None:
    """200,000 of them: no exception, no flow without end, an outcome for every question."""
    assert fuzz(200_000, seed=20_261_122) >= 200_000


def test_damaged_replies_do_not_fill_the_memory() -> None:
    """The most that a round takes is bounded by what came."""
    tracemalloc.start()
    try:
        fuzz(10_000, seed=4)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * 1024 * 1024
