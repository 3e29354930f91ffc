"""The values of one registry key, as the answer to ``list: values`` gives them.

Law: a value of another type than the documented one is unknown (wrong_type), never absent and never a number.
"""

from __future__ import annotations

from collections.abc import Mapping

from fleetscan.facts.senses import ABSENT, brief, unknown
from fleetscan.model import Absent, Reason, Unknown, Value

_NUMBERS = ("REG_DWORD", "REG_QWORD")


def datum(values: Mapping[str, Value], name: str) -> Mapping[str, Value] | None:
    """Find a value of a key by its name, without case as Windows does; ``None`` when the key does not have it."""
    wanted = name.casefold()
    for each, found in values.items():
        if each.casefold() == wanted:
            return found if isinstance(found, Mapping) else {}
    return None


def number_in(values: Mapping[str, Value] | Absent, name: str, place: str) -> int | Absent | Unknown:
    """Take the number that a key holds under a name; a key that is not there holds none. ``place`` names the key."""
    found = None if isinstance(values, Absent) else datum(values, name)
    if found is None:
        return ABSENT
    number = found.get("value")
    if found.get("type") not in _NUMBERS or isinstance(number, bool) or not isinstance(number, int):
        detail = f"{place}: {name} is {brief(found.get('type'))} {brief(number)} where a number was expected"
        return unknown(Reason.WRONG_TYPE, detail)
    return number
