"""A small WinRM client of its own, so that the lab is not only seen through one library's eyes."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import uuid
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.etree import ElementTree as ET

import spnego
from psrpcore import (
    ClientPowerShell,
    ClientRunspacePool,
    PipelineOutputEvent,
    PipelineStateEvent,
    PSRPPayload,
    StreamType,
)
from psrpcore.types import PSInvocationState, RunspacePoolState
from spnego.channel_bindings import GssChannelBindings

from fleetscan.lab.encryption import is_sealed, seal, unseal
from fleetscan.lab.soap import RSP, SHELL, TRANSFER

USER, PASSWORD = "LAB\\svc-fleetscan", "correct horse"
SPNEGO = "application/HTTP-SPNEGO-session-encrypted"
POWERSHELL = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
SCRIPT = "# fleetscan-collect v1\nparam([string]$Request)\n"

_ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
    ' xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header><a:Action>{action}</a:Action>'
    "<a:MessageID>uuid:{message_id}</a:MessageID><a:To>http://lab/wsman</a:To>"
    "<w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize><w:OperationTimeout>PT{timeout}S</w:OperationTimeout>"
    "<w:ResourceURI>{resource}</w:ResourceURI><w:SelectorSet>"
    '<w:Selector Name="ShellId">{shell_id}</w:Selector></w:SelectorSet></s:Header><s:Body>{body}</s:Body></s:Envelope>'
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply; header names in lower case, the last one of a name wins."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def fault(self) -> int | None:
        """The code of the WSManFault in it."""
        found = re.search(rb'WSManFault[^>]* Code="(\d+)"', self.body)
        return None if found is None else int(found[1])


@dataclass(slots=True, kw_only=True)
class Client:
    """One connection to one host."""

    address: str
    port: int
    tls: ssl.SSLContext | None = None
    timeout: float = 5.0
    context: spnego.ContextProxy | None = None
    sock: socket.socket = field(init=False)
    buffer: bytes = b""

    def __enter__(self) -> Self:
        """Connect."""
        self.sock = socket.create_connection((self.address, self.port), timeout=self.timeout)
        if self.tls is not None:
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.sock.close()

    def send(self, body: bytes = b"", **headers: str) -> None:
        """Send one request."""
        lines = ["POST /wsman HTTP/1.1", f"Host: {self.address}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def read(self) -> Reply:
        """Read one reply; ConnectionError when it does not come whole."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers["content-length"])
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Reply(int(first.split(" ")[1]), headers, body)

    def ask(self, body: bytes = b"", **headers: str) -> Reply:
        """Send a request and read its reply."""
        self.send(body, **headers)
        return self.read()

    def logon(
        self, user: str = USER, password: str = PASSWORD, protocol: str = "ntlm", bindings: bytes | None = None
    ) -> Reply:
        """Log on without a message; give the last reply."""
        bound = None if bindings is None else GssChannelBindings(application_data=bindings)
        context = spnego.client(user, password, hostname=self.address, protocol=protocol, channel_bindings=bound)
        token = context.step()
        reply = Reply(401, {}, b"")
        while token:
            reply = self.ask(Authorization=f"Negotiate {base64.b64encode(token).decode()}")
            scheme, _, answer = reply.headers.get("www-authenticate", "").partition(" ")
            token = context.step(base64.b64decode(answer)) if scheme == "Negotiate" and answer else None
        self.context = context
        return reply

    def tell(self, document: str) -> None:
        """Send one envelope, encrypted when logged on with a context and without TLS."""
        content_type, body = "application/soap+xml;charset=UTF-8", document.encode()
        if self.context is not None and self.tls is None:
            content_type, body = seal(self.context, body, SPNEGO)
        self.send(body, Content_Type=content_type)

    def hear(self) -> Reply:
        """Read one reply and decrypt it."""
        reply = self.read()
        if self.context is not None and is_sealed(reply.headers.get("content-type", "")):
            return Reply(reply.status, reply.headers, unseal(self.context, reply.body)[0])
        return reply

    def call(self, document: str) -> Reply:
        """Send an envelope and read the reply."""
        self.tell(document)
        return self.hear()

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            msg = "the server closed the connection"
            raise ConnectionError(msg)
        self.buffer += data


def envelope(
    action: str,
    body: str = "",
    *,
    shell_id: str = "",
    resource: str = POWERSHELL,
    timeout: str = "20",
    size: str = "512000",
) -> str:
    """Write one request."""
    return _ENVELOPE.format(
        action=action,
        message_id=str(uuid.uuid4()).upper(),
        shell_id=shell_id,
        resource=resource,
        timeout=timeout,
        size=size,
        body=body,
    )


def parsed(document: bytes | str) -> ET.Element:
    """Parse what the lab said."""
    return ET.fromstring(document)  # noqa: S314 - it comes from the code under test


@dataclass(slots=True)
class Session:
    """The client's half of one shell: writes the envelopes, reads the replies. Speaks to nobody itself."""

    shell_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    command_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    resource: str = POWERSHELL
    output: list[object] = field(default_factory=list)
    state: PSInvocationState = PSInvocationState.NotStarted
    opened: bool = False
    error: str = ""
    pool: ClientRunspacePool = field(init=False)

    def __post_init__(self) -> None:
        """Begin a pool."""
        self.pool = ClientRunspacePool(runspace_pool_id=uuid.UUID(self.shell_id))

    def create(self, idle: str = "PT7200S") -> str:
        """Open the shell."""
        self.pool.open()
        creation = f'<creationXml xmlns="http://schemas.microsoft.com/powershell">{self._data()}</creationXml>'
        body = f'<rsp:Shell ShellId="{self.shell_id}"><rsp:IdleTimeOut>{idle}</rsp:IdleTimeOut>{creation}</rsp:Shell>'
        return envelope(f"{TRANSFER}Create", body, shell_id=self.shell_id, resource=self.resource)

    def command(self, text: str = SCRIPT, *, is_script: bool = True, **parameters: object) -> str:
        """Start a pipeline."""
        shell = ClientPowerShell(self.pool, pipeline_id=uuid.UUID(self.command_id))
        if is_script:
            shell.add_script(text)
        else:
            shell.add_command(text)
        if parameters:
            shell.add_parameters(**parameters)
        shell.start()
        body = f'<rsp:CommandLine CommandId="{self.command_id}"><rsp:Command/>'
        body += f"<rsp:Arguments>{self._data()}</rsp:Arguments></rsp:CommandLine>"
        return envelope(f"{SHELL}/Command", body, shell_id=self.shell_id)

    def receive(self, command_id: str | None = None, *, timeout: str = "20", size: str = "512000") -> str:
        """Ask for output: the pipeline's, or with an empty id the pool's."""
        command_id = self.command_id if command_id is None else command_id
        attribute = f' CommandId="{command_id}"' if command_id else ""
        body = f"<rsp:Receive><rsp:DesiredStream{attribute}>stdout</rsp:DesiredStream></rsp:Receive>"
        return envelope(f"{SHELL}/Receive", body, shell_id=self.shell_id, timeout=timeout, size=size)

    def signal(self, code: str) -> str:
        """Signal the pipeline."""
        body = f'<rsp:Signal CommandId="{self.command_id}"><rsp:Code>{code}</rsp:Code></rsp:Signal>'
        return envelope(f"{SHELL}/Signal", body, shell_id=self.shell_id)

    def delete(self) -> str:
        """Close the shell."""
        return envelope(f"{TRANSFER}Delete", shell_id=self.shell_id)

    def heard(self, document: bytes) -> None:
        """Read a reply to Receive."""
        for stream in parsed(document).iter(f"{RSP}Stream"):
            self.pool.receive_data(PSRPPayload(base64.b64decode(stream.text or ""), StreamType.default, None))
        while (event := self.pool.next_event()) is not None:
            self.opened = self.pool.state == RunspacePoolState.Opened
            match event:
                case PipelineOutputEvent():
                    self.output.append(event.data)
                case PipelineStateEvent():
                    self.state = event.state
                    self.error = "" if event.reason is None else str(event.reason.Exception.Message)
                case _:
                    pass

    def _data(self) -> str:
        payload = self.pool.data_to_send()
        return base64.b64encode(b"" if payload is None else payload.data).decode()
