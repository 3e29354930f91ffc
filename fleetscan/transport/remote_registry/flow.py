"""What is said to a host, before anybody knows of sockets: flows of exchanges.

A flow is a generator: it yields an :class:`Exchange` and is sent the replies to it, one per command, in order; or it
yields a :class:`Pause` and is sent ``()`` when the time is over. The channel runs many flows over one connection at
once, so that each waits for its own replies only.

Law: a reply reaches a flow only after its signature or authentication tag was verified. Law: what a reply says of its
own sizes, counts and types is still the host's word, and is never trusted.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


class Code(IntEnum):
    """The SMB2 commands that leave the client after the logon (MS-SMB2, 2.2.1). There is no SET_INFO, LOCK or FLUSH."""

    CREATE = 0x05
    CLOSE = 0x06
    READ = 0x08
    WRITE = 0x09
    IOCTL = 0x0B
    QUERY_DIRECTORY = 0x0E


@dataclass(frozen=True, slots=True)
class Command:
    """One SMB2 request: its command code and its body (what follows the 64 bytes of the header).

    ``charge`` is how many credits it costs: one for each 64 KiB sent or expected.
    """

    code: Code
    body: bytes
    charge: int = 1


@dataclass(frozen=True, slots=True)
class Exchange:
    r"""One frame: commands that are sent together, as related operations when there are several.

    ``share`` is the name alone (``IPC$``, ``C$``). The channel connects it when it is first needed; when the host does
    not allow that, every command is answered with the status of the refusal and an empty body.
    """

    share: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One SMB2 response: its NTSTATUS, and its body; offsets in it count from the header, that is body position + 64.

    Never STATUS_PENDING: the channel waits for the final one.
    """

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """A time, in seconds, during which a flow wants nothing said; the others go on."""

    seconds: float


Flow: TypeAlias = Generator[Exchange | Pause, tuple[Reply, ...], T]

RELATED_FILE = b"\xff" * 16
"""The file id that stands for the one opened earlier in the same exchange."""


class Returned(Generic[T]):
    """A flow that returns something, as one that returns nothing: ``value`` is there once it has ended."""

    __slots__ = ("_flow", "value")

    def __init__(self, flow: Flow[T]) -> None:
        """Begin nothing yet."""
        self._flow = flow
        self.value: T

    def flow(self) -> Flow[None]:
        """Go through the flow, and keep what it returns."""
        self.value = yield from self._flow
