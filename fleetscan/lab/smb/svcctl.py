r"""The service manager of one pretend machine (MS-SCMR), as a remote user without rights of an administrator sees it.

Laws: nothing is ever started, stopped or changed. The manager can be opened to connect only, a service to read its
state and configuration only; every other mask is refused with ERROR_ACCESS_DENIED, and recorded. Services are not
enumerated (Microsoft, KB 4457739: remote callers without administrative rights).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from fleetscan.lab.machine import Service
from fleetscan.lab.registry import physical
from fleetscan.lab.smb.faults import ACCESS_DENIED, SERVICE_QUERY_CONFIG, Moment, Want
from fleetscan.lab.smb.interface import INVALID_HANDLE, NULL_HANDLE, Handles, Interface, Operation, Win32
from fleetscan.lab.smb.ndr import BadStub, Reader, Writer, utf16
from fleetscan.lab.smb.site import Site
from fleetscan.lab.windows import fold

SC_MANAGER_CONNECT = 0x1
SERVICE_QUERY_STATUS = 0x4
BEING_DELETED = 1072
"""ERROR_SERVICE_MARKED_FOR_DELETE, which a service in error answers here: neither absent nor denied (MS-ERREF, 2.2)."""

_INSUFFICIENT_BUFFER, _INVALID_LEVEL, _NO_SERVICE = 122, 124, 1060
_NEVER_STARTED = 1077
_MOST_CONFIG, _MOST_ENUM = 8 * 1024, 256 * 1024
"""Bounds that the interface sets to what a caller may offer (MS-SCMR, 2.2.11 and 2.2.12)."""

_OWN_PROCESS, _NORMAL, _STOPPABLE = 0x10, 1, 0x5
_STATES = ("stopped", "start pending", "stop pending", "running", "continue pending", "pause pending", "paused")
"""States as ``Win32_Service`` names them, from number 1 on (MS-SCMR, 2.2.47)."""
_RUNNING = 4
_STARTS = ("boot", "system", "auto", "manual", "disabled")
"""Start types, from number 0 on (MS-SCMR, 2.2.15)."""
_STATUS_SIZE, _PROCESS_SIZE, _CONFIG_SIZE = 28, 36, 36
_DESCRIPTION, _DELAYED = 1, 3
_SERVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\"
_A_FEW = 1024


@dataclass(frozen=True, slots=True)
class _Manager:
    """The service manager, opened."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A service, opened with these rights."""

    service: Service
    access: int


_Thing: TypeAlias = _Manager | _Opened


class SvcCtl(Interface):
    """The interface, as one association uses it."""

    name = "svcctl"
    uuid = UUID("367abb81-9844-35f1-ad32-98f038001003")
    version = 2
    bind = Moment.SVCCTL_BIND

    def __init__(self, site: Site) -> None:
        """Belong to a host."""
        rows = {
            0: Operation(moment=Moment.CLOSE_SERVICE, perform=self._close, failure=NULL_HANDLE),
            6: Operation(moment=Moment.QUERY_STATUS, perform=self._query_status, failure=bytes(_STATUS_SIZE)),
            14: Operation(moment=Moment.ENUM_SERVICES, perform=self._enum),
            15: Operation(moment=Moment.OPEN_SCM, perform=self._open_manager, failure=NULL_HANDLE),
            16: Operation(moment=Moment.OPEN_SERVICE, perform=self._open_service, failure=NULL_HANDLE),
            17: Operation(moment=Moment.QUERY_CONFIG, perform=self._query_config, failure=bytes(_CONFIG_SIZE + 4)),
            39: Operation(moment=Moment.QUERY_CONFIG2, perform=self._query_config2),
            40: Operation(moment=Moment.QUERY_STATUS_EX, perform=self._query_status_ex),
            42: Operation(moment=Moment.ENUM_SERVICES, perform=self._enum_ex),
        }
        super().__init__(site, rows)
        self._things: Handles[_Thing] = Handles()
        self.handles = self._things

    def _close(self, stub: Reader) -> Writer:
        handle = stub.handle()
        self.asked(service=_name(self._things.get(handle)))
        self._things.close(handle)
        return Writer().raw(NULL_HANDLE)

    def _open_manager(self, stub: Reader) -> Writer:
        stub.optional_string()
        stub.optional_string()
        access = stub.u32()
        self.asked(access=access)
        if access & ~SC_MANAGER_CONNECT:
            raise Win32(ACCESS_DENIED)
        return Writer().raw(self._things.open(_Manager()))

    def _open_service(self, stub: Reader) -> Writer:
        thing, name, access = self._things.get(stub.handle()), stub.string(), stub.u32()
        self.asked(access=access, service=name)
        if not isinstance(thing, _Manager):
            raise Win32(INVALID_HANDLE)
        refusal = self._site.machine.refused_service(name)
        if refusal is not None:
            raise Win32(ACCESS_DENIED if refusal.state == "denied" else BEING_DELETED)
        service = self._site.machine.services.get(fold(name))
        if service is None:
            raise Win32(_NO_SERVICE)
        if access & ~(SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS):
            raise Win32(ACCESS_DENIED)
        return Writer().raw(self._things.open(_Opened(service, access)))

    def _service(self, thing: _Thing, right: int) -> Service:
        """Record a question for a service; find it when its handle has the right."""
        self.asked(service=_name(thing))
        if not isinstance(thing, _Opened):
            raise Win32(INVALID_HANDLE)
        if not thing.access & right:
            raise Win32(ACCESS_DENIED)
        return thing.service

    def _query_status(self, stub: Reader) -> Writer:
        return self._status(self._service(self._things.get(stub.handle()), SERVICE_QUERY_STATUS))

    def _query_status_ex(self, stub: Reader) -> Writer:
        thing, level, offered = self._things.get(stub.handle()), stub.u32(), _bounded(stub.u32(), _MOST_CONFIG)
        with self.failing(Writer().array(b"", offered).u32(_PROCESS_SIZE)):
            service = self._service(thing, SERVICE_QUERY_STATUS)
            if level != 0:
                raise Win32(_INVALID_LEVEL)
            if offered < _PROCESS_SIZE:
                raise Win32(_INSUFFICIENT_BUFFER)
        process = self._status(service).u32(service.pid, 0)
        return Writer().array(bytes(process), offered).u32(_PROCESS_SIZE)

    def _query_config(self, stub: Reader) -> Writer:
        thing, offered = self._things.get(stub.handle()), _bounded(stub.u32(), _MOST_CONFIG)
        service = self._service(thing, SERVICE_QUERY_CONFIG)
        texts = (self._text(service, "ImagePath"), "", None, service.account, service.display or service.name)
        needed = _CONFIG_SIZE + sum(len(utf16(text or "")) for text in texts)
        act = self.act(Moment.QUERY_CONFIG)
        if isinstance(act, Want):
            needed = act.need or offered + _A_FEW
        if isinstance(act, Want) or offered < needed:
            with self.failing(Writer().raw(bytes(_CONFIG_SIZE)).u32(needed)):
                raise Win32(_INSUFFICIENT_BUFFER)
        head = (self._number(service, "Type", _OWN_PROCESS), _STARTS.index(service.start.lower()), _NORMAL)
        return _configuration(head, texts).u32(needed)

    def _query_config2(self, stub: Reader) -> Writer:
        thing, level, offered = self._things.get(stub.handle()), stub.u32(), _bounded(stub.u32(), _MOST_CONFIG)
        with self.failing(Writer().array(b"", offered).u32(0)):
            service = self._service(thing, SERVICE_QUERY_CONFIG)
            info = self._information(service, level)
        if offered < len(info):
            with self.failing(Writer().array(b"", offered).u32(len(info))):
                raise Win32(_INSUFFICIENT_BUFFER)
        return Writer().array(info, offered).u32(len(info))

    def _information(self, service: Service, level: int) -> bytes:
        """Give one of the two kinds of further configuration that are kept here (MS-SCMR, 2.2.33 and 2.2.35)."""
        match level:
            case k if k == _DESCRIPTION:
                return bytes(Writer().u32(4).raw(utf16(self._text(service, "Description"))))
            case k if k == _DELAYED:
                return bytes(Writer().u32(self._number(service, "DelayedAutostart", 0)))
            case _:
                raise Win32(_INVALID_LEVEL)

    def _enum(self, stub: Reader) -> Writer:
        thing, _, _ = self._things.get(stub.handle()), stub.u32(), stub.u32()
        return self._no_list(thing, _bounded(stub.u32(), _MOST_ENUM), stub)

    def _enum_ex(self, stub: Reader) -> Writer:
        thing, _, _, _ = self._things.get(stub.handle()), stub.u32(), stub.u32(), stub.u32()
        return self._no_list(thing, _bounded(stub.u32(), _MOST_ENUM), stub)

    def _no_list(self, thing: _Thing, offered: int, stub: Reader) -> Writer:
        """Refuse to list: no handle here has SC_MANAGER_ENUMERATE_SERVICE."""
        resume = stub.optional()
        with self.failing(Writer().array(b"", offered).u32(0, 0).optional(0, there=resume is not None)):
            self.asked(service=_name(thing))
            raise Win32(ACCESS_DENIED if isinstance(thing, _Manager) else INVALID_HANDLE)

    def _status(self, service: Service) -> Writer:
        """Write a SERVICE_STATUS (MS-SCMR, 2.2.47)."""
        word = service.state.lower()
        state = _STATES.index(word) + 1 if word in _STATES else 0
        running = state == _RUNNING
        kind = self._number(service, "Type", _OWN_PROCESS)
        return Writer().u32(kind, state, _STOPPABLE if running else 0, 0 if running else _NEVER_STARTED, 0, 0, 0)

    def _number(self, service: Service, name: str, otherwise: int) -> int:
        """Read a number of a service's key."""
        data = self._value(service, name)
        return data if isinstance(data, int) else otherwise

    def _text(self, service: Service, name: str) -> str:
        """Read a text of a service's key."""
        data = self._value(service, name)
        return data if isinstance(data, str) else ""

    def _value(self, service: Service, name: str) -> object:
        registry = self._site.machine.registry
        path = physical(_SERVICES + service.name, 64, registry.bits)
        datum = None if path is None else registry.value(path, name)
        return None if datum is None else datum.data


def _configuration(head: Sequence[int], texts: Sequence[str | None]) -> Writer:
    """Write a QUERY_SERVICE_CONFIGW: numbers and pointers, then the texts (MS-SCMR, 2.2.15)."""
    reply = Writer().u32(*head)
    for index, text in enumerate(texts):
        if index == 2:  # noqa: PLR2004 - the tag stands between the group and the dependencies
            reply.u32(0)
        reply.pointer(there=text is not None)
    for text in texts:
        if text is not None:
            reply.u32().units(utf16(text), len(utf16(text)) // 2)
    return reply


def _name(thing: _Thing) -> str:
    return thing.service.name if isinstance(thing, _Opened) else ""


def _bounded(offered: int, most: int) -> int:
    """Refuse an offer beyond the interface's own bound, as the stub of Windows does."""
    if offered > most:
        raise BadStub
    return offered
