r"""A host of a few lines with two named pipes, without a network: ``\winreg`` and ``\svcctl`` over tables. Strict.

Law: it takes nothing but what may leave a reader: creates, transceives, writes and reads on ``IPC$``, with 0x3 on a
pipe; see :mod:`stubs` for the calls. Anything else is an AssertionError, not a reply.
Layouts: MS-SMB2 2.2.13 to 2.2.32; C706 12.6.4.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, TypeVar

from fleetscan.transport.remote_registry.flow import RELATED_FILE, Code, Command, Exchange, Flow, Pause, Reply
from tests.transport.remote_registry.rpchost import Rpc

T = TypeVar("T")
Change = Callable[[Reply], Reply]

NOT_FOUND, NOT_AVAILABLE, DENIED, BUSY = 0xC0000034, 0xC00000AC, 0xC0000022, 0xC00000AE
OVERFLOW, NOT_SUPPORTED, CANCELLED, BROKEN = 0x80000005, 0xC00000BB, 0xC0000120, 0xC000014B
CLOSED, CONTEXT_MISMATCH = 0xC0000128, 0x1C00001A
ERROR_BODY = bytes.fromhex("0900 0000 00000000 00")
_INTERFACES = {
    "winreg": bytes.fromhex("01d08c334422f131aaaa900038001003 01000000"),
    "svcctl": bytes.fromhex("81bb7a364498f135ad3298f038001003 02000000"),
}
_NDR = bytes.fromhex("045d888aeb1cc9119fe808002b104860 02000000")


@dataclass(slots=True, kw_only=True)
class PipeHost:
    """One host: what is behind its pipes, and how its pipes behave.

    ``opens`` are the statuses of the first opens, ``refused`` the manners that are turned down with
    NOT_SUPPORTED, ``piece`` how many bytes a reply carries at most, ``fragment`` the bytes of a fragment that is
    answered, ``faults`` and ``answers`` what operations are answered with instead, ``change`` alters each reply that
    leaves. ``strays`` counts the uses of pipes and handles that are not open, which is a fault of whoever uses them
    unless replies were altered.
    """

    rpc: Rpc = field(default_factory=Rpc)
    opens: deque[int] = field(default_factory=deque)
    missing: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Literal["compound", "transceive"], ...] = ()
    piece: int = 65536
    fragment: int = 5840
    taken: int = 5840
    faults: Mapping[tuple[str, int], int] = field(default_factory=dict)
    answers: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    change: Change = lambda reply: reply
    seen: list[Command] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    strays: int = 0
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _pipes: dict[bytes, _Instance] = field(default_factory=dict)

    def answer(self, exchange: Exchange) -> tuple[Reply, ...]:
        """Answer one frame."""
        assert exchange.share == "IPC$"
        self.seen += exchange.commands
        replies: list[Reply] = []
        related = b""
        for place, command in enumerate(exchange.commands):
            if place and replies[0].status:
                replies.append(Reply(replies[0].status, ERROR_BODY))
                continue
            try:
                reply = self._command(command, related, alone=len(exchange.commands) == 1)
            except KeyError:
                self.strays += 1
                reply = Reply(CLOSED, ERROR_BODY)
            related = reply.body[64:80] if command.code is Code.CREATE else related
            replies.append(reply)
        return tuple(map(self.change, replies))

    def _command(self, command: Command, related: bytes, *, alone: bool) -> Reply:
        body = command.body
        match command.code:
            case Code.CREATE:
                return self._create(body)
            case Code.IOCTL:
                return self._transceive(body, related, alone=alone)
            case Code.WRITE:
                (length,) = struct.unpack_from("<4xI", body)
                self._take(self._pipes[body[16:32]], body[48 : 48 + length])
                return Reply(0, struct.pack("<HHIIHH", 17, 0, length, 0, 0, 0))
            case Code.READ:
                return self._read(self._pipes[body[16:32]])
            case other:
                message = f"{other!r} may not leave a reader of the registry"
                raise AssertionError(message)

    def _create(self, body: bytes) -> Reply:
        access, share, disposition = struct.unpack_from("<I4xII", body, 24)
        place, length = struct.unpack_from("<HH", body, 44)
        assert (access, share, disposition) == (3, 1, 1)
        name = body[place - 64 : place - 64 + length].decode("utf-16-le")
        status = self.opens.popleft() if self.opens else self.missing.get(name, 0)
        if status:
            return Reply(status, ERROR_BODY)
        # Far apart from each other, so that a damaged one is no other's.
        file_id = struct.pack("<QQ", next(self._numbers) * 0x9E3779B97F4A7C15 % 2**64, 7)
        self._pipes[file_id] = _Instance(name)
        return Reply(0, struct.pack("<HBBI32x16xI4x", 89, 0, 0, 1, 0x80) + file_id + bytes(8))

    def _transceive(self, body: bytes, related: bytes, *, alone: bool) -> Reply:
        code, file_id, place, length = struct.unpack_from("<4xI16sII", body)
        most, is_fsctl = struct.unpack_from("<II", body, 44)
        assert (code, most, is_fsctl) == (0x0011C017, 65536, 1)
        assert (file_id == RELATED_FILE) is not alone
        if "transceive" in self.refused or ("compound" in self.refused and not alone):
            return Reply(NOT_SUPPORTED if alone else CANCELLED, ERROR_BODY)
        instance = self._pipes[related if file_id == RELATED_FILE else file_id]
        self._take(instance, body[place - 64 : place - 64 + length])
        data, status = self._piece(instance)
        head = struct.pack("<HHI16sIIIIII", 49, 0, code, file_id, 112, 0, 112, len(data), 0, 0)
        return Reply(status, head + data)

    def _read(self, instance: _Instance) -> Reply:
        data, status = self._piece(instance)
        return Reply(status, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)

    def _piece(self, instance: _Instance) -> tuple[bytes, int]:
        """Give the next piece of the next message, as a pipe in message mode does."""
        message = instance.ready.popleft() if instance.ready else b""
        piece, rest = message[: self.piece], message[self.piece :]
        if rest:
            instance.ready.appendleft(rest)
        return piece, OVERFLOW if rest else 0

    def _take(self, instance: _Instance, pdu: bytes) -> None:
        """Take one message: a PDU as a whole."""
        version, kind, flags, order, size, auth, call_id = struct.unpack_from("<BxBBIHHI", pdu)
        assert (version, order, auth, size) == (5, 0x10, 0, len(pdu))
        assert size <= self.taken
        if kind == 11:
            instance.ready.append(self._bound(instance.name, pdu[16:], call_id))
            return
        assert kind == 0
        opnum = struct.unpack_from("<H", pdu, 22)[0]
        instance.stub = pdu[24:] if flags & 1 else instance.stub + pdu[24:]
        if flags & 2:
            instance.ready.extend(self._pdus(instance.name, opnum, instance.stub, call_id))

    def _bound(self, name: str, body: bytes, call_id: int) -> bytes:
        assert body[8:16] == bytes.fromhex("01000000 00000100")
        assert body[16:] == _INTERFACES[name] + _NDR
        address = f"\\PIPE\\{name}".encode() + b"\0"
        head = struct.pack("<HHIH", self.fragment, self.taken, 0x5060, len(address)) + address
        head += bytes(-len(head) % 4)
        return _pdu(12, 3, call_id, head + struct.pack("<BxxxHH", 1, 0, 0) + _NDR)

    def _pdus(self, name: str, opnum: int, stub: bytes, call_id: int) -> Iterable[bytes]:
        self.calls.append((name, opnum))
        fault = self.faults.get((name, opnum))
        if fault is not None:
            return [_pdu(3, 3, call_id, struct.pack("<IHBxII", 32, 0, 0, fault, 0))]
        answer = self.answers.get((name, opnum))
        try:
            answer = answer or self.rpc.answer(name, opnum, stub)
        except KeyError:
            self.strays += 1
            return [_pdu(3, 3, call_id, struct.pack("<IHBxII", 32, 0, 0, CONTEXT_MISMATCH, 0))]
        size = self.fragment - 24
        pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
        last = len(pieces) - 1
        return [
            _pdu(2, (index == 0) | (index == last) << 1, call_id, struct.pack("<IHBx", len(answer), 0, 0) + piece)
            for index, piece in enumerate(pieces)
        ]


@dataclass(slots=True)
class _Instance:
    """One open pipe: the stub under way, and the messages that can be read."""

    name: str
    stub: bytes = b""
    ready: deque[bytes] = field(default_factory=deque)


def _pdu(kind: int, flags: int, call_id: int, body: bytes) -> bytes:
    return struct.pack("<BBBBIHHI", 5, 0, kind, flags, 0x10, 16 + len(body), 0, call_id) + body


def converse(host: PipeHost, flows: Iterable[Flow[None]], most: int = 100_000) -> int:
    """Run flows side by side to their ends, and count the frames. AssertionError when there are too many."""
    running: deque[tuple[Flow[None], tuple[Reply, ...] | None]] = deque((flow, None) for flow in flows)
    frames = 0
    while running:
        flow, replies = running.popleft()
        try:
            step = next(flow) if replies is None else flow.send(replies)
        except StopIteration:
            continue
        if isinstance(step, Pause):
            host.pauses.append(step.seconds)
            running.append((flow, ()))
            continue
        frames += 1
        assert frames <= most
        running.append((flow, host.answer(step)))
    return frames


def result(host: PipeHost, flow: Flow[T]) -> T:
    """Run one flow and give what it returns."""
    results: list[T] = []

    def kept() -> Flow[None]:
        results.append((yield from flow))

    converse(host, [kept()])
    return results[0]
