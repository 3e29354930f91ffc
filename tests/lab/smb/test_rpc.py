"""One association, message by message, without a socket."""

from __future__ import annotations

import importlib
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.smb.faults import Moment, Play
from fleetscan.lab.smb.rpc import Association, BrokenStream
from fleetscan.lab.smb.site import Site
from fleetscan.lab.smb.svcctl import SvcCtl
from fleetscan.lab.smb.winreg import WinReg
from tests.lab.smb.machines import machine

RPC: Any = importlib.import_module("impacket.dcerpc.v5.rpcrt")
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b104860") + struct.pack("<I", 2)
NDR64 = bytes.fromhex("33057171babe37498319b5dbef9ccc36") + struct.pack("<I", 1)
WINREG = WinReg.uuid.bytes_le + struct.pack("<I", 1)
OPEN_HKLM = struct.pack("<II", 0, 0x20019)


def pdu(kind: int, body: bytes, *, flags: int = 3, call: int = 7, signed: int = 0) -> bytes:
    """Make one PDU."""
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), signed, call) + body


def bind(*contexts: tuple[bytes, list[bytes]], receives: int = 4280) -> bytes:
    """Make the body of a bind: abstract syntaxes, each with its transfer syntaxes."""
    body = struct.pack("<HHIBxxx", 4280, receives, 0, len(contexts))
    for number, (abstract, transfers) in enumerate(contexts):
        body += struct.pack("<HBx", number, len(transfers)) + abstract + b"".join(transfers)
    return body


def request(opnum: int, stub: bytes, context: int = 0) -> bytes:
    """Make the body of a request."""
    return struct.pack("<IHH", len(stub), context, opnum) + stub


def association(play: Play | None = None) -> Association:
    """Begin with the registry."""
    return Association(WinReg(Site(machine=machine("EX01"), play=play or {})))


def bound(receives: int = 4280) -> Association:
    """Begin, and bind."""
    begun = association()
    assert len(list(begun.take(pdu(11, bind((WINREG, [NDR]), receives=receives))))) == 1
    return begun


def only(begun: Association, message: bytes) -> bytes:
    """Take a message, give the one PDU that answers it."""
    [answer] = begun.take(message)
    [one] = answer.pdus
    return one


def status(reply: bytes) -> int:
    """Give the status of a fault."""
    assert reply[2] == 3
    code: int = struct.unpack_from("<I", reply, 24)[0]
    return code


@pytest.mark.parametrize(
    ("abstract", "transfers", "result"),
    [
        (WINREG, [NDR], (0, 0)),
        (WINREG, [NDR64, NDR], (0, 0)),
        (WINREG, [NDR64], (2, 2)),
        (WinReg.uuid.bytes_le + struct.pack("<I", 2), [NDR], (2, 1)),
        (SvcCtl.uuid.bytes_le + struct.pack("<I", 2), [NDR], (2, 1)),
    ],
)
def test_a_context_is_accepted_or_rejected_with_a_reason(
    abstract: bytes, transfers: list[bytes], result: tuple[int, int]
) -> None:
    """The interface and its version count, and NDR; impacket reads the answer."""
    for kind in (11, 14):
        reply = only(association(), pdu(kind, bind((abstract, transfers))))
        ack = RPC.MSRPCBindAck(reply)
        assert (reply[2], ack["call_id"], ack["max_tfrag"], ack["SecondaryAddr"].rstrip("\0")) == (
            kind + 1,
            7,
            4280,
            "\\PIPE\\winreg",
        )
        item = ack.getCtxItem(1)
        assert (item["Result"], item["Reason"]) == result
        assert item["TransferSyntax"] == (NDR if result == (0, 0) else bytes(20))


def test_a_bind_with_its_own_security_is_turned_down() -> None:
    """SMB has the security; the reason says that this one is not known."""
    reply = only(association(), pdu(11, bind((WINREG, [NDR])), signed=16))
    assert (reply[2], struct.unpack_from("<H", reply, 16)) == (13, (8,))


def test_a_call_before_a_bind_or_to_another_context_is_a_fault() -> None:
    """nca_s_proto_error, nca_s_unk_if."""
    assert status(only(association(), pdu(0, request(2, OPEN_HKLM)))) == 0x1C01000B
    assert status(only(bound(), pdu(0, request(2, OPEN_HKLM, context=1)))) == 0x1C010003


def test_messages_may_come_in_pieces_and_together() -> None:
    """Bytes are a stream; each whole message is answered."""
    begun = bound()
    message = pdu(0, request(2, OPEN_HKLM))
    assert list(begun.take(message[:5])) == []
    assert len(list(begun.take(message[5:] + message + message[:20]))) == 2
    assert len(list(begun.take(message[20:]))) == 1


def test_a_request_may_come_in_fragments_and_with_an_object() -> None:
    """The answer comes after the last one."""
    begun = bound()
    assert list(begun.take(pdu(0, request(2, OPEN_HKLM[:4]), flags=1))) == []
    reply = only(begun, pdu(0, request(2, OPEN_HKLM[4:]), flags=2))
    assert reply[2] == 2
    with_object = struct.pack("<IHH", 8, 0, 2) + bytes(16) + OPEN_HKLM
    assert only(begun, pdu(0, with_object, flags=0x83))[2] == 2


@pytest.mark.parametrize(("receives", "size"), [(4280, 4280), (2000, 2000), (100, 1432), (65535, 4280)])
def test_fragments_are_as_large_as_the_client_takes(receives: int, size: int) -> None:
    """At least what every client must take, at most our own size; one reply's flags say where it begins and ends."""
    begun = bound(receives)
    root = only(begun, pdu(0, request(2, OPEN_HKLM)))[24:44]
    name = "SOFTWARE\\Lab\\Large\0".encode("utf-16-le")
    text = struct.pack("<HHIIII", len(name), len(name), 1, len(name) // 2, 0, len(name) // 2) + name
    text += bytes(-len(text) % 4)
    key = only(begun, pdu(0, request(15, root + text + struct.pack("<II", 0, 0x20019))))[24:44]
    name = "64K\0".encode("utf-16-le")
    asked = struct.pack("<HHIIII", 8, 8, 1, 4, 0, 4) + name + struct.pack("<II", 1, 0)
    asked += struct.pack("<IIII", 1, 70000, 0, 0) + struct.pack("<IIII", 1, 70000, 1, 0)
    [answer] = begun.take(pdu(0, request(17, key + asked)))
    assert max(map(len, answer.pdus)) == size
    assert [one[3] for one in answer.pdus] == [1, *[0] * (len(answer.pdus) - 2), 2]
    assert sum(len(one) - 24 for one in answer.pdus) == struct.unpack_from("<I", answer.pdus[0], 16)[0]


@pytest.mark.parametrize(
    "message",
    [
        b"\x04" + pdu(0, request(2, OPEN_HKLM))[1:],
        pdu(2, b""),
        pdu(0, b"short"),
        pdu(11, b"\0" * 5),
        pdu(11, struct.pack("<HHIBxxx", 4280, 4280, 0, 200)),
        struct.pack("<BBBB4sHHI", 5, 0, 0, 3, b"\x10\0\0\0", 8, 0, 1),
        pdu(0, request(2, OPEN_HKLM), signed=8),
        struct.pack("<BBBB4sHHI", 5, 0, 0, 3, b"\0\0\0\0", 16, 0, 1),
    ],
)
def test_what_is_no_message_ends_the_pipe(message: bytes) -> None:
    """Another version, a reply, too short a body, absurd counts, big-endian numbers."""
    with pytest.raises(BrokenStream):
        list(association().take(message))


def test_a_request_without_end_ends_the_pipe() -> None:
    """A megabyte is more than any question needs."""
    begun = bound()
    part = pdu(0, request(17, bytes(60000)), flags=1)
    assert list(begun.take(part)) == []
    middle = pdu(0, request(17, bytes(60000)), flags=0)
    for _ in range(16):
        assert list(begun.take(middle)) == []
    with pytest.raises(BrokenStream):
        list(begun.take(middle))


@given(st.integers(0, 50), st.binary(max_size=120))
def test_whatever_the_stub_an_answer_comes(opnum: int, stub: bytes) -> None:
    """A response or a fault, for both interfaces."""
    for interface in (WinReg, SvcCtl):
        begun = Association(interface(Site(machine=machine("EX01"), play={})))
        abstract = interface.uuid.bytes_le + struct.pack("<I", interface.version)
        assert list(begun.take(pdu(11, bind((abstract, [NDR])))))
        for head in (b"", struct.pack("<II", 0, 1)):
            [answer] = begun.take(pdu(0, request(opnum, head + stub)))
            assert {one[2] for one in answer.pdus} <= {2, 3}


@given(st.binary(max_size=200))
def test_whatever_the_bytes_they_are_answered_or_end_the_pipe(data: bytes) -> None:
    """There is no third way."""
    try:
        for answer in bound().take(data):
            assert answer.moment in Moment
    except BrokenStream:
        pass
