from __future__ import annotations

import importlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.transport.remote_registry import pipefile
from fleetscan.transport.remote_registry.flow import Code
from fleetscan.transport.remote_registry.ndr import Malformed

SMB = importlib.import_module("impacket.smb3structs")  # the oracle, which has no types
ID = bytes(range(16))


def test_an_open_asks_for_data_both_ways_and_no_more() -> None:
    """0x3, of a pipe that is there (MS-SMB2, 2.2.13)."""
    command = pipefile.create("winreg")
    body = SMB.SMB2Create(command.body)
    assert (command.code, command.charge) == (Code.CREATE, 1)
    assert (body["DesiredAccess"], body["CreateDisposition"], body["ShareAccess"]) == (0x3, 1, 1)
    assert (body["CreateOptions"], body["ImpersonationLevel"], body["CreateContextsLength"]) == (0x40, 2, 0)
    assert (body["NameOffset"], body["NameLength"]) == (120, 12)
    assert command.body[56:] == "winreg".encode("utf-16-le")


@given(st.binary(max_size=200))
def test_a_transceive_carries_a_message(message: bytes) -> None:
    """FSCTL_PIPE_TRANSCEIVE, for at most 64 KiB of answer (MS-SMB2, 2.2.31)."""
    command = pipefile.transceive(ID, message)
    body = SMB.SMB2Ioctl(command.body)
    assert command.code is Code.IOCTL
    assert (body["CtlCode"], body["FileID"].getData(), body["Flags"]) == (0x0011C017, ID, 1)
    assert (body["InputOffset"], body["InputCount"], body["MaxOutputResponse"]) == (120, len(message), 65536)
    assert command.body[56:] == message


@given(st.binary(min_size=1, max_size=200))
def test_a_write_carries_a_message(message: bytes) -> None:
    """At the place 0, which a pipe does not have (MS-SMB2, 2.2.21)."""
    command = pipefile.write(ID, message)
    body = SMB.SMB2Write(command.body)
    assert command.code is Code.WRITE
    assert (body["DataOffset"], body["Length"], body["Offset"]) == (112, len(message), 0)
    assert body["FileID"].getData() == ID
    assert command.body[48:] == message


def test_a_read_asks_for_one_credits_worth() -> None:
    """64 KiB (MS-SMB2, 2.2.19)."""
    command = pipefile.read(ID)
    body = SMB.SMB2Read(command.body)
    assert (command.code, len(command.body)) == (Code.READ, 49)
    assert (body["StructureSize"], body["Length"], body["FileID"].getData()) == (49, 65536, ID)


def test_replies_are_taken_apart() -> None:
    """Where the protocol places a file id, an output, data and a count."""
    created = struct.pack("<HBBI56x", 89, 0, 0, 1) + ID + bytes(8)
    assert pipefile.opened(created) == ID
    head = struct.pack("<HHI16sIIIIII", 49, 0, 0x0011C017, ID, 112, 0, 114, 3, 0, 0)
    assert pipefile.transceived(head + b"..abc..") == b"abc"
    assert pipefile.data_read(struct.pack("<HBBIII", 17, 81, 0, 2, 0, 0) + b".ab") == b"ab"
    assert pipefile.data_read(struct.pack("<HBBIII", 17, 0, 0, 0, 0, 0)) == b""
    assert pipefile.written(struct.pack("<HHIII", 17, 0, 5, 0, 0)) == 5


@pytest.mark.parametrize(
    ("offset", "length"), [(112, 4), (0, 1), (63, 1), (0xFFFFFFFF, 1), (112, 0xFFFFFFFF), (112, 65537), (115, 1)]
)
def test_data_outside_of_its_reply_is_malformed(offset: int, length: int) -> None:
    """Before it, behind it, or more than was asked for."""
    head = struct.pack("<HHI16sIIIIII", 49, 0, 0x0011C017, ID, 112, 0, offset, length, 0, 0)
    with pytest.raises(Malformed):
        pipefile.transceived(head + b"abc")


@given(st.binary(max_size=60))
def test_any_reply_is_read_or_malformed(body: bytes) -> None:
    """Nothing else is raised."""
    for read in (pipefile.opened, pipefile.transceived, pipefile.data_read, pipefile.written):
        try:
            read(body)
        except Malformed:
            continue
