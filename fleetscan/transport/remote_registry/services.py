"""Service questions -> flows that answer them, over the pipes ``svcctl`` and, where needed, ``winreg``. Pure.

Law: every question gets an outcome, whatever the host does, unless the conversation ends before. Law: services are
never enumerated through their manager, which needs a right of its own: the names of a pattern are the subkeys of the
services' key that match it, and each is then opened by name. One that is not known leaves the whole list unknown: it
might be the one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from fleetscan.model import Absent, Known, Outcome, Question, Service, Services, Unknown, Value
from fleetscan.transport.remote_registry.flow import Flow
from fleetscan.transport.remote_registry.line import Line, Queue, Rack
from fleetscan.transport.remote_registry.names import Listing
from fleetscan.transport.remote_registry.pipe import PipeTrouble
from fleetscan.transport.remote_registry.scmread import SERVICES_PATH, Lines, open_manager, read_service
from fleetscan.transport.remote_registry.svcctl import SVCCTL
from fleetscan.transport.remote_registry.winreg import WINREG, Hive
from fleetscan.transport.remote_registry.wow64 import Location
from fleetscan.transport.words import plain

_SERVICES = Location(Hive.LOCAL_MACHINE, SERVICES_PATH)
_NAME = 256
"""Characters of a name that are kept, as over the other transport."""


def service_flows(
    questions: Sequence[Service | Services], outcomes: dict[Question, Outcome], pipes: int, rack: Rack
) -> list[Flow[None]]:
    """Make at most ``pipes`` flows that share the services and write each outcome as soon as it is known.

    Each uses one pipe to the service control manager, and one to the remote registry where there is a pattern or a
    refusal.
    """
    board = _Board(questions, outcomes, pipes)
    return [board.flow(rack) for _ in range(board.count)]


@dataclass(slots=True)
class _Pattern:
    """A pattern, and the names that match it by their folded form."""

    question: Services
    names: dict[str, str] = field(default_factory=dict)

    def matches(self, key: str) -> bool:
        """Compare without case; what looks like a pattern is no name."""
        return key.startswith(self.question.pattern.casefold().removesuffix("*")) and not key.endswith("*")


class _Board:
    """What the flows share: the names to ask for, the names that are still to be found, and what was answered."""

    def __init__(self, questions: Sequence[Service | Services], outcomes: dict[Question, Outcome], pipes: int) -> None:
        self._outcomes = outcomes
        self._patterns = [_Pattern(each) for each in dict.fromkeys(questions) if isinstance(each, Services)]
        self._plain: dict[str, list[Service]] = {}
        for each in questions:
            if isinstance(each, Service):
                self._plain.setdefault(each.name.casefold(), []).append(each)
        self._answers: dict[str, Outcome] = {}
        self._asked = set(self._plain)
        self.count = pipes if self._patterns else min(pipes, len(self._plain))
        self._names = Queue([asked[0].name for asked in self._plain.values()], self.count, self._answer)
        self._listing = Listing(_SERVICES, self.count, self._listed)
        self._stripes = Queue(self._listing.stripes if self._patterns else (), self.count, self._listing.lose)

    def flow(self, rack: Rack) -> Flow[None]:
        """Ask for the services that are named; find those of the patterns with the other flows; ask for these, too."""
        lines = Lines(scm=Line(SVCCTL, rack), registry=Line(WINREG, rack))
        service, share = partial(self._service, lines), partial(self._listing.serve, lines.registry)
        yield from self._names.serve(lines.scm, service)
        if self._patterns and (yield from self._ready(lines.scm)):
            while not (self._stripes.idle(lines.registry) and self._names.idle(lines.scm)):
                yield from self._stripes.serve(lines.registry, share)
                yield from self._names.serve(lines.scm, service)
        self._names.leave(lines.scm.trouble)
        self._stripes.leave(lines.scm.trouble or lines.registry.trouble)
        lines.scm.leave()
        lines.registry.leave()
        self._settle()

    def _ready(self, scm: Line) -> Flow[bool]:
        """Tell whether it is worth while to look for names: not when the manager cannot be asked for any."""
        try:
            manager = yield from open_manager(scm)
        except PipeTrouble:
            return scm.trouble is None
        if isinstance(manager, Unknown):
            self._listing.fail(manager)
        return True

    def _service(self, lines: Lines, name: str) -> Flow[None]:
        self._answer(name, (yield from read_service(lines, name)))

    def _answer(self, name: str, outcome: Outcome) -> None:
        key = name.casefold()
        self._answers[key] = outcome
        self._outcomes.update(dict.fromkeys(self._plain.get(key, ()), outcome))

    def _listed(self, name: str) -> None:
        key = name.casefold()
        matching = [pattern for pattern in self._patterns if pattern.matches(key)]
        for pattern in matching:
            pattern.names[key] = name
        if matching and key not in self._asked:
            self._asked.add(key)
            self._names.add(name)

    def _settle(self) -> None:
        """Write the outcomes of patterns once all is known that they depend on."""
        if self._listing.over:
            for pattern in self._patterns:
                if pattern.names.keys() <= self._answers.keys():
                    self._outcomes[pattern.question] = self._listing.failure or _gathered(pattern, self._answers)


def _gathered(pattern: _Pattern, answers: Mapping[str, Outcome]) -> Known | Unknown:
    """Put the list together, in the order of its names."""
    records: dict[str, Value] = {}
    for key in sorted(pattern.names):
        name = plain(pattern.names[key], _NAME)
        match answers[key]:
            case Known(value=value):
                records[name] = value
            case Unknown(reason=reason, detail=detail):
                return Unknown(reason=reason, detail=plain(f"{name}: {detail}"))
            case Absent():
                pass
    return Known(value=records, type="services")
