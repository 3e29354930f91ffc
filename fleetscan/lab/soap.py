"""WS-Management envelopes: what a request says, what a reply looks like.

Element order, the ActivityId header and the attributes follow recorded replies of Windows Server 2016.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from fleetscan.lab.wsfault import SCHEMA_VIOLATION, WsmanFault, bad_timeout

S = "{http://www.w3.org/2003/05/soap-envelope}"
A = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"
W = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
RSP = "{http://schemas.microsoft.com/wbem/wsman/1/windows/shell}"
PWSH = "{http://schemas.microsoft.com/powershell}"

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"

MAX_ENVELOPE = 512_000
"""Windows' default MaxEnvelopeSizekb since Server 2012, in bytes."""

MIN_ENVELOPE = 8192
"""The least MaxEnvelopeSize that Windows takes, in bytes."""

MAX_TIMEOUT = 60.0
"""Windows' default MaxTimeoutms, in seconds."""

_SIZE = re.compile(r"\d{1,9}", re.ASCII)
_DURATION = re.compile(r"PT(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?", re.ASCII)

_ENVELOPE = (
    '<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:x="http://schemas.xmlsoap.org/ws/2004/09/transfer"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"'
    ' xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"'
    ' xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"><s:Header><a:Action>{action}</a:Action>'
    "<a:MessageID>uuid:{message_id}</a:MessageID><p:ActivityId>{activity_id}</p:ActivityId>"
    "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
    "<a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request: action URI, ids, resource URI, seconds to answer in, bytes an answer may have, and the body."""

    action: str
    message_id: str
    to: str
    resource: str
    timeout: float
    max_envelope: int
    shell_id: str
    body: ET.Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A SOAP text with its HTTP status."""

    status: int
    text: str


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """End a request with a fault."""

    def __init__(self, fault: WsmanFault, message_id: str = "") -> None:
        """Keep the fault and, where it is known, the id of the request."""
        super().__init__(fault.message)
        self.fault = fault
        self.message_id = message_id


def read(document: bytes) -> Request:
    """Read one envelope; raise :class:`Refused` with the fault Windows gives for one that it cannot read."""
    try:
        envelope = ET.fromstring(document)  # noqa: S314 - expat refuses entity bombs, and the client is our own
    except ET.ParseError as error:
        raise Refused(SCHEMA_VIOLATION) from error
    header, body = envelope.find(f"{S}Header"), envelope.find(f"{S}Body")
    if header is None or body is None:
        raise Refused(SCHEMA_VIOLATION)
    message_id = _text(header, f"{A}MessageID")
    duration = _text(header, f"{W}OperationTimeout") or "PT60.000S"
    timeout = seconds(duration)
    if timeout is None:
        raise Refused(bad_timeout(duration), message_id)
    return Request(
        action=_text(header, f"{A}Action"),
        message_id=message_id,
        to=_text(header, f"{A}To"),
        resource=_text(header, f"{W}ResourceURI"),
        timeout=min(timeout, MAX_TIMEOUT),
        max_envelope=_envelope_size(_text(header, f"{W}MaxEnvelopeSize")),
        shell_id=_selector(header, "ShellId"),
        body=body,
    )


def seconds(duration: str) -> float | None:
    """Read an ISO 8601 duration of minutes and seconds; ``None`` when it is not one."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return None
    minutes, rest = match.groups()
    return 60.0 * int(minutes or 0) + float(rest or 0)


def _envelope_size(text: str) -> int:
    """Read MaxEnvelopeSize; Windows gives no less than 8 KiB and no more than is configured."""
    return min(max(int(text), MIN_ENVELOPE), MAX_ENVELOPE) if _SIZE.fullmatch(text) else MAX_ENVELOPE


def reply(request: Request, action: str, body: str) -> Answer:
    """Answer a request with ``<action>Response`` and a body."""
    return Answer(status=200, text=_envelope(f"{action}Response", request.message_id, body))


def fault_reply(fault: WsmanFault, message_id: str, machine: str) -> Answer:
    """Answer with a fault; Windows sends every one of them with HTTP status 500."""
    return Answer(status=500, text=_envelope(fault.action, message_id, fault.body(machine)))


def _envelope(action: str, relates_to: str, body: str) -> str:
    """Render an envelope with fresh ids."""
    return _ENVELOPE.format(
        action=action,
        message_id=str(uuid.uuid4()).upper(),
        activity_id=str(uuid.uuid4()).upper(),
        relates_to=escape(relates_to),
        body=body,
    )


def _text(element: ET.Element, path: str) -> str:
    """Give the text of a child, or nothing."""
    return (element.findtext(path) or "").strip()


def _selector(header: ET.Element, name: str) -> str:
    """Give the value of one selector, or nothing."""
    for selector in header.iterfind(f"{W}SelectorSet/{W}Selector"):
        if selector.get("Name") == name:
            return (selector.text or "").strip()
    return ""
