"""The asynchronous face of the room; what blocks does so in threads (see :mod:`fleetscan.transport.workers`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fleetscan.model import Answer, Failure, Question
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import StepObserver, Target, ignore_step
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.link import reach
from fleetscan.transport.visit import Visit
from fleetscan.transport.winrm.conversation import CLEAN_UP_SECONDS, Conversation
from fleetscan.transport.winrm.failures import failure_of
from fleetscan.transport.winrm.route import port_of
from fleetscan.transport.winrm.session import silence
from fleetscan.transport.winrm.tls import Contexts
from fleetscan.transport.winrm.visit import knock
from fleetscan.transport.workers import Workers


class WinrmTransport:
    """Ask hosts over WinRM; see :class:`~fleetscan.transport.interface.Transport`.

    ``workers`` is how many hosts are talked to at once; who comes later waits, at the cost of the own budget.
    """

    name = "winrm"

    def __init__(self, *, workers: int = 64) -> None:
        """Start nothing yet. To be made inside a running event loop (RuntimeError)."""
        silence()
        self._workers = Workers(workers, "fleetscan-winrm", CLEAN_UP_SECONDS)
        self._shared = (Contexts(), Tickets())

    def answers(self, question: Question) -> bool:
        """Tell whether this can be asked at all: everything can."""
        del question
        return True

    def beside(self, questions: Sequence[Question]) -> Sequence[Question]:
        """Name what is read for these questions beside them: nothing, for the host itself knows the rest."""
        del questions
        return ()

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
            lambda tell: Conversation(target, questions, deadline, tell, self._shared), deadline, on_step
        )
        return Answer(failure=result) if isinstance(result, Failure) else result

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """See whether anybody listens: open and close a TCP connection, without any logon."""
        deadline = Deadline(budget)
        go = partial(reach, target.host.address, port_of(target.host), deadline)
        return await self._workers.watch(lambda _: Visit(go, failure_of), deadline, ignore_step)

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Connect and log on, and read nothing."""
        deadline = Deadline(budget)
        return await self._workers.watch(
            lambda tell: Visit(partial(knock, target, deadline, tell, self._shared), failure_of), deadline, on_step
        )

    async def aclose(self) -> None:
        """Cut what is still asked, wait for clean-ups, at most two seconds, and let go of everything."""
        await self._workers.aclose()
