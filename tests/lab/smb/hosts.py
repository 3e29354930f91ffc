"""Hosts with a machine each, and how to tell one from another."""

from __future__ import annotations

from pathlib import Path

from fleetscan.lab.smb import SmbFault, SmbHost
from tests.lab.smb.clients import RRP, Visit
from tests.lab.smb.machines import machine


def hosts(count: int, fault: SmbFault = SmbFault.NONE, disk: Path | None = None) -> list[SmbHost]:
    """Make hosts with a machine each."""
    return [
        SmbHost(
            name=f"ex{number}",
            address=f"127.32.{number // 250}.{number % 250 + 1}",
            machine=machine(f"EX{number}"),
            fault=fault,
            disk=disk,
        )
        for number in range(count)
    ]


def computer(guest: Visit) -> str:
    """Ask a machine for its name."""
    dce, key = guest.key("SOFTWARE\\Lab")
    name: str = RRP.hBaseRegQueryValue(dce, key, "Computer")[1]
    return name.rstrip("\0")
