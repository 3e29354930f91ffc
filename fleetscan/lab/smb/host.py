"""One pretend host as the SMB side of a lab serves it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fleetscan.lab.machine import Machine
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.smb.faults import PLAYS, Play


@dataclass(frozen=True, slots=True, kw_only=True)
class SmbHost:
    """A name, a loopback address, the machine behind it, and how it misbehaves.

    ``disk`` is a directory with one folder per drive letter, served as ``C$``, ``D$``, ... The user is no
    administrator: everybody must be able to pass through the directories above it.
    """

    name: str
    address: str
    machine: Machine
    fault: SmbFault = SmbFault.NONE
    disk: Path | None = None

    @property
    def play(self) -> Play:
        """How the fault is played."""
        return PLAYS[self.fault]
