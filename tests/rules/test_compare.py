"""How one host stands among the known ones: both sides of each boundary."""

from __future__ import annotations

import pytest

from fleetscan.rules.compare import WAYS, Key, Standing, Tally
from fleetscan.rules.interface import Comparison

TABLE: list[tuple[Comparison, list[Key], Key, int, Standing]] = [
    (Comparison.MIXED, ["a"], "a", 0, Standing.ALONE),
    (Comparison.MIXED, ["a", "b"], "a", 0, Standing.APART),
    (Comparison.MIXED, ["a", "a", "b"], "a", 0, Standing.ALIKE),
    (Comparison.MIXED, ["a", "a", "b", "b"], "a", 0, Standing.APART),
    (Comparison.MIXED, ["a", "a", "a", "b", "b"], "a", 0, Standing.ALIKE),
    (Comparison.OUTLIER, ["a"], "a", 0, Standing.ALONE),
    (Comparison.OUTLIER, ["a", "b"], "a", 0, Standing.APART),
    (Comparison.OUTLIER, ["a", "b"], "a", 1, Standing.APART),
    (Comparison.OUTLIER, ["a", "b"], "a", 2, Standing.ALONE),
    (Comparison.OUTLIER, ["a", "b", "b"], "a", 2, Standing.APART),
    (Comparison.OUTLIER, ["a", "b", "b"], "b", 2, Standing.FINE),
    (Comparison.OUTLIER, ["a", "b", "c"], "a", 2, Standing.FINE),
    (Comparison.OUTLIER, ["a", "a", "b", "b"], "a", 2, Standing.FINE),
    (Comparison.MISSING, [False], False, 0, Standing.ALONE),
    (Comparison.MISSING, [True], True, 0, Standing.ALONE),
    (Comparison.MISSING, [False, False], False, 0, Standing.ALIKE),
    (Comparison.MISSING, [False, True], False, 0, Standing.APART),
    (Comparison.MISSING, [False, True], True, 0, Standing.FINE),
    (Comparison.MISSING, [False, True, False], False, 0, Standing.ALIKE),
    (Comparison.MISSING, [False, True, True, False, False], False, 0, Standing.ALIKE),
    (Comparison.MISSING, [False, True, True, False], False, 0, Standing.APART),
]


@pytest.mark.parametrize(("kind", "values", "value", "least", "wanted"), TABLE)
def test_where_a_host_stands(kind: Comparison, values: list[Key], value: Key, least: int, wanted: Standing) -> None:
    """Half of the hosts, or of the peers, are not more than half; one peer more or less decides."""
    assert WAYS[kind].decide(Tally.of(values), value, least) is wanted
