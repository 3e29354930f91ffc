"""One host, from the first byte to the last, in a thread of its own.

Law: a conversation always ends with an :class:`~fleetscan.model.Answer`, and whoever opened a shell tries to delete it:
on the same connection when that is sound, else on a fresh one, for at most two seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fleetscan.model import Answer, Failure, Outcome, Question
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.failures import STOPPED, dated, overdue
from fleetscan.transport.interface import Step, Target
from fleetscan.transport.winrm.answer import decode
from fleetscan.transport.winrm.failures import failure_of
from fleetscan.transport.winrm.request import plan
from fleetscan.transport.winrm.route import Route, route_to
from fleetscan.transport.winrm.session import IDLE_SECONDS, Session
from fleetscan.transport.winrm.wire import Wire

if TYPE_CHECKING:
    from fleetscan.transport.kerberos import Tickets
    from fleetscan.transport.winrm.tls import Contexts

CLEAN_UP_SECONDS = 2.0
"""How long the deletion of a shell may take."""

_STOPPED_SECONDS = 0.8
"""The same in a run that was stopped, which has two seconds for everything."""

_HOST_SHARE = 0.8
"""The part of the time left that the collector may use on the host; the rest is for the way back."""

_LEFT_OVER = f"the shell on the host could not be deleted ({{}}); it ends by itself after {IDLE_SECONDS} s"


class Conversation:
    """Ask one host all questions. :meth:`run` blocks; :meth:`cut` and :attr:`result` are for other threads."""

    def __init__(
        self,
        target: Target,
        questions: Sequence[Question],
        deadline: Deadline,
        on_step: Callable[[Step], None],
        shared: tuple[Contexts, Tickets],
    ) -> None:
        """Prepare; nothing is contacted and no setting is judged yet."""
        self._target = target
        self._plan = plan(questions)
        self._deadline = deadline
        self._tell = on_step
        self._shared = shared
        self._reached: Step | None = None
        self._wire: Wire | None = None
        self._outcomes: dict[Question, Outcome] = {}
        self._failure: Failure | None = None
        self._notes: tuple[str, ...] = ()
        self._cancelled = False

    @property
    def result(self) -> Answer:
        """Put together what is known so far."""
        wire = self._wire
        return Answer(
            outcomes=self._outcomes,
            failure=self._failure,
            round_trips=wire.round_trips if wire else 0,
            bytes_received=wire.received if wire else 0,
            notes=self._notes,
        )

    def run(self, settle: Callable[[], None]) -> None:
        """Talk and clean up; call ``settle`` once, when the answer is final. Never raises.

        When time is spent (or the conversation was cut), the answer is final before the cleaning.
        """
        session: Session | None = None
        try:
            session = self._session()
            self._talk(session)
        except Exception as error:  # noqa: BLE001 - the transport's law: nothing escapes, failures.py names it
            self._failure = self._why(error)
        left = self._deadline.remaining()
        if left > 0 and not self._cancelled:
            self._clean_up(session, min(left, CLEAN_UP_SECONDS))
        settle()
        if self._cancelled:  # also when the cut struck the clean-up
            self._clean_up(session, _STOPPED_SECONDS)
        elif left <= 0:
            self._clean_up(session, CLEAN_UP_SECONDS)

    def overdue(self) -> Answer:
        """Put together what is known when the thread itself is stuck (in a name server, in a Kerberos library)."""
        answer = self.result
        if answer.failure is not None or answer.outcomes:
            return answer
        return replace(answer, failure=overdue(connected=self._reached is not None))

    def cut(self) -> None:
        """Wake :meth:`run` wherever it waits for the host; its clean-up goes on on a fresh connection.

        Once: a second cut would strike the clean-up.
        """
        if not self._cancelled:
            self._cancelled = True
            if self._wire is not None:
                self._wire.cut()

    def _why(self, error: Exception) -> Failure:
        return STOPPED if self._cancelled else dated(failure_of(error), self._deadline.seconds, self._reached)

    def _on_step(self, step: Step) -> None:
        self._reached = step
        self._tell(step)

    def _session(self) -> Session:
        route: Route = route_to(self._target, *self._shared)
        self._wire = Wire(route, self._deadline, self._on_step)
        if self._cancelled:
            self._wire.cut()
        return Session(self._wire, route.configuration, self._deadline)

    def _talk(self, session: Session) -> None:
        session.open()
        self._on_step(Step.OPENED)
        budget = int(self._deadline.require() * _HOST_SHARE * 1000)
        self._outcomes = decode(session.run(self._plan.encode(budget)), self._plan)
        self._on_step(Step.ANSWERED)

    def _clean_up(self, session: Session | None, seconds: float) -> None:
        """Delete the shell if there may be one, and close the connection."""
        if session is None or self._wire is None:
            return
        try:
            if session.may_exist:
                session.delete(Deadline(seconds))
        except Exception as error:  # noqa: BLE001 - a clean-up that fails changes no outcome, it leaves a note
            self._notes = (*self._notes, _LEFT_OVER.format(failure_of(error).detail))
        self._wire.close()
        self._on_step(Step.CLOSED)
