"""The package that is tested is the one that was meant."""

from __future__ import annotations

import os
from pathlib import Path

import fleetscan


def test_the_package_under_test_is_the_one_asked_for() -> None:
    """The run against the wheel imports the wheel, and any other run the checkout."""
    repository = Path(__file__).parent.parent
    wanted = Path(os.environ.get("FLEETSCAN_UNDER_TEST", repository))
    assert Path(fleetscan.__file__).parent.parent == wanted


def test_the_package_says_its_version() -> None:
    """The version is three numbers, from the metadata of what is installed."""
    assert [part.isdigit() for part in fleetscan.__version__.split(".")] == [True, True, True]
