"""One pretend host's WS-Management service: shells, pipelines, held Receives. No socket and no clock of its own.

Laws: a request is answered at once or held; a held one is answered when its shell changes or its time is over,
whichever is first. A shell is in the table from its Create to its Delete, whoever asks and over whichever connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from xml.sax.saxutils import escape

from fleetscan.lab import soap, wsfault
from fleetscan.lab.faults import MAX_SHELLS, Deny, Flood, Moment, NeverReady, Play, Print, Throw, Wait
from fleetscan.lab.psrp import BadFragment, Pipeline, RunspacePool
from fleetscan.lab.script import Ask, Failed, Invocation, Printed, run, thrown
from fleetscan.lab.shell import Held, Shell, created, decoded
from fleetscan.lab.soap import PWSH, RSP, SHELL, TRANSFER, Answer, Refused, Request

PREFIX = "http://schemas.microsoft.com/powershell/"
FULL_LANGUAGE = "Microsoft.PowerShell"
TERMINATE = f"{SHELL}/signal/terminate"

IDLE_TIMEOUT = 7200.0
"""Windows' default IdleTimeout of a shell, in seconds."""

Later = Callable[[float, Callable[[], None]], object]
"""Call something after so many seconds."""

_MOMENTS: Mapping[str, Moment] = {
    f"{TRANSFER}Create": Moment.CREATE,
    f"{TRANSFER}Delete": Moment.DELETE,
    f"{SHELL}/Command": Moment.COMMAND,
    f"{SHELL}/Send": Moment.SEND,
    f"{SHELL}/Receive": Moment.OPEN,
    f"{SHELL}/Signal": Moment.SIGNAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What a host offers: its computer name, its one session configuration, its PowerShell and what that answers."""

    computer: str
    configuration: str
    powershell: str
    ask: Ask
    play: Play = field(default_factory=dict)

    @property
    def constrained(self) -> bool:
        """Tell whether the configuration is one without a language."""
        return self.configuration.lower() != FULL_LANGUAGE.lower()


@dataclass(slots=True)
class Service:
    """The service of one host; counts what was created and deleted."""

    endpoint: Endpoint
    later: Later
    shells: dict[str, Shell] = field(default_factory=dict)
    created: int = 0
    deletes: int = 0

    def handle(self, document: bytes, user: str) -> tuple[Moment, Answer | Held]:
        """Answer one envelope of a user who is logged on, or hold it."""
        moment, message_id = Moment.OTHER, ""
        try:
            request = soap.read(document)
            moment, message_id = _moment(request), request.message_id
            return moment, self._dispatch(moment, request, user)
        except Refused as refused:
            return moment, self._fault(refused.fault, refused.message_id or message_id)
        except BadFragment:
            return moment, self._fault(wsfault.SCHEMA_VIOLATION, message_id)

    def resume(self, held: Held) -> Answer | Held:
        """Try a held Receive again."""
        try:
            return self._receive(held)
        except Refused:
            return self._fault(wsfault.SHELL_CLOSED, held.request.message_id)

    def expire(self, held: Held) -> Answer:
        """Answer a held Receive whose time is over."""
        self.drop(held)
        return self._fault(wsfault.TIMED_OUT, held.request.message_id)

    def drop(self, held: Held) -> None:
        """Forget a held Receive; its connection has gone or its time is over."""
        shell = self.shells.get(held.request.shell_id.upper())
        if shell is not None and held in shell.waiting:
            shell.waiting.remove(held)

    def _fault(self, fault: wsfault.WsmanFault, message_id: str) -> Answer:
        """Answer with a fault."""
        return soap.fault_reply(fault, message_id, self.endpoint.computer)

    def _dispatch(self, moment: Moment, request: Request, user: str) -> Answer | Held:
        """Refuse what the play denies; otherwise do what the action says."""
        act = self.endpoint.play.get(moment)
        if isinstance(act, Deny):
            raise Refused(act.fault)
        if moment is Moment.CREATE:
            return self._create(request, user)
        if moment in {Moment.OPEN, Moment.RECEIVE}:
            return self._receive(Held(request=request, moment=moment))
        handler = {
            Moment.COMMAND: self._command,
            Moment.SEND: self._send,
            Moment.SIGNAL: self._signal,
            Moment.DELETE: self._delete,
        }.get(moment)
        if handler is None:
            raise Refused(wsfault.ACTION_NOT_SUPPORTED)
        return handler(request)

    def _shell(self, request: Request) -> Shell:
        """Find the shell that a request names."""
        shell = self.shells.get(request.shell_id.upper())
        if shell is None:
            raise Refused(wsfault.UNKNOWN_SHELL)
        shell.used = True
        return shell

    def _create(self, request: Request, user: str) -> Answer:
        """Open a shell under the id the client chose."""
        self._check_resource(request.resource)
        if sum(shell.owner == user for shell in self.shells.values()) >= MAX_SHELLS:
            raise Refused(wsfault.quota_exceeded(MAX_SHELLS))
        element = request.body.find(f"{RSP}Shell")
        shell_id = "" if element is None else element.get("ShellId", "").upper()
        if element is None or not shell_id or shell_id in self.shells:
            raise Refused(wsfault.SCHEMA_VIOLATION)
        pool = RunspacePool(self.endpoint.powershell)
        pool.open(decoded(element.findtext(f"{PWSH}creationXml")))
        self.shells[shell_id] = Shell(pool=pool, owner=user)
        self.created += 1
        idle = soap.seconds(element.findtext(f"{RSP}IdleTimeOut") or "") or IDLE_TIMEOUT
        self.later(idle, partial(self._reap, shell_id, idle))
        return soap.reply(request, f"{TRANSFER}Create", created(request, shell_id, user, idle))

    def _reap(self, shell_id: str, idle: float) -> None:
        """Close a shell that nobody used since the last look; look again later at any other."""
        shell = self.shells.get(shell_id)
        if shell is None:
            return
        if shell.used or shell.waiting:
            shell.used = False
            self.later(idle, partial(self._reap, shell_id, idle))
        else:
            del self.shells[shell_id]

    def _check_resource(self, resource: str) -> None:
        """Refuse an endpoint that is not there, and the full one where the account may only use a constrained one."""
        name = resource.removeprefix(PREFIX).lower()
        if name == self.endpoint.configuration.lower():
            return
        raise Refused(wsfault.ACCESS_DENIED if name == FULL_LANGUAGE.lower() else wsfault.unknown_resource(resource))

    def _command(self, request: Request) -> Answer:
        """Start a pipeline; its CreatePipeline message may go on in Send requests."""
        shell = self._shell(request)
        line = request.body.find(f"{RSP}CommandLine")
        command_id = "" if line is None else line.get("CommandId", "")
        if line is None or not command_id or command_id.upper() in shell.pipelines:
            raise Refused(wsfault.SCHEMA_VIOLATION)
        pipeline = shell.pool.start(decoded(line.findtext(f"{RSP}Arguments")))
        shell.pipelines[command_id.upper()] = pipeline
        self._advance(shell)
        body = f"<rsp:CommandResponse><rsp:CommandId>{escape(command_id)}</rsp:CommandId></rsp:CommandResponse>"
        return soap.reply(request, f"{SHELL}/Command", body)

    def _send(self, request: Request) -> Answer:
        """Take more input for the pool or for a pipeline."""
        shell = self._shell(request)
        for stream in request.body.iterfind(f"{RSP}Send/{RSP}Stream"):
            command_id = stream.get("CommandId")
            if command_id is not None:
                shell.pipeline(command_id)
            shell.pool.more(decoded(stream.text))
        self._advance(shell)
        return soap.reply(request, f"{SHELL}/Send", "<rsp:SendResponse/>")

    def _advance(self, shell: Shell) -> None:
        """Run every pipeline whose command has become known whole, now or when the play says."""
        for pipeline, invocation in shell.pool.ready(shell.pipelines.values()):
            act = self.endpoint.play.get(Moment.SCRIPT)
            if isinstance(act, Flood):
                shell.pool.flood(pipeline)
                continue
            finish = partial(_finish, shell, pipeline, self._outcome(invocation))
            if isinstance(act, Wait):
                self.later(act.seconds, finish)
            else:
                finish()

    def _outcome(self, invocation: Invocation) -> Printed | Failed:
        """Give what a pipeline prints or dies of."""
        match self.endpoint.play.get(Moment.SCRIPT):
            case Print(text):
                return Printed(text)
            case Throw(message):
                return thrown(message)
            case _:
                return run(invocation, constrained=self.endpoint.constrained, ask=self.endpoint.ask)

    def _receive(self, held: Held) -> Answer | Held:
        """Give output, or hold the request until there is some."""
        request, shell = held.request, self._shell(held.request)
        if isinstance(self.endpoint.play.get(held.moment), NeverReady):
            body = None
        elif held.moment is Moment.OPEN:
            body = shell.opening()
        else:
            body = shell.output(_command_id(request), request.max_envelope)
        if body is not None:
            return soap.reply(request, f"{SHELL}/Receive", body)
        shell.waiting.append(held)
        return held

    def _signal(self, request: Request) -> Answer:
        """Stop a pipeline, or forget it."""
        shell = self._shell(request)
        signal = request.body.find(f"{RSP}Signal")
        command_id = "" if signal is None else signal.get("CommandId", "")
        pipeline = shell.pipeline(command_id)
        code = "" if signal is None else (signal.findtext(f"{RSP}Code") or "").strip()
        shell.pool.stop(pipeline)
        if code == TERMINATE:
            del shell.pipelines[command_id.upper()]
        shell.changed()
        return soap.reply(request, f"{SHELL}/Signal", "<rsp:SignalResponse/>")

    def _delete(self, request: Request) -> Answer:
        """Close a shell; Receives that wait in it are aborted."""
        shell = self._shell(request)
        del self.shells[request.shell_id.upper()]
        self.deletes += 1
        shell.changed()
        return soap.reply(request, f"{TRANSFER}Delete", "")


def _finish(shell: Shell, pipeline: Pipeline, outcome: Printed | Failed) -> None:
    """End a pipeline, unless it was stopped meanwhile, and wake who waits for it."""
    if not pipeline.ended:
        shell.pool.finish(pipeline, outcome)
        shell.changed()


def _moment(request: Request) -> Moment:
    """Tell which moment a request is; a Receive with a CommandId is for a pipeline."""
    moment = _MOMENTS.get(request.action, Moment.OTHER)
    return Moment.RECEIVE if moment is Moment.OPEN and _command_id(request) else moment


def _command_id(request: Request) -> str:
    """Give the CommandId of a Receive, or nothing."""
    stream = request.body.find(f"{RSP}Receive/{RSP}DesiredStream")
    return "" if stream is None else stream.get("CommandId", "")
