"""From a recipe to a machine. What all hosts of a persona share is made once, so that thousands cost little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from zlib import crc32

from fleetscan.lab.disk import Disk, File
from fleetscan.lab.machine import CimRow, CimValue, Machine, Refusal, Refusals, Section, Service
from fleetscan.lab.personas.recipe import Recipe
from fleetscan.lab.personas.schema import (
    Binary,
    DirectoryEntry,
    Dword,
    Expand,
    FileEntry,
    Messages,
    Multi,
    Qword,
    RegistryEntry,
    ServiceEntry,
    Sz,
    Untyped,
)
from fleetscan.lab.personas.tokens import characters, differs, fill
from fleetscan.lab.registered import registered
from fleetscan.lab.registry import Data, Datum, Registry
from fleetscan.lab.windows import environment, expand, fold
from fleetscan.lab.windows import variables as written_variables

_GIB = 1024**3
_DEFAULT_VALUE = "(default)"
_MEMORY = "$(memory)"
_POWERSHELL = "5.1.17763.1971"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What is one host's own: names, AD site, DAG ("" for none), memory, the moment, more age for its files."""

    fqdn: str
    computer: str
    site: str
    dag: str
    memory_gib: int
    now: datetime
    extra_age: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all hosts of one recipe share. ``own`` are the registry values that differ from host to host."""

    powershell: str
    computer: str
    registry: Registry
    own: Mapping[str, tuple[Datum, ...]]
    services: Mapping[str, Service]
    disk: Disk
    cim: Mapping[str, tuple[CimRow, ...]]
    environment: Mapping[str, str]
    refusals: Refusals
    pace: Mapping[Section, int]


def frame(recipe: Recipe) -> Frame:
    """Make what all hosts of a recipe share."""
    bits = recipe.bits or 64
    variables = environment(recipe.environment, bits)
    services = {fold(name): _service(name, entry) for name, entry in map(_named, recipe.services.items())}
    known = registered(services.values(), written_variables(recipe.environment, bits))
    keys = {
        characters(key): [_datum(characters(name), entry) for name, entry in values.items()]
        for key, values in recipe.registry.items()
    }
    own = {key: tuple(datum for datum in data if _own(datum.data)) for key, data in keys.items()}
    files = {expand(characters(path), variables): entry for path, entry in recipe.files.items()}
    return Frame(
        powershell=recipe.powershell or _POWERSHELL,
        computer=characters(recipe.computer or "$(computer)"),
        registry=Registry(known, bits=bits).overlaid(
            {key: {datum.name: datum for datum in data} for key, data in keys.items()}
        ),
        own={key: data for key, data in own.items() if data},
        services=services,
        disk=Disk(_files(files), [path for path, entry in files.items() if isinstance(entry, DirectoryEntry)]),
        cim={fold(name): tuple(rows) for name, rows in recipe.cim.items()},
        environment=variables,
        refusals=_refusals(recipe.denied, recipe.errors, variables),
        pace=recipe.slow,
    )


def machine(shared: Frame, placement: Placement) -> Machine:
    """Put one machine of a frame in its place."""
    names = {
        "site": placement.site,
        "dag": placement.dag,
        "computer": placement.computer,
        "fqdn": placement.fqdn,
        "memory": str(placement.memory_gib * _GIB),
    }
    own = {key: {datum.name: _filled(datum, names) for datum in data} for key, data in shared.own.items()}
    return Machine(
        computer=fill(shared.computer, names),
        fqdn=placement.fqdn,
        powershell=shared.powershell,
        now=placement.now,
        registry=shared.registry.overlaid(own),
        services=shared.services,
        disk=shared.disk,
        cim={name: tuple(_row(row, names) for row in rows) for name, rows in shared.cim.items()},
        environment=shared.environment,
        refusals=shared.refusals,
        extra_age=placement.extra_age,
        pace=shared.pace,
    )


def _datum(name: str, entry: RegistryEntry) -> Datum:
    kind, data = _typed(entry)
    return Datum(name="" if name == _DEFAULT_VALUE else name, type=kind, data=data)


def _typed(entry: RegistryEntry) -> tuple[str, Data]:
    match entry:
        case Sz(sz=text):
            return "REG_SZ", characters(text)
        case Expand(expand=text):
            return "REG_EXPAND_SZ", characters(text)
        case Multi(multi=lines):
            return "REG_MULTI_SZ", tuple(map(characters, lines))
        case Dword(dword=number):
            return "REG_DWORD", number
        case Qword(qword=number):
            return "REG_QWORD", number
        case Binary() | Untyped():
            return _bytes(entry)
        case _:
            assert_never(entry)


def _bytes(entry: Binary | Untyped) -> tuple[str, Data]:
    if isinstance(entry, Binary):
        return "REG_BINARY", bytes.fromhex(entry.binary)
    return "REG_NONE", bytes.fromhex(entry.none)


def _own(data: Data) -> bool:
    return isinstance(data, str) and differs(data)


def _filled(datum: Datum, names: Mapping[str, str]) -> Datum:
    return Datum(name=datum.name, type=datum.type, data=fill(str(datum.data), names))


def _row(row: CimRow, names: Mapping[str, str]) -> CimRow:
    return {name: _cim_value(value, names) for name, value in row.items()}


def _cim_value(value: CimValue, names: Mapping[str, str]) -> CimValue:
    if value == _MEMORY:
        return int(names["memory"])
    return fill(characters(value), names) if isinstance(value, str) else value


def _named(pair: tuple[str, ServiceEntry]) -> tuple[str, ServiceEntry]:
    return characters(pair[0]), pair[1]


def _service(name: str, entry: ServiceEntry) -> Service:
    """Give a running service a process number that is always the same."""
    running = entry.state != "Stopped"
    return Service(
        name=name,
        state=entry.state,
        start=entry.start,
        account=entry.account,
        display=characters(entry.display) or name,
        pid=4 * (crc32(name.encode(errors="surrogatepass")) % 16_000 + 250) if running else 0,
    )


def _files(entries: Mapping[str, FileEntry | DirectoryEntry]) -> Iterator[tuple[str, File]]:
    for path, entry in entries.items():
        match entry:
            case FileEntry():
                yield path, _file(path, entry)
            case DirectoryEntry(directory=count):
                for number in range(count):
                    name = f"~{number:05}.tmp"
                    yield f"{path}\\{name}", File(name=name, size=4096, age=timedelta(days=2))
            case _:
                assert_never(entry)


def _file(path: str, entry: FileEntry) -> File:
    text = characters(entry.text)
    return File(
        name=path.rpartition("\\")[2],
        size=entry.size or len(text.encode(errors="surrogatepass")),
        age=timedelta(days=entry.age_days),
        version=characters(entry.version),
        text=text,
    )


def _refusals(denied: Messages, errors: Messages, variables: Mapping[str, str]) -> Refusals:
    files = _refused(denied.files, errors.files)
    return Refusals(
        registry=_refused(denied.registry, errors.registry),
        services=_refused(denied.services, errors.services),
        files={expand(path, variables): refusal for path, refusal in files.items()},
        cim=_refused(denied.cim, errors.cim),
    )


def _refused(denied: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Refusal]:
    refused = {place: Refusal(state="denied", message=characters(words)) for place, words in denied.items()}
    return refused | {place: Refusal(state="error", message=characters(words)) for place, words in errors.items()}
