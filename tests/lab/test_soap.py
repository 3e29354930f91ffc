"""Envelopes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab import wsfault
from fleetscan.lab.soap import (
    MAX_ENVELOPE,
    MAX_TIMEOUT,
    MIN_ENVELOPE,
    A,
    Refused,
    S,
    W,
    fault_reply,
    read,
    reply,
    seconds,
)
from tests.lab.wire import envelope, parsed

F = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}"


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT20S", 20.0),
        ("PT60.000S", 60.0),
        ("PT1M30S", 90.0),
        ("PT2M", 120.0),
        ("PT", None),
        ("PT-1S", None),
        ("20", None),
        ("PT9999999999S", None),
        ("", None),
    ],
)
def test_durations(duration: str, expected: float | None) -> None:
    """Minutes and seconds are read, all else is not."""
    assert seconds(duration) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("153600", 153_600),
        ("1", MIN_ENVELOPE),
        ("99999999", MAX_ENVELOPE),
        ("9" * 5000, MAX_ENVELOPE),
        ("x", MAX_ENVELOPE),
    ],
)
def test_envelope_sizes(size: str, expected: int) -> None:
    """A client gets what it asks for within Windows' bounds."""
    assert read(envelope("a", size=size).encode()).max_envelope == expected


def test_a_request() -> None:
    """All that matters is read; a timeout is cut at what Windows allows."""
    request = read(envelope("action", "<x/>", shell_id="ID", resource="uri", timeout="600").encode())
    assert (request.action, request.shell_id, request.resource) == ("action", "ID", "uri")
    assert (request.timeout, request.to) == (MAX_TIMEOUT, "http://lab/wsman")
    assert request.message_id.startswith("uuid:")
    assert len(request.body) == 1


def test_a_request_that_says_little() -> None:
    """What is missing is empty or Windows' default."""
    request = read(b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>')
    assert (request.action, request.shell_id, request.timeout) == ("", "", 60.0)


@pytest.mark.parametrize("document", [b"", b"<", b"<x/>", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_unreadable_documents(document: bytes) -> None:
    """What is no envelope is refused as such."""
    with pytest.raises(Refused) as refused:
        read(document)
    assert refused.value.fault == wsfault.SCHEMA_VIOLATION


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    """No bytes raise anything but a fault."""
    with pytest.raises(Refused):
        read(document)


def test_an_invalid_timeout() -> None:
    """An OperationTimeout that is none is refused with Windows' code, and the request is named."""
    with pytest.raises(Refused) as refused:
        read(envelope("a", timeout="-1").encode())
    assert refused.value.fault.code == 2150858767
    assert "PT-1S" in refused.value.fault.message
    assert refused.value.message_id.startswith("uuid:")


def test_a_reply() -> None:
    """A reply relates to its request and has the headers of Windows, in its order."""
    request = read(envelope("x").encode())
    answer = reply(request, "x", "<rsp:SendResponse/>")
    header = parsed(answer.text).find(f"{S}Header")
    assert header is not None
    names = [element.tag.partition("}")[2] for element in header]
    assert names == ["Action", "MessageID", "ActivityId", "To", "RelatesTo"]
    assert header.findtext(f"{A}RelatesTo") == request.message_id
    assert (answer.status, header.findtext(f"{A}Action")) == (200, "xResponse")


@pytest.mark.parametrize(
    "fault",
    [
        wsfault.TIMED_OUT,
        wsfault.UNKNOWN_SHELL,
        wsfault.UNKNOWN_COMMAND,
        wsfault.ACCESS_DENIED,
        wsfault.SHELL_CLOSED,
        wsfault.ACTION_NOT_SUPPORTED,
        wsfault.quota_exceeded(30),
        wsfault.unknown_resource("<&>"),
        wsfault.bad_timeout("<&>"),
    ],
    ids=lambda fault: str(fault.code),
)
def test_fault_replies(fault: wsfault.WsmanFault) -> None:
    """Each fault is well-formed and has code, subcode, sentence and the machine's name."""
    answer = fault_reply(fault, "uuid:<1>", "EX&01")
    root = parsed(answer.text)
    detail = root.find(f"{S}Body/{S}Fault/{S}Detail")
    assert detail is not None
    said = detail.find(f"{F}WSManFault")
    assert said is not None
    assert (answer.status, said.get("Code"), said.get("Machine")) == (500, str(fault.code), "EX&01")
    assert fault.message in "".join(said.itertext())
    assert root.findtext(f"{S}Body/{S}Fault/{S}Code/{S}Subcode/{S}Value") == fault.subcode
    assert (detail.find(f"{W}FaultDetail") is not None) == bool(fault.detail)


def test_the_fault_of_an_unknown_shell_as_recorded() -> None:
    """The body is, letter by letter, what a Windows Server 2016 said."""
    assert wsfault.UNKNOWN_SHELL.body("127.0.0.1") == (
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:InvalidSelectors</s:Value></s:Subcode>"
        '</s:Code><s:Reason><s:Text xml:lang="en-US">The WS-Management service cannot process the request because the '
        "request contained invalid selectors for the resource. </s:Text></s:Reason><s:Detail><w:FaultDetail>"
        "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors</w:FaultDetail>"
        '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858843" '
        'Machine="127.0.0.1"><f:Message><f:ProviderFault provider="Shell provider" '
        r'path="%systemroot%\system32\WsmSvc.dll">'
        '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858843" '
        'Machine="127.0.0.1"><f:Message>The WS-Management service cannot process the request because the request '
        "contained invalid selectors for the resource. </f:Message></f:WSManFault></f:ProviderFault></f:Message>"
        "</f:WSManFault></s:Detail></s:Fault>"
    )
