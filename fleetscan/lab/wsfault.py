"""The faults that WS-Management services on Windows answer with: code, subcode and words.

Codes are those of ``winerror.h`` (``ERROR_WSMAN_*``). Words are from recorded replies of Windows Server 2008 R2
to 2016; the subcode of ``SHELL_CLOSED`` is from memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

_WSMAN_FAULT = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
_ADDRESSING_FAULT = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
_NAMESPACE = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
_CANNOT = "The WS-Management service cannot process the request"


@dataclass(frozen=True, slots=True, kw_only=True)
class WsmanFault:
    """One fault. ``message`` is Windows' own sentence where it differs from the standard's ``reason``."""

    code: int
    blame: Literal["Sender", "Receiver"]
    subcode: str
    reason: str
    message: str
    detail: str = ""
    provider: str = ""
    action: str = _WSMAN_FAULT

    def body(self, machine: str) -> str:
        """Render ``s:Fault`` as the host called ``machine`` says it."""
        head = f"<f:WSManFault xmlns:f={quoteattr(_NAMESPACE)} Code={quoteattr(str(self.code))}"
        head += f" Machine={quoteattr(machine)}><f:Message>"
        inner = escape(self.message)
        if self.provider:
            path = r'path="%systemroot%\system32\WsmSvc.dll"'
            inner = f"<f:ProviderFault provider={quoteattr(self.provider)} {path}>"
            inner += f"{head}{escape(self.message)}</f:Message></f:WSManFault></f:ProviderFault>"
        detail = f"<w:FaultDetail>{_DETAIL}{self.detail}</w:FaultDetail>" if self.detail else ""
        return (
            f"<s:Fault><s:Code><s:Value>s:{self.blame}</s:Value><s:Subcode><s:Value>{self.subcode}</s:Value></s:Subcode>"
            f'</s:Code><s:Reason><s:Text xml:lang="en-US">{escape(self.reason)}</s:Text></s:Reason>'
            f"<s:Detail>{detail}{head}{inner}</f:Message></f:WSManFault></s:Detail></s:Fault>"
        )


def _fault(code: int, blame: Literal["Sender", "Receiver"], subcode: str, reason: str, detail: str = "") -> WsmanFault:
    """Make a fault whose two sentences are one."""
    action = _ADDRESSING_FAULT if subcode.startswith("a:") else _WSMAN_FAULT
    return WsmanFault(
        code=code, blame=blame, subcode=subcode, reason=reason, message=reason, detail=detail, action=action
    )


TIMED_OUT = _fault(
    2150858793,
    "Receiver",
    "w:TimedOut",
    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  ",
)
_BAD_SELECTORS = _fault(
    2150858843,
    "Sender",
    "w:InvalidSelectors",
    f"{_CANNOT} because the request contained invalid selectors for the resource. ",
    "UnexpectedSelectors",
)
UNKNOWN_SHELL = replace(_BAD_SELECTORS, provider="Shell provider")
UNKNOWN_COMMAND = replace(
    _BAD_SELECTORS,
    message="The Windows Remote Shell received a request to perform an operation on a command identifier that does not "
    "exist. Either the command has completed execution or the client specified an invalid command identifier. ",
)
SCHEMA_VIOLATION = _fault(
    2150858817,
    "Sender",
    "w:SchemaValidationError",
    "The SOAP XML in the message does not match the corresponding XML schema definition. ",
)
ACTION_NOT_SUPPORTED = _fault(
    2150858753, "Sender", "a:ActionNotSupported", "The action is not supported by the service. "
)
ACCESS_DENIED = _fault(5, "Sender", "w:AccessDenied", "Access is denied. ")
SHELL_CLOSED = _fault(
    995,
    "Receiver",
    "w:InternalError",
    "The I/O operation has been aborted because of either a thread exit or an application request. ",
)


def bad_timeout(duration: str) -> WsmanFault:
    """Say that this is no OperationTimeout."""
    return replace(
        _fault(
            2150858767,
            "Sender",
            "a:InvalidMessageInformationHeader",
            f"{_CANNOT}. The request contains one or more invalid SOAP headers. ",
        ),
        message=f"{_CANNOT}. The XML contains an invalid timeout field in the SOAP header: {duration}. ",
    )


def quota_exceeded(shells: int) -> WsmanFault:
    """Say that a user may have ``shells`` of them and has them."""
    advice = "Close existing shells or raise the quota for this user. "
    return replace(
        _fault(
            2150859173,
            "Sender",
            "w:QuotaLimit",
            f"{_CANNOT}. The maximum number of concurrent shells for this user has been exceeded. {advice}",
        ),
        message=f"{_CANNOT}. This user is allowed a maximum number of {shells} concurrent shells, "
        f"which has been exceeded. {advice}",
    )


def unknown_resource(uri: str) -> WsmanFault:
    """Say that no endpoint has this resource URI."""
    return _fault(
        2150858811,
        "Sender",
        "a:DestinationUnreachable",
        f"{_CANNOT}. The resource URI ({uri}) was not found in the WS-Management catalog. The catalog contains the "
        "metadata that describes resources, or logical endpoints. ",
        "InvalidResourceURI",
    )
