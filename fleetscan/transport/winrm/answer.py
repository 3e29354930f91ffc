"""The collector's answer -> one outcome per question.

Law: the host's data is never trusted. A text that is not one answer of the contract ends the conversation
(:class:`~fleetscan.errors.HostFailure`, malformed); an item that is off makes its own question Unknown, never absent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeAlias, TypeVar

from fleetscan.errors import HostFailure
from fleetscan.model import (
    Absent,
    CimRows,
    File,
    Known,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Services,
    Unknown,
)
from fleetscan.transport.winrm.request import VERSION, Plan
from fleetscan.transport.winrm.values import Off, cim_rows, file_value, registry_list, registry_value, service_record
from fleetscan.transport.words import plain

Q = TypeVar("Q", bound=Question)
S = TypeVar("S")
Item: TypeAlias = Mapping[str, object]


def decode(text: str, asked: Plan) -> dict[Question, Outcome]:
    """Read the answer to a plan: every question of it gets an outcome. Raises HostFailure when it is no answer."""
    answer = _object(text)
    outcomes: dict[Question, Outcome] = {}
    outcomes |= _section(answer, "registry", asked.registry, _registry)
    outcomes |= _section(answer, "files", asked.files, _file)
    outcomes |= _section(answer, "cim", asked.cim, _cim)
    if asked.services:
        outcomes |= _services(answer, asked)
    return outcomes


def _object(text: str) -> Item:
    """Parse strictly: no repeated key, no NaN, no nesting without end, the right version."""
    try:
        answer = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        message = f"the collector's answer is no JSON ({plain(str(error), 120)})"
        raise HostFailure(Reason.MALFORMED, message) from error
    if not isinstance(answer, dict):
        message = "the collector's answer is no JSON object"
        raise HostFailure(Reason.MALFORMED, message)
    version = answer.get("v")
    if type(version) is not int or version != VERSION:
        message = f"the collector's answer has version {plain(repr(version), 40)} instead of {VERSION}"
        raise HostFailure(Reason.MALFORMED, message)
    return answer


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "an object has a name twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _off(message: str) -> Unknown:
    return Unknown(reason=Reason.MALFORMED, detail=message)


def _section(
    answer: Item, name: str, questions: Sequence[Q], read: Callable[[Item, Q], Outcome]
) -> dict[Question, Outcome]:
    """Read a section that answers position by position."""
    items = answer.get(name)
    if not isinstance(items, list) or len(items) != len(questions):
        return dict.fromkeys(questions, _off(f"the host did not answer the section {name} item by item"))
    return {question: _item(item, question, read) for item, question in zip(items, questions, strict=True)}


def _item(item: object, question: S, read: Callable[[Item, S], Outcome]) -> Outcome:
    """Read one item by its state; ``read`` is called for ``ok`` only."""
    if not isinstance(item, dict):
        return _off("the host answered with something that is no object")
    if item.get("s") != "ok":
        return _not_known(item)
    try:
        return read(item, question)
    except Off as off:
        return Unknown(reason=off.reason, detail=str(off))


def _not_known(item: Item) -> Outcome:
    match item.get("s"):
        case "absent":
            return Absent()
        case "denied":
            return Unknown(reason=Reason.DENIED, detail=_message(item))
        case "error":
            late = item.get("late") is True
            return Unknown(reason=Reason.TIMED_OUT if late else Reason.UNSUPPORTED, detail=_message(item))
        case state:
            return _off(f"the host answered with the state {plain(repr(state), 60)}")


def _message(item: Item) -> str:
    message = item.get("m")
    return plain(message) if isinstance(message, str) else ""


def _registry(item: Item, question: RegistryValue | RegistryList) -> Outcome:
    if isinstance(question, RegistryList):
        return Known(value=registry_list(item.get("d"), question.list), type=question.list)
    kind, value = registry_value(item)
    return Known(value=value, type=kind)


def _file(item: Item, question: File) -> Outcome:
    return Known(value=file_value(item, question), type="file")


def _cim(item: Item, question: CimRows) -> Outcome:
    return Known(value=cim_rows(item.get("rows"), question.properties), type="cim")


def _services(answer: Item, asked: Plan) -> dict[Question, Outcome]:
    found = answer.get("services")
    if not isinstance(found, dict):
        return dict.fromkeys(asked.services, _off("the host did not answer the section services"))
    names: dict[str, list[tuple[str, object]]] = {}
    for name, item in found.items():
        names.setdefault(name.casefold(), []).append((name, item))
    return {
        question: _pattern(names, question) if isinstance(question, Services) else _service(names, question.name)
        for question in asked.services
    }


def _record(item: Item, _question: object) -> Known:
    return Known(value=service_record(item), type="service")


def _service(names: Mapping[str, Sequence[tuple[str, object]]], name: str) -> Outcome:
    match names.get(name.casefold(), ()):
        case [(_, item)]:
            return _item(item, None, _record)
        case []:
            return _off("the host did not answer for this service")
        case _:
            return _off("the host answered twice for this service")


def _pattern(names: Mapping[str, Sequence[tuple[str, object]]], question: Services) -> Outcome:
    """Gather what matched. One service that is not known leaves the whole list unknown: it might be the one."""
    if question.pattern.casefold() in names:
        return _refused_pattern(_service(names, question.pattern))
    prefix = question.pattern.casefold().removesuffix("*")
    records = {}
    for key in names:
        if not key.startswith(prefix) or key.endswith("*"):
            continue
        name = plain(names[key][0][0], 256)
        match _service(names, key):
            case Known(value=value):
                records[name] = value
            case Unknown(reason=reason, detail=detail):
                return Unknown(reason=reason, detail=plain(f"{name}: {detail}"))
            case Absent():
                pass
    return Known(value=records, type="services")


def _refused_pattern(outcome: Outcome) -> Outcome:
    return outcome if isinstance(outcome, Unknown) else _off("the host answered for the pattern as for a service")
