"""One pretend host: what it is, how it misbehaves, and what a truthful scanner must say of it.

Law: ``expected_*`` is written by hand beside the persona, never computed by code of fleetscan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from fleetscan.lab.fault import Fault
from fleetscan.lab.smb.fault import SmbFault
from fleetscan.lab.traits import NOTHING_SEEN, Traits

if TYPE_CHECKING:
    from fleetscan.lab.machine import Machine

Way: TypeAlias = Literal["winrm", "smb"]
"""A protocol that a host speaks."""

Attested: TypeAlias = Mapping[str, bool | str | date]
"""What stands beside a fact in ``fleetscan_attested``."""

Transport: TypeAlias = Literal["auto", "winrm", "remote_registry"]
"""A word of ``fleetscan_transport``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabHost:
    """A name, a loopback address, a machine behind it and the expectation.

    ``ways`` are what the host offers; where WinRM is not among them, nobody listens at its port. ``fault`` is how WinRM
    misbehaves, ``smb_fault`` how SMB does. ``transport`` is what the inventory says of ``fleetscan_transport``.
    ``expected_status`` and ``expected_reason`` are the words of ``records.ndjson.gz``;
    ``expected_verdicts`` maps rule id to the word of ``verdicts.ndjson.gz``, of rules about this host alone; what is
    expected of it among others follows from the ``traits`` of all (:mod:`fleetscan.lab.among`).
    ``attested`` is what the inventory says of ``fleetscan_attested``.
    """

    name: str
    address: str
    site: str
    persona: str
    machine: Machine
    ways: tuple[Way, ...] = ("winrm",)
    transport: Transport = "winrm"
    fault: Fault = Fault.NONE
    smb_fault: SmbFault = SmbFault.NONE
    protocol: Literal["http", "https"] = "http"
    configuration_name: str = "Microsoft.PowerShell"
    expected_status: str = "complete"
    expected_reason: str = ""
    expected_verdicts: Mapping[str, str] = field(default_factory=dict)
    traits: Traits = field(default_factory=lambda: NOTHING_SEEN)
    attested: Mapping[str, Attested] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All pretend hosts of one lab."""

    seed: int
    hosts: tuple[LabHost, ...]
