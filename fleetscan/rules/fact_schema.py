r"""How a fact is written in a pack, and the fact that it means. Pydantic stops at this file's edge.

scanmail.realtime:   {service: ScanMail_RealTimeScan}
exchange.services:   {services: 'MSExchange*'}
transport_av.enabled: {registry: 'HKLM\SOFTWARE\...', value: Enabled, type: int}       # view: 32 where needed
defender.paths:      {registry: 'HKLM\SOFTWARE\...', list: values}                      # or subkeys
exchange.exsetup:    {file: 'Bin\ExSetup.exe', base: {registry: ..., value: ...}, what: version}
cpu.logical:         {cim: Win32_ComputerSystem, property: NumberOfLogicalProcessors, type: int}
exchange.product:    {derive: exchange_product, from: [exchange.build]}
exchange.mailboxes:  {told: int}                    # or bool, string: the environment tells it, no place is known
scanmail.updates:    {told: bool, indirect: {derive: pattern_arrives, from: [scanmail.pattern_file], days: 7}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from fleetscan.authored import file_path, registry_key
from fleetscan.model import (
    Asked,
    CimRows,
    Derived,
    Fact,
    FactType,
    File,
    FileAspect,
    Indirect,
    Origin,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Told,
)
from fleetscan.rules import fact_words as words

_Key: TypeAlias = Annotated[str, AfterValidator(registry_key)]
_Types: Final[Mapping[str, FactType]] = MappingProxyType({kind.value: kind for kind in FactType})


class Entry(BaseModel):
    """What every fact may say of itself."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    about: str = ""
    confidence: Literal["documented", "inferred"] = "documented"


class ServiceEntry(Entry):
    """One service by its short name."""

    service: Annotated[str, AfterValidator(words.service_name)]

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        return FactType.SERVICE, Asked(question=Service(name=self.service))


class ServicesEntry(Entry):
    """All services whose short name matches a pattern."""

    services: Annotated[str, AfterValidator(words.service_pattern)]

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        return FactType.SERVICES, Asked(question=Services(pattern=self.services))


class RegistryValueEntry(Entry):
    """One registry value; ``value: ''`` is the default value of the key."""

    registry: _Key
    value: str
    type: Literal["int", "string", "strings", "version"]
    view: Literal[64, 32] = 64

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        question = RegistryValue(key=self.registry, value=self.value, view=self.view)
        return _Types[self.type], Asked(question=question)


class RegistryListEntry(Entry):
    """The values or the subkeys of one registry key."""

    registry: _Key
    listed: Literal["values", "subkeys"] = Field(alias="list")
    view: Literal[64, 32] = 64

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        kind = FactType.VALUES if self.listed == "values" else FactType.STRINGS
        return kind, Asked(question=RegistryList(key=self.registry, list=self.listed, view=self.view))


class Base(BaseModel):
    """A registry value that holds the folder of a file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    registry: _Key
    value: str
    view: Literal[64, 32] = 64

    def meaning(self) -> RegistryValue:
        """Give the question for the folder."""
        return RegistryValue(key=self.registry, value=self.value, view=self.view)


class FileEntry(Entry):
    """Something about one file or folder, or about the matching files of one folder."""

    file: str
    base: Base | None = None
    what: Literal["version", "stat", "newest", "count", "text"]
    pattern: Annotated[str, AfterValidator(words.file_pattern)] = ""
    max: Annotated[int, Field(ge=1, le=words.MOST_TEXT)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> FileEntry:
        file_path(self.file, based=self.base is not None)
        words.file_question(self.what, self.pattern, limited=self.max is not None)
        return self

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        base = self.base.meaning() if self.base else None
        question = File(path=self.file, aspect=FileAspect(self.what), pattern=self.pattern, base=base)
        if self.max is not None:
            question = replace(question, max_bytes=self.max)
        return _FILE_TYPES[question.aspect], Asked(question=question)


_FILE_TYPES: Final[Mapping[FileAspect, FactType]] = MappingProxyType(
    {
        FileAspect.VERSION: FactType.VERSION,
        FileAspect.STAT: FactType.STAT,
        FileAspect.NEWEST: FactType.NEWEST,
        FileAspect.COUNT: FactType.INT,
        FileAspect.TEXT: FactType.TEXT,
    }
)


class CimEntry(Entry):
    """One property of the only instance of a CIM class."""

    cim: Annotated[str, AfterValidator(words.cim_name)]
    property: Annotated[str, AfterValidator(words.cim_name)]
    type: Literal["bool", "int", "string", "strings", "version"]

    def meaning(self) -> tuple[FactType, Origin]:
        """Give the type and the question."""
        question = CimRows(cim_class=self.cim, properties=(self.property,))
        return _Types[self.type], Asked(question=question, property=self.property)


class DerivedEntry(Entry):
    """A fact worked out from others; its type is that of the derivation's result."""

    derive: str
    inputs: list[str] = Field(alias="from", min_length=1)

    def origin(self) -> Derived:
        """Give the derivation and its inputs."""
        return Derived(derivation=self.derive, inputs=tuple(self.inputs))


class IndirectEntry(BaseModel):
    """An outcome that speaks for a told fact; ``days`` is how old it may be, where the derivation asks for it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    derive: str
    inputs: list[str] = Field(alias="from", min_length=1)
    days: Annotated[int, Field(ge=1, le=words.MOST_DAYS)] | None = None


class ToldEntry(Entry):
    """A fact that no documented place holds; the environment tells it."""

    told: Literal["bool", "int", "string"]
    indirect: IndirectEntry | None = None

    def meaning(self) -> tuple[FactType, Told]:
        """Give the type and the origin."""
        spoken = self.indirect
        if spoken is None:
            return _Types[self.told], Told()
        indirect = Indirect(derivation=spoken.derive, inputs=tuple(spoken.inputs), days=spoken.days)
        return _Types[self.told], Told(indirect=indirect)


AskedEntry: TypeAlias = ServiceEntry | ServicesEntry | RegistryValueEntry | RegistryListEntry | FileEntry | CimEntry
AnyEntry: TypeAlias = AskedEntry | DerivedEntry | ToldEntry

_ADAPTERS: Final[Mapping[str, TypeAdapter[AnyEntry]]] = MappingProxyType(
    {
        "service": TypeAdapter(ServiceEntry),
        "services": TypeAdapter(ServicesEntry),
        "registry": TypeAdapter(RegistryValueEntry),
        "file": TypeAdapter(FileEntry),
        "cim": TypeAdapter(CimEntry),
        "derive": TypeAdapter(DerivedEntry),
        "told": TypeAdapter(ToldEntry),
    }
)
_LIST_ADAPTER: Final[TypeAdapter[AnyEntry]] = TypeAdapter(RegistryListEntry)

KINDS: Final = tuple(_ADAPTERS)
"""The keys that say what kind of fact an entry is; each entry has exactly one."""


def adapter_for(entry: Mapping[str, object]) -> TypeAdapter[AnyEntry] | None:
    """Find how to read an entry by the key that says its kind; None when it has none or several of them."""
    kinds = [kind for kind in KINDS if kind in entry]
    if len(kinds) != 1:
        return None
    return _LIST_ADAPTER if kinds == ["registry"] and "list" in entry else _ADAPTERS[kinds[0]]


def fact_of(fact: str, entry: AskedEntry | ToldEntry) -> Fact:
    """Make the fact that a valid entry means."""
    kind, origin = entry.meaning()
    return Fact(id=fact, type=kind, origin=origin, about=entry.about, confidence=entry.confidence)
