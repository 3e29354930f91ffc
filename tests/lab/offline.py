"""A host's service without a socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from fleetscan.lab import collector
from fleetscan.lab.fault import Fault
from fleetscan.lab.faults import PLAYS
from fleetscan.lab.shell import Held
from fleetscan.lab.soap import Answer
from fleetscan.lab.wsman import Endpoint, Service
from tests.lab.fleets import MACHINE
from tests.lab.wire import Reply, Session

REQUEST = json.dumps({"v": 1, "services": ["Nothing"]})
UNKNOWN = 2150858843
SCHEMA = 2150858817


@dataclass
class Host:
    """A service and everything that is due."""

    configuration: str = "Microsoft.PowerShell"
    fault: Fault = Fault.NONE
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        endpoint = Endpoint(
            computer="EX01",
            configuration=self.configuration,
            powershell="5.1.17763.1971",
            ask=lambda request: collector.answer(MACHINE, request),
            play=PLAYS[self.fault],
        )
        self.service = Service(endpoint, lambda seconds, call: self.due.append((seconds, call)))

    def say(self, document: str, user: str = "LAB\\a") -> Reply:
        """Say something that is answered at once."""
        _, answer = self.service.handle(document.encode(), user)
        assert isinstance(answer, Answer)
        return Reply(answer.status, {}, answer.text.encode())

    def hold(self, document: str) -> Held:
        """Say something that is held."""
        _, held = self.service.handle(document.encode(), "LAB\\a")
        assert isinstance(held, Held)
        return held

    def opened(self) -> Session:
        """Open a shell."""
        session = Session()
        assert self.say(session.create()).status == 200
        while not session.opened:
            session.heard(self.say(session.receive("")).body)
        return session
