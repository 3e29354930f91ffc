"""A host's service, without a socket."""

from __future__ import annotations

import base64
import json

import pytest
from psrpcore.types import PSInvocationState

from fleetscan.lab.faults import MAX_SHELLS, Moment
from fleetscan.lab.fragments import HEADER, Message
from fleetscan.lab.soap import SHELL, TRANSFER
from tests.lab.offline import REQUEST, SCHEMA, UNKNOWN, Host
from tests.lab.wire import Session, envelope


def test_a_scan_in_the_order_of_the_captures() -> None:
    """Create, two Receives, Command, one Receive with output and end, Delete."""
    host = Host()
    session = host.opened()
    assert host.say(session.command(Request=REQUEST)).status == 200
    reply = host.say(session.receive())
    assert b"<rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>" in reply.body
    session.heard(reply.body)
    assert session.state is PSInvocationState.Completed
    assert json.loads(str(session.output[0]))["host"] == "EX01"
    assert host.say(session.delete()).status == 200
    assert (host.service.shells, host.service.created, host.service.deletes) == ({}, 1, 1)


def test_the_reply_to_create_as_recorded() -> None:
    """It has the elements of a Windows Server 2016, in its order."""
    reply = Host().say(Session().create(idle="PT60S")).body.decode()
    names = "ShellId ResourceUri Owner ClientIP ProcessId IdleTimeOut InputStreams OutputStreams MaxIdleTimeOut Locale "
    names += "DataLocale CompressionMode ProfileLoaded Encoding BufferMode State ShellRunTime ShellInactivity"
    found = [name for part in reply.split("<rsp:Shell>")[1].split("<rsp:") if (name := part.partition(">")[0])]
    assert found == names.split()
    assert "<rsp:IdleTimeOut>PT60.000S</rsp:IdleTimeOut>" in reply


def test_shell_ids_are_compared_without_case() -> None:
    """A client may write an id in lower case."""
    host = Host()
    session = host.opened()
    assert host.say(session.delete().replace(session.shell_id, session.shell_id.lower())).status == 200


def test_the_quota_is_per_user() -> None:
    """The thirty-first shell of a user is refused, another user's first is not."""
    host = Host()
    for _ in range(MAX_SHELLS):
        assert host.say(Session().create()).status == 200
    reply = host.say(Session().create())
    assert reply.fault == 2150859173
    assert b"maximum number of 30 concurrent shells" in reply.body
    assert host.say(Session().create(), "LAB\\b").status == 200


def test_a_command_with_more_by_send() -> None:
    """What does not fit into Command comes by Send, with or without a CommandId."""
    host = Host()
    session = host.opened()
    document = session.command(Request=REQUEST)
    data = document.partition("<rsp:Arguments>")[2].partition("<")[0]
    head, parts = in_pieces(data)
    assert host.say(document.replace(data, head)).status == 200
    for number, part in enumerate(parts):
        command = f' CommandId="{session.command_id}"' if number else ""
        stream = f'<rsp:Send><rsp:Stream Name="stdin"{command}>{part}</rsp:Stream></rsp:Send>'
        assert host.say(envelope(f"{SHELL}/Send", stream, shell_id=session.shell_id)).status == 200
    session.heard(host.say(session.receive()).body)
    assert session.state is PSInvocationState.Completed


def in_pieces(data: str) -> tuple[str, list[str]]:
    """Cut one fragment into three."""
    whole = base64.b64decode(data)
    message = Message(HEADER.unpack_from(whole)[0], whole[HEADER.size :])
    size = len(message.data) // 3 + HEADER.size + 1
    head, *rest = [base64.b64encode(message.cut(size)).decode() for _ in range(3)]
    return head, rest


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<rsp:Shell/>",
        '<rsp:Shell ShellId="A"/>',
        '<rsp:Shell ShellId="A"><creationXml xmlns="http://schemas.microsoft.com/powershell">?</creationXml></rsp:Shell>',
        '<rsp:Shell ShellId="A"><creationXml xmlns="http://schemas.microsoft.com/powershell">AAAA</creationXml></rsp:Shell>',
    ],
)
def test_a_create_that_is_none(body: str) -> None:
    """A Create without shell, id or a pool in it is refused and makes nothing."""
    host = Host()
    assert host.say(envelope(f"{TRANSFER}Create", body)).fault == SCHEMA
    assert host.service.shells == {}


@pytest.mark.parametrize("body", ["", "<rsp:CommandLine/>", '<rsp:CommandLine CommandId="A"/>'])
def test_a_command_that_is_none(body: str) -> None:
    """A Command without line, id or pipeline is refused."""
    host = Host()
    session = host.opened()
    assert host.say(envelope(f"{SHELL}/Command", body, shell_id=session.shell_id)).fault == SCHEMA


def test_a_signal_that_is_none() -> None:
    """A Signal without a command is refused."""
    host = Host()
    session = host.opened()
    assert host.say(envelope(f"{SHELL}/Signal", shell_id=session.shell_id)).fault == UNKNOWN


def test_an_id_that_is_taken() -> None:
    """A shell's or a pipeline's id cannot be used twice."""
    host = Host()
    session = host.opened()
    again = Session(shell_id=session.shell_id)
    assert host.say(again.create()).fault == SCHEMA
    host.say(session.command(Request=REQUEST))
    line = f'<rsp:CommandLine CommandId="{session.command_id}"/>'
    assert host.say(envelope(f"{SHELL}/Command", line, shell_id=session.shell_id)).fault == SCHEMA


def test_other_actions() -> None:
    """What the lab does not do is not supported; what is no envelope violates the schema."""
    host = Host()
    assert host.say(envelope(f"{TRANSFER}Get")).fault == 2150858753
    assert host.service.handle(b"<x/>", "u")[0] is Moment.OTHER
    assert host.say("<x/>").fault == SCHEMA


def test_endpoints() -> None:
    """A constrained host has its own endpoint and denies the full one; any other is not in the catalogue."""
    host = Host(configuration="Fleet.Scan")
    prefix = "http://schemas.microsoft.com/powershell/"
    assert host.say(Session(resource=f"{prefix}fleet.scan").create()).status == 200
    assert host.say(Session().create()).fault == 5
    assert host.say(Session(resource=f"{prefix}Other").create()).fault == 2150858811
