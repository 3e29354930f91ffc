"""One host, from the first byte to the last, in a thread of its own.

Law: a conversation always ends with an :class:`~fleetscan.model.Answer`, which holds all that was answered, however it
ended. Nothing is left on the host: it lets go of all handles when the connection ends (MS-SMB2, 3.3.7.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fleetscan.model import (
    Answer,
    CimRows,
    Failure,
    File,
    Outcome,
    Question,
    Reason,
    RegistryList,
    RegistryValue,
    Service,
    Services,
    Unknown,
)
from fleetscan.transport.failures import STOPPED, dated, overdue
from fleetscan.transport.interface import Step, Target
from fleetscan.transport.link import TOTAL_LIMIT, Meter, Scissors
from fleetscan.transport.remote_registry.channel import Channel
from fleetscan.transport.remote_registry.failures import failure_of
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.remote_registry.flow import Returned
from fleetscan.transport.remote_registry.keys import DIALECT_311
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place, place_flow
from fleetscan.transport.remote_registry.registry import registry_flows
from fleetscan.transport.remote_registry.route import route_to
from fleetscan.transport.remote_registry.services import service_flows
from fleetscan.transport.remote_registry.validate import validated
from fleetscan.transport.remote_registry.visit import connected, logged_on

if TYPE_CHECKING:
    from fleetscan.transport.deadline import Deadline
    from fleetscan.transport.kerberos import Tickets
    from fleetscan.transport.remote_registry.stream import Stream

LANES: tuple[tuple[float, int], ...] = ((0.02, 4), (float("inf"), 8))
"""Up to how many seconds for a round trip, how many pipes of a kind (and files at a time) are used."""

NARROW = 32
"""The registry view for which it matters how many bits the machine has."""

_NO_CIM = Unknown(
    reason=Reason.UNSUPPORTED, detail="remote registry cannot ask for CIM classes; let the host answer over winrm, too"
)


def lanes(seconds: float, *, listing: bool) -> int:
    """Choose how much to ask at a time, by the seconds that a round trip takes.

    ``listing`` says that names of services are to be found, one call for each that is registered: as much as can be.
    """
    return LANES[-1][1] if listing else next(count for limit, count in LANES if seconds <= limit)


class Conversation:
    """Ask one host all questions. :meth:`run` blocks; the rest is for other threads."""

    def __init__(
        self,
        target: Target,
        questions: Sequence[Question],
        deadline: Deadline,
        on_step: Callable[[Step], None],
        tickets: Tickets,
    ) -> None:
        """Prepare; nothing is contacted and no setting is judged yet."""
        self._target = target
        self._questions = tuple(dict.fromkeys(questions))
        self._deadline = deadline
        self._tell = on_step
        self._tickets = tickets
        self._reached: Step | None = None
        self._scissors = Scissors()
        self._meter = Meter(TOTAL_LIMIT)
        self._stream: Stream | None = None
        self._found: dict[Question, Outcome] = {each: _NO_CIM for each in questions if isinstance(each, CimRows)}
        self._failure: Failure | None = None
        self._cancelled = False

    @property
    def result(self) -> Answer:
        """Put together what is known so far."""
        return Answer(
            outcomes={each: self._found[each] for each in self._questions if each in self._found},
            failure=self._failure,
            round_trips=self._stream.sends if self._stream else 0,
            bytes_received=self._meter.received,
        )

    def run(self, settle: Callable[[], None]) -> None:
        """Talk; call ``settle`` once, when the answer is final. Never raises."""
        try:
            self._talk()
        except Exception as error:  # noqa: BLE001 - the transport's law: nothing escapes, failures.py names it
            self._failure = self._why(error)
        if self._stream is not None:
            self._stream.close()
            self._on_step(Step.CLOSED)
        settle()

    def overdue(self) -> Answer:
        """Put together what is known when the thread itself is stuck (in a name server, in a Kerberos library)."""
        answer = self.result
        if answer.failure is not None:
            return answer
        return replace(answer, failure=overdue(connected=self._reached is not None))

    def cut(self) -> None:
        """Wake :meth:`run` wherever it waits for the host."""
        self._cancelled = True
        self._scissors.cut()

    def _why(self, error: Exception) -> Failure:
        return STOPPED if self._cancelled else dated(failure_of(error), self._deadline.seconds, self._reached)

    def _on_step(self, step: Step) -> None:
        self._reached = step
        self._tell(step)

    def _talk(self) -> None:
        route = route_to(self._target, self._tickets)
        self._stream = connected(route, self._deadline, self._scissors, self._meter)
        session = logged_on(self._stream, route, self._on_step)
        channel = Channel(session, route.address)
        if session.terms.dialect != DIALECT_311:
            channel.run_one(validated(session))
        self._on_step(Step.OPENED)
        self._ask(channel)
        self._on_step(Step.ANSWERED)

    def _ask(self, channel: Channel) -> None:
        """Ask in three rounds: what needs nothing first, what needs to know the machine, and files, whose places do."""
        found, questions = self._found, self._questions
        services = [each for each in questions if isinstance(each, Service | Services)]
        width = lanes(channel.session.seconds, listing=any(isinstance(each, Services) for each in services))
        registry = _registry(questions)
        rack = Rack()
        narrow = [each for each in registry if each.view == NARROW]
        wide = [each for each in registry if each.view != NARROW]
        place = Returned(place_flow([*questions, *registry], rack))
        flows = [*registry_flows(wide, found, Place(), width, rack), *service_flows(services, found, width, rack)]
        channel.run([place.flow(), *flows])
        channel.run(registry_flows(narrow, found, place.value, width, rack))
        bases = {each: found[each] for each in registry if isinstance(each, RegistryValue) and each in found}
        files = [each for each in questions if isinstance(each, File)]
        channel.run(file_flows(files, bases, place.value, found, width))


def _registry(questions: Sequence[Question]) -> list[RegistryValue | RegistryList]:
    """Give the registry questions, and those that name the directories of files."""
    asked: dict[RegistryValue | RegistryList, None] = {}
    for each in questions:
        match each:
            case RegistryValue() | RegistryList():
                asked[each] = None
            case File(base=RegistryValue() as base):
                asked[base] = None
            case _:
                pass
    return list(asked)
