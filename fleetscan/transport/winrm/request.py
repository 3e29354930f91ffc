"""Questions -> the collector's request, and the places where their answers will stand.

The form is the collector contract, version 1, with its ``budget_ms`` extension.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from fleetscan.model import CimRows, File, FileAspect, Question, RegistryList, RegistryValue, Service, Services

Item: TypeAlias = dict[str, object]

VERSION = 1
"""Of request and answer."""

_LISTED = (FileAspect.NEWEST, FileAspect.COUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of one host: questions without repetition, section by section, in the order of the request."""

    registry: tuple[RegistryValue | RegistryList, ...] = ()
    services: tuple[Service | Services, ...] = ()
    files: tuple[File, ...] = ()
    cim: tuple[CimRows, ...] = ()
    sections: Mapping[str, list[object]] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Question, ...]:
        """List all questions."""
        return (*self.registry, *self.services, *self.files, *self.cim)

    def encode(self, budget_ms: int) -> str:
        """Write the request. ``budget_ms`` is how long the host may take to answer, in milliseconds."""
        return json.dumps({"v": VERSION, "budget_ms": budget_ms, **self.sections}, separators=(",", ":"))


def plan(questions: Iterable[Question]) -> Plan:
    """Sort questions into the sections of one request; equal ones are asked once."""
    registry: list[RegistryValue | RegistryList] = []
    services: list[Service | Services] = []
    files: list[File] = []
    cim: list[CimRows] = []
    for question in dict.fromkeys(questions):
        match question:
            case RegistryValue() | RegistryList():
                registry.append(question)
            case Service() | Services():
                services.append(question)
            case File():
                files.append(question)
            case CimRows():
                cim.append(question)
            case _ as never:
                assert_never(never)
    sections: dict[str, list[object]] = {
        "registry": [_registry(each) for each in registry],
        "services": _names(services),
        "files": [_file(each) for each in files],
        "cim": [{"class": each.cim_class, "properties": list(each.properties)} for each in cim],
    }
    return Plan(
        registry=tuple(registry),
        services=tuple(services),
        files=tuple(files),
        cim=tuple(cim),
        sections={name: items for name, items in sections.items() if items},
    )


def _registry(question: RegistryValue | RegistryList) -> Item:
    item: Item = {"key": question.key, "view": question.view}
    if isinstance(question, RegistryList):
        return item | {"list": question.list}
    return item | {"value": question.value}


def _names(questions: Iterable[Service | Services]) -> list[object]:
    """Name each service and pattern once, without case."""
    names: dict[str, object] = {}
    for question in questions:
        name = question.name if isinstance(question, Service) else question.pattern
        names.setdefault(name.casefold(), name)
    return list(names.values())


def _file(question: File) -> Item:
    item: Item = {"path": question.path, "what": question.aspect.value}
    if question.base is not None:
        item["base"] = _registry(question.base)
    if question.aspect in _LISTED:
        item["pattern"] = question.pattern or "*"
    if question.aspect is FileAspect.TEXT:
        item["max"] = question.max_bytes
    return item
