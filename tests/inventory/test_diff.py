"""What became of the hosts from one inventory to another."""

from __future__ import annotations

import json

from fleetscan.inventory import Change, Inventory, InventoryDiff, diff_inventories, parse_ansible_json


def inventory(group: str = "paris", **hosts: dict[str, object]) -> Inventory:
    """Make an inventory of hosts in one group."""
    return parse_ansible_json(json.dumps({group: {"hosts": list(hosts)}, "_meta": {"hostvars": hosts}}))


def test_hosts_and_variables_are_compared() -> None:
    """Added, removed and changed, types included: true is not 1."""
    before = inventory(ex1={"a": 1, "b": 1, "c": True, "same": 0}, ex2={})
    after = inventory(ex3={}, ex1={"b": 2, "c": 1, "d": 1, "same": 0})
    assert diff_inventories(before, after) == InventoryDiff(
        added=("ex3",),
        removed=("ex2",),
        changes=(
            Change(host="ex1", name="a", before=1, after=None),
            Change(host="ex1", name="b", before=1, after=2),
            Change(host="ex1", name="c", before=True, after=1),
            Change(host="ex1", name="d", before=None, after=1),
        ),
    )


def test_membership_is_compared() -> None:
    """A host that moved to another group has changed."""
    changes = diff_inventories(inventory(ex1={}), inventory("osaka", ex1={})).changes
    assert changes == (Change(host="ex1", name="groups", before=("paris",), after=("osaka",)),)


def test_an_inventory_does_not_differ_from_itself() -> None:
    """No change is no change."""
    assert diff_inventories(inventory(ex1={"a": [1]}), inventory(ex1={"a": [1]})) == InventoryDiff(
        added=(), removed=(), changes=()
    )
