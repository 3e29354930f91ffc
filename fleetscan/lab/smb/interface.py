"""What both interfaces have in common: a table of operations, context handles, and where faults strike.

Laws: every operation is recorded before it is answered. A refusal leaves no handle behind.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Iterator, Mapping, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from fleetscan.lab.smb.faults import Act, Deny, Moment, Patch, Throw
from fleetscan.lab.smb.ndr import BadStub, Reader, Writer
from fleetscan.lab.smb.site import Call, Site

T = TypeVar("T")

NULL_HANDLE = bytes(20)
INVALID_HANDLE = 6

_OPERATION_RANGE = 0x1C010002
_CONTEXT_MISMATCH = 0x1C00001A
_BAD_STUB = 0x000006F7


class RpcFault(Exception):  # noqa: N818 - a fault is what the protocol calls it
    """Answer with a fault PDU (C706, appendix E)."""

    def __init__(self, status: int) -> None:
        """Keep the status."""
        super().__init__(f"fault {status:#010x}")
        self.status = status


class Win32(Exception):  # noqa: N818 - named for the kind of code
    """Answer with a Win32 error (MS-ERREF, 2.2), after what is sent in place of results."""

    def __init__(self, code: int, body: bytes | None = None) -> None:
        """Keep the code; without a body the operation's own empty results are sent."""
        super().__init__(f"error {code}")
        self.code = code
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row of an interface: what it is called, what it does, and its results when it fails."""

    moment: Moment
    perform: Callable[[Reader], Writer]
    failure: bytes = b""


class Handles(Generic[T]):
    """The context handles of one association."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: dict[bytes, T] = {}

    def __len__(self) -> int:
        """Count the open ones."""
        return len(self._open)

    def open(self, thing: T) -> bytes:
        """Make a handle for a thing."""
        handle = bytes(4) + uuid.uuid4().bytes
        self._open[handle] = thing
        return handle

    def get(self, handle: bytes) -> T:
        """Find what a handle is for; an unknown one ends the call, as the RPC run-time of Windows does."""
        try:
            return self._open[handle]
        except KeyError:
            raise RpcFault(_CONTEXT_MISMATCH) from None

    def close(self, handle: bytes) -> None:
        """Forget a handle."""
        self.get(handle)
        del self._open[handle]


class Interface:
    """One interface, as one association uses it."""

    name: str
    uuid: uuid.UUID
    version: int
    bind: Moment
    handles: Sized
    opnum: int
    """The operation that is being performed."""

    def __init__(self, site: Site, operations: Mapping[int, Operation]) -> None:
        """Belong to a host."""
        self._site = site
        self._operations = operations

    def act(self, moment: Moment) -> Act | None:
        """Find what the play has for a moment."""
        return self._site.play.get(moment)

    def moment(self, opnum: int) -> Moment:
        """Name an operation."""
        operation = self._operations.get(opnum)
        return Moment.OTHER if operation is None else operation.moment

    def perform(self, opnum: int, stub: bytes) -> bytes:
        """Perform one operation; give the reply's stub. RpcFault when there is only a fault to give."""
        operation = self._operations.get(opnum)
        if operation is None:
            self._site.calls.append(Call(interface=self.name, opnum=opnum, operation=Moment.OTHER))
            raise RpcFault(_OPERATION_RANGE)
        self.opnum = opnum
        try:
            body, code = bytes(operation.perform(Reader(stub))), 0
        except BadStub:
            raise RpcFault(_BAD_STUB) from None
        except Win32 as refusal:
            body, code = (operation.failure if refusal.body is None else refusal.body), refusal.code
        body += bytes(-len(body) % 4)
        return _patched(body + struct.pack("<I", code), self.act(operation.moment) if code == 0 else None)

    @contextmanager
    def failing(self, body: Writer) -> Iterator[None]:
        """Send this in place of results when an error is raised in the block."""
        try:
            yield
        except Win32 as refusal:
            raise Win32(refusal.code, bytes(body)) from None

    def asked(self, *, access: int | None = None, key: str = "", value: str = "", service: str = "") -> Act | None:
        """Record the operation that is being performed, and refuse it when the play says so; give its act."""
        moment = self.moment(self.opnum)
        self._site.calls.append(
            Call(
                interface=self.name,
                opnum=self.opnum,
                operation=moment,
                access=access,
                key=key,
                value=value,
                service=service,
            )
        )
        match act := self.act(moment):
            case Throw(status):
                raise RpcFault(status)
            case Deny(code, rights) if access is None or access & rights:
                raise Win32(code)
            case _:
                return act


def _patched(stub: bytes, act: Act | None) -> bytes:
    """Write over a stub what the play wants there."""
    if not isinstance(act, Patch):
        return stub
    changed = bytearray(stub)
    for at, data in act.bytes_at:
        start = at % len(changed)
        changed[start : start + len(data)] = data
    return bytes(changed)
