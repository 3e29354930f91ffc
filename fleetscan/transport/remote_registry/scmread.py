r"""One service -> its outcome, over a line to the service control manager and one to the remote registry. Pure.

Law: absent is what the manager said (codes 1060 and 123), or a thing of this name that is no service of Win32: drivers
and the templates of per-user services, which ``Win32_Service`` does not list either. The registry never says how a
service runs; where the manager refuses the configuration, it says only how the service starts, and whose it is.
Law: a service is opened with 0x5, and after a denial once with 0x4.
"""

from __future__ import annotations

from dataclasses import dataclass

from fleetscan.model import Absent, Known, Outcome, Question, Reason, RegistryValue, Unknown, Value
from fleetscan.transport.remote_registry import svcctl
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.keyread import KeyWork, read_key
from fleetscan.transport.remote_registry.line import Line
from fleetscan.transport.remote_registry.ndr import Malformed
from fleetscan.transport.remote_registry.pipe import Fault, PipeTrouble
from fleetscan.transport.remote_registry.troubles import OPERATION_UNKNOWN, code_outcome
from fleetscan.transport.remote_registry.winreg import Hive
from fleetscan.transport.remote_registry.wow64 import Location
from fleetscan.transport.words import valid

SERVICES_PATH = r"SYSTEM\CurrentControlSet\Services"
"""The key whose subkeys are services and drivers (MS-SCMR, 3.1.1)."""

_PIPE = svcctl.SVCCTL.pipe
_MANAGER = "manager"
_WIN32, _TEMPLATE, _INSTANCE = 0x30, 0x40, 0x80
"""SERVICE_WIN32, SERVICE_USER_SERVICE, SERVICE_USERSERVICE_INSTANCE (winnt.h)."""

_CODES = {svcctl.NOT_INSTALLED: Absent(), svcctl.INVALID_NAME: Absent()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What one flow talks over; the second is opened only when the first is refused something."""

    scm: Line
    registry: Line


def open_manager(line: Line) -> Flow[bytes | Unknown]:
    """Open the manager, once for all services of a line. Raises PipeTrouble."""
    handles = yield from line.handles()
    if _MANAGER not in handles:
        try:
            opened = yield from line.call(svcctl.open_manager())
        except (Malformed, Fault) as off:
            return off.outcome
        handles[_MANAGER] = code_outcome(_PIPE, opened.code) if opened.code else opened.handle
    return handles[_MANAGER]


def read_service(lines: Lines, name: str) -> Flow[Outcome]:
    """Read one service by its short name. Raises PipeTrouble when the line to the manager breaks."""
    if len(name) > svcctl.NAME_LIMIT or "\0" in name:
        return Absent()
    manager = yield from open_manager(lines.scm)
    if isinstance(manager, Unknown):
        return manager
    try:
        return (yield from _read(lines, manager, name))
    except (Malformed, Fault) as off:
        return off.outcome


def _read(lines: Lines, manager: bytes, name: str) -> Flow[Outcome]:
    call = lines.scm.call
    access = svcctl.QUERY_BOTH
    opened = yield from call(svcctl.open_service(manager, name, access))
    if opened.code == svcctl.DENIED:
        access = svcctl.QUERY_STATUS
        opened = yield from call(svcctl.open_service(manager, name, access))
    if opened.code == svcctl.DENIED:
        return (yield from _hidden(lines.registry, name))
    if opened.code:
        return _CODES.get(opened.code) or code_outcome(_PIPE, opened.code)
    status = yield from _status(lines.scm, opened.handle)
    if status.code:
        return code_outcome(_PIPE, status.code)
    if not _listed(status.kind):
        return Absent()
    config = yield from _config(lines, opened.handle, name, access)
    return config if isinstance(config, Unknown) else _record(status, config)


def _listed(kind: int) -> bool:
    """Tell whether ``Win32_Service`` lists a service of this type."""
    return bool(kind & _WIN32) and (not kind & _TEMPLATE or bool(kind & _INSTANCE))


def _status(line: Line, service: bytes) -> Flow[svcctl.Status]:
    """Ask in the newer way, and in the older one where the host does not know that."""
    try:
        return (yield from line.call(svcctl.query_status_ex(service)))
    except Fault as fault:
        if fault.status != OPERATION_UNKNOWN:
            raise
    return (yield from line.call(svcctl.query_status(service)))


@dataclass(frozen=True, slots=True)
class _Config:
    """The start type as a number, and what else is told."""

    start: int
    words: dict[str, str]


def _config(lines: Lines, service: bytes, name: str, access: int) -> Flow[_Config | Unknown]:
    denied = code_outcome(_PIPE, svcctl.DENIED)
    if access == svcctl.QUERY_BOTH:
        config = yield from lines.scm.call(svcctl.query_config(service))
        if not config.code:
            return _Config(config.start, {"account": config.account, "display": config.display})
        if config.code != svcctl.DENIED:
            return code_outcome(_PIPE, config.code)
    found = yield from _registered(lines.registry, name)
    start = found.get("Start")
    if not isinstance(start, int):
        return denied
    words = {"account": found.get("ObjectName"), "display": found.get("DisplayName")}
    # A name that is a reference into a library ("@path,-100") could be looked up on the host alone.
    told = {key: text for key, text in words.items() if isinstance(text, str) and not text.startswith("@")}
    return _Config(start, told)


def _record(status: svcctl.Status, config: _Config) -> Known | Unknown:
    state, start = svcctl.STATES.get(status.state), svcctl.STARTS.get(config.start)
    if state is None or start is None:
        detail = f"the state {status.state} and the start type {config.start} are not both ones that a service can have"
        return Unknown(reason=Reason.MALFORMED, detail=detail)
    record: dict[str, Value] = {"state": state, "start": start}
    record |= {key: valid(text) for key, text in config.words.items()}
    if status.pid is not None:
        record["pid"] = status.pid
    return Known(value=record, type="service")


def _hidden(line: Line, name: str) -> Flow[Absent | Unknown]:
    """Judge what the manager denies: a driver that is denied is no service all the same."""
    kind = (yield from _registered(line, name)).get("Type")
    if isinstance(kind, int) and not _listed(kind):
        return Absent()
    return code_outcome(_PIPE, svcctl.DENIED)


def registered(name: str) -> list[RegistryValue]:
    """Choose what to read in the registry of a service that its manager denies."""
    key = rf"HKLM\{SERVICES_PATH}\{name}"
    return [RegistryValue(key=key, value=each) for each in ("Type", "Start", "ObjectName", "DisplayName")]


def _registered(line: Line, name: str) -> Flow[dict[str, Value]]:
    """Read what the registry holds of a service, as far as it lets itself be read."""
    asked = registered(name)
    outcomes: dict[Question, Outcome] = {}
    location = Location(Hive.LOCAL_MACHINE, rf"{SERVICES_PATH}\{name}")
    try:
        yield from read_key(line, KeyWork(location, [*asked]), outcomes)
    except PipeTrouble:
        return {}
    found = {question.value: outcomes[question] for question in asked}
    return {value: outcome.value for value, outcome in found.items() if isinstance(outcome, Known)}
