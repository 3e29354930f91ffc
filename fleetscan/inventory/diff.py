"""Tell what became of the hosts from one inventory to another."""

from __future__ import annotations

from collections.abc import Iterator

from fleetscan.inventory.interface import Change, Inventory, InventoryDiff
from fleetscan.model import Host


def diff_inventories(before: Inventory, after: Inventory) -> InventoryDiff:
    """Compare hosts by name, their merged variables and their groups; everything in the order of the inventories."""
    old = {host.name: host for host in before.hosts}
    new = {host.name: host for host in after.hosts}
    return InventoryDiff(
        added=tuple(name for name in new if name not in old),
        removed=tuple(name for name in old if name not in new),
        changes=tuple(change for name in new if name in old for change in _changes(old[name], new[name])),
    )


def _changes(before: Host, after: Host) -> Iterator[Change]:
    for name in sorted(before.variables.keys() | after.variables.keys()):
        old, new = before.variables.get(name), after.variables.get(name)
        if old != new or type(old) is not type(new):
            yield Change(host=after.name, name=name, before=old, after=new)
    if before.groups != after.groups:
        yield Change(host=after.name, name="groups", before=before.groups, after=after.groups)
