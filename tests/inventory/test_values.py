"""From data to the model's values."""

from __future__ import annotations

import pytest

from fleetscan.inventory.values import value_of


def test_nothing_is_left_out_of_values() -> None:
    """Null within lists and mappings is left out; everything else stays what it is."""
    assert value_of({"a": None, "b": [1, None, {"c": None}], "d": True, "e": 1.5}) == {
        "b": [1, {}],
        "d": True,
        "e": 1.5,
    }
    assert value_of(None) is None


def test_what_no_file_can_hold_is_a_fault() -> None:
    """An object that neither YAML nor JSON gives is a defect of the caller."""
    with pytest.raises(TypeError, match="set is no value"):
        value_of({"a": {1, 2}})
