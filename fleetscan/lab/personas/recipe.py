"""How parts are laid over each other until a whole machine is described.

Law: ``null`` takes away exactly what was inherited, and what was not inherited cannot be taken away; so a
misspelt name is a mistake and not a silent nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from fleetscan.lab.machine import CimValue, Section
from fleetscan.lab.personas.schema import (
    DirectoryEntry,
    FileEntry,
    Messages,
    PartFile,
    RegistryEntry,
    ServiceEntry,
)

V = TypeVar("V")
Steps: TypeAlias = tuple[str, ...]
Keys: TypeAlias = Mapping[str, Mapping[str, RegistryEntry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A machine as it is written, after inheritance and without ``null``; sections as in :class:`PartFile`."""

    bits: Literal[32, 64] | None = None
    powershell: str | None = None
    computer: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    registry: Keys = field(default_factory=dict)
    services: Mapping[str, ServiceEntry] = field(default_factory=dict)
    files: Mapping[str, FileEntry | DirectoryEntry] = field(default_factory=dict)
    cim: Mapping[str, list[dict[str, CimValue]]] = field(default_factory=dict)
    denied: Messages = field(default_factory=Messages)
    errors: Messages = field(default_factory=Messages)
    slow: Mapping[Section, int] = field(default_factory=dict)


def over(base: Recipe, top: PartFile | Recipe) -> tuple[Recipe, tuple[Steps, ...]]:
    """Lay one file or recipe over another; give the places of each ``null`` that takes nothing away, too."""
    registry, lost_keys = _registry(base.registry, top.registry)
    services, lost_services = _entries(("services",), base.services, top.services)
    files, lost_files = _entries(("files",), base.files, top.files)
    cim, lost_cim = _entries(("cim",), base.cim, top.cim)
    recipe = Recipe(
        bits=top.bits or base.bits,
        powershell=top.powershell or base.powershell,
        computer=top.computer or base.computer,
        environment={**base.environment, **top.environment},
        registry=registry,
        services=services,
        files=files,
        cim=cim,
        denied=_messages(base.denied, top.denied),
        errors=_messages(base.errors, top.errors),
        slow={**base.slow, **top.slow},
    )
    return recipe, (*lost_keys, *lost_services, *lost_files, *lost_cim)


def laid_over(base: Recipe, top: Recipe) -> Recipe:
    """Lay one whole recipe over another, as ``extends: [base, top]`` does."""
    return over(base, top)[0]


def _messages(base: Messages, top: Messages) -> Messages:
    return Messages(
        registry={**base.registry, **top.registry},
        services={**base.services, **top.services},
        files={**base.files, **top.files},
        cim={**base.cim, **top.cim},
    )


def _below(names: Mapping[str, object], top: str) -> list[str]:
    return [name for name in names if name == top or name.startswith(f"{top}\\")]


def _entries(
    section: Steps, base: Mapping[str, V], changes: Mapping[str, V | None]
) -> tuple[dict[str, V], tuple[Steps, ...]]:
    """Lay flat entries over each other; ``null`` takes away an entry and everything below it."""
    merged: dict[str, V] = dict(base)
    lost: list[Steps] = []
    for name, entry in changes.items():
        if entry is not None:
            merged[name] = entry
            continue
        gone = _below(merged, name)
        lost += [] if gone else [(*section, name)]
        for each in gone:
            del merged[each]
    return merged, tuple(lost)


def _registry(
    base: Keys, changes: Mapping[str, Mapping[str, RegistryEntry | None] | None]
) -> tuple[Keys, tuple[Steps, ...]]:
    """Lay keys over each other value by value; ``null`` takes away a value, or a key with its subkeys."""
    removed: dict[str, Mapping[str, RegistryEntry] | None] = {key: None for key in changes if changes[key] is None}
    merged, lost = _entries(("registry",), base, removed)
    for key, values in changes.items():
        if values is not None:
            merged[key], lost_values = _entries(("registry", key), merged.get(key, {}), values)
            lost = (*lost, *lost_values)
    return merged, lost
