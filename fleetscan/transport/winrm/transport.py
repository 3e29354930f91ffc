"""The asynchronous face of the room: each conversation blocks in a thread of its own, and nobody waits for a stuck one.

Law: ``ask`` returns when its budget is spent, whatever its thread does. Threads are daemons, so that one that is stuck
in a name server or a Kerberos library (which cannot be interrupted) holds up neither the run nor the interpreter's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from fleetscan.model import Answer, Failure, Question, Reason
from fleetscan.transport.interface import Step, StepObserver, Target, ignore_step
from fleetscan.transport.winrm.conversation import CLEAN_UP_SECONDS, Conversation
from fleetscan.transport.winrm.deadline import Deadline
from fleetscan.transport.winrm.kerberos import Tickets
from fleetscan.transport.winrm.session import silence
from fleetscan.transport.winrm.tls import Contexts
from fleetscan.transport.winrm.visit import Visit, knock, reach

if TYPE_CHECKING:
    from asyncio import Future

GRACE_SECONDS = 0.25
"""How long after the budget a thread may take to say that its time is spent."""


class _Job(Protocol):
    """Something that blocks in a thread."""

    def run(self, settle: Callable[[], None]) -> None: ...

    def cut(self) -> None: ...


class WinrmTransport:
    """Ask hosts over WinRM; see :class:`~fleetscan.transport.interface.Transport`.

    ``workers`` is how many hosts are talked to at once; who comes later waits, at the cost of the own budget.
    """

    name = "winrm"

    def __init__(self, *, workers: int = 64) -> None:
        """Start nothing yet. To be made inside a running event loop (RuntimeError)."""
        silence()
        self._loop = asyncio.get_running_loop()
        self._places = asyncio.Semaphore(workers)
        self._shared = (Contexts(), Tickets())
        self._running: dict[Future[None], tuple[_Job, Future[None]]] = {}

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
        settled: Future[None] = self._loop.create_future()
        steps = partial(self._report, settled, on_step)
        conversation = Conversation(target, questions, deadline, steps, self._shared)
        failure = await self._watch(conversation, settled, deadline)
        if failure is not None:
            return Answer(failure=failure)
        return conversation.answer if settled.done() else conversation.overdue()

    async def reach(self, target: Target, *, budget: float) -> Failure | None:
        """See whether anybody listens: open and close a TCP connection, without any logon."""
        deadline = Deadline(budget)
        return await self._visit(partial(reach, target.host, deadline), self._loop.create_future(), deadline)

    async def knock(self, target: Target, *, budget: float, on_step: StepObserver = ignore_step) -> Failure | None:
        """Connect and log on, and read nothing."""
        deadline = Deadline(budget)
        settled: Future[None] = self._loop.create_future()
        steps = partial(self._report, settled, on_step)
        return await self._visit(partial(knock, target, deadline, steps, self._shared), settled, deadline)

    async def aclose(self) -> None:
        """Cut what is still asked, wait for clean-ups, at most two seconds, and let go of everything.

        What is not through by then ends by its own deadline, or with the interpreter.
        """
        for job, settled in self._running.values():
            if not settled.done():
                job.cut()
        if self._running:
            await asyncio.wait(self._running, timeout=CLEAN_UP_SECONDS)

    async def _visit(self, go: Callable[..., None], settled: Future[None], deadline: Deadline) -> Failure | None:
        visit = Visit(go)
        failure = await self._watch(visit, settled, deadline)
        if failure is not None:
            return failure
        return visit.failure if settled.done() else visit.overdue()

    async def _watch(self, job: _Job, settled: Future[None], deadline: Deadline) -> Failure | None:
        """Run a job in a thread until it is settled, its time is over, or we are cancelled.

        Gives a failure when it could not even begin.
        """
        try:
            async with asyncio.timeout(deadline.remaining()):
                await self._places.acquire()
        except TimeoutError:
            return Failure(reason=Reason.TIMED_OUT, detail="all workers were busy until the time was spent")
        try:
            self._start(job, settled)
            await asyncio.wait({settled}, timeout=deadline.remaining() + GRACE_SECONDS)
        finally:
            self._places.release()
            if not settled.done():
                job.cut()
        return None

    def _start(self, job: _Job, settled: Future[None]) -> None:
        """Give a job its thread; it is remembered until the thread is through, clean-up included."""
        ended: Future[None] = self._loop.create_future()
        ended.add_done_callback(self._forget)
        self._running[ended] = (job, settled)

        def body() -> None:
            job.run(partial(self._post, settled))
            self._post(ended)

        threading.Thread(target=body, name="fleetscan-winrm", daemon=True).start()

    def _forget(self, ended: Future[None]) -> None:
        del self._running[ended]

    def _post(self, future: Future[None]) -> None:
        """Resolve a future of the loop from a thread."""
        self._call(partial(_resolve, future))

    def _report(self, settled: Future[None], on_step: StepObserver, step: Step) -> None:
        """Report a step on the loop's thread, unless nobody waits for the answer any more."""
        self._call(lambda: None if settled.done() else on_step(step))

    def _call(self, what: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(what)


def _resolve(future: Future[None]) -> None:
    if not future.done():
        future.set_result(None)
