"""The server's half of PSRP, against psrpcore's and pypsrp's client halves."""

from __future__ import annotations

import base64
import json
import struct
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psrpcore import (
    ClientPowerShell,
    ClientRunspacePool,
    PipelineOutputEvent,
    PipelineStateEvent,
    PSRPPayload,
    StreamType,
)
from psrpcore.types import PSInvocationState, RunspacePoolState
from pypsrp.messages import ApplicationPrivateData, Message
from pypsrp.serializer import Serializer

from fleetscan.lab.fragments import FRAGMENT, HEADER
from fleetscan.lab.psrp import BadFragment, RunspacePool
from fleetscan.lab.script import Failed, Printed, thrown

VERSION = "5.1.14393.2248"
"""What the recorded server said of itself."""

PRIVATE_DATA = {
    "PSVersion": VERSION,
    "PSEdition": "Desktop",
    "PSCompatibleVersions": ["1.0", "2.0", "3.0", "4.0", "5.0", VERSION],
    "CLRVersion": "4.0.30319.42000",
    "BuildVersion": "10.0.14393.2248",
    "WSManStackVersion": "3.0",
    "PSRemotingProtocolVersion": "2.3",
    "SerializationVersion": "1.1.0.1",
}
"""Recorded on a Windows Server 2016."""


class Peer:
    """A client's half, joined to a server's half."""

    def __init__(self, version: str = VERSION) -> None:
        """Open the pool on both sides."""
        self.client = ClientRunspacePool(runspace_pool_id=uuid.uuid4())
        self.server = RunspacePool(version)
        self.client.open()
        self.server.open(self.said())
        self.pipeline = ClientPowerShell(self.client)
        self.events: list[object] = []

    def said(self) -> bytes:
        """Take what the client says."""
        payload = self.client.data_to_send()
        assert payload is not None
        return payload.data

    def start(self, text: str = "x", **parameters: object) -> bytes:
        """Begin a pipeline; give its fragments."""
        self.pipeline.add_script(text)
        self.pipeline.add_parameters(**parameters)
        self.pipeline.start()
        return self.said()

    def hear(self, *fragments: bytes) -> None:
        """Read what the server says."""
        for fragment in fragments:
            self.client.receive_data(PSRPPayload(fragment, StreamType.default, None))
        while (event := self.client.next_event()) is not None:
            self.events.append(event)


def test_opening_in_two_replies() -> None:
    """Capability and private data come first, the state in a reply of its own; then the pool is open."""
    peer = Peer()
    assert [len(reply) for reply in peer.server.opening] == [2, 1]
    states = []
    for reply in peer.server.opening:
        peer.hear(*reply)
        states.append(peer.client.state)
    assert [state == RunspacePoolState.Opened for state in states] == [False, True]


def test_private_data_as_recorded() -> None:
    """The version table has what a Windows Server 2016 said, and pypsrp reads it so."""
    fragment = Peer().server.opening[0][1]
    message = Message.unpack(fragment[HEADER.size :], Serializer()).data
    assert isinstance(message, ApplicationPrivateData)
    assert message.data == {"PSVersionTable": PRIVATE_DATA}
    assert b"<T>System.Version[]</T><T>System.Array</T>" in fragment


def test_the_version_of_an_old_powershell() -> None:
    """A version of two numbers is told as well."""
    assert b"10.0.0" in Peer("4.0").server.opening[0][1]


def test_a_pipeline() -> None:
    """Text and parameters arrive, the output is one string, the state Completed, and nothing runs twice."""
    peer = Peer()
    pipeline = peer.server.start(peer.start("Get-X", Request="\u00e4"))
    ((ready, invocation),) = peer.server.ready([pipeline])
    assert ready is pipeline
    assert (invocation.text, invocation.is_script, invocation.parameters) == ("Get-X", True, {"Request": "\u00e4"})
    assert peer.server.ready([pipeline]) == []
    hostile = "\x00\x1b\ud800\u2028]]></S>&_x0041_" * 100
    peer.server.finish(pipeline, Printed(hostile))
    peer.hear(*pipeline.output.take(500_000))
    output, state = peer.events[-2:]
    assert isinstance(output, PipelineOutputEvent)
    assert output.data == hostile
    assert isinstance(state, PipelineStateEvent)
    assert state.state is PSInvocationState.Completed


def test_a_command_in_pieces() -> None:
    """A pipeline whose first message comes in many fragments is ready when the last one has come."""
    peer = Peer()
    whole = peer.start("x" * 100_000)
    object_id, _, _, length = HEADER.unpack_from(whole)
    body, size = whole[HEADER.size : HEADER.size + length], 40_000
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    last = len(pieces) - 1
    flags = [1, *[0] * (last - 1), 2]
    fragments = [
        HEADER.pack(object_id, number, flags[number], len(piece)) + piece for number, piece in enumerate(pieces)
    ]
    pipeline = peer.server.start(fragments[0])
    for fragment in fragments[1:]:
        assert peer.server.ready([pipeline]) == []
        peer.server.more(fragment)
    assert len(peer.server.ready([pipeline])) == 1


def test_a_failure() -> None:
    """A failed pipeline gives no output and an error record with words, category and id."""
    peer = Peer()
    pipeline = peer.server.start(peer.start())
    failure = thrown("out of luck")
    peer.server.finish(pipeline, Failed(failure.error))
    peer.hear(*pipeline.output.take(500_000))
    (state,) = peer.events[-1:]
    assert isinstance(state, PipelineStateEvent)
    assert state.state is PSInvocationState.Failed
    assert state.reason is not None
    assert state.reason.Exception.Message == "out of luck"
    assert state.reason.FullyQualifiedErrorId == "out of luck"


def test_stopping() -> None:
    """A pipeline that runs is stopped; one that has ended stays as it is."""
    peer = Peer()
    pipeline = peer.server.start(peer.start())
    peer.server.stop(pipeline)
    peer.server.stop(pipeline)
    peer.hear(*pipeline.output.take(500_000))
    (state,) = peer.events[-1:]
    assert isinstance(state, PipelineStateEvent)
    assert state.state is PSInvocationState.Stopped


def test_large_output_in_windows_fragments() -> None:
    """No fragment is larger than 32 KiB."""
    peer = Peer()
    pipeline = peer.server.start(peer.start())
    text = json.dumps(list(range(100_000)))
    peer.server.finish(pipeline, Printed(text))
    while not pipeline.output.empty:
        taken = pipeline.output.take(300_000)
        assert max(map(len, taken)) <= FRAGMENT
        peer.hear(*taken)
    assert [event.data for event in peer.events if isinstance(event, PipelineOutputEvent)] == [text]


@pytest.mark.parametrize("data", [b"", b"x" * 20, HEADER.pack(1, 5, 3, 0), HEADER.pack(1, 0, 1, 3) + b"abc"])
def test_no_pool_from_rubbish(data: bytes) -> None:
    """Rubbish, a fragment out of order and half a message do not open a pool."""
    with pytest.raises(BadFragment):
        RunspacePool(VERSION).open(data)


@given(st.binary(max_size=120))
def test_any_bytes_open_no_pool(data: bytes) -> None:
    """No bytes raise anything but BadFragment."""
    body = struct.pack("<II", 2, 0x00010002) + bytes(32) + data
    with pytest.raises(BadFragment):
        RunspacePool(VERSION).open(HEADER.pack(1, 0, 3, len(body)) + body)


def test_no_pipeline_from_rubbish() -> None:
    """A first fragment too short to name its pipeline starts none."""
    peer = Peer()
    with pytest.raises(BadFragment):
        peer.server.start(base64.b64decode("AAAA"))
