from __future__ import annotations

import struct
from collections import deque
from typing import Literal

import pytest

from fleetscan.model import Reason
from fleetscan.transport.remote_registry import svcctl, winreg
from fleetscan.transport.remote_registry.flow import Code, Flow, Reply
from fleetscan.transport.remote_registry.ndr import Malformed
from fleetscan.transport.remote_registry.pipe import Call, Fault, Manner, Pipe, PipeTrouble, open_pipe
from fleetscan.transport.remote_registry.winreg import WINREG, Hive, Opened
from tests.transport.remote_registry.pipehost import (
    BROKEN,
    BUSY,
    CONTEXT_MISMATCH,
    DENIED,
    NOT_AVAILABLE,
    NOT_FOUND,
    PipeHost,
    result,
)
from tests.transport.remote_registry.rpchost import Key, Rpc

BIG = bytes(range(256)) * 100


def opened(host: PipeHost) -> Pipe:
    """Open the registry's pipe."""
    return result(host, open_pipe(WINREG))


def trouble(host: PipeHost) -> PipeTrouble:
    """Open the registry's pipe in vain."""
    with pytest.raises(PipeTrouble) as caught:
        opened(host)
    return caught.value


def hive(pipe: Pipe) -> Flow[Opened]:
    """Make a short call."""
    return pipe.call(winreg.open_hive(Hive.LOCAL_MACHINE))


def big() -> PipeHost:
    """Make a host whose answer to a call for a value has several fragments."""
    return PipeHost(rpc=Rpc(keys={"HKLM": Key(values={"big": (3, BIG)})}))


def test_a_pipe_is_opened_and_bound_in_one_frame() -> None:
    """And each call is one more."""
    host = PipeHost()
    pipe = opened(host)
    assert pipe.manner is Manner.COMPOUND
    assert [command.code for command in host.seen] == [Code.CREATE, Code.IOCTL]
    assert result(host, hive(pipe)).code == 0
    assert [command.code for command in host.seen[2:]] == [Code.IOCTL]


@pytest.mark.parametrize(
    ("refused", "manner", "codes"),
    [
        (("compound",), Manner.TRANSCEIVED, "CREATE IOCTL CREATE IOCTL IOCTL"),
        (("transceive",), Manner.PLAIN, "CREATE IOCTL CREATE IOCTL CREATE WRITE READ WRITE READ"),
    ],
)
def test_a_host_can_refuse_a_manner(
    refused: tuple[Literal["compound", "transceive"], ...], manner: Manner, codes: str
) -> None:
    """Then the next one is tried, down to plain writing and reading."""
    host = PipeHost(refused=refused)
    pipe = opened(host)
    assert result(host, hive(pipe)).code == 0
    assert pipe.manner is manner
    assert " ".join(command.code.name for command in host.seen) == codes


def test_a_host_can_refuse_every_manner() -> None:
    """Then its status is told, and there were three opens."""
    host = PipeHost(change=lambda _: Reply(0xC00000BB, b""))
    found = trouble(host)
    assert found.outcome.reason is Reason.UNSUPPORTED
    assert "0xc00000bb" in found.outcome.detail
    assert [command.code for command in host.seen].count(Code.CREATE) == 3


@pytest.mark.parametrize("status", [NOT_AVAILABLE, NOT_FOUND])
def test_a_pipe_that_is_missing_at_first_is_waited_for(status: int) -> None:
    """Half a second, one, two: opening it is what starts the service."""
    host = PipeHost(opens=deque([status] * 3))
    assert result(host, hive(opened(host))).code == 0
    assert host.pauses == [0.5, 1.0, 2.0]


def test_a_pipe_that_stays_missing_is_given_up() -> None:
    """With the remedy."""
    host = PipeHost(missing={"winreg": NOT_FOUND})
    found = trouble(host)
    assert found.outcome.reason is Reason.UNREACHABLE
    assert "remote registry not available" in found.outcome.detail
    assert "set it to start on demand" in found.outcome.detail
    assert host.pauses == [0.5, 1.0, 2.0]
    with pytest.raises(PipeTrouble, match="remote service control not available"):
        result(PipeHost(missing={"svcctl": NOT_FOUND}), open_pipe(svcctl.SVCCTL))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (DENIED, Reason.DENIED),
        (BUSY, Reason.UNREACHABLE),
        (0xC00000AB, Reason.UNREACHABLE),
        (0xC00000CC, Reason.UNSUPPORTED),
        (0xC00000CA, Reason.DENIED),
        (0xC00000B5, Reason.TIMED_OUT),
        (0xC0001234, Reason.UNSUPPORTED),
    ],
)
def test_a_pipe_that_cannot_be_opened_says_why(status: int, reason: Reason) -> None:
    """At once, and with the status."""
    host = PipeHost(missing={"winreg": status})
    found = trouble(host)
    assert found.outcome.reason is reason
    assert f"{status:#010x}" in found.outcome.detail
    assert host.pauses == []


@pytest.mark.parametrize("refused", [(), ("compound",), ("transceive",)])
@pytest.mark.parametrize(("fragment", "piece"), [(5840, 65536), (1432, 65536), (5840, 1000), (1432, 100)])
def test_an_answer_comes_in_fragments_and_pieces(
    refused: tuple[Literal["compound", "transceive"], ...], fragment: int, piece: int
) -> None:
    """Whatever the manner, fragments follow by READ, and so does the rest of a message that was cut."""
    host = big()
    host.refused, host.fragment, host.piece = refused, fragment, piece
    pipe = opened(host)
    key = result(host, hive(pipe)).handle
    assert result(host, pipe.call(winreg.query_value(key, "big"))).data == BIG


@pytest.mark.parametrize("refused", [(), ("transceive",)])
def test_a_call_is_sent_in_fragments(refused: tuple[Literal["compound", "transceive"], ...]) -> None:
    """All but the last are written, in fragments that the host takes."""
    name = "K" * 4000
    host = PipeHost(refused=refused, taken=1432, rpc=Rpc(keys={f"HKLM\\{name}": Key()}))
    pipe = opened(host)
    key = result(host, hive(pipe)).handle
    assert result(host, pipe.call(winreg.open_key(key, name))).code == 0


def test_a_fault_ends_the_call_and_not_the_pipe() -> None:
    """Its status is told, and the next call goes through."""
    host = PipeHost(faults={("winreg", Hive.USERS): 5, ("winreg", Hive.CLASSES_ROOT): 0x1C010003})
    pipe = opened(host)
    with pytest.raises(Fault, match="denied the call") as caught:
        result(host, pipe.call(winreg.open_hive(Hive.USERS)))
    assert (caught.value.status, caught.value.outcome.reason) == (5, Reason.DENIED)
    with pytest.raises(Fault, match="does not know the interface"):
        result(host, pipe.call(winreg.open_hive(Hive.CLASSES_ROOT)))
    assert result(host, hive(pipe)).code == 0


def test_a_host_that_forgot_its_handles_ends_the_pipe() -> None:
    """What was opened is gone, so that going on makes no sense."""
    host = PipeHost(faults={("winreg", Hive.LOCAL_MACHINE): CONTEXT_MISMATCH})
    with pytest.raises(PipeTrouble, match="forgot"):
        result(host, hive(opened(host)))


def test_an_answer_that_makes_no_sense_ends_the_call_alone() -> None:
    """The stub is off, and the stream is in order."""
    host = PipeHost(answers={("winreg", Hive.LOCAL_MACHINE): b"short"})
    pipe = opened(host)
    with pytest.raises(Malformed):
        result(host, hive(pipe))
    assert result(host, pipe.call(winreg.open_hive(Hive.USERS))).code == 0


def _pdu(kind: int, body: bytes, call_id: int) -> bytes:
    return struct.pack("<BBBBIHHI", 5, 0, kind, 3, 0x10, 16 + len(body), 0, call_id) + body


def _answered(message: bytes) -> Reply:
    head = struct.pack("<HHI16sIIIIII", 49, 0, 0, bytes(16), 112, 0, 112, len(message), 0, 0)
    return Reply(0, head + message)


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        (13, struct.pack("<H", 4), Reason.UNSUPPORTED),
        (3, struct.pack("<IHBxII", 32, 0, 0, 5, 0), Reason.DENIED),
        (2, struct.pack("<IHBx", 0, 0, 0), Reason.MALFORMED),
        (9, b"", Reason.MALFORMED),
    ],
)
def test_a_binding_that_is_not_accepted_ends_the_pipe(kind: int, body: bytes, reason: Reason) -> None:
    """Whether it was turned down, denied, or not understood."""
    host = PipeHost()
    replies = deque([None, _answered(_pdu(kind, body, 1))])
    host.change = lambda reply: replies.popleft() or reply
    assert trouble(host).outcome.reason is reason


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(BROKEN, b""), Reason.UNREACHABLE),
        (Reply(0xC000020C, b""), Reason.UNREACHABLE),
        (Reply(0, b""), Reason.MALFORMED),
        (_answered(b""), Reason.MALFORMED),
        (_answered(_pdu(12, b"", 2)), Reason.MALFORMED),
        (_answered(_pdu(13, b"\0\0", 2)), Reason.MALFORMED),
        (_answered(_pdu(2, struct.pack("<IHBx", 0, 0, 0), 9)), Reason.MALFORMED),
    ],
)
def test_trouble_in_the_middle_ends_the_pipe(reply: Reply, reason: Reason) -> None:
    """A status, an empty reply where more must come, and a stream that is no answer to the call."""
    host = PipeHost()
    pipe = opened(host)
    host.change = lambda _: reply
    with pytest.raises(PipeTrouble) as caught:
        result(host, hive(pipe))
    assert caught.value.outcome.reason is reason


def test_a_message_that_is_taken_in_part_ends_the_pipe() -> None:
    """Nobody knows what the host made of it."""
    host = PipeHost(refused=("transceive",))
    pipe = opened(host)
    host.change = lambda _: Reply(0, struct.pack("<HHIII", 17, 0, 3, 0, 0))
    with pytest.raises(PipeTrouble, match="a part of a message"):
        result(host, hive(pipe))


def test_an_answer_in_too_many_pieces_ends_the_pipe() -> None:
    """A host that gives one byte at a time is not listened to for ever."""
    host = big()
    pipe = opened(host)
    key = result(host, hive(pipe)).handle
    host.piece = 1
    with pytest.raises(PipeTrouble, match="pieces"):
        result(host, pipe.call(winreg.query_value(key, "big")))


def test_a_refusal_in_the_middle_is_no_other_manner() -> None:
    """What a host took before it may not refuse later."""
    host = PipeHost()
    pipe = opened(host)
    host.change = lambda _: Reply(0xC00000BB, b"")
    with pytest.raises(PipeTrouble, match="0xc00000bb"):
        result(host, hive(pipe))


def test_each_call_has_its_own_number() -> None:
    """So that an answer that comes late is not taken for another's."""
    host = PipeHost()
    pipe = opened(host)
    result(host, hive(pipe))
    result(host, hive(pipe))
    numbers = [
        struct.unpack_from("<I", command.body, 56 + 12)[0] for command in host.seen if command.code is Code.IOCTL
    ]
    assert numbers == [1, 2, 3]
    assert isinstance(winreg.open_hive(Hive.USERS), Call)
