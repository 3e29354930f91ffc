"""Read what ``ansible-inventory --list`` or a dynamic inventory script prints: JSON with ``_meta.hostvars``.

The text is not a file that somebody could correct, so what fleetscan does not use is passed over: passwords are
dropped unseen, templates are kept as text. What it does use must be right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NoReturn

from fleetscan.authored import Document, kind_of
from fleetscan.errors import AuthoredError, Mistake
from fleetscan.inventory.build import build_inventory, new_tree
from fleetscan.inventory.complaints import complain, is_ours, is_secret
from fleetscan.inventory.interface import Inventory
from fleetscan.inventory.ranges import is_host_name
from fleetscan.inventory.told import is_told, read_told
from fleetscan.inventory.tree import Node, Tree, Variables
from fleetscan.inventory.values import value_of

_MAX_DEPTH: Final = 64
_REMEDY: Final = "the program must print what `ansible-inventory --list` prints"


def parse_ansible_json(text: str, *, source: str = "inventory command", environment: str = "ansible") -> Inventory:
    """Parse the JSON of ``ansible-inventory --list`` (also with ``--export``) or of an inventory script.

    ``source`` names the program in mistakes. Raise AuthoredError with all of them.
    """
    document = Document(file=source, data=_loads(text, source))
    data = document.data
    if not isinstance(data, Mapping):
        raise AuthoredError([document.mistake((), f"the JSON must be an object, not {kind_of(data)}", _REMEDY)])
    tree = new_tree()
    for name in data:
        if name != "_meta":
            _read_group(tree, document, name)
    for name, variables in _mapping(document.at(("_meta", "hostvars"))).items():
        if host := _host(tree, document, name):
            host.variables |= _read_variables(tree, source, f"host {name}", variables)
    if not tree.hosts and not tree.mistakes:
        tree.mistakes.append(document.mistake((), "there is no host in this inventory", _REMEDY))
    return build_inventory(tree, environment)


def _loads(text: str, source: str) -> object:
    try:
        data: object = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        mistake = Mistake(file=source, line=line, column=column, message="this is not JSON", remedy=_REMEDY)
        raise AuthoredError([mistake]) from None
    except (ValueError, RecursionError):
        raise AuthoredError([_refusal(source, "this JSON cannot be read")]) from None
    if not _is_sound(data):
        raise AuthoredError([_refusal(source, f"the JSON is nested deeper than {_MAX_DEPTH} levels, or is not UTF-8")])
    return data


def _refusal(source: str, message: str) -> Mistake:
    return Mistake(file=source, line=1, column=1, message=message, remedy=_REMEDY)


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _is_sound(data: object) -> bool:
    """Tell whether the data are no deeper than we go, and all text can be written as UTF-8."""
    waiting = [(data, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return False
        match part:
            case str() if not part.isascii() and any("\ud800" <= char <= "\udfff" for char in part):
                return False
            case dict():
                waiting.extend((inner, depth + 1) for pair in part.items() for inner in pair)
            case list():
                waiting.extend((inner, depth + 1) for inner in part)
            case _:
                pass
    return True


def _read_group(tree: Tree, document: Document, name: str) -> None:
    place = document.position(())
    group = tree.group(name, place)
    content = document.at((name,))
    parts = {"hosts": content} if isinstance(content, list) else _mapping(content)
    for host in _names(parts.get("hosts")):
        if _host(tree, document, host):
            group.hosts[host] = None
    for child in _names(parts.get("children")):
        tree.group(child, place)
        group.children[child] = place
    group.variables |= _read_variables(tree, document.file, f"group {name}", parts.get("vars"))
    priority = group.variables.pop("ansible_group_priority", None)
    group.priority = priority if isinstance(priority, int) else 1


def _host(tree: Tree, document: Document, name: str) -> Node | None:
    if is_host_name(name):
        return tree.host(name, document.position(()))
    tree.mistakes.append(document.mistake((), f"`{name}` is not a host name", "rename it"))
    return None


def _read_variables(tree: Tree, source: str, owner: str, data: object) -> Variables:
    file = f"{source} ({owner})"
    variables: Variables = {}
    for name, value in _mapping(data).items():
        if is_secret(name, value):
            continue
        complaint = complain(name, value) if is_ours(name) else None
        if complaint is None:
            variables[name] = value_of(value)
            found = _told_mistakes(tree, source, owner, name, value)
        else:
            found = [Mistake(file=file, line=1, column=1, message=complaint[0], remedy=complaint[1])]
        for mistake in found:
            if not any(known.message == mistake.message for known in tree.mistakes):
                tree.mistakes.append(mistake)
    return variables


def _told_mistakes(tree: Tree, source: str, owner: str, name: str, value: object) -> list[Mistake]:
    """Read locators and attestations, each once however many hosts have it; give what is wrong with them."""
    if not is_told(name):
        return []
    entries = read_told(Document(file=source, data={name: value}), (name,))
    tree.told |= dict.fromkeys(entries.written)
    return [replace(one, file=f"{source} ({owner})") for one in entries.mistakes]


def _mapping(data: object) -> Mapping[str, object]:
    return data if isinstance(data, Mapping) else {}


def _names(data: object) -> list[str]:
    return [name for name in data if isinstance(name, str)] if isinstance(data, list) else []
