"""One pretend host: what it is, how it misbehaves, and what a truthful scanner must say of it.

Law: ``expected_*`` is written by hand beside the persona, never computed by code of fleetscan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fleetscan.lab.fault import Fault

if TYPE_CHECKING:
    from fleetscan.lab.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class LabHost:
    """A name, a loopback address, a machine behind it and the expectation.

    ``expected_status`` and ``expected_reason`` are the words of ``records.ndjson.gz``;
    ``expected_verdicts`` maps rule id to the word of ``verdicts.ndjson.gz``.
    """

    name: str
    address: str
    site: str
    persona: str
    machine: Machine
    fault: Fault = Fault.NONE
    protocol: Literal["http", "https"] = "http"
    configuration_name: str = "Microsoft.PowerShell"
    expected_status: str = "complete"
    expected_reason: str = ""
    expected_verdicts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All pretend hosts of one lab."""

    seed: int
    hosts: tuple[LabHost, ...]
