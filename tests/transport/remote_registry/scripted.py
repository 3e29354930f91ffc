"""A file server of a few lines, without a network: it answers exchanges from a table of files, and is strict.

Law: it takes nothing but what may leave a reader: four commands, two access masks, FILE_OPEN, sharing with everybody,
no oplock. Anything else is an AssertionError, not a reply.

Layouts: MS-SMB2 2.2.13 to 2.2.16, 2.2.19, 2.2.20, 2.2.33, 2.2.34; MS-FSCC 2.4.10.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import TypeVar

from fleetscan.model import File, Outcome, Question
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.flow import RELATED_FILE, Code, Command, Exchange, Pause, Reply
from fleetscan.transport.remote_registry.pe import Reading
from fleetscan.transport.remote_registry.place import Place

T = TypeVar("T")

ERROR_BODY = bytes.fromhex("0900 0000 00000000 00")
NOT_FOUND, DENIED, NO_SHARE = 0xC000_0034, 0xC000_0022, 0xC000_00CC
IS_DIRECTORY, NOT_A_DIRECTORY = 0xC000_00BA, 0xC000_0103
END_OF_FILE, NO_MORE_FILES, FILE_CLOSED = 0xC000_0011, 0x8000_0006, 0xC000_0128
DIRECTORY, ARCHIVE = 0x10, 0x20
TICKS = 134_132_544_000_000_000
"""2026-01-19T00:00:00Z."""

PLACE = Place()
"""A machine of which nothing has to be known."""

Change = Callable[[Reply], Reply]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a directory."""

    name: str
    size: int = 0
    modified: int = TICKS
    attributes: int = ARCHIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A file with its bytes, or a directory with its replies to a query, each a list of entries."""

    data: bytes = b""
    pages: tuple[tuple[Entry, ...], ...] | None = None
    modified: int = TICKS
    size: int | None = None


@dataclass(slots=True)
class Host:
    """Drives of one host: share -> path below it, without case -> node, or the status of its opening.

    ``change`` alters each reply that leaves. ``strays`` counts the uses of handles that are not open.
    """

    shares: Mapping[str, Mapping[str, Node | int]]
    change: Change = lambda reply: reply
    seen: list[Command] = field(default_factory=list)
    open: dict[bytes, tuple[Node, Iterator[tuple[Entry, ...]]]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))
    strays: int = 0

    def answer(self, exchange: Exchange) -> tuple[Reply, ...]:
        """Answer one frame."""
        self.seen += exchange.commands
        share = self.shares.get(exchange.share)
        if share is None:
            return (Reply(NO_SHARE, b""),) * len(exchange.commands)
        replies: list[Reply] = []
        handle = b""
        for command in exchange.commands:
            if replies and replies[0].status:
                replies.append(replies[0])  # a related operation fails with the one that it is related to
                continue
            reply, handle = self._command(share, command, handle)
            replies.append(reply)
        return tuple(map(self.change, replies))

    def _command(self, share: Mapping[str, Node | int], command: Command, handle: bytes) -> tuple[Reply, bytes]:
        assert command.charge == 1
        if command.code is Code.CREATE:
            return self._create(share, command.body)
        start = {Code.CLOSE: 8, Code.READ: 16, Code.QUERY_DIRECTORY: 8}[command.code]
        named = command.body[start : start + 16]
        handle = handle if named == RELATED_FILE else named
        if handle not in self.open:
            self.strays += 1
            return Reply(FILE_CLOSED, ERROR_BODY), handle
        if command.code is Code.CLOSE:
            assert struct.unpack_from("<HH", command.body) == (24, 0)
            del self.open[handle]
            return Reply(0, struct.pack("<H58x", 60)), handle
        node, pages = self.open[handle]
        return (_read(node, command.body) if command.code is Code.READ else _query(pages, command.body)), handle

    def _create(self, share: Mapping[str, Node | int], body: bytes) -> tuple[Reply, bytes]:
        size, security, oplock, level, _, _, access, _, sharing, disposition, options, at, length, contexts, _ = (
            struct.unpack_from("<HBBIQQIIIIIHHII", body)
        )
        assert (size, security, oplock, level, sharing, disposition, contexts) == (57, 0, 0, 2, 7, 1, 0)
        assert (access, options) in {(0x80, 0x20_0000), (0x81, 0x40), (0x81, 0x01)}
        name = body[at - 64 :][:length].decode("utf-16-le", "surrogatepass")
        assert not name.startswith("\\")
        node = share.get(name.lower(), NOT_FOUND)
        if not isinstance(node, int) and options in (0x40, 0x01) and (node.pages is None) != (options == 0x40):
            node = NOT_A_DIRECTORY if node.pages is None else IS_DIRECTORY
        if isinstance(node, int):
            return Reply(node, ERROR_BODY), b""
        handle = struct.pack("<QQ", next(self.numbers), 7)
        self.open[handle] = (node, iter(node.pages or ()))
        attributes = ARCHIVE if node.pages is None else DIRECTORY
        length = len(node.data) if node.size is None else node.size
        times = (TICKS, TICKS, node.modified, TICKS, length, length)
        return Reply(0, struct.pack("<HBBI6QII16sII", 89, 0, 0, 1, *times, attributes, 0, handle, 0, 0)), handle


def _read(node: Node, body: bytes) -> Reply:
    size, padding, flags, length, offset = struct.unpack_from("<HBBIQ", body)
    assert (size, padding, flags, body[32:]) == (49, 80, 0, bytes(17))
    assert 1 <= length <= 65_536
    data = node.data[offset : offset + length]
    if not data:
        return Reply(END_OF_FILE, ERROR_BODY)
    return Reply(0, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)


def _query(pages: Iterator[tuple[Entry, ...]], body: bytes) -> Reply:
    size, kind, flags, index, _, at, length, room = struct.unpack_from("<HBBI16sHHI", body)
    assert (size, kind, flags, index, body[at - 64 :], length, room) == (33, 1, 0, 0, b"*\0", 2, 65_536)
    page = next(pages, None)
    if page is None:
        return Reply(NO_MORE_FILES, ERROR_BODY)
    data = packed(page)
    return Reply(0, struct.pack("<HHI", 9, 72, len(data)) + data)


@lru_cache(maxsize=64)
def packed(entries: tuple[Entry, ...]) -> bytes:
    """Write a buffer of FileDirectoryInformation."""
    found = []
    for each in entries:
        name = each.name.encode("utf-16-le", "surrogatepass")
        times = (TICKS, TICKS, each.modified, TICKS, each.size, each.size)
        found.append(struct.pack("<6QII", *times, each.attributes, len(name)) + name)
    padded = [each + bytes(-(len(each) + 8) % 8) for each in found[:-1]]
    return b"".join(struct.pack("<II", len(each) + 8, 0) + each for each in padded) + bytes(8) + found[-1]


def ask(host: Host, *questions: File, lanes: int = 1) -> dict[Question, Outcome]:
    """Put questions to a host, whose paths need nothing known of it, and see that it is left with nothing open."""
    outcomes: dict[Question, Outcome] = {}
    converse(host, file_flows(questions, {}, PLACE, outcomes, lanes))
    assert (host.open, host.strays) == ({}, 0)
    return outcomes


def converse(host: Host, flows: Iterable[Generator[Exchange | Pause, tuple[Reply, ...], None]]) -> int:
    """Run flows to their ends, one step of each in turn; count the exchanges."""
    waiting = [(flow, next(flow, None)) for flow in flows]
    exchanges = 0
    while waiting:
        flow, step = waiting.pop(0)
        if step is not None:
            assert isinstance(step, Exchange)
            exchanges += 1
            waiting.append((flow, _sent(flow, host.answer(step))))
    return exchanges


def _sent(
    flow: Generator[Exchange | Pause, tuple[Reply, ...], None], replies: tuple[Reply, ...]
) -> Exchange | Pause | None:
    try:
        return flow.send(replies)
    except StopIteration:
        return None


def read_from(data: bytes, reading: Reading[T]) -> tuple[T, list[int]]:
    """Run a computation over bytes; give its result, and how many bytes each of its readings wanted."""
    wanted: list[int] = []
    try:
        span = next(reading)
        while True:
            assert 0 <= span.offset < span.offset + span.size <= len(data)
            wanted.append(span.size)
            span = reading.send(data[span.offset : span.offset + span.size])
    except StopIteration as done:
        result: T = done.value
        return result, wanted
