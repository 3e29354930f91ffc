"""What every way to reach a host looks like from above: ask, knock, close.

Law: nothing escapes. Whatever the wire, the library or the host does, :meth:`Transport.ask` returns an
:class:`~fleetscan.model.Answer`; only cancellation is let through, after the conversation was cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from fleetscan.credentials.interface import Credential
    from fleetscan.model import Answer, Failure, Host, Question


class Step(StrEnum):
    """How far a conversation came; reported as it happens, on the event loop's thread.

    ``PROVING`` is told before the first byte of a proof of a password leaves, for the host or for a KDC: from then on
    until ``AUTHENTICATED`` nobody knows whether somebody has counted a wrong password. A logon without a password (with
    a ticket that is there already, or a certificate) leaves it out.
    """

    CONNECTED = "connected"
    PROVING = "proving"
    AUTHENTICATED = "authenticated"
    OPENED = "opened"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to ask and as whom. ``barred`` says of each way that this credential cannot be used on why it is so."""

    host: Host
    credential: Credential
    barred: Mapping[str, str] = field(default_factory=dict)


StepObserver = Callable[[Step], None]


def ignore_step(step: Step) -> None:
    """Observe nothing."""


@runtime_checkable
class Transport(Protocol):
    """One way to reach a host. Made inside a running event loop; one object serves the whole fleet."""

    name: str

    def answers(self, question: Question) -> bool:
        """Tell whether hosts can be asked this at all over this way, whatever they say then. Contacts nobody."""
        ...

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Name what may be read of a host for these questions beside them, so that they can be answered at all."""
        ...

    async def ask(
        self,
        target: Target,
        questions: Sequence[Question],
        *,
        budget: float,
        on_step: StepObserver = ignore_step,
    ) -> Answer:
        """Ask all questions in one conversation of at most ``budget`` seconds.

        When the budget is spent, whatever was answered is in the Answer, with a ``timed_out`` failure.
        When cancelled, cut the connection, clean up in the background within two seconds, and raise.
        """
        ...

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """Open and close a TCP connection without any logon, to see whether anybody listens."""
        ...

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Connect and log on, and read nothing (``fleetscan check``)."""
        ...

    async def aclose(self) -> None:
        """Wait for clean-ups that are under way, at most two seconds, and let go of everything."""
        ...
