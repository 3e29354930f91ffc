from __future__ import annotations

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.transport.remote_registry import winreg
from fleetscan.transport.remote_registry.ndr import Malformed, Reader
from fleetscan.transport.remote_registry.winreg import Datum, Hive, Info, Opened, Subkey
from tests.transport.remote_registry import stubs

RRP = importlib.import_module("impacket.dcerpc.v5.rrp")  # the oracle, which has no types
HANDLE = bytes(range(1, 21))
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
SHORT_NAMES = NAMES.filter(lambda name: all(character < "\U00010000" for character in name))
"""impacket writes the length of other characters wrongly."""
NUMBERS = st.integers(0, 2**32 - 1)


def context(handle: Any) -> bytes:  # noqa: ANN401 - the oracle's own structure
    """Give the bytes of impacket's handle."""
    data: bytes = handle.getData()
    return data


@pytest.mark.parametrize("hive", list(Hive))
def test_predefined_keys_are_opened_for_reading(hive: Hive) -> None:
    """0x20019, and the operation of the hive; impacket reads it so."""
    classes = {
        Hive.CLASSES_ROOT: RRP.OpenClassesRoot,
        Hive.CURRENT_USER: RRP.OpenCurrentUser,
        Hive.LOCAL_MACHINE: RRP.OpenLocalMachine,
        Hive.USERS: RRP.OpenUsers,
    }
    call = winreg.open_hive(hive)
    request = classes[hive](call.stub)
    assert call.opnum == classes[hive].opnum
    assert call.stub == bytes.fromhex("00000000 19000200")
    assert request["samDesired"] == 0x20019


@given(NAMES)
def test_keys_are_opened_for_reading(path: str) -> None:
    """0x20019, no options, the path with its NUL; impacket reads it so."""
    call = winreg.open_key(HANDLE, path)
    request = RRP.BaseRegOpenKey(call.stub)
    assert call.opnum == RRP.BaseRegOpenKey.opnum
    assert (request["samDesired"], request["dwOptions"], request["lpSubKey"]) == (0x20019, 0, path + "\0")
    assert context(request["hKey"]) == HANDLE


@given(NAMES, st.integers(0, winreg.DATA_LIMIT))
def test_a_value_is_asked_for_with_room_and_no_blanks(name: str, size: int) -> None:
    """Room for its data is named, and none of it is sent; impacket reads it so."""
    call = winreg.query_value(HANDLE, name, size)
    request = RRP.BaseRegQueryValue(call.stub)
    assert call.opnum == RRP.BaseRegQueryValue.opnum
    assert (request["lpValueName"], request["lpcbData"], request["lpcbLen"]) == (name + "\0", size, 0)
    assert request["lpData"] == []
    assert len(call.stub) == 20 + len(stubs.padded(bytes(20 + len((name + "\0").encode("utf-16-le"))))) + 40


@given(NUMBERS, st.integers(0, winreg.DATA_LIMIT))
def test_entries_are_asked_for_by_their_place(index: int, size: int) -> None:
    """With room for the longest name that there can be; impacket reads it so."""
    call = winreg.enum_value(HANDLE, index, size)
    value = RRP.BaseRegEnumValue(call.stub)
    assert call.opnum == RRP.BaseRegEnumValue.opnum
    assert (value["dwIndex"], value["lpcbData"], value["lpcbLen"], value["lpData"]) == (index, size, 0, [])
    assert value.fields["lpValueNameIn"].fields["MaximumLength"] == 32768
    key_call = winreg.enum_key(HANDLE, index)
    key = RRP.BaseRegEnumKey(key_call.stub)
    assert key_call.opnum == RRP.BaseRegEnumKey.opnum
    assert (key["dwIndex"], key["lpNameIn"], key["lpClassIn"]) == (index, "", "")
    assert key.fields["lpNameIn"].fields["MaximumLength"] == 1024


def test_a_key_is_asked_what_it_holds_without_its_class() -> None:
    """The class is null; impacket reads it so."""
    call = winreg.query_info(HANDLE)
    request = RRP.BaseRegQueryInfoKey(call.stub)
    assert call.opnum == RRP.BaseRegQueryInfoKey.opnum
    assert call.stub == HANDLE + bytes(8)
    assert context(request["hKey"]) == HANDLE


@given(st.sampled_from([0, 2, 5, 1018]))
def test_impackets_answer_to_an_open_is_read(code: int) -> None:
    """Handle and code."""
    response = RRP.BaseRegOpenKeyResponse()
    response["phkResult"]["context_handle_uuid"] = HANDLE[4:]
    response["ErrorCode"] = code
    assert winreg.open_key(HANDLE, "x").read(Reader(response.getData())) == Opened(code, bytes(4) + HANDLE[4:])


@given(st.binary(max_size=60), NUMBERS)
def test_impackets_answer_with_a_value_is_read(data: bytes, kind: int) -> None:
    """Type and data."""
    response = RRP.BaseRegQueryValueResponse()
    response["lpType"], response["lpData"], response["ErrorCode"] = kind, data, 0
    response["lpcbData"] = response["lpcbLen"] = len(data)
    answer = winreg.query_value(HANDLE, "x").read(Reader(response.getData()))
    assert answer == Datum(0, "", kind, data, len(data))


@given(SHORT_NAMES, st.binary(max_size=60), NUMBERS)
def test_impackets_answer_with_an_entry_is_read(name: str, data: bytes, kind: int) -> None:
    """Name, type and data."""
    response = RRP.BaseRegEnumValueResponse()
    response["lpValueNameOut"], response["lpType"], response["lpData"] = name + "\0", kind, data
    response["lpcbData"] = response["lpcbLen"] = len(data)
    response["ErrorCode"] = 0
    answer = winreg.enum_value(HANDLE, 0, 100).read(Reader(response.getData()))
    assert answer == Datum(0, name, kind, data, len(data))


@given(SHORT_NAMES)
def test_impackets_answer_with_a_subkey_is_read(name: str) -> None:
    """With a class, with or without a time."""
    response = RRP.BaseRegEnumKeyResponse()
    response["lpNameOut"], response["lplpClassOut"], response["ErrorCode"] = name + "\0", "class\0", 0
    assert winreg.enum_key(HANDLE, 0).read(Reader(response.getData())) == Subkey(0, name)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_impackets_answer_about_a_key_is_read(subkeys: int, values: int, largest: int) -> None:
    """How many subkeys and values, and the largest data."""
    response = RRP.BaseRegQueryInfoKeyResponse()
    response["lpClassOut"] = "class\0"
    response["lpcSubKeys"], response["lpcValues"], response["lpcbMaxValueLen"] = subkeys, values, largest
    response["ErrorCode"] = 0
    assert winreg.query_info(HANDLE).read(Reader(response.getData())) == Info(0, subkeys, values, largest)


@given(NAMES, st.binary(max_size=60), NUMBERS)
def test_the_answers_of_the_tests_own_host_are_as_impacket_reads_them(name: str, data: bytes, kind: int) -> None:
    """So that what is shown with that host is shown."""
    stub = stubs.counted(name, 200) + stubs.data_of_value(kind, data, len(data), 100, 0)
    value = RRP.BaseRegEnumValueResponse(stub)
    assert (value["lpValueNameOut"], value["lpType"], b"".join(value["lpData"])) == (name + "\0", kind, data)
    assert (value["lpcbData"], value["lpcbLen"], value["ErrorCode"]) == (len(data), len(data), 0)
    key = RRP.BaseRegEnumKeyResponse(stubs.subkey(name, 200, 0))
    assert (key["lpNameOut"], key["ErrorCode"]) == (name + "\0", 0)
    info = RRP.BaseRegQueryInfoKeyResponse(stubs.info(3, 4, 5, 6))
    assert (info["lpcSubKeys"], info["lpcValues"], info["lpcbMaxValueLen"], info["ErrorCode"]) == (3, 4, 5, 6)


def test_a_refusal_carries_a_code_and_no_data() -> None:
    """Null buffers are in order then, and a size may be told."""
    refused = stubs.data_of_value(0, None, 0, 100, 2)
    assert winreg.query_value(HANDLE, "x").read(Reader(refused)) == Datum(2, "", 0, b"", 0)
    more = stubs.data_of_value(3, b"", 5000, 100, 234)
    assert winreg.query_value(HANDLE, "x").read(Reader(more)) == Datum(234, "", 3, b"", 5000)
    nothing = bytes(16) + bytes.fromhex("02000000")
    assert winreg.query_value(HANDLE, "x").read(Reader(nothing)) == Datum(2, "", 0, b"", 0)
    assert winreg.enum_key(HANDLE, 0).read(Reader(stubs.subkey(None, 0, 259))) == Subkey(259, "")
    bare = bytes(8) + bytes(8) + bytes.fromhex("03010000")
    assert winreg.enum_key(HANDLE, 0).read(Reader(bare)) == Subkey(259, "")


@pytest.mark.parametrize(
    ("call", "stub"),
    [
        (winreg.open_key(HANDLE, "x"), stubs.opened(0, 0)),
        (winreg.open_key(HANDLE, "x"), HANDLE),
        (winreg.query_value(HANDLE, "x", 2), stubs.data_of_value(3, b"abc", 3, 100, 0)),
        (winreg.query_value(HANDLE, "x"), stubs.data_of_value(3, b"abc", 4, 100, 0)),
        (winreg.query_value(HANDLE, "x"), stubs.data_of_value(3, None, 4, 100, 0)),
        (winreg.query_value(HANDLE, "x"), bytes(20)),
        (winreg.enum_key(HANDLE, 0), stubs.subkey("x" * 600, 1024, 0)),
        (winreg.query_info(HANDLE), stubs.info(1, 1, 1)[:-1]),
    ],
)
def test_an_answer_that_contradicts_itself_is_malformed(call: Any, stub: bytes) -> None:  # noqa: ANN401 - calls of all kinds
    """A success without a handle, data that is not as long as it says or as the room, a type that is missing."""
    with pytest.raises(Malformed):
        call.read(Reader(stub))
