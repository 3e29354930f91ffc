"""What an inventory is once it was read, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fleetscan.authored import Position
from fleetscan.errors import Mistake
from fleetscan.inventory.told import Written
from fleetscan.model import Host, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The hosts of one environment, in the order in which the files first name them.

    ``environment`` is the stem of the file or the name of the folder (joined by ``+`` when there are several).
    ``groups`` gives the names of all hosts in a group and its descendants, ``all`` and ``ungrouped`` included.
    ``files`` are all files that were read. ``warnings`` are legal values that people rarely mean as YAML reads them.
    ``places`` tells where each host is first written, ``credentials`` where each credential is first named, ``told``
    every locator and attestation of every file.
    """

    environment: str
    hosts: tuple[Host, ...]
    groups: Mapping[str, tuple[str, ...]]
    files: tuple[Path, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    places: Mapping[str, Position] = field(default_factory=dict)
    credentials: Mapping[str, Position] = field(default_factory=dict)
    told: tuple[Written, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One variable of one host, before and after; ``None`` is not set. The name ``groups`` is its membership."""

    host: str
    name: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryDiff:
    """What became of the hosts from one inventory to another."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[Change, ...]
