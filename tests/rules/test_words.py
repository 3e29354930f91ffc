"""Values in the sentences of verdicts."""

from __future__ import annotations

import pytest

from fleetscan.rules.words import MOST_LISTED, show


@pytest.mark.parametrize(("count", "tail"), [(MOST_LISTED, ""), (MOST_LISTED + 1, " and 1 more"), (20, " and 12 more")])
def test_a_list_names_its_first_items_and_counts_the_rest(count: int, tail: str) -> None:
    """As many as are named leave nothing to count."""
    items = [str(number) for number in range(count)]
    assert show(items) == ", ".join(items[:MOST_LISTED]) + tail
