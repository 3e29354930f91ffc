from __future__ import annotations

import importlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.transport.remote_registry import pdu
from fleetscan.transport.remote_registry.ndr import Malformed
from fleetscan.transport.remote_registry.pdu import Bound, Faulted, Inbox, NotBound, Returned
from fleetscan.transport.remote_registry.winreg import WINREG

RPC = importlib.import_module("impacket.dcerpc.v5.rpcrt")  # the oracle, which has no types
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b104860 02000000")


def raw(kind: int, body: bytes, *, flags: int = 3, call_id: int = 1, head: bytes = b"\x05\0", auth: int = 0) -> bytes:
    """Make a PDU, each of whose fields can be made wrong."""
    return head + struct.pack("<BBIHHI", kind, flags, 0x10, 16 + len(body), auth, call_id) + body


def ack(*, fragment: int = 4280, results: int = 1, result: int = 0, cause: int = 0, syntax: bytes = NDR) -> bytes:
    """Make the body of a bind_ack, with the address that Windows gives."""
    address = b"\\PIPE\\winreg\0"
    head = struct.pack("<HHIH", 5840, fragment, 0x1234, len(address)) + address
    head += bytes(-len(head) % 4)
    return head + struct.pack("<BxxxHH", results, result, cause) + syntax


def answer(stub: bytes) -> bytes:
    """Make the body of a response."""
    return struct.pack("<IHBx", len(stub), 0, 0) + stub


def test_a_binding_has_the_form_of_the_protocol() -> None:
    """One context: the registry's interface in NDR 2.0 (C706, 12.6.4.3)."""
    expected = (
        "05 00 0b 03 10000000 4800 0000 01000000"
        "d016 d016 00000000 01 000000 0000 01 00"
        "01d08c334422f131aaaa900038001003 01000000"
        "045d888aeb1cc9119fe808002b104860 02000000"
    )
    assert pdu.bind(WINREG, 1) == bytes.fromhex(expected)


def test_impacket_reads_the_binding_as_it_is_meant() -> None:
    """The same by code that is not ours."""
    message = pdu.bind(WINREG, 7)
    head = RPC.MSRPCHeader(message)
    assert (head["type"], head["call_id"], head["frag_len"]) == (RPC.MSRPC_BIND, 7, len(message))
    body = RPC.MSRPCBind(head["pduData"])
    assert (body["max_tfrag"], body["max_rfrag"], body["ctx_num"]) == (5840, 5840, 1)


@given(st.binary(max_size=300), st.integers(64, 200), st.integers(0, 255), st.integers(2, 2**32 - 1))
def test_a_call_is_sent_in_fragments_that_fit(stub: bytes, fragment: int, opnum: int, call_id: int) -> None:
    """The first and the last are marked, each carries the operation, and together they are the stub."""
    pieces = pdu.request(call_id, opnum, stub, fragment)
    heads = [RPC.MSRPCRequestHeader(piece) for piece in pieces]
    assert all(len(piece) <= fragment for piece in pieces)
    assert b"".join(head["pduData"] for head in heads) == stub
    assert {(head["call_id"], head["op_num"]) for head in heads} == {(call_id, opnum)}
    first, last = RPC.PFC_FIRST_FRAG, RPC.PFC_LAST_FRAG
    assert [bool(head["flags"] & first) for head in heads] == [True] + [False] * (len(heads) - 1)
    assert [bool(head["flags"] & last) for head in heads] == [False] * (len(heads) - 1) + [True]


def test_a_binding_is_accepted_with_the_hosts_fragments() -> None:
    """What is sent later is not longer than the host takes, nor than was offered."""
    assert Inbox(1).feed(raw(12, ack())) == Bound(fragment=4280)
    assert Inbox(1).feed(raw(12, ack(fragment=65535))) == Bound(fragment=5840)


def test_a_binding_can_be_turned_down() -> None:
    """By a result or by a bind_nak; both say why."""
    assert Inbox(1).feed(raw(12, ack(result=2, cause=1, syntax=bytes(20)))) == NotBound(cause="result 2, reason 1")
    assert Inbox(1).feed(raw(13, struct.pack("<H", 4))) == NotBound(cause="rejected, reason 4")


def test_a_fault_is_an_answer() -> None:
    """Its status stands behind the fields of a response."""
    assert Inbox(1).feed(raw(3, struct.pack("<IHBxII", 32, 0, 0, 5, 0))) == Faulted(status=5)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=8), st.integers(1, 70))
def test_an_answer_is_put_together_from_any_pieces(stubs: list[bytes], size: int) -> None:
    """Fragments and pieces need not have the same borders."""
    last = len(stubs) - 1
    stream = b"".join(
        raw(2, answer(stub), flags=(index == 0) | (index == last) << 1) for index, stub in enumerate(stubs)
    )
    inbox = Inbox(1)
    answers = [inbox.feed(stream[start : start + size]) for start in range(0, len(stream), size)]
    assert answers == [None] * (len(answers) - 1) + [Returned(stub=b"".join(stubs))]


@pytest.mark.parametrize(
    "message",
    [
        raw(2, answer(b"x"), head=b"\x04\0"),
        raw(2, answer(b"x"), head=b"\x05\x01"),
        raw(2, answer(b"x"), auth=8),
        raw(2, answer(b"x"), call_id=2),
        raw(2, answer(b"x"), flags=2),
        raw(2, answer(b"x"), flags=1) + raw(2, answer(b"x"), flags=3),
        raw(2, b"1234567"),
        raw(2, answer(b"x")) + b"y",
        raw(11, b""),
        raw(14, ack()),
        raw(99, b""),
        raw(3, bytes(8)),
        raw(13, b"\0"),
        raw(12, ack(fragment=1431)),
        raw(12, ack(results=0)),
        raw(12, ack(results=2)),
        raw(12, ack(syntax=bytes(20))),
        raw(12, ack()[:-1]),
        raw(12, struct.pack("<HHIH", 5840, 5840, 0, 0xFFFF)),
        struct.pack("<BBBBIHHI", 5, 0, 2, 3, 0x10, 15, 0, 1) + b"x",
        struct.pack("<BBBBIHHI", 5, 0, 2, 3, 0, 16, 0, 1),
    ],
)
def test_what_is_no_answer_to_the_call_is_malformed(message: bytes) -> None:
    """Another version, byte order, call, kind or order of fragments, or more than an answer."""
    with pytest.raises(Malformed):
        Inbox(1).feed(message)


def test_an_answer_without_end_is_cut_off() -> None:
    """What is kept of it has a limit."""
    inbox = Inbox(1)
    inbox.feed(raw(2, answer(bytes(60000)), flags=1))
    more = raw(2, answer(bytes(60000)), flags=0)
    for _ in range(pdu.STUB_LIMIT // 60000 - 1):
        assert inbox.feed(more) is None
    with pytest.raises(Malformed, match="more than"):
        inbox.feed(more)


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes_are_an_answer_or_malformed(first: bytes, second: bytes) -> None:
    """Nothing else is raised."""
    inbox = Inbox(1)
    try:
        inbox.feed(first)
        inbox.feed(second)
    except Malformed:
        return
