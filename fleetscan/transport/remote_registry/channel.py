"""Many flows over one session, in one thread: each waits for its own replies only.

Law: a reply is taken when it answers, once, a request that was sent: message id, command, session and tree all fit.
Anything else ends the conversation. Law: no request is sent without the credits for it (MS-SMB2, 3.2.4.1.2).
"""

from __future__ import annotations

import heapq
import struct
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeAlias, TypeVar, assert_never

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.remote_registry.flow import Command, Exchange, Flow, Pause, Reply, Returned
from fleetscan.transport.remote_registry.frames import (
    ASYNC,
    HEADER_SIZE,
    PENDING,
    RELATED,
    SUCCESS,
    TREE_CONNECT,
    Request,
    Response,
    refuse,
)
from fleetscan.transport.remote_registry.session import CREDITS, Session
from fleetscan.transport.remote_registry.statuses import SESSION_GONE, refusal

T = TypeVar("T")
Owner = TypeVar("Owner", "_Strand", "_Opening")

_ACCESS_DENIED = 0xC0000022
_CONNECT = struct.Struct("<HHHH")
_CONNECTED = struct.Struct("<HBBIII")
_ENCRYPTED_SHARE = 0x8000


@dataclass(slots=True, eq=False)
class _Strand:
    """A flow under way. ``depth`` is how many sends, one after another, its last reply took."""

    flow: Flow[None]
    depth: int


@dataclass(slots=True, eq=False)
class _Call(Generic[Owner]):
    """One frame: its commands as code, body and charge, and the replies that are there already.

    ``owner`` is who waits for them: a flow, or a share that is being connected.
    """

    commands: tuple[tuple[int, bytes, int], ...]
    owner: Owner
    depth: int
    tree_id: int = 0
    replies: dict[int, Response] = field(default_factory=dict)

    @property
    def charge(self) -> int:
        """Count the credits that it costs."""
        return sum(charge for _, _, charge in self.commands)


@dataclass(slots=True, eq=False)
class _Opening:
    """A share that is being connected, and the calls that wait for it."""

    share: str
    waiting: list[_Call[_Strand]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    """A share that is connected."""

    tree_id: int
    depth: int


@dataclass(frozen=True, slots=True)
class _Closed:
    """A share that the host does not give."""

    status: int
    depth: int


_Tree: TypeAlias = _Opening | _Open | _Closed
_AnyCall: TypeAlias = _Call[_Strand] | _Call[_Opening]


class Channel:
    r"""Run flows. ``address`` is what the host is called in the names of shares (``\\address\share``).

    ``session`` is what it runs over, ``depth`` how many sends had to be made one after another, the logon's included.
    """

    def __init__(self, session: Session, address: str) -> None:
        """Take over a session; nothing is sent yet."""
        self.depth = session.stream.sends
        self.session = session
        self._address = address
        self._trees: dict[str, _Tree] = {}
        self._running = 0
        self._ready: deque[tuple[_Strand, tuple[Reply, ...] | None]] = deque()
        self._queue: deque[_AnyCall] = deque()
        self._waiting: dict[int, tuple[_AnyCall, int]] = {}
        self._paused: list[tuple[float, int, _Strand]] = []
        self._order = count()

    def run(self, flows: Sequence[Flow[None]]) -> None:
        """Run flows to their ends. Raises what a flow raises, and HostFailure or OSError when the host fails."""
        self._running += len(flows)
        self._ready.extend((_Strand(flow, self.depth), None) for flow in flows)
        while self._running:
            while self._ready:
                self._advance(*self._ready.popleft())
            self._flush()
            if self._running:
                self._wait()

    def run_one(self, flow: Flow[T]) -> T:
        """Run one flow, and give what it returns."""
        returned = Returned(flow)
        self.run([returned.flow()])
        return returned.value

    def _advance(self, strand: _Strand, replies: tuple[Reply, ...] | None) -> None:
        """Let a flow go on to its next step."""
        try:
            step = next(strand.flow) if replies is None else strand.flow.send(replies)
        except StopIteration:
            self._running -= 1
            return
        if isinstance(step, Pause):
            heapq.heappush(self._paused, (time.monotonic() + step.seconds, next(self._order), strand))
        else:
            self._place(strand, step)

    def _place(self, strand: _Strand, exchange: Exchange) -> None:
        """Put an exchange where it waits: for its share, or to be sent."""
        call = _Call(tuple(map(self._priced, exchange.commands)), strand, strand.depth + 1)
        tree = self._trees.get(exchange.share)
        if tree is None:
            tree = self._trees[exchange.share] = _Opening(exchange.share)
            path = f"\\\\{self._address}\\{exchange.share}".encode("utf-16-le")
            body = _CONNECT.pack(9, 0, HEADER_SIZE + _CONNECT.size, len(path)) + path
            self._queue.append(_Call(((TREE_CONNECT, body, 1),), tree, strand.depth + 1))
        self._admit(call, tree)

    def _priced(self, command: Command) -> tuple[int, bytes, int]:
        return command.code, command.body, command.charge if self.session.terms.multi_credit else 1

    def _admit(self, call: _Call[_Strand], tree: _Tree) -> None:
        """Let a call go on, as far as its share is known."""
        match tree:
            case _Opening():
                tree.waiting.append(call)
            case _Open():
                call.tree_id = tree.tree_id
                call.depth = max(call.depth, tree.depth + 1)
                self._queue.append(call)
            case _Closed():
                refused = Reply(tree.status, b"")
                self._ready.append((call.owner, (refused,) * len(call.commands)))
            case _ as never:
                assert_never(never)

    def _flush(self) -> None:
        """Send what the credits allow."""
        frames = []
        while self._queue and self._queue[0].charge <= self.session.credits:
            call = self._queue.popleft()
            self.depth = max(self.depth, call.depth)
            frames.append(self.session.shield.wrap(self._requests(call)))
        if frames:
            self.session.stream.send(frames)
        elif self._queue and not self._waiting and not self._paused:
            message = "the host does not allow enough requests at a time"
            raise HostFailure(Reason.UNSUPPORTED, message)

    def _requests(self, call: _AnyCall) -> list[Request]:
        """Give the commands of a call their message ids, and ask for as many credits as are wanted."""
        session = self.session
        requests = []
        for index, (command, body, charge) in enumerate(call.commands):
            session.credits -= charge
            self._waiting[session.next_id] = (call, index)
            request = Request(
                command=command,
                body=body,
                message_id=session.next_id,
                charge=charge,
                credits=charge + max(0, CREDITS - session.credits),
                tree_id=call.tree_id,
                session_id=session.session_id,
                flags=RELATED if index else 0,
            )
            session.next_id += charge
            requests.append(request)
        return requests

    def _wait(self) -> None:
        """Wait for the next frames, or for the end of the next pause."""
        session = self.session
        if not self._paused:
            frame: bytes | None = session.stream.receive()
        else:
            frame = session.stream.receive_within(max(0.0, self._paused[0][0] - time.monotonic()))
        while frame is not None:
            for response in session.shield.unwrap(frame):
                self._take(response)
            frame = session.stream.at_hand()
        while self._paused and self._paused[0][0] <= time.monotonic():
            self._ready.append((heapq.heappop(self._paused)[2], ()))

    def _take(self, response: Response) -> None:
        """Take one reply for what it answers."""
        session = self.session
        if response.message_id not in self._waiting:
            refuse("a reply to nothing that was asked")
        call, index = self._waiting[response.message_id]
        session.credits += response.credits
        if response.interim:
            return
        del self._waiting[response.message_id]
        tree_fits = bool(response.flags & ASYNC) or not call.tree_id or response.tree_id == call.tree_id
        if response.command != call.commands[index][0] or response.session_id != session.session_id or not tree_fits:
            refuse("a reply to something else than was asked")
        if response.status == PENDING:
            refuse("a reply that never comes")
        if response.status in SESSION_GONE:
            raise refusal(response.status)
        call.replies[index] = response
        if len(call.replies) == len(call.commands):
            self._settle(call)

    def _settle(self, call: _AnyCall) -> None:
        """Hand on the replies to a call, all of which are there."""
        replies = [call.replies[index] for index in range(len(call.commands))]
        match call.owner:
            case _Strand() as strand:
                strand.depth = call.depth
                self._ready.append((strand, tuple(Reply(each.status, each.body) for each in replies)))
            case _Opening() as opening:
                tree = self._trees[opening.share] = self._tree(replies[0], call.depth)
                for waiting in opening.waiting:
                    self._admit(waiting, tree)
            case _ as never:
                assert_never(never)

    def _tree(self, response: Response, depth: int) -> _Open | _Closed:
        """Read the answer to the connecting of a share (MS-SMB2, 2.2.10)."""
        if response.status != SUCCESS:
            return _Closed(response.status, depth)
        if len(response.body) < _CONNECTED.size or not response.tree_id:
            refuse("the answer to the connecting of a share is not made as it should be")
        _, _, _, flags, _, _ = _CONNECTED.unpack_from(response.body)
        if flags & _ENCRYPTED_SHARE and not self.session.sealed:
            return _Closed(_ACCESS_DENIED, depth)
        return _Open(response.tree_id, depth)
