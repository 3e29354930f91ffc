"""What a pretend Windows machine holds: registry, services, files, CIM classes, and what it refuses to show.

Law: a machine is a value. It has no clock (``now`` is given), no randomness and no network, so that the same
question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from fleetscan.lab.disk import Disk, normal
from fleetscan.lab.registry import Path, Registry, physical
from fleetscan.lab.windows import environment, fold, matches

CimValue: TypeAlias = bool | int | str | None
"""A property; ``None`` is one that the class has and this instance has not."""
CimRow: TypeAlias = Mapping[str, CimValue]
Section: TypeAlias = Literal["registry", "services", "files", "cim"]
"""A section of the collector contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One installed service in the words of ``Win32_Service``; ``pid`` is 0 when it does not run."""

    name: str
    state: str = "Running"
    start: str = "Auto"
    account: str = "LocalSystem"
    display: str = ""
    pid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something is not shown: ``denied`` or ``error``, and the host's own words."""

    state: Literal["denied", "error"]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a machine does not show. Keys and files stand for everything below them; names may end in ``*``.

    What is refused is so over WinRM and over SMB alike. But where WMI refuses the class ``Win32_Service``, only the
    collector cannot tell of services: the service manager can.
    """

    registry: Mapping[str, Refusal] = field(default_factory=dict)
    services: Mapping[str, Refusal] = field(default_factory=dict)
    files: Mapping[str, Refusal] = field(default_factory=dict)
    cim: Mapping[str, Refusal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One pretend machine at one moment (``now``, aware, UTC).

    ``services`` and ``cim`` are keyed by folded name. ``extra_age`` is added to the age of every file.
    ``pace`` is what one item of a section costs the collector, in milliseconds; one when not given.
    """

    computer: str
    fqdn: str
    powershell: str = "5.1.17763.1971"
    now: datetime = datetime(2026, 11, 22, tzinfo=UTC)
    registry: Registry = field(default_factory=lambda: Registry({}))
    services: Mapping[str, Service] = field(default_factory=dict)
    disk: Disk = field(default_factory=lambda: Disk(()))
    cim: Mapping[str, tuple[CimRow, ...]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: environment({}))
    refusals: Refusals = field(default_factory=Refusals)
    extra_age: timedelta = timedelta(0)
    pace: Mapping[Section, int] = field(default_factory=dict)

    def refused_key(self, path: Path) -> Refusal | None:
        """Find the refusal that covers a key: its own, or that of a key above it."""
        for key, refusal in self.refusals.registry.items():
            covered = physical(key, 64, self.registry.bits)
            if covered is not None and path[: len(covered)] == covered:
                return refusal
        return None

    def refused_service(self, name: str) -> Refusal | None:
        """Find the refusal for one short name, installed or not, or for a pattern as a whole."""
        return _matching(self.refusals.services, name)

    def refused_path(self, path: str) -> Refusal | None:
        """Find the refusal that covers a file or directory: its own, or that of a directory above it."""
        whole = normal(path) + "\\"
        for place, refusal in self.refusals.files.items():
            if whole.startswith(normal(place) + "\\"):
                return refusal
        return None

    def refused_cim(self, name: str) -> Refusal | None:
        """Find the refusal for one CIM class."""
        return _matching(self.refusals.cim, name)


def _matching(refusals: Mapping[str, Refusal], name: str) -> Refusal | None:
    """Take the first refusal that covers the name; a pattern is covered by its equal or a wider one."""
    return next((refusal for pattern, refusal in refusals.items() if matches(fold(name), pattern)), None)
