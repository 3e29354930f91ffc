"""One open shell: its runspace pool, its pipelines, the Receives that wait in it, and how its replies are written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from fleetscan.lab import wsfault
from fleetscan.lab.psrp import Pipeline, RunspacePool
from fleetscan.lab.soap import SHELL, Refused, Request

if TYPE_CHECKING:
    from fleetscan.lab.faults import Moment

_OVERHEAD = 4096
"""Bytes of a ReceiveResponse without the data of its streams, generously."""


@dataclass(slots=True, kw_only=True, eq=False)
class Held:
    """A Receive that waits for output. ``wake`` is called when there may be some."""

    request: Request
    moment: Moment
    wake: Callable[[], None] = lambda: None


@dataclass(slots=True, kw_only=True)
class Shell:
    """A shell; ``pipelines`` are known by their CommandId in upper case, ``used`` is since somebody last looked."""

    pool: RunspacePool
    owner: str
    used: bool = False
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    waiting: list[Held] = field(default_factory=list)

    def pipeline(self, command_id: str) -> Pipeline:
        """Find a pipeline; raise :class:`Refused`."""
        pipeline = self.pipelines.get(command_id.upper())
        if pipeline is None:
            raise Refused(wsfault.UNKNOWN_COMMAND)
        return pipeline

    def changed(self) -> None:
        """Wake every Receive that waits."""
        waiting, self.waiting = self.waiting, []
        for held in waiting:
            held.wake()

    def opening(self) -> str | None:
        """Give the body of the next reply of the pool itself; ``None`` when it has nothing to say."""
        if not self.pool.opening:
            return None
        return received("".join(_stream(each, "") for each in self.pool.opening.pop(0)))

    def output(self, command_id: str, limit: int) -> str | None:
        """Give the body of a pipeline's next reply, of at most ``limit`` bytes; ``None`` when there is none yet."""
        pipeline = self.pipeline(command_id)
        if pipeline.delivered:
            raise Refused(wsfault.UNKNOWN_COMMAND)
        attribute = f' CommandId="{escape(command_id)}"'
        streams = "".join(_stream(each, attribute) for each in pipeline.output.take((limit - _OVERHEAD) * 3 // 4))
        pipeline.delivered = pipeline.ended and pipeline.output.empty
        if pipeline.delivered:
            streams += f'<rsp:CommandState{attribute} State="{SHELL}/CommandState/Done">'
            streams += "<rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"
        return received(streams) if streams else None


def _stream(data: bytes, attribute: str) -> str:
    """Render one stream element."""
    return f'<rsp:Stream Name="stdout"{attribute}>{base64.b64encode(data).decode("ascii")}</rsp:Stream>'


def received(streams: str) -> str:
    """Render the body of a reply to Receive."""
    return f"<rsp:ReceiveResponse>{streams}</rsp:ReceiveResponse>"


def created(request: Request, shell_id: str, owner: str, idle: float) -> str:
    """Render the body of a reply to Create; ``idle`` is the idle timeout in seconds."""
    uri, identity = escape(request.resource), escape(shell_id)
    return (
        f"<x:ResourceCreated><a:Address>{escape(request.to)}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{uri}</w:ResourceURI><w:SelectorSet>"
        f'<w:Selector Name="ShellId">{identity}</w:Selector></w:SelectorSet></a:ReferenceParameters>'
        f"</x:ResourceCreated><rsp:Shell><rsp:ShellId>{identity}</rsp:ShellId><rsp:ResourceUri>{uri}</rsp:ResourceUri>"
        f"<rsp:Owner>{escape(owner)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
        f"<rsp:ProcessId>4384</rsp:ProcessId><rsp:IdleTimeOut>PT{idle:.3f}S</rsp:IdleTimeOut>"
        "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>"
        "<rsp:MaxIdleTimeOut>PT2147483.647S</rsp:MaxIdleTimeOut><rsp:Locale>en-US</rsp:Locale>"
        "<rsp:DataLocale>en-US</rsp:DataLocale><rsp:CompressionMode>NoCompression</rsp:CompressionMode>"
        "<rsp:ProfileLoaded>Yes</rsp:ProfileLoaded><rsp:Encoding>UTF8</rsp:Encoding>"
        "<rsp:BufferMode>Block</rsp:BufferMode><rsp:State>Connected</rsp:State>"
        "<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>"
    )


def decoded(text: str | None) -> bytes:
    """Decode base64; raise :class:`Refused` when it is none."""
    try:
        return base64.b64decode(text or "", validate=True)
    except binascii.Error as error:
        raise Refused(wsfault.SCHEMA_VIOLATION) from error
