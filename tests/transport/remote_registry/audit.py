"""Read all that a client says, and name whatever does more than read.

Law: it shares no code with the product. Messages are taken apart by impacket's structures (SMB2, DCERPC, NDR), which
have no types, and held against the tables below: what is not in them is a breach.
"""

from __future__ import annotations

import importlib
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.transport.remote_registry.relay import Frame

SMB: Any = importlib.import_module("impacket.smb3structs")
RPC: Any = importlib.import_module("impacket.dcerpc.v5.rpcrt")
RRP: Any = importlib.import_module("impacket.dcerpc.v5.rrp")
SCMR: Any = importlib.import_module("impacket.dcerpc.v5.scmr")

NEGOTIATE, SESSION_SETUP, TREE_CONNECT = 0x00, 0x01, 0x03
CREATE, CLOSE, READ, WRITE, IOCTL, QUERY_DIRECTORY = 0x05, 0x06, 0x08, 0x09, 0x0B, 0x0E
COMMANDS = {NEGOTIATE, SESSION_SETUP, TREE_CONNECT, CREATE, CLOSE, READ, WRITE, IOCTL, QUERY_DIRECTORY}
"""SMB2 commands that may leave (MS-SMB2, 2.2.1)."""

PIPES = {"winreg": "338cd001-2244-31f1-aaaa-900038001003", "svcctl": "367abb81-9844-35f1-ad32-98f038001003"}
"""The pipes on ``IPC$``, and the interface that may be bound on each (MS-RRP and MS-SCMR, 1.9)."""

OPEN = 1
"""The one create disposition: FILE_OPEN (MS-SMB2, 2.2.13)."""

PIPE_ACCESS = {0x3}
FILE_ACCESS = {0x80, 0x81}
OPTIONS = 0x200041
"""A file, a directory, a link as such: the create options that may be set."""

TRANSCEIVE, VALIDATE = 0x0011C017, 0x00140204
"""The control codes that may leave (MS-SMB2, 2.2.31): the first to a pipe, the second to nothing."""

BIND, REQUEST = 11, 0
"""The kinds of PDU that may leave (C706, 12.6.4.1)."""

KEY_READ = {0x20019}


@dataclass(frozen=True, slots=True)
class Operation:
    """A call that reads: impacket's class for it, and where and which rights it may ask for."""

    request: Any
    field: str = ""
    rights: frozenset[int] = frozenset()


def _opens(request: Any, name: str, *rights: int) -> Operation:  # noqa: ANN401 - impacket has no types
    return Operation(request, name, frozenset(rights))


OPERATIONS: Mapping[tuple[str, int], Operation] = {
    ("winreg", 0): _opens(RRP.OpenClassesRoot, "samDesired", *KEY_READ),
    ("winreg", 1): _opens(RRP.OpenCurrentUser, "samDesired", *KEY_READ),
    ("winreg", 2): _opens(RRP.OpenLocalMachine, "samDesired", *KEY_READ),
    ("winreg", 4): _opens(RRP.OpenUsers, "samDesired", *KEY_READ),
    ("winreg", 9): Operation(RRP.BaseRegEnumKey),
    ("winreg", 10): Operation(RRP.BaseRegEnumValue),
    ("winreg", 15): _opens(RRP.BaseRegOpenKey, "samDesired", *KEY_READ),
    ("winreg", 16): Operation(RRP.BaseRegQueryInfoKey),
    ("winreg", 17): Operation(RRP.BaseRegQueryValue),
    ("svcctl", 6): Operation(SCMR.RQueryServiceStatus),
    ("svcctl", 15): _opens(SCMR.ROpenSCManagerW, "dwDesiredAccess", 0x1),
    ("svcctl", 16): _opens(SCMR.ROpenServiceW, "dwDesiredAccess", 0x5, 0x4),
    ("svcctl", 17): Operation(SCMR.RQueryServiceConfigW),
    ("svcctl", 40): Operation(SCMR.RQueryServiceStatusEx),
}
"""Calls that may leave, by pipe and operation number (MS-RRP and MS-SCMR, 3.1.4 and 3.1.5)."""

Asked = tuple[str, int, "int | None"]
"""A call: pipe, operation number, rights that were asked for."""

Message = tuple[Any, bytes, bytes]
"""impacket's header, the body behind it, and all of it."""


@dataclass(slots=True)
class Audit:
    """What was said. ``breaches`` is what must not have been; the rest counts what was, so that silence shows."""

    breaches: list[str] = field(default_factory=list)
    commands: Counter[int] = field(default_factory=Counter)
    access: Counter[tuple[str, int]] = field(default_factory=Counter)
    calls: Counter[Asked] = field(default_factory=Counter)
    _shares: dict[int, str] = field(default_factory=dict)
    _files: dict[bytes, str] = field(default_factory=dict)
    _waiting: dict[int, str] = field(default_factory=dict)
    _stubs: dict[bytes, bytes] = field(default_factory=dict)

    def frame(self, frame: Frame) -> None:
        """Take note of one frame."""
        created = ""
        for message in messages(frame.data):
            if frame.ours:
                created = self._ours(message, created)
            else:
                self._theirs(message)

    def _breach(self, words: str) -> None:
        self.breaches.append(words)

    def _ours(self, message: Message, created: str) -> str:
        """Judge one request; give what the last open of its frame opens."""
        head, body, whole = message
        command = head["Command"]
        self.commands[command] += 1
        if command not in COMMANDS:
            self._breach(f"command 0x{command:02x}")
        if command == TREE_CONNECT:
            self._waiting[head["MessageID"]] = whole[72:].decode("utf-16-le").rpartition("\\")[2]
        elif command == CREATE:
            created = self._create(head, SMB.SMB2Create(body))
            self._waiting[head["MessageID"]] = created
        elif command == IOCTL:
            self._ioctl(SMB.SMB2Ioctl(body), whole, created)
        elif command == WRITE:
            self._write(SMB.SMB2Write(body), whole, created)
        return created

    def _theirs(self, message: Message) -> None:
        """Learn which tree and which file a number stands for."""
        head, body, _ = message
        name = self._waiting.get(head["MessageID"])
        if name is None or head["Status"]:
            return
        if head["Command"] == TREE_CONNECT:
            self._shares[head["TreeID"]] = name
        elif head["Command"] == CREATE:
            self._files[bytes(body[64:80])] = name

    def _create(self, head: Any, create: Any) -> str:  # noqa: ANN401 - impacket has no types
        """Judge an open; give the pipe's name, or the share of a file."""
        name = create["Buffer"][: create["NameLength"]].decode("utf-16-le", "surrogatepass")
        share = self._shares.get(head["TreeID"], "?")
        pipe = share == "IPC$"
        self.access["pipe" if pipe else "file", create["DesiredAccess"]] += 1
        if pipe and name not in PIPES:
            self._breach(f"pipe {name}")
        if create["DesiredAccess"] not in (PIPE_ACCESS if pipe else FILE_ACCESS):
            self._breach(f"access 0x{create['DesiredAccess']:x}")
        if create["CreateDisposition"] != OPEN:
            self._breach(f"disposition {create['CreateDisposition']}")
        if create["CreateOptions"] & ~OPTIONS:
            self._breach(f"options 0x{create['CreateOptions']:x}")
        if create["CreateContextsLength"] or create["FileAttributes"] or create["RequestedOplockLevel"]:
            self._breach("an open that wants more")
        return name if pipe else share

    def _ioctl(self, ioctl: Any, whole: bytes, created: str) -> None:  # noqa: ANN401 - impacket has no types
        code, file = ioctl["CtlCode"], ioctl["FileID"].getData()
        data = whole[ioctl["InputOffset"] :][: ioctl["InputCount"]]
        if ioctl["OutputCount"] or ioctl["Flags"] != 1:
            self._breach("a control that is none of the file system")
        if code == TRANSCEIVE:
            self._pipe(file, data, created)
        elif code != VALIDATE:
            self._breach(f"control 0x{code:x}")

    def _write(self, write: Any, whole: bytes, created: str) -> None:  # noqa: ANN401 - impacket has no types
        self._pipe(write["FileID"].getData(), whole[write["DataOffset"] :][: write["Length"]], created)

    def _pipe(self, file: bytes, data: bytes, created: str) -> None:
        """Judge what goes into a file: whole PDUs, into a pipe."""
        name = created if file == b"\xff" * 16 else self._files.get(file, "?")
        if name not in PIPES:
            self._breach(f"bytes written to {name}")
            return
        while data:
            size = int.from_bytes(data[8:10], "little")
            if not 16 <= size <= len(data):
                self._breach("bytes that are no PDU")
                return
            self._pdu(name, file, data[:size])
            data = data[size:]

    def _pdu(self, name: str, file: bytes, pdu: bytes) -> None:
        kind = pdu[2]
        if kind == BIND:
            bound = str(uuid.UUID(bytes_le=pdu[32:48]))
            if bound != PIPES[name] or pdu[24] != 1:
                self._breach(f"interface {bound} on {name}")
        elif kind == REQUEST:
            request = RPC.MSRPCRequestHeader(pdu)
            stub = self._stubs.pop(file, b"") + request["pduData"]
            if request["flags"] & RPC.PFC_LAST_FRAG:
                self.call(name, request["op_num"], stub)
            else:
                self._stubs[file] = stub
        else:
            self._breach(f"PDU of kind {kind}")

    def call(self, name: str, opnum: int, stub: bytes) -> None:
        """Judge one call over a pipe by its stub."""
        operation = OPERATIONS.get((name, opnum))
        if operation is None:
            self._breach(f"operation {opnum} of {name}")
            return
        request = operation.request(stub)
        rights = request[operation.field] if operation.field else None
        self.calls[name, opnum, rights] += 1
        if rights is not None and rights not in operation.rights:
            self._breach(f"rights 0x{rights:x} in operation {opnum} of {name}")
        if name == "winreg" and opnum in (10, 17) and request["lpData"]:
            self._breach("data in a query")


def messages(data: bytes) -> Iterator[Message]:
    """Take a frame apart into its messages."""
    while data:
        head = SMB.SMB2Packet(data)
        whole = data[: head["NextCommand"]] if head["NextCommand"] else data
        yield head, whole[64:], whole
        data = data[len(whole) :]


def audited(frames: Sequence[Frame]) -> Audit:
    """Read a whole conversation."""
    audit = Audit()
    for frame in frames:
        audit.frame(frame)
    return audit
