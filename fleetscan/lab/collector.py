"""Answers the collector contract from a pretend machine.

Law: written from the text of the contract alone. It shares no code with the script that product hosts run,
so that each of the two can show a mistake of the other.
"""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from fleetscan.lab.disk import File
from fleetscan.lab.machine import Machine, Refusal, Section, Service
from fleetscan.lab.registry import Datum, Path, physical
from fleetscan.lab.windows import expand, fold, matches

Item: TypeAlias = dict[str, object]

_MESSAGE_LIMIT = 500
_DEFAULT_PACE = 1
_DEFAULT_MAX = 262_144
_LATE: Item = {"s": "error", "late": True, "m": "The time for this collection was spent before this item was asked."}


def answer(machine: Machine, request: dict[str, object]) -> dict[str, object]:
    """Answer one request of version 1, position by position.

    Raises ValueError when the request is not one of version 1: the contract has no words for that.
    """
    if request.get("v") != 1:
        message = f"a request of version {request.get('v')!r} instead of 1"
        raise ValueError(message)
    desk = _Desk(machine, request.get("budget_ms"))
    body: dict[str, object] = {
        "registry": [desk.ask("registry", item, _registry) for item in _items(request, "registry")],
        "services": _services(desk, _names(request)),
        "files": [desk.ask("files", item, _file) for item in _items(request, "files")],
        "cim": [desk.ask("cim", item, _cim) for item in _items(request, "cim")],
    }
    head: dict[str, object] = {
        "v": 1,
        "host": machine.computer,
        "fqdn": machine.fqdn,
        "ps": machine.powershell,
        "utc": _utc(machine.now),
        "ms": desk.spent,
    }
    return head | {section: answers for section, answers in body.items() if section in request}


class _Desk:
    """The machine and the stopwatch: each item costs its section's pace before it is asked."""

    def __init__(self, machine: Machine, budget: object) -> None:
        self.machine = machine
        self.spent = 0
        self._budget = budget if isinstance(budget, int) else None

    def late(self, section: Section) -> bool:
        """Charge for one item and tell whether the budget is passed; then nothing more is charged."""
        if self._budget is not None and self.spent > self._budget:
            return True
        self.spent += self.machine.pace.get(section, _DEFAULT_PACE)
        return self._budget is not None and self.spent > self._budget

    def ask(self, section: Section, item: Item, read: Callable[[Machine, Item], Item]) -> Item:
        """Answer one item of a section, or say that it came too late."""
        return dict(_LATE) if self.late(section) else read(self.machine, item)


def _items(request: Mapping[str, object], section: Section) -> list[Item]:
    """Take a section's items; an item that is no object becomes an empty one, which is answered as an error."""
    items = request.get(section)
    if not isinstance(items, list):
        return []
    return [item if isinstance(item, dict) else {} for item in items]


def _names(request: Mapping[str, object]) -> list[str]:
    names = request.get("services")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _error(message: str) -> Item:
    return {"s": "error", "m": message[:_MESSAGE_LIMIT]}


def _refused(refusal: Refusal) -> Item:
    return {"s": refusal.state, "m": refusal.message[:_MESSAGE_LIMIT]}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _located(machine: Machine, item: Mapping[str, object]) -> Path | Item:
    """Find the key of an item, or say why it cannot be read."""
    key, view = _text(item, "key"), item.get("view")
    path = physical(key, view, machine.registry.bits) if view in (32, 64) else None
    if path is None:
        return _error(f"no registry key: {key!r} in view {view!r}")
    refusal = machine.refused_key(path)
    return path if refusal is None else _refused(refusal)


def _registry(machine: Machine, item: Item) -> Item:
    path = _located(machine, item)
    if isinstance(path, dict):
        return path
    match item:
        case {"value": str(name)}:
            return _value(machine.registry.value(path, name))
        case {"list": "values"}:
            return _ok_or_absent(_values(machine.registry.values(path)))
        case {"list": "subkeys"}:
            names = machine.registry.subkeys(path)
            return _ok_or_absent(None if names is None else list(names))
        case _:
            return _error("a registry item asks for a value, or lists values or subkeys")


def _value(datum: Datum | None) -> Item:
    return {"s": "absent"} if datum is None else {"s": "ok", **_typed(datum)}


def _typed(datum: Datum) -> Item:
    return {"t": datum.type, "d": _plain(datum)}


def _plain(datum: Datum) -> object:
    match datum.data:
        case bytes(data):
            return data.hex()
        case tuple(lines):
            return list(lines)
        case data:
            return data


def _values(data: Sequence[Datum] | None) -> Item | None:
    return None if data is None else {datum.name: _typed(datum) for datum in data}


def _ok_or_absent(data: object) -> Item:
    return {"s": "absent"} if data is None else {"s": "ok", "d": data}


def _services(desk: _Desk, names: Sequence[str]) -> dict[str, Item]:
    """Answer all names; a service that two names ask for is answered once, under the first."""
    answers: dict[str, Item] = {}
    seen: set[str] = set()
    for name in names:
        found = {name: dict(_LATE)} if desk.late("services") else _service(desk.machine, name)
        new = {key: item for key, item in found.items() if fold(key) not in seen}
        seen |= set(map(fold, new))
        answers |= new
    return answers


def _service(machine: Machine, name: str) -> dict[str, Item]:
    refusal = machine.refused_service(name)
    if refusal is not None:
        return {name: _refused(refusal)}
    if not name.endswith("*"):
        return {name: _service_state(machine, machine.services.get(fold(name)))}
    installed = [service for service in machine.services.values() if matches(service.name, name)]
    return {service.name: _service_state(machine, service) for service in installed}


def _service_state(machine: Machine, service: Service | None) -> Item:
    if service is None:
        return {"s": "absent"}
    refusal = machine.refused_service(service.name)
    if refusal is not None:
        return _refused(refusal)
    return {
        "s": "ok",
        "state": service.state,
        "start": service.start,
        "account": service.account,
        "display": service.display,
        "pid": service.pid,
    }


def _file(machine: Machine, item: Item) -> Item:
    path = _path(machine, item)
    if isinstance(path, dict):
        return path
    refusal = machine.refused_path(path)
    if refusal is not None:
        return _refused(refusal)
    what = _text(item, "what")
    aspect = _ASPECTS.get(what)
    return _error(f"a file item cannot be asked for {what!r}") if aspect is None else aspect(machine, path, item)


def _path(machine: Machine, item: Item) -> str | Item:
    """Work out the whole path, or the state of the base that it hangs on."""
    path = expand(_text(item, "path"), machine.environment)
    match item.get("base"):
        case None:
            return path
        case dict(base):
            found = _registry(machine, base)
        case _:
            return _error("the base of a file item is a registry value")
    if found["s"] != "ok":
        return found
    directory = found.get("d")
    if not isinstance(directory, str) or not directory:
        return _error("the base of a file item holds no directory")
    return ntpath.join(expand(directory, machine.environment), path) if path else expand(directory, machine.environment)


def _modified(machine: Machine, file: File) -> str:
    return _utc(machine.now - file.age - machine.extra_age)


def _version(machine: Machine, path: str, _item: Item) -> Item:
    file = machine.disk.file(path)
    if file is None:
        return {"s": "absent"}
    return {"s": "ok", "version": file.version} if file.version else _error("The file has no version information.")


def _stat(machine: Machine, path: str, _item: Item) -> Item:
    """Answer for files and directories; a directory has no size of its own."""
    file = File(name="") if machine.disk.is_directory(path) else machine.disk.file(path)
    return {"s": "absent"} if file is None else {"s": "ok", "size": file.size, "modified": _modified(machine, file)}


def _contents(machine: Machine, path: str, item: Item) -> Item:
    """Cut at bytes of UTF-8, so that a character that does not fit whole is left out."""
    file = machine.disk.file(path)
    if file is None:
        return {"s": "absent"}
    limit = item.get("max")
    limit = limit if isinstance(limit, int) else _DEFAULT_MAX
    data = file.text.encode(errors="surrogatepass")
    if len(data) <= limit:
        return {"s": "ok", "text": file.text}
    return {"s": "ok", "text": data[:limit].decode(errors="ignore"), "truncated": True}


def _newest(machine: Machine, path: str, item: Item) -> Item:
    files = machine.disk.listing(path, _text(item, "pattern"))
    if not files:
        return {"s": "absent"}
    file = min(files, key=lambda each: (each.age, each.name))
    return {"s": "ok", "name": file.name, "size": file.size, "modified": _modified(machine, file)}


def _count(machine: Machine, path: str, item: Item) -> Item:
    if not machine.disk.is_directory(path):
        return {"s": "absent"}
    return {"s": "ok", "count": len(machine.disk.listing(path, _text(item, "pattern")))}


_ASPECTS: Mapping[str, Callable[[Machine, str, Item], Item]] = {
    "version": _version,
    "stat": _stat,
    "text": _contents,
    "newest": _newest,
    "count": _count,
}


def _cim(machine: Machine, item: Item) -> Item:
    name = _text(item, "class")
    refusal = machine.refused_cim(name)
    if refusal is not None:
        return _refused(refusal)
    rows = machine.cim.get(fold(name))
    if rows is None:
        return _error("Invalid class ")
    wanted = item.get("properties")
    names = {fold(each): each for each in wanted if isinstance(each, str)} if isinstance(wanted, list) else {}
    return {"s": "ok", "rows": [_row(row, names) for row in rows]}


def _row(row: Mapping[str, object], names: Mapping[str, str]) -> Item:
    """Keep what was asked for, under the name it was asked by; what the instance has not is left out."""
    return {names[fold(name)]: value for name, value in row.items() if fold(name) in names}
