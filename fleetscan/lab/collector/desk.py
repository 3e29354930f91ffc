"""Answers the collector contract from a pretend machine.

Law: written from the text of the contract alone. It shares no code with the script that product hosts run,
so that each of the two can show a mistake of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fleetscan.lab.collector.files import file_item
from fleetscan.lab.collector.items import Item, error, refused, text, utc
from fleetscan.lab.collector.registry import registry_item
from fleetscan.lab.machine import Machine, Section, Service
from fleetscan.lab.windows import fold, matches

_DEFAULT_PACE = 1
_SERVICE_CLASS = "Win32_Service"
"""Where the contract's words for services are from."""

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
        "registry": [desk.ask("registry", item, registry_item) for item in _items(request, "registry")],
        "services": _services(desk, _names(request)),
        "files": [desk.ask("files", item, file_item) for item in _items(request, "files")],
        "cim": [desk.ask("cim", item, _cim) for item in _items(request, "cim")],
    }
    head: dict[str, object] = {
        "v": 1,
        "host": machine.computer,
        "fqdn": machine.fqdn,
        "ps": machine.powershell,
        "utc": utc(machine.now),
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
    refusal = machine.refused_service(name) or machine.refused_cim(_SERVICE_CLASS)
    if refusal is not None:
        return {name: refused(refusal)}
    if not name.endswith("*"):
        return {name: _service_state(machine, machine.services.get(fold(name)))}
    installed = [service for service in machine.services.values() if matches(service.name, name)]
    return {service.name: _service_state(machine, service) for service in installed}


def _service_state(machine: Machine, service: Service | None) -> Item:
    if service is None:
        return {"s": "absent"}
    refusal = machine.refused_service(service.name)
    if refusal is not None:
        return refused(refusal)
    return {
        "s": "ok",
        "state": service.state,
        "start": service.start,
        "account": service.account,
        "display": service.display,
        "pid": service.pid,
    }


def _cim(machine: Machine, item: Item) -> Item:
    name = text(item, "class")
    refusal = machine.refused_cim(name)
    if refusal is not None:
        return refused(refusal)
    rows = machine.cim.get(fold(name))
    if rows is None:
        return error("Invalid class ")
    wanted = item.get("properties")
    names = {fold(each): each for each in wanted if isinstance(each, str)} if isinstance(wanted, list) else {}
    if rows and names.keys() - {fold(property_name) for row in rows for property_name in row}:
        return error("Invalid query ")  # what WMI says of a property that the class has not
    return {"s": "ok", "rows": [_row(row, names) for row in rows]}


def _row(row: Mapping[str, object], names: Mapping[str, str]) -> Item:
    """Keep what was asked for, under the name it was asked by; what is null is left out."""
    return {names[fold(name)]: value for name, value in row.items() if fold(name) in names and value is not None}
