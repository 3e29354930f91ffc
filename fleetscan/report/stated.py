"""Facts in the form in which two runs are compared: without what changes by itself.

======== =============================================================================
type     parts
======== =============================================================================
service  state, start mode and account, in one text
services the same for each service, with its name, sorted
values   name, value and type of each, sorted
strings  each, sorted
text     each line that is not empty, without the blanks around it
stat     that the file is there; a folder's moment changes with every file in it
newest   that there is one; a new pattern comes every night
others   the value
======== =============================================================================

A count of files is a number that never rests: of it, too, only that it could be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final, TypeAlias

from fleetscan.model import Asked, Derived, Fact, FactType, File, FileAspect, Known, Stated, Told, Value
from fleetscan.report.text import value_text, visible

MOST_PARTS: Final = 400
"""How many parts of one value are kept; a digest stands for the others."""

THERE: Final = ("there",)
"""The only part of a value of which no more is compared."""

_Parts: TypeAlias = Callable[[Value], Iterable[str]]


def compared(facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Pick the facts that are compared, sorted: those that a host is asked for, and those that somebody tells."""
    return {name: facts[name] for name in sorted(facts) if not isinstance(facts[name].origin, Derived)}


def state(fact: Fact, outcome: Known) -> Stated:
    """Bring a known value into the form in which it is compared; that of a told fact without the way it was had."""
    return Stated(
        known=True,
        type="" if isinstance(fact.origin, Told) else visible(outcome.type),
        parts=THERE if rests_not(fact) else _bounded(_PARTS.get(fact.type, _whole)(outcome.value)),
    )


ABSENT: Final = Stated(known=False, type="", parts=())


def rests_not(fact: Fact) -> bool:
    """Tell a fact whose value is another one every night, although nobody changed anything."""
    match fact.origin:
        case Asked(question=File(aspect=FileAspect.STAT | FileAspect.NEWEST | FileAspect.COUNT)):
            return True
        case _:
            return False


def key(outcome: Known) -> object:
    """Give what is equal for values that are stated alike; cheap, for it is asked of every fact of every host."""
    value = outcome.value
    if isinstance(value, str | int | float):
        return outcome.type, type(value), value
    if isinstance(value, dict) and outcome.type == "service":  # another process every night
        return outcome.type, _service(value)
    if isinstance(value, dict) and outcome.type == "services":
        return outcome.type, *((name, _service(record)) for name, record in value.items())
    try:
        return outcome.type, repr(value)
    except ValueError:  # a number with more digits than Python agrees to print
        return outcome.type, value_text(value)


def _bounded(parts: Iterable[str]) -> tuple[str, ...]:
    found = tuple(parts)
    if len(found) <= MOST_PARTS:
        return found
    rest = "\n".join(found[MOST_PARTS:])
    digest = sha256(rest.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return (*found[:MOST_PARTS], f"… {len(found) - MOST_PARTS} more, SHA-256 {digest}…")


def _whole(value: Value) -> Iterable[str]:
    return (value_text(value),)


def _of_service(value: Value) -> Iterable[str]:
    return (_service_text("", *_service(value)),) if isinstance(value, dict) else _whole(value)


def _of_services(value: Value) -> Iterable[str]:
    if not isinstance(value, dict):
        return _whole(value)
    return [_service_text(name, *_service(record)) for name, record in sorted(value.items(), key=_by_name)]


def _of_values(value: Value) -> Iterable[str]:
    if not isinstance(value, dict):
        return _whole(value)
    return [value_text({name: inner}) for name, inner in sorted(value.items(), key=_by_name)]


def _of_strings(value: Value) -> Iterable[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return _whole(value)
    return sorted((value_text(item) for item in value), key=lambda text: (text.casefold(), text))


def _of_text(value: Value) -> Iterable[str]:
    if not isinstance(value, str):
        return _whole(value)
    return [visible(line) for line in map(str.strip, value.splitlines()) if line]


def _by_name(item: tuple[str, Value]) -> tuple[str, str]:
    return item[0].casefold(), item[0]


def _service(value: Value) -> tuple[str, str, str]:
    record = value if isinstance(value, dict) else {}
    return str(record.get("state", "")), str(record.get("start", "")), str(record.get("account", ""))


@lru_cache(maxsize=4096)
def _service_text(name: str, running: str, start: str, account: str) -> str:
    """Write one service; a fleet has few different ones."""
    said = ", ".join(filter(None, (running, start, account)))
    return visible(f"{name}: {said}" if name else said)


_PARTS: Mapping[FactType, _Parts] = {
    FactType.SERVICE: _of_service,
    FactType.SERVICES: _of_services,
    FactType.VALUES: _of_values,
    FactType.STRINGS: _of_strings,
    FactType.TEXT: _of_text,
}
