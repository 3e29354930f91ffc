"""The asynchronous face of the room; what blocks does so in threads (see :mod:`fleetscan.transport.workers`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from fleetscan.model import Answer, CimRows, Failure, Question
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import StepObserver, Target, ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.link import reach
from fleetscan.transport.remote_registry.beside import beside
from fleetscan.transport.remote_registry.conversation import Conversation
from fleetscan.transport.remote_registry.failures import failure_of
from fleetscan.transport.remote_registry.visit import knock
from fleetscan.transport.visit import Visit
from fleetscan.transport.workers import Workers

CLEAN_UP_SECONDS = 2.0
"""How long conversations that were cut may take to end; closing a connection takes no time."""


def silence() -> None:
    """Keep the two protocol libraries out of every log: theirs would hold messages and logon tokens."""
    for name in ("impacket", "spnego"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


class RemoteRegistryTransport:
    """Ask hosts over SMB; see :class:`~fleetscan.transport.interface.Transport`.

    ``workers`` is how many hosts are talked to at once; who comes later waits, at the cost of the own budget.
    """

    name = "remote_registry"

    def __init__(self, *, workers: int = 64) -> None:
        """Start nothing yet. To be made inside a running event loop (RuntimeError)."""
        silence()
        self._workers = Workers(workers, "fleetscan-remote-registry", CLEAN_UP_SECONDS)
        self._tickets = Tickets()

    def answers(self, question: Question) -> bool:
        """Tell whether this can be asked at all: everything but CIM classes."""
        return not isinstance(question, CimRows)

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Name what may be read for these questions beside them."""
        return beside(questions)

    async def ask(
        self,
        target: Target,
        questions: Sequence[Question],
        *,
        budget: float,
        on_step: StepObserver = ignore_step,
    ) -> Answer:
        """Ask all questions in one conversation of at most ``budget`` seconds."""
        deadline = Deadline(budget)
        result = await self._workers.watch(
            lambda tell: Conversation(target, questions, deadline, tell, self._tickets), deadline, on_step
        )
        return Answer(failure=result) if isinstance(result, Failure) else result

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """See whether anybody listens: open and close a TCP connection, without any logon."""
        deadline = Deadline(budget)
        go = partial(reach, target.host.address, target.host.smb.port, deadline)
        return await self._workers.watch(lambda _: Visit(go, failure_of), deadline, ignore_step)

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Connect and log on, and read nothing."""
        deadline = Deadline(budget)
        return await self._workers.watch(
            lambda tell: Visit(partial(knock, target, deadline, tell, self._tickets), failure_of), deadline, on_step
        )

    async def aclose(self) -> None:
        """Cut what is still asked, wait until it has ended, at most two seconds, and let go of everything."""
        await self._workers.aclose()
