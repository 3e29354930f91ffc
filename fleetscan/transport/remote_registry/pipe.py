"""One RPC interface over one named pipe: opened and bound in one round trip, one more for each call. Pure.

Law: a pipe is tried once in each :class:`Manner` and once more after each of :data:`PAUSES`, and an answer comes in at
most :data:`PIECES` pieces: whatever the host does, each of these flows ends.
Law: trouble with a pipe ends the use of this pipe (:class:`PipeTrouble`), a fault of the host's RPC ends the one call
(:class:`Fault`); neither ends the conversation.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from fleetscan.model import Reason, Unknown
from fleetscan.transport.remote_registry import pdu, pipefile
from fleetscan.transport.remote_registry.flow import RELATED_FILE, Command, Exchange, Flow, Pause, Reply
from fleetscan.transport.remote_registry.ndr import Malformed, Reader
from fleetscan.transport.remote_registry.troubles import (
    BUSY,
    CONTEXT_MISMATCH,
    MISSING,
    OTHERWISE,
    fault_outcome,
    status_outcome,
)

T = TypeVar("T")
Answer: TypeAlias = pdu.Bound | pdu.NotBound | pdu.Faulted | pdu.Returned

SHARE = "IPC$"
PAUSES = (0.5, 1.0, 2.0)
"""Seconds to wait before each further try while a pipe is not there: opening it is what starts Remote Registry."""

PIECES = 4096
"""Replies that one answer may come in."""

_WHOLE = 0
_PART = 0x80000005
"""STATUS_BUFFER_OVERFLOW: the reply carries a part of the message, a READ gives the rest (MS-SMB2, 3.3.5.15.10)."""


class PipeTrouble(Exception):  # noqa: N818 - it says what happened to a pipe, and never leaves this room
    """The end of one pipe; ``outcome`` is what becomes of the questions that depended on it."""

    def __init__(self, outcome: Unknown) -> None:
        """Keep the outcome."""
        super().__init__(outcome.detail)
        self.outcome = outcome


class Fault(Exception):  # noqa: N818 - it is the protocol's word
    """A call that the host's RPC answered with a fault; the pipe can be used on."""

    def __init__(self, status: int, outcome: Unknown) -> None:
        """Keep the status and what becomes of the question."""
        super().__init__(outcome.detail)
        self.status = status
        self.outcome = outcome


class PipeBusy(PipeTrouble):
    """No further instance of the pipe can be opened now."""


class _OtherwiseError(PipeTrouble):
    """A status that says: not in this manner."""


class Manner(Enum):
    """How messages go through a pipe, the quickest first."""

    COMPOUND = "opened and bound in one frame, then transceived"
    TRANSCEIVED = "opened, then transceived"
    PLAIN = "opened, then written and read"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One call of an interface: the operation's number, its stub, and how the stub of the answer is read."""

    opnum: int
    stub: bytes
    read: Callable[[Reader], T]


@dataclass(slots=True, kw_only=True)
class Pipe:
    """One open pipe to one bound interface, for one call at a time."""

    name: str
    file_id: bytes
    manner: Manner
    fragment: int = pdu.FRAGMENT_SIZE
    call_id: int = 1

    def call(self, call: Call[T]) -> Flow[T]:
        """Make one call. Raises Fault and Malformed, after which the pipe can be used on, and PipeTrouble."""
        self.call_id += 1
        messages = pdu.request(self.call_id, call.opnum, call.stub, self.fragment)
        answer = yield from _unbroken(_converse(self, messages))
        match answer:
            case pdu.Returned(stub=stub):
                return call.read(Reader(stub))
            case pdu.Faulted(status=status):
                outcome = fault_outcome(self.name, status)
                raise PipeTrouble(outcome) if status == CONTEXT_MISMATCH else Fault(status, outcome)
            case _:
                raise PipeTrouble(Malformed("a call was answered as if it were a binding").outcome)


def open_pipe(interface: pdu.Interface) -> Flow[Pipe]:
    """Open the pipe of an interface and bind it, in the quickest manner that the host takes. Raises PipeTrouble."""
    for manner in (Manner.COMPOUND, Manner.TRANSCEIVED):
        with contextlib.suppress(_OtherwiseError):
            return (yield from _unbroken(_open(interface, manner)))
    return (yield from _unbroken(_open(interface, Manner.PLAIN)))


def _unbroken(flow: Flow[T]) -> Flow[T]:
    """Run a flow for which bytes that cannot be understood are the end of the pipe. Raises PipeTrouble."""
    try:
        return (yield from flow)
    except Malformed as malformed:
        raise PipeTrouble(malformed.outcome) from malformed


def _open(interface: pdu.Interface, manner: Manner) -> Flow[Pipe]:
    bind = pdu.bind(interface, 1)
    commands = [pipefile.create(interface.pipe)]
    if manner is Manner.COMPOUND:
        commands.append(pipefile.transceive(RELATED_FILE, bind))
    created, *answered = yield from _patiently(commands)
    if created.status in BUSY:
        raise PipeBusy(status_outcome(interface.pipe, created.status))
    _check(interface.pipe, created)
    pipe = Pipe(name=interface.pipe, file_id=pipefile.opened(created.body), manner=manner)
    if answered:
        answer = yield from _gather(pipe, _transceived(pipe, answered[0]))
    else:
        answer = yield from _converse(pipe, [bind])
    pipe.fragment = _bound(interface.pipe, answer)
    return pipe


def _patiently(commands: list[Command]) -> Flow[tuple[Reply, ...]]:
    """Send what begins with an open, again after each pause while the pipe is not there."""
    replies = yield from _ask(*commands)
    for seconds in PAUSES:
        if replies[0].status not in MISSING:
            break
        yield Pause(seconds)
        replies = yield from _ask(*commands)
    return replies


def _bound(pipe: str, answer: Answer) -> int:
    """Take the size of fragments out of the answer to a binding. Raises PipeTrouble."""
    match answer:
        case pdu.Bound(fragment=fragment):
            return fragment
        case pdu.NotBound(cause=cause):
            detail = f"pipe {pipe}: the host's RPC does not serve the interface ({cause})"
            raise PipeTrouble(Unknown(reason=Reason.UNSUPPORTED, detail=detail))
        case pdu.Faulted(status=status):
            raise PipeTrouble(fault_outcome(pipe, status))
        case _:
            raise PipeTrouble(Malformed("a binding was answered as if it were a call").outcome)


def _converse(pipe: Pipe, messages: list[bytes]) -> Flow[Answer]:
    """Send one message in its fragments and gather the answer."""
    *first, last = messages
    for message in first:
        yield from _write(pipe, message)
    if pipe.manner is Manner.PLAIN:
        yield from _write(pipe, last)
        return (yield from _gather(pipe, b""))
    (reply,) = yield from _ask(pipefile.transceive(pipe.file_id, last))
    return (yield from _gather(pipe, _transceived(pipe, reply)))


def _gather(pipe: Pipe, data: bytes) -> Flow[Answer]:
    """Read until the answer is there as a whole, beginning with what has come of it."""
    inbox = pdu.Inbox(pipe.call_id)
    for _ in range(PIECES):
        answer = inbox.feed(data)
        if answer is not None:
            return answer
        (reply,) = yield from _ask(pipefile.read(pipe.file_id))
        _check(pipe.name, reply)
        data = pipefile.data_read(reply.body)
        if not data:
            message = "the pipe gave nothing where more was to come"
            raise Malformed(message)
    message = f"an answer in more than {PIECES} pieces"
    raise Malformed(message)


def _transceived(pipe: Pipe, reply: Reply) -> bytes:
    _check(pipe.name, reply)
    return pipefile.transceived(reply.body)


def _write(pipe: Pipe, message: bytes) -> Flow[None]:
    (reply,) = yield from _ask(pipefile.write(pipe.file_id, message))
    _check(pipe.name, reply)
    if pipefile.written(reply.body) != len(message):
        cut = "the pipe took a part of a message"
        raise Malformed(cut)


def _ask(*commands: Command) -> Flow[tuple[Reply, ...]]:
    return (yield Exchange(SHARE, commands))


def _check(pipe: str, reply: Reply) -> None:
    """Go on with what succeeded. Raises PipeTrouble: _OtherwiseError for what another manner may mend."""
    if reply.status not in (_WHOLE, _PART):
        outcome = status_outcome(pipe, reply.status)
        raise _OtherwiseError(outcome) if reply.status in OTHERWISE else PipeTrouble(outcome)
