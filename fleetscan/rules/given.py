r"""How an outcome is written in a case, and how the meaning of absence is written in a rule.

given:
  transport_av.enabled: 1                          # a known value
  transport_av.enabled: absent
  transport_av.enabled: {unknown: denied}          # any reason; `detail: words` may follow
  ad.site: {known: absent}                         # a text that is one of the words above
  exchange.mailboxes: {attested: 350}              # a told fact that a person vouches for; a bare value is located
  scanmail.scheduled_update: {indirect: true}      # one that an outcome speaks for
  scanmail.realtime: started                       # or stopped, or {state: Paused, start: Manual}
  exchange.services: {MSExchangeIS: stopped}
  defender.paths: ['D:\smex\temp']
  scanmail.pattern_file: {age_days: 8}             # or {name: ..., size: ..., modified: ...}
absent:
  transport_av.enabled: 0                          # what absence means to the condition
  exchange.product: {unknown: not_located}         # absence decides nothing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from fleetscan.authored import kind_of, suggest
from fleetscan.model import ATTESTED, INDIRECT, Absent, FactType, Known, Outcome, Reason, Unknown, UnknownFact, Value
from fleetscan.rules.bind import bind_value

CASE_TIME: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
"""The moment at which every case is read."""

_SERVICE_WORDS: Final[Mapping[str, Mapping[str, Value]]] = MappingProxyType(
    {
        "started": MappingProxyType({"state": "Running", "start": "Auto"}),
        "stopped": MappingProxyType({"state": "Stopped", "start": "Auto"}),
    }
)


def outcome(kind: FactType, written: object) -> Outcome:
    """Read the outcome of a fact in a case; raise ValueError with words for the author."""
    match written:
        case "absent":
            return Absent()
        case "None":
            message = "`None` would be this very text: write `absent`, or {known: None} when the text is meant"
            raise ValueError(message)
        case {"unknown": reason, **rest}:
            return _unknown(reason, rest)
        case {"known": value, **rest}:
            _nothing_else(rest)
            return Known(value=known(kind, value), type=_TYPE)
        case {"attested": value, **rest}:
            _nothing_else(rest)
            return Known(value=known(kind, value), type=ATTESTED)
        case {"indirect": value, **rest}:
            _nothing_else(rest)
            return Known(value=known(kind, value), type=INDIRECT)
        case _:
            return Known(value=known(kind, written), type=_TYPE)


def meaning(kind: FactType, written: object) -> Value | Unknown:
    """Read what absence means to a rule; raise ValueError with words for the author."""
    match outcome(kind, written):
        case Known(value=value):
            return value
        case Unknown() as unknown:
            return unknown if unknown.detail else Unknown(reason=unknown.reason, detail="it is not there")
        case Absent():
            message = "absence cannot mean absence: write a value, or {unknown: not_located}"
            raise ValueError(message)


def known(kind: FactType, written: object) -> Value:
    """Read a known value of a type; raise ValueError when it does not have its shape."""
    value = _WRITERS.get(kind, _plain)(written)
    bound = bind_value("it", kind, value, CASE_TIME)
    if isinstance(bound, UnknownFact):
        raise ValueError(bound.detail)  # noqa: TRY004 - the file is at fault, not the caller
    return value


_TYPE: Final = "case"


def _unknown(reason: object, rest: Mapping[object, object]) -> Unknown:
    detail = rest.get("detail", "")
    _nothing_else({key: value for key, value in rest.items() if key != "detail"})
    if reason not in tuple(Reason) or not isinstance(detail, str):
        message = f"the reason is one of {', '.join(Reason)}; {suggest(str(reason), tuple(Reason))}"
        raise ValueError(message)
    return Unknown(reason=Reason(str(reason)), detail=detail)


def _nothing_else(rest: Mapping[object, object]) -> None:
    if rest:
        message = f"`{next(iter(rest))}` has no meaning here"
        raise ValueError(message)


def _plain(written: object) -> Value:
    match written:
        case bool() | int() | float() | str():
            return written
        case Mapping():
            return {str(key): _plain(value) for key, value in written.items()}
        case Sequence():
            return [_plain(item) for item in written]
        case _:
            message = "a value is missing: write one, or `absent`"
            raise ValueError(message)


def _service(written: object) -> Value:
    match written:
        case str() if written in _SERVICE_WORDS:
            return _SERVICE_WORDS[written]
        case Mapping():
            return {**_SERVICE_WORDS["started"], **_record(written)}
        case _:
            message = "a service is `started`, `stopped`, `absent`, {unknown: ...} or {state: ..., start: ...}"
            raise ValueError(message)


def _record(written: object) -> Mapping[str, Value]:
    if not isinstance(written, Mapping):
        message = f"a mapping was expected, not {kind_of(written)}"
        raise ValueError(message)  # noqa: TRY004 - the file is at fault, not the caller
    return {str(key): _plain(value) for key, value in written.items()}


def _services(written: object) -> Value:
    if not isinstance(written, Mapping):
        message = "services are written {name: started, other: stopped}"
        raise ValueError(message)  # noqa: TRY004 - the file is at fault, not the caller
    return {str(name): _service(service) for name, service in written.items()}


def _values(written: object) -> Value:
    match written:
        case [*names] if all(isinstance(name, str) for name in names):
            return {str(name): {"type": "REG_DWORD", "value": 0} for name in names}
        case _:
            message = "the values of a key are written as a list of their names"
            raise ValueError(message)


def _file(written: object) -> Value:
    """Fill in what the author of a case need not care about."""
    record = dict(_record(written))
    age = record.pop("age_days", 0)
    if isinstance(age, bool) or not isinstance(age, int) or abs(age) > _MOST_DAYS:
        message = f"`age_days` is a whole number of days, at most {_MOST_DAYS}"
        raise ValueError(message)
    modified = (CASE_TIME - timedelta(days=age)).isoformat()
    return {"name": "file", "size": 1, "modified": modified, **record}


_MOST_DAYS: Final = 36_500
_WRITERS: Final[Mapping[FactType, Callable[[object], Value]]] = MappingProxyType(
    {
        FactType.SERVICE: _service,
        FactType.SERVICES: _services,
        FactType.VALUES: _values,
        FactType.STAT: _file,
        FactType.NEWEST: _file,
    }
)
