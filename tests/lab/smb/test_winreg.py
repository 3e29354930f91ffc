"""The remote registry over real SMB, asked by impacket."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest

from fleetscan.lab.smb import Call, SmbServer
from fleetscan.lab.smb.faults import Moment
from tests.lab.smb.clients import KEY_READ, RPC_ERROR, RRP, Visit, visit, win32
from tests.lab.smb.machines import BROKEN, DENIED, EMPTY, LARGE, LARGE_VALUES, NUMBERS, TYPES, VALUES

ADDRESS = "127.31.0.1"


@pytest.fixture(scope="module")
def guest(server: SmbServer) -> Iterator[Visit]:
    """Log on once."""
    with visit(ADDRESS, server.port) as visitor:
        yield visitor


def raw(dce: Any, key: Any, name: str, room: int) -> Any:  # noqa: ANN401 - impacket has no types
    """Ask for a value with this much room; give the whole reply."""
    request = RRP.BaseRegQueryValue()
    request["hKey"] = key
    request["lpValueName"] = f"{name}\0"
    request["lpType"] = 0
    request["lpData"] = b"" if room == 0 else b" " * room
    request["lpcbData"] = room
    request["lpcbLen"] = 0
    return dce.request(request)


@pytest.mark.parametrize("name", VALUES)
def test_every_type_comes_with_its_number_and_its_bytes(guest: Visit, name: str) -> None:
    """Strings have their NUL, lists one more, numbers their order of bytes; bytes are what they are."""
    dce, key = guest.key(TYPES)
    _, _, number, data = VALUES[name]
    reply = raw(dce, key, name, 512)
    assert (reply["lpType"], b"".join(reply["lpData"]), reply["lpcbData"], reply["lpcbLen"]) == (
        number,
        data,
        len(data),
        len(data),
    )


@pytest.mark.parametrize("name", LARGE_VALUES)
def test_large_values_come_in_many_fragments(guest: Visit, name: str) -> None:
    """64 KiB and 1 MiB arrive whole."""
    dce, key = guest.key(LARGE)
    spelt = f"{name}\0".encode("utf-16-le")
    count, padding = len(spelt) // 2, b"\0" * (-len(spelt) % 4)
    stub = key.getData() + struct.pack("<HHIIII", len(spelt), len(spelt), 1, count, 0, count) + spelt + padding
    stub += struct.pack("<II", 2, 0) + struct.pack("<IIII", 3, 1 << 21, 0, 0) + struct.pack("<IIII", 4, 1 << 21, 5, 0)
    dce.call(17, stub)  # impacket's own packer sends as many blanks as it asks for
    reply = dce.recv()
    data = LARGE_VALUES[name]
    assert reply[24 : 24 + len(data)] == data
    assert reply[-4:] == bytes(4)


def test_names_are_compared_without_case(guest: Visit) -> None:
    """Keys and values are found however they are written, beyond ASCII, too."""
    dce, key = guest.key(TYPES.lower())
    assert raw(dce, key, "GRÖßE", 8)["lpcbData"] == 4


def test_too_little_room_is_more_data_with_the_size_that_is_needed(guest: Visit) -> None:
    """The size is told, the data are not."""
    dce, key = guest.key(TYPES)
    with pytest.raises(RRP.DCERPCSessionError) as refused:
        raw(dce, key, "Qword", 7)
    packet = refused.value.get_packet()
    assert win32(refused.value) == 234
    assert (packet["lpType"], packet["lpcbData"], packet["lpcbLen"], packet["lpData"]) == (11, 8, 0, [])


@pytest.mark.parametrize(
    ("path", "code"), [("SOFTWARE\\Nope", 2), (DENIED, 5), (f"{DENIED}\\Below", 5), (BROKEN, 1009), ("\\SOFTWARE", 161)]
)
def test_a_key_that_does_not_open_says_why(guest: Visit, path: str, code: int) -> None:
    """Absent, denied, in error and badly named are four different codes."""
    with pytest.raises(RPC_ERROR) as refused:
        guest.key(path)
    assert win32(refused.value) == code


def test_a_value_that_is_not_there_is_not_found(guest: Visit) -> None:
    """Also the default value of a key that has none."""
    dce, key = guest.key(EMPTY)
    for name in ("Nope", ""):
        with pytest.raises(RPC_ERROR) as refused:
            RRP.hBaseRegQueryValue(dce, key, name)
        assert win32(refused.value) == 2


def test_subkeys_and_values_come_in_their_order_and_then_end(guest: Visit) -> None:
    """Enumerating ends with ERROR_NO_MORE_ITEMS."""
    dce, key = guest.key(TYPES)
    assert [RRP.hBaseRegEnumKey(dce, key, index)["lpNameOut"] for index in range(3)] == [
        f"{name}\0" for name in NUMBERS
    ]
    rows = [RRP.hBaseRegEnumValue(dce, key, index) for index in range(len(VALUES))]
    assert [(row["lpValueNameOut"], row["lpType"], b"".join(row["lpData"])) for row in rows] == [
        (f"{name}\0", number, data) for name, (_, _, number, data) in VALUES.items()
    ]
    for ask in (RRP.hBaseRegEnumKey, RRP.hBaseRegEnumValue):
        with pytest.raises(RPC_ERROR) as ended:
            ask(dce, key, 99)
        assert win32(ended.value) == 259


def test_a_list_with_too_little_room_is_more_data(guest: Visit) -> None:
    """For a name as for data; the room for data that is needed is told."""
    dce, key = guest.key(TYPES)
    with pytest.raises(RPC_ERROR) as refused:
        RRP.hBaseRegEnumValue(dce, key, 0, 2)
    assert win32(refused.value) == 234
    assert refused.value.get_packet()["lpcbData"] == 4
    request = RRP.BaseRegEnumKey()
    request["hKey"] = key
    request["dwIndex"] = 0
    request.fields["lpNameIn"].fields["MaximumLength"] = 4
    request.fields["lpNameIn"].fields["Data"].fields["Data"].fields["MaximumCount"] = 2
    request["lpClassIn"] = RRP.NULL
    request["lpftLastWriteTime"] = RRP.NULL
    with pytest.raises(RPC_ERROR) as refused:
        dce.request(request)
    assert win32(refused.value) == 234


def test_what_a_key_says_of_itself(guest: Visit) -> None:
    """Counts, longest names in bytes, largest value, the machine's moment; the version is 6."""
    dce, key = guest.key(TYPES)
    request = RRP.BaseRegQueryInfoKey()
    request["hKey"] = key
    request.fields["lpClassIn"].fields["MaximumLength"] = 1024
    request.fields["lpClassIn"].fields["Data"].fields["Data"].fields["MaximumCount"] = 512
    info = dce.request(request)
    assert (info["lpClassOut"], info["lpcSubKeys"], info["lpcbMaxSubKeyLen"]) == ("\0", 3, 8)
    assert (info["lpcValues"], info["lpcbMaxValueNameLen"], info["lpcbMaxValueLen"]) == (len(VALUES), 24, 30)
    assert RRP.hBaseRegGetVersion(dce, key)["lpdwVersion"] == 6


def test_several_values_come_at_once_or_not_at_all(guest: Visit) -> None:
    """One missing value, or too little room, and none is given."""
    dce, key = guest.key(TYPES)
    names = [{"ValueName": "Dword", "ValueType": 4}, {"ValueName": "Binary", "ValueType": 3}]
    found = RRP.hBaseRegQueryMultipleValues(dce, key, names)
    assert [value["ValueData"] for value in found] == [4294967295, b"\x00\xff"]
    for more, code in (("Nope", 2), ("Large", 2)):
        with pytest.raises(RPC_ERROR) as refused:
            RRP.hBaseRegQueryMultipleValues(dce, key, [*names, {"ValueName": more, "ValueType": 1}])
        assert win32(refused.value) == code
    dce, key = guest.key(LARGE)
    with pytest.raises(RPC_ERROR) as refused:
        RRP.hBaseRegQueryMultipleValues(dce, key, [{"ValueName": "64K", "ValueType": 3}])
    assert win32(refused.value) == 234


@pytest.mark.parametrize("opened", ["hOpenClassesRoot", "hOpenCurrentUser", "hOpenLocalMachine", "hOpenUsers"])
def test_predefined_keys_open_for_reading_and_for_nothing_else(guest: Visit, opened: str) -> None:
    """A mask beyond 0x20019 is refused with 5."""
    dce = guest.pipe("winreg")
    assert getattr(RRP, opened)(dce, KEY_READ)["ErrorCode"] == 0
    for access in (0x20039, 0x02000000, 0x20119, 0xF003F):
        with pytest.raises(RPC_ERROR) as refused:
            getattr(RRP, opened)(dce, access)
        assert win32(refused.value) == 5


def test_the_same_of_other_keys(guest: Visit) -> None:
    """Also 0x200, the flag for the 32-bit view: that view is at its own path."""
    dce, key = guest.key("SOFTWARE\\Wow6432Node\\Lab")
    assert RRP.hBaseRegQueryValue(dce, key, "Bits") == (4, 32)
    for access in (0x20219, 0x2001B):
        with pytest.raises(RPC_ERROR) as refused:
            RRP.hBaseRegOpenKey(dce, key, "", samDesired=access)
        assert win32(refused.value) == 5


def test_a_handle_ends_with_its_closing(guest: Visit) -> None:
    """What is asked of it afterwards is a fault of the RPC run-time."""
    dce, key = guest.key(EMPTY)
    RRP.hBaseRegCloseKey(dce, key)
    with pytest.raises(RPC_ERROR, match="nca_s_fault_context_mismatch"):
        RRP.hBaseRegCloseKey(dce, key)


def test_what_would_write_does_not_exist_here_and_is_recorded(server: SmbServer, guest: Visit) -> None:
    """SetValue, CreateKey and the like end in nca_s_op_rng_error."""
    dce, key = guest.key(TYPES)
    before = len(server.calls("ex01"))
    with pytest.raises(RPC_ERROR, match="nca_s_op_rng_error"):
        RRP.hBaseRegSetValue(dce, key, "Dword", 4, 1)
    assert server.calls("ex01")[before:] == (Call(interface="winreg", opnum=22, operation=Moment.OTHER),)


def test_every_question_is_recorded(server: SmbServer, guest: Visit) -> None:
    """With its mask, its key as the client wrote it, its value."""
    before = len(server.calls("ex01"))
    dce, key = guest.key(TYPES)
    RRP.hBaseRegQueryValue(dce, key, "Dword")
    path = f"HKLM\\{TYPES}"
    assert server.calls("ex01")[before:] == (
        Call(interface="winreg", opnum=2, operation=Moment.OPEN_ROOT, access=KEY_READ, key="HKLM"),
        Call(interface="winreg", opnum=15, operation=Moment.OPEN_KEY, access=KEY_READ, key=path),
        Call(interface="winreg", opnum=17, operation=Moment.QUERY_VALUE, key=path, value="Dword"),
    )
