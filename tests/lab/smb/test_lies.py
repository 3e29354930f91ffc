"""Hosts that say what cannot be: every such fault, seen by a client that is not ours."""

from __future__ import annotations

import itertools
import struct
import time

import pytest

from fleetscan.lab.smb import SmbFault, SmbServer
from tests.lab.smb.clients import KEY_READ, RPC_ERROR, RRP, SCMR, Visit, win32
from tests.lab.smb.machines import NUMBERS, SERVICE, TYPES
from tests.lab.smb.steps import configuration, listed, state, subkey, value, visited
from tests.lab.smb.test_winreg import raw


def test_more_is_wanted_whatever_is_offered(faulty: SmbServer) -> None:
    """Each answer asks for a little more than was offered."""
    with visited(faulty, SmbFault.MORE_DATA) as guest:
        dce, key = guest.key(TYPES)
        room = 4
        for _ in range(5):
            with pytest.raises(RPC_ERROR) as refused:
                raw(dce, key, "Dword", room)
            assert win32(refused.value) == 234
            assert refused.value.get_packet()["lpcbData"] == room + 1024
            room += 1024
        for step, code in ((subkey, 234), (listed, 234), (configuration, 122)):
            with pytest.raises(RPC_ERROR) as refused:
                step(guest)
            assert win32(refused.value) == code


def test_more_is_needed_than_anybody_has(faulty: SmbServer) -> None:
    """Two billion bytes for a number."""
    with visited(faulty, SmbFault.ABSURD_NEED) as guest:
        dce, key = guest.key(TYPES)
        with pytest.raises(RPC_ERROR) as refused:
            raw(dce, key, "Dword", 4)
        assert refused.value.get_packet()["lpcbData"] == 0x7FFFFFFF
        dce, handle = guest.service(SERVICE)
        dce.call(17, bytes(handle) + struct.pack("<I", 0))
        assert dce.recv()[-8:] == struct.pack("<II", 0x7FFFFFFF, 122)


def test_lists_without_end(faulty: SmbServer) -> None:
    """What comes after the last row is the first again."""
    with visited(faulty, SmbFault.ENDLESS_ENUM) as guest:
        assert subkey(guest, 3_000_000)["lpNameOut"] == f"{NUMBERS[0]}\0"
        assert listed(guest, 12_000_000)["lpValueNameOut"] == "Dword\0"


def test_four_billion_rows(faulty: SmbServer) -> None:
    """A key says so of its subkeys and values; nothing else of what it says has changed."""
    with visited(faulty, SmbFault.ABSURD_COUNT) as guest:
        dce, key = guest.key(TYPES)
        request = RRP.BaseRegQueryInfoKey()
        request["hKey"] = key
        request.fields["lpClassIn"].fields["MaximumLength"] = 2
        info = dce.request(request)
        assert (info["lpcSubKeys"], info["lpcValues"]) == (0xFFFFFFFF, 0xFFFFFFFF)
        assert (info["lpcbMaxSubKeyLen"], info["lpcbMaxValueNameLen"], info["ErrorCode"]) == (8, 24, 0)


def stubs(guest: Visit) -> dict[str, bytes]:
    """Give the replies to four questions as they came."""
    dce, key = guest.key(TYPES)
    name = "Dword\0".encode("utf-16-le")
    value_name = struct.pack("<HHIIII", 12, 12, 1, 6, 0, 6) + name
    room = struct.pack("<HHIIII", 0, 64, 1, 32, 0, 0)
    buffer = struct.pack("<II", 2, 0) + struct.pack("<IIII", 3, 64, 0, 0) + struct.pack("<IIII", 4, 64, 5, 0)
    calls = {"value": (17, value_name + buffer), "key": (9, bytes(4) + room + bytes(8))}
    calls["row"] = (10, bytes(4) + room + buffer)
    found = {}
    for question, (opnum, rest) in calls.items():
        dce.call(opnum, key.getData() + rest)
        found[question] = dce.recv()
    dce, handle = guest.service(SERVICE)
    dce.call(17, bytes(handle) + struct.pack("<I", 8192))
    return {**found, "config": dce.recv()}


@pytest.mark.parametrize(
    ("fault", "places"),
    [
        (SmbFault.ABSURD_SIZE, {"value": (12, 4), "key": (8, 32), "row": (8, 32), "config": (36, 24)}),
        (SmbFault.ABSURD_LENGTH, {"value": (20, 4), "key": (16, 5), "row": (16, 6), "config": (44, 24)}),
    ],
)
def test_arrays_of_two_billion(faulty: SmbServer, fault: SmbFault, places: dict[str, tuple[int, int]]) -> None:
    """The room, or the length, of the first array of a reply is absurd, where a sound host says what is true."""
    with visited(faulty, fault) as guest, visited(faulty, SmbFault.NONE) as sound_guest:
        absurd, sound = stubs(guest), stubs(sound_guest)
    for question, (at, truth) in places.items():
        assert struct.unpack_from("<I", absurd[question], at) == (0x7FFFFFFF,)
        assert struct.unpack_from("<I", sound[question], at) == (truth,)
        assert len(absurd[question]) == len(sound[question])


def test_null_where_there_must_be_data(faulty: SmbServer) -> None:
    """The first pointer of a reply; what it points to comes all the same."""
    with visited(faulty, SmbFault.ABSENT_REFERENT) as guest, visited(faulty, SmbFault.NONE) as sound_guest:
        absurd, sound = stubs(guest), stubs(sound_guest)
    for question, at in (("value", 0), ("key", 4), ("row", 4), ("config", 28)):
        assert struct.unpack_from("<I", absurd[question], at) == (0,)
        assert struct.unpack_from("<I", sound[question], at) != (0,)


def test_a_wrong_type_and_a_wrong_size(faulty: SmbServer) -> None:
    """Four bytes that say they are a REG_QWORD; a number of three bytes."""
    with visited(faulty, SmbFault.WRONG_TYPE) as guest:
        dce, key = guest.key(TYPES)
        reply = raw(dce, key, "Dword", 64)
        assert (reply["lpType"], reply["lpcbData"]) == (11, 4)
    with visited(faulty, SmbFault.WRONG_SIZE) as guest:
        dce, key = guest.key(TYPES)
        reply = raw(dce, key, "Dword", 64)
        assert (reply["lpType"], reply["lpcbData"], len(reply["lpData"])) == (4, 3, 3)


def test_states_that_are_none(faulty: SmbServer) -> None:
    """A number without a meaning, and a service that never comes up."""
    for fault, number in ((SmbFault.WRONG_STATE, 99), (SmbFault.PENDING, 2)):
        with visited(faulty, fault) as guest:
            assert state(guest) == number
            dce, handle = guest.service(SERVICE)
            request = SCMR.RQueryServiceStatusEx()
            request["hService"], request["InfoLevel"], request["cbBufSize"] = handle, 0, 36
            reply = b"".join(dce.request(request)["lpBuffer"])
            assert struct.unpack_from("<II", reply) == (0x20, number)


def replied(guest: Visit) -> bytes:
    """Give the whole reply to the open of HKLM, header and all, as many fragments as it has."""
    dce = guest.pipe("winreg")
    transport = dce.get_rpc_transport()
    dce.call(2, bytes(4) + struct.pack("<I", KEY_READ))
    fragments = []
    for _ in itertools.repeat(None, 100):
        fragments.append(transport.recv())
        if len(fragments[-1]) < 4 or fragments[-1][3] & 2:
            break
    return b"".join(fragments)


def test_replies_that_are_none(faulty: SmbServer) -> None:
    """To a call that nobody made, cut in half, or noise."""
    with visited(faulty, SmbFault.WRONG_CALL_ID) as guest, visited(faulty, SmbFault.NONE) as sound_guest:
        told, sound = (struct.unpack_from("<I", replied(each), 12)[0] for each in (guest, sound_guest))
        assert told == sound + 1
    with visited(faulty, SmbFault.TRUNCATED) as guest:
        assert len(replied(guest)) == 24 + 12
    with visited(faulty, SmbFault.GARBAGE_PDU) as guest:
        dce = guest.pipe("winreg")
        dce.call(2, bytes(4) + struct.pack("<I", KEY_READ))
        assert b"220 mail.lab.invalid" in dce.get_rpc_transport().recv()


def test_crumbs(faulty: SmbServer) -> None:
    """A fragment has one byte of the reply, and still everything works."""
    with visited(faulty, SmbFault.CRUMBS) as guest:
        assert len(replied(guest)) == 24 * 25
        assert value(guest) == (4, 4294967295)


def test_a_slow_host_answers(faulty: SmbServer) -> None:
    """Each call takes a tenth of a second."""
    with visited(faulty, SmbFault.SLOW) as guest:
        started = time.monotonic()
        assert value(guest) == (4, 4294967295)
        assert time.monotonic() - started >= 0.3
