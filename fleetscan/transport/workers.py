"""Blocking conversations, each in a thread of its own, and nobody waits for a stuck one.

Law: whoever watches a job goes on when its time is spent, whatever the thread does. Threads are daemons, so that one
that is stuck in a name server or a Kerberos library (which cannot be interrupted) holds up neither the run nor the
interpreter's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from fleetscan.model import Failure, Reason
from fleetscan.transport.interface import Step, StepObserver

if TYPE_CHECKING:
    from asyncio import Future

    from fleetscan.transport.deadline import Deadline

GRACE_SECONDS = 0.25
"""How long after the budget a thread may take to say that its time is spent."""

R_co = TypeVar("R_co", covariant=True)


class Job(Protocol[R_co]):
    """Something that blocks in a thread."""

    def run(self, settle: Callable[[], None]) -> None:
        """Do it all; call ``settle`` once, when :attr:`result` is final. Never raises."""
        ...

    def cut(self) -> None:
        """Wake :meth:`run` wherever it waits; from any thread."""
        ...

    @property
    def result(self) -> R_co:
        """Say what came out, as far as it is known."""
        ...

    def overdue(self) -> R_co:
        """Say what came out when the thread itself is stuck."""
        ...


class Workers:
    """At most ``places`` jobs at once; who comes later waits, at the cost of the own time."""

    def __init__(self, places: int, name: str, clean_up_seconds: float) -> None:
        """Start nothing yet. To be made inside a running event loop (RuntimeError)."""
        self._loop = asyncio.get_running_loop()
        self._places = asyncio.Semaphore(places)
        self._name = name
        self._clean_up_seconds = clean_up_seconds
        self._running: dict[Future[None], tuple[Job[object], Future[None]]] = {}

    async def watch(
        self, make: Callable[[Callable[[Step], None]], Job[R_co]], deadline: Deadline, on_step: StepObserver
    ) -> R_co | Failure:
        """Run a job until it is settled, its time is over, or we are cancelled.

        ``make`` gets what the job is to report its steps to, from its own thread. Gives a failure when the job could
        not even begin.
        """
        try:
            async with asyncio.timeout(deadline.remaining()):
                await self._places.acquire()
        except TimeoutError:
            return Failure(reason=Reason.TIMED_OUT, detail="all workers were busy until the time was spent")
        settled: Future[None] = self._loop.create_future()
        job = make(partial(self._report, settled, on_step))
        try:
            self._start(job, settled)
            await asyncio.wait({settled}, timeout=deadline.remaining() + GRACE_SECONDS)
        finally:
            self._places.release()
            if not settled.done():
                job.cut()
        return job.result if settled.done() else job.overdue()

    async def aclose(self) -> None:
        """Cut what still runs, and wait for clean-ups as long as they may take.

        What is not through by then ends by its own deadline, or with the interpreter.
        """
        for job, settled in self._running.values():
            if not settled.done():
                job.cut()
        if self._running:
            await asyncio.wait(self._running, timeout=self._clean_up_seconds)

    def _start(self, job: Job[object], settled: Future[None]) -> None:
        """Give a job its thread; it is remembered until the thread is through, clean-up included."""
        ended: Future[None] = self._loop.create_future()
        ended.add_done_callback(self._forget)
        self._running[ended] = (job, settled)

        def body() -> None:
            job.run(partial(self._post, settled))
            self._post(ended)

        threading.Thread(target=body, name=self._name, daemon=True).start()

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
