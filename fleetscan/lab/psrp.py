"""The server's half of PSRP for one shell: fragments in, fragments out, the collector in between.

Law: a pipeline never runs twice and gives its output once.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from psrpcore import Command, PSRPCoreError, PSRPPayload, ServerPipeline, ServerRunspacePool, StreamType
from psrpcore.types import (
    ApplicationPrivateData,
    ErrorCategory,
    ErrorCategoryInfo,
    ErrorRecord,
    NETException,
    PipelineState,
    PSInvocationState,
    PSList,
    PSPrimitiveDictionary,
    PSVersion,
)

from fleetscan.lab.fragments import FRAGMENT, HEADER, Message, Outbox, messages
from fleetscan.lab.script import Failed, Invocation, Printed, ScriptError

_PIPELINE_ID_AT = slice(HEADER.size + 24, HEADER.size + 40)


class BadFragment(Exception):  # noqa: N818 - it ends in an answer
    """Say that a client sent something that is not PSRP."""


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """One pipeline: its output, and how far it has come."""

    core: ServerPipeline
    output: Outbox = field(default_factory=Outbox)
    started: bool = False
    ended: bool = False
    delivered: bool = False


class RunspacePool:
    """One runspace pool as its shell sees it. ``opening`` holds what is sent before any pipeline, reply by reply."""

    def __init__(self, version: str) -> None:
        """Be a Windows PowerShell of this version, such as ``5.1.17763.1971``."""
        self._core = ServerRunspacePool()
        self._version = version
        self.opening: list[list[bytes]] = []

    def open(self, data: bytes) -> None:
        """Take session capability and InitRunspacePool; answer as Windows does, in two replies."""
        self._feed(data)
        while self._step() is not None:
            pass
        said = list(self._drain())
        if len(said) != len(("capability", "private data", "state")):
            msg = "creationXml does not open a pool"
            raise BadFragment(msg)
        said[1].text = _private_data(self._version)
        capability, private_data, state = (message.cut(FRAGMENT) for message in said)
        self.opening = [[capability, private_data], [state]]

    def start(self, data: bytes) -> Pipeline:
        """Take the first fragment of a CreatePipeline message."""
        identity = data[_PIPELINE_ID_AT]
        if len(identity) != len(uuid.NAMESPACE_DNS.bytes):
            msg = "no pipeline id"
            raise BadFragment(msg)
        core = ServerPipeline(self._core, uuid.UUID(bytes_le=identity))
        self._feed(data)
        return Pipeline(core=core)

    def more(self, data: bytes) -> None:
        """Take further fragments, of whatever message."""
        self._feed(data)

    def ready(self, pipelines: Iterable[Pipeline]) -> list[tuple[Pipeline, Invocation]]:
        """Work through what has come in; give the pipelines whose command has become known whole, once each."""
        while self._step() is not None:
            pass
        ready = []
        for pipeline in pipelines:
            commands: list[Command] = getattr(pipeline.core.metadata, "commands", [])
            if commands and not pipeline.started:
                pipeline.started = True
                ready.append((pipeline, _invocation(commands)))
        return ready

    def finish(self, pipeline: Pipeline, outcome: Printed | Failed) -> None:
        """Give a pipeline its output and its end."""
        core = pipeline.core
        core.state = PSInvocationState.Running  # Windows does not announce this state
        match outcome:
            case Printed(text):
                core.write_output(text)
                core.complete()
            case Failed(error):
                state = PipelineState(PipelineState=PSInvocationState.Failed.value)
                state.ExceptionAsErrorRecord = _record(error)
                core.prepare_message(state)
                core.state = PSInvocationState.Failed
        self._end(pipeline)

    def stop(self, pipeline: Pipeline) -> None:
        """Stop a pipeline that has not ended."""
        if pipeline.ended:
            return
        pipeline.output.clear()
        pipeline.core.state = PSInvocationState.Running
        pipeline.core.stop()
        self._end(pipeline)

    def flood(self, pipeline: Pipeline) -> None:
        """Give a pipeline one string without end."""
        core = pipeline.core
        core.state = PSInvocationState.Running
        core.write_output("")
        for message in self._drain():
            pipeline.output.put(
                Message(message.object_id, message.data.removesuffix(b"<S />") + b"<S>", without_end=True)
            )

    def _end(self, pipeline: Pipeline) -> None:
        """Collect the last output and forget the pipeline."""
        for message in self._drain():
            pipeline.output.put(message)
        pipeline.ended = True
        pipeline.core.close()

    def _feed(self, data: bytes) -> None:
        """Hand bytes to psrpcore."""
        if len(data) < HEADER.size:
            msg = "shorter than a fragment's header"
            raise BadFragment(msg)
        self._core.receive_data(PSRPPayload(data, StreamType.default, None))

    def _step(self) -> object | None:
        """Process one message."""
        try:
            return self._core.next_event()
        except (PSRPCoreError, ValueError, SyntaxError, AttributeError, struct.error) as error:
            msg = "not a PSRP message"
            raise BadFragment(msg) from error

    def _drain(self) -> Iterator[Message]:
        """Take every message out of psrpcore."""
        while (payload := self._core.data_to_send()) is not None:
            yield from messages(payload.data)


def _invocation(commands: list[Command]) -> Invocation:
    """Say what a pipeline is to run."""
    first = commands[0]
    return Invocation(
        text=first.command_text,
        is_script=first.is_script,
        parameters={str(name): value for name, value in first.parameters},
        commands=len(commands),
    )


@lru_cache
def _private_data(version: str) -> bytes:
    """Tell what Windows tells of itself when a pool opens (recorded on Server 2016); written once for each version."""
    compatible = PSList(map(PSVersion, ("1.0", "2.0", "3.0", "4.0", "5.0", version)))
    compatible.PSObject.type_names = ["System.Version[]", "System.Array", "System.Object"]
    build = ".".join(version.split(".")[2:]) or "0"
    table = PSPrimitiveDictionary(
        {
            "PSVersion": PSVersion(version),
            "PSEdition": "Desktop",
            "PSCompatibleVersions": compatible,
            "CLRVersion": PSVersion("4.0.30319.42000"),
            "BuildVersion": PSVersion(f"10.0.{build}"),
            "WSManStackVersion": PSVersion("3.0"),
            "PSRemotingProtocolVersion": PSVersion("2.3"),
            "SerializationVersion": PSVersion("1.1.0.1"),
        }
    )
    private_data = ApplicationPrivateData(ApplicationPrivateData=PSPrimitiveDictionary({"PSVersionTable": table}))
    writer = ServerRunspacePool()
    writer.prepare_message(private_data)
    payload = writer.data_to_send()
    return b"" if payload is None else next(messages(payload.data)).text


def _record(error: ScriptError) -> ErrorRecord:
    """Make the error record of a terminating error."""
    exception = NETException(Message=error.message, HResult=-2146233087)
    exception.PSObject.type_names = [*error.types, *exception.PSTypeNames]
    return ErrorRecord(
        Exception=exception,
        CategoryInfo=ErrorCategoryInfo(
            Category=ErrorCategory[error.category],
            Reason=error.types[0].rpartition(".")[2],
            TargetName=error.target,
            TargetType="String" if error.target else "",
        ),
        TargetObject=error.target or None,
        FullyQualifiedErrorId=error.identifier,
    )
