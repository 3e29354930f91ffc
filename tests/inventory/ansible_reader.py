"""Ask Ansible itself, in a process of its own: one JSON request a line on standard input, one JSON answer a line.

Requests: ``{"sources": [path, ...], "limit": pattern or null}`` or ``{"range": pattern}``.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from importlib import import_module
from typing import Any


def inventory(sources: list[str], limit: str | None) -> dict[str, Any]:
    """Read sources as ``ansible-inventory --list`` does: merged variables, groups of each host, hosts of the limit."""
    constants = import_module("ansible.constants")
    loader = import_module("ansible.parsing.dataloader").DataLoader()
    manager = import_module("ansible.inventory.manager").InventoryManager(loader=loader, sources=sources)
    variables = import_module("ansible.vars.manager").VariableManager(loader=loader, inventory=manager)
    hosts = {}
    for host in manager.get_hosts("all"):
        merged = variables.get_vars(host=host, include_hostvars=False, stage="all")
        hosts[host.name] = {
            "variables": {name: value for name, value in merged.items() if name not in constants.INTERNAL_STATIC_VARS},
            "groups": host.get_magic_vars()["group_names"],
        }
    members = {name: [host.name for host in group.get_hosts()] for name, group in manager.groups.items()}
    manager.subset(limit)
    return {"hosts": hosts, "groups": members, "chosen": [host.name for host in manager.get_hosts("all")]}


def answer(request: dict[str, Any]) -> object:
    """Answer one request; what Ansible refuses is answered with its words."""
    try:
        if "range" in request:
            return import_module("ansible.plugins.inventory").expand_hostname_range(request["range"])
        return inventory(request["sources"], request["limit"])
    except Exception as error:  # noqa: BLE001  # Ansible refuses with many classes, some of them ValueError
        return {"refused": str(error)}


def encode(value: object) -> str:
    """Write a date as Ansible's own JSON does."""
    return value.isoformat() if isinstance(value, date) else str(value)


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line)), default=encode) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
