"""From a changed value to the locator that reads it, ready to paste into an inventory.

Law: a locator is offered only where the inventory takes it as it stands and a scan can read what it names. It is for
the release of ScanMail that was seen, and for no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from fleetscan.authored import registry_key
from fleetscan.facts import complain_of
from fleetscan.inventory import has_jinja
from fleetscan.model import (
    Asked,
    Equals,
    Fact,
    FactType,
    Itself,
    Locator,
    RegistryValue,
    Versions,
    View,
)
from fleetscan.probe.compare import ValueAdded, ValueChanged
from fleetscan.probe.tree import Data, Datum, Sight, Snapshot, Values, fold
from fleetscan.report.text import is_unseen

VERSION_FACT: Final = "scanmail.version"
"""The fact that says for which release a locator is right."""

_TYPES: Final[Mapping[str, type[int | str]]] = {
    "REG_DWORD": int,
    "REG_QWORD": int,
    "REG_SZ": str,
    "REG_EXPAND_SZ": str,
}
"""The types that a locator can read, and what their data are."""
_LARGEST: Final = 2**63 - 1
_NODE: Final = "WOW6432NODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A locator as YAML, two lines: the variable, and the entry of the fact."""

    yaml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLocator:
    """Why no locator can read a value."""

    why: str


Shown: TypeAlias = ValueAdded | ValueChanged


def suggest_locator(facts: Mapping[str, Fact], fact: str, change: Shown, after: Snapshot) -> Suggested | NoLocator:
    """Make the locator of a told fact from a value that is new or another one in ``after``."""
    if isinstance(wanted := _reading(facts[fact], change.after), str):
        return NoLocator(why=wanted)
    key, view = _unredirected(change.key, after.view)
    for what, text in (("key", key), ("name", change.name)):
        if why := _unfit(text):
            return NoLocator(why=f"the {what} holds {why}")
    try:
        registry_key(key)
    except ValueError as error:
        return NoLocator(why=f"the inventory cannot name this key: it {error}")
    question = RegistryValue(key=key, value=change.name, view=view)
    locator = Locator(fact=fact, question=question, reading=wanted, versions=_versions(facts, after))
    if complaint := complain_of(facts, locator):
        return NoLocator(why=complaint[0])
    return Suggested(yaml=f"fleetscan_locators:\n  {fact}: {_written(locator, question)}")


def _reading(fact: Fact, datum: Datum) -> Itself | Equals | str:
    """Choose how the value becomes the fact's; a text says why it cannot."""
    kind = _TYPES.get(datum.type)
    data = datum.data
    if kind is None or isinstance(data, tuple):
        return f"{datum.type} cannot be read by a locator"
    if isinstance(data, int) and data > _LARGEST:
        return "the number needs more than 64 bits with sign"
    if isinstance(data, str) and (why := _unfit(data)):
        return f"the text holds {why}"
    if fact.type is FactType.BOOL:
        return Equals(value=data)
    wanted = int if fact.type is FactType.INT else str
    return Itself() if kind is wanted else f"{datum.type} is no value of {fact.id}, which is {fact.type}"


def _unfit(text: str) -> str:
    """Say what the inventory cannot hold of a text: YAML has no half pairs, a registry name no NUL."""
    if re.search(r"[\x00\ud800-\udfff]", text):
        return "characters that the inventory cannot hold"
    return "what Ansible takes for a template" if has_jinja(text) else ""


def _unredirected(key: str, view: View) -> tuple[str, View]:
    """Write a key below ``Wow6432Node`` as the inventory does: by the 32-bit view."""
    parts = key.split("\\")
    kept = [part for part in parts if fold(part) != _NODE]
    return ("\\".join(kept), 32) if len(kept) == len(parts) - 1 else (key, view)


def _versions(facts: Mapping[str, Fact], after: Snapshot) -> Versions | None:
    """Give the release that the snapshot holds, where it holds one: from its two numbers to the next."""
    sight = Sight(after)
    for place in _places(facts, VERSION_FACT):
        text = _data(sight, place) if place.view == after.view else None
        if isinstance(text, str) and (found := re.match(r"([0-9]{1,8})\.([0-9]{1,8})(?![0-9])", text)):
            major, minor = map(int, found.groups())
            return Versions(fact=VERSION_FACT, at_least=f"{major}.{minor}", below=f"{major}.{minor + 1}")
    return None


def _places(facts: Mapping[str, Fact], fact: str) -> list[RegistryValue]:
    """Name the registry values behind a fact, its inputs included."""
    if fact not in facts:
        return []
    match facts[fact].origin:
        case Asked(question=RegistryValue() as place):
            return [place]
        case _:
            return [place for one in facts[fact].inputs for place in _places(facts, one)]


def _data(sight: Sight, place: RegistryValue) -> Data | None:
    values = sight.key(place.key).values
    if not isinstance(values, Values):
        return None
    return next((datum.data for name, datum in values.data.items() if fold(name) == fold(place.value)), None)


def _written(locator: Locator, place: RegistryValue) -> str:
    parts = [f"registry: {scalar(place.key)}", f"value: {scalar(place.value)}"]
    if place.view == 32:  # noqa: PLR2004 - the view by its name
        parts.append("view: 32")
    if isinstance(locator.reading, Equals):
        wanted = locator.reading.value
        parts.append(f"is: {scalar(wanted) if isinstance(wanted, str) else wanted}")
    if (versions := locator.versions) is not None:
        bounds = f"from: {scalar(versions.at_least)}, below: {scalar(versions.below)}"
        parts.append(f"versions: {{fact: {versions.fact}, {bounds}}}")
    return f"{{{', '.join(parts)}}}"


def scalar(text: str) -> str:
    """Write a text as YAML on one line of visible characters."""
    if not any(map(is_unseen, text)):
        quoted = text.replace("'", "''")
        return f"'{quoted}'"
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return f"\\U{ord(char):08X}" if is_unseen(char) else char
