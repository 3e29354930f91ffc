"""The two interfaces over tables: keys and services in, stubs out. Strict; see :mod:`stubs`."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count, islice

from tests.transport.remote_registry import stubs

_HIVES = {0: "HKCR", 1: "HKCU", 2: "HKLM", 4: "HKU"}
KEY_READ = 0x20019


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key: values by name as type and data (or a code), names of subkeys, and the code of its opening."""

    values: Mapping[str, tuple[int, bytes] | int] = field(default_factory=dict)
    subkeys: tuple[str, ...] = ()
    code: int = 0
    info: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service. ``denied`` are the access masks that are refused; codes are those of the queries."""

    kind: int = 0x10
    state: int = 4
    start: int = 2
    account: str | None = "LocalSystem"
    display: str | None = "A service"
    pid: int = 4711
    denied: tuple[int, ...] = ()
    code: int = 0
    status_code: int = 0
    config_code: int = 0


@dataclass(slots=True, kw_only=True)
class Rpc:
    """Keys by their whole path in capitals, services by their names in capitals; "*" is the manager itself."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _handles: dict[int, tuple[str, str]] = field(default_factory=dict)

    def answer(self, name: str, opnum: int, stub: bytes) -> bytes:
        """Answer one call."""
        taken = stubs.Taken(stub)
        operations = _WINREG if name == "winreg" else _SVCCTL
        answer = operations[opnum](self, opnum, taken)
        taken.end()
        return answer

    def _handle(self, kind: str, name: str) -> int:
        number = next(self._numbers)
        self._handles[number] = (kind, name)  # a handle is never closed: the session's end does that
        return number

    def _key(self, taken: stubs.Taken) -> Key:
        return self.keys.get(self._opened(taken, "key"), Key())

    def _opened(self, taken: stubs.Taken, kind: str) -> str:
        """Give the name of what was opened. Raises KeyError when nothing of this kind was, under this handle."""
        found, name = self._handles[taken.handle()]
        if found != kind:
            raise KeyError(kind)
        return name

    def open_hive(self, opnum: int, taken: stubs.Taken) -> bytes:
        """OpenLocalMachine and its sisters."""
        assert (taken.u32(), taken.u32()) == (0, KEY_READ)
        code = self.keys.get(_HIVES[opnum], Key()).code
        return stubs.opened(0 if code else self._handle("key", _HIVES[opnum]), code)

    def open_key(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """BaseRegOpenKey."""
        name = f"{self._opened(taken, 'key')}\\{taken.counted().upper()}"
        assert (taken.u32(), taken.u32()) == (0, KEY_READ)
        code = self.keys[name].code if name in self.keys else 2
        return stubs.opened(0 if code else self._handle("key", name), code)

    def query_info(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """BaseRegQueryInfoKey."""
        key = self._key(taken)
        assert (taken.u32(), taken.u32()) == (0, 0)
        largest = max((len(value[1]) for value in key.values.values() if isinstance(value, tuple)), default=0)
        return key.info or stubs.info(len(key.subkeys), len(key.values), largest)

    def query_value(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """BaseRegQueryValue."""
        values = {name.upper(): value for name, value in self._key(taken).values.items()}
        return _data(values.get(taken.counted().upper(), 2), taken.buffer())

    def enum_value(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """BaseRegEnumValue."""
        values = self._key(taken).values
        index, room = taken.u32(), taken.room()
        name, value = next(islice(values.items(), index, None), (None, 259))
        return stubs.counted(name, room) + _data(value, taken.buffer())

    def enum_key(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """BaseRegEnumKey."""
        names = self._key(taken).subkeys
        index, room = taken.u32(), taken.room()
        assert taken.u32()
        assert taken.room() == room
        assert taken.u32() == 0
        return stubs.subkey(names[index], room, 0) if index < len(names) else stubs.subkey(None, room, 259)

    def open_manager(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """ROpenSCManagerW."""
        assert (taken.u32(), taken.u32(), taken.u32()) == (0, 0, 1)
        code = self.services["*"].code if "*" in self.services else 0
        return stubs.opened(0 if code else self._handle("manager", ""), code)

    def open_service(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """ROpenServiceW."""
        self._opened(taken, "manager")
        name = taken.units()
        access = taken.u32()
        assert access in (5, 4)
        assert 0 < len(name) <= 256
        service = self.services.get(name.upper())
        code = 1060 if service is None else 5 if access in service.denied else service.code
        return stubs.opened(0 if code else self._handle("service", name.upper()), code)

    def query_status(self, opnum: int, taken: stubs.Taken) -> bytes:
        """RQueryServiceStatus and RQueryServiceStatusEx."""
        service = self._service(taken)
        if opnum == 6:
            return stubs.status(service.kind, service.state) + struct.pack("<I", service.status_code)
        assert taken.u32() == 0
        room = taken.u32()
        assert room == 36
        return stubs.status_ex(service.kind, service.state, service.pid, room, service.status_code)

    def query_config(self, _opnum: int, taken: stubs.Taken) -> bytes:
        """RQueryServiceConfigW."""
        service = self._service(taken)
        assert taken.u32() == 8192
        return stubs.config(service.kind, service.start, service.account, service.display, service.config_code)

    def _service(self, taken: stubs.Taken) -> Service:
        return self.services[self._opened(taken, "service")]


_WINREG = {
    **dict.fromkeys(_HIVES, Rpc.open_hive),
    9: Rpc.enum_key,
    10: Rpc.enum_value,
    15: Rpc.open_key,
    16: Rpc.query_info,
    17: Rpc.query_value,
}
_SVCCTL = {
    6: Rpc.query_status,
    15: Rpc.open_manager,
    16: Rpc.open_service,
    17: Rpc.query_config,
    40: Rpc.query_status,
}


def _data(value: tuple[int, bytes] | int, room: int) -> bytes:
    match value:
        case int(code):
            return stubs.data_of_value(0, None, 0, room, code)
        case (kind, data) if len(data) > room:
            return stubs.data_of_value(kind, b"", len(data), room, 234)
        case (kind, data):
            return stubs.data_of_value(kind, data, len(data), room, 0)
