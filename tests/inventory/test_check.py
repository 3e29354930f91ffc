"""Credentials that the inventory names must be there."""

from __future__ import annotations

import pytest

from fleetscan.errors import AuthoredError
from fleetscan.inventory import check_credentials, limit_inventory, load_inventory
from tests.inventory.conftest import Write

TEXT = """all:
  vars: {fleetscan_credential: exchange-raed}
  hosts:
    ex1:
    ex2: {fleetscan_credential: other}
ungrouped:
  hosts:
    ex3: {fleetscan_credential: }
"""


def test_unknown_and_missing_credentials_are_told_at_once(write: Write) -> None:
    """A credential is placed where it is first named, a host without one where it is written."""
    path = write("a.yml", TEXT.replace("fleetscan_credential: }", "x: 1}").replace("vars:", "vars: # "))
    inventory = load_inventory([path])
    with pytest.raises(AuthoredError) as caught:
        check_credentials(inventory, ("exchange-read",))
    assert [str(mistake).removeprefix(str(path)) for mistake in caught.value.mistakes] == [
        (":4:5: the host `ex1` names no credential (set `fleetscan_credential`, for all hosts under `vars:` of `all`)"),
        ":5:33: unknown credential `other` (known: exchange-read)",
        (":8:5: the host `ex3` names no credential (set `fleetscan_credential`, for all hosts under `vars:` of `all`)"),
    ]


def test_a_near_name_is_suggested_once(write: Write) -> None:
    """Many hosts with the same unknown credential are one mistake, at its definition."""
    path = write("a.yml", TEXT.replace("fleetscan_credential: }", "x: 1}"))
    inventory = load_inventory([path])
    with pytest.raises(AuthoredError) as caught:
        check_credentials(inventory, ("exchange-read", "other"))
    assert str(caught.value) == (f"{path}:2:32: unknown credential `exchange-raed` (did you mean `exchange-read`?)")
    check_credentials(limit_inventory(inventory, "ex2"), ("other",))
