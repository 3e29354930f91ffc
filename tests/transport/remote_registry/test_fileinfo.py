from __future__ import annotations

import importlib
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Absent, Reason, Unknown
from fleetscan.transport.remote_registry.fileinfo import (
    CHUNK,
    Off,
    Opened,
    Purpose,
    close,
    create,
    has_read,
    moment,
    opened,
    queried,
    query,
    read,
)
from fleetscan.transport.remote_registry.flow import Code, Reply
from fleetscan.transport.remote_registry.refusals import ABSENT, FILES, SHARES, missing_or_refused, refused
from tests.transport.remote_registry.scripted import ERROR_BODY, TICKS

SMB = importlib.import_module("impacket.smb3structs")  # the oracle, which has no types
HANDLE = bytes(range(16))
CREATED = struct.Struct("<HBBI6QII16sII")


@pytest.mark.parametrize(
    ("purpose", "access", "options"),
    [(Purpose.LOOK, 0x80, 0x20_0000), (Purpose.READ, 0x81, 0x40), (Purpose.LIST, 0x81, 0x01)],
)
@pytest.mark.parametrize("path", ["", "a", "Program Files\\Exchange\\ÄÖ🙂.txt"])
def test_a_file_is_opened_as_it_is_and_shared_with_everybody(
    purpose: Purpose, access: int, options: int, path: str
) -> None:
    """Read by impacket: rights to read or to look, FILE_OPEN, all sharing, no oplock, no contexts."""
    command = create(path, purpose)
    found = SMB.SMB2Create(command.body)
    assert (command.code, command.charge) == (Code.CREATE, 1)
    assert (found["StructureSize"], found["RequestedOplockLevel"], found["ImpersonationLevel"]) == (57, 0, 2)
    assert (found["DesiredAccess"], found["CreateOptions"]) == (access, options)
    assert (found["ShareAccess"], found["CreateDisposition"], found["FileAttributes"]) == (7, 1, 0)
    assert (found["NameOffset"], found["NameLength"]) == (120, 2 * len(path.encode("utf-16-le")) // 2)
    assert (found["CreateContextsOffset"], found["CreateContextsLength"]) == (0, 0)
    assert command.body[56:] == (path.encode("utf-16-le") or b"\0")


def test_the_other_commands_are_what_impacket_reads() -> None:
    """READ, QUERY_DIRECTORY and CLOSE with nothing but their handle, place and length."""
    reading = SMB.SMB2Read(read(HANDLE, 2**40, CHUNK).body)
    assert (reading["StructureSize"], reading["Length"], reading["Offset"]) == (49, CHUNK, 2**40)
    assert (reading["FileID"].getData(), reading["MinimumCount"], reading["RemainingBytes"]) == (HANDLE, 0, 0)
    asking = SMB.SMB2QueryDirectory(query(HANDLE).body)
    assert (asking["StructureSize"], asking["FileInformationClass"], asking["Flags"]) == (33, 1, 0)
    assert (asking["FileID"].getData(), asking["OutputBufferLength"]) == (HANDLE, CHUNK)
    assert (asking["FileNameOffset"], asking["FileNameLength"], asking["Buffer"]) == (96, 2, b"*\0")
    closing = SMB.SMB2Close(close(HANDLE).body)
    assert (closing["StructureSize"], closing["Flags"], closing["FileID"].getData()) == (24, 0, HANDLE)
    assert [each.code for each in (read(HANDLE, 0, 1), query(HANDLE), close(HANDLE))] == [
        Code.READ,
        Code.QUERY_DIRECTORY,
        Code.CLOSE,
    ]


def _created(size: int = 5, attributes: int = 0x20, structure: int = 89) -> bytes:
    return CREATED.pack(structure, 0, 0, 1, 1, 2, TICKS, 4, 8, size, attributes, 0, HANDLE, 0, 0)


def test_the_reply_to_a_create_tells_what_the_file_is() -> None:
    """Handle, end of file, last write, and whether it is a directory."""
    assert opened(Reply(0, _created())) == Opened(handle=HANDLE, size=5, modified=TICKS, directory=False)
    assert opened(Reply(0, _created(attributes=0x30) + bytes(8))).directory


@pytest.mark.parametrize("body", [b"", _created()[:-1], _created(structure=88), _created(size=2**63)])
def test_a_reply_to_a_create_that_is_off_is_malformed(body: bytes) -> None:
    """Too short, another structure, an impossible size."""
    with pytest.raises(Off, match="malformed"):
        opened(Reply(0, body))


def _data(position: int, length: int, data: bytes, structure: int = 17) -> Reply:
    return Reply(0, struct.pack("<HBBIII", structure, position, 0, length, 0, 0) + data)


def test_what_was_read_is_cut_out_where_the_reply_says() -> None:
    """After the fixed part, with or without a gap, padding after it."""
    assert has_read(_data(80, 3, b"abc"), 3) == b"abc"
    assert has_read(_data(84, 3, b"....abc...."), 10) == b"abc"
    assert has_read(_data(0, 0, b""), 10) == b""


@pytest.mark.parametrize(
    "reply",
    [
        _data(80, 4, b"abc"),
        _data(81, 3, b"abc"),
        _data(79, 3, b"abc"),
        _data(0, 3, b"abc"),
        _data(80, 5, b"abcde"),
        _data(80, 0xFFFF_FFFF, b"abc"),
        _data(80, 3, b"abc", structure=16),
        Reply(0, b""),
    ],
)
def test_what_was_read_cannot_lie_outside_or_be_more_than_asked(reply: Reply) -> None:
    """Each offset and length is held against the reply."""
    with pytest.raises(Off, match="malformed"):
        has_read(reply, 4)


def test_entries_are_cut_out_where_the_reply_says() -> None:
    """The same for directories."""
    assert queried(Reply(0, struct.pack("<HHI", 9, 72, 2) + b"ab")) == b"ab"
    for body in (b"", struct.pack("<HHI", 9, 72, 3) + b"ab", struct.pack("<HHI", 9, 70, 2) + b"ab"):
        with pytest.raises(Off, match="malformed"):
            queried(Reply(0, body))


@pytest.mark.parametrize(
    ("ticks", "text"),
    [
        (0, "1601-01-01T00:00:00Z"),
        (9_999_999, "1601-01-01T00:00:00Z"),
        (10_000_000, "1601-01-01T00:00:01Z"),
        (116_444_736_000_000_000, "1970-01-01T00:00:00Z"),
        (TICKS, "2026-01-19T00:00:00Z"),
        (TICKS - 1, "2026-01-18T23:59:59Z"),
        (2_650_467_743_999_999_999, "9999-12-31T23:59:59Z"),
    ],
)
def test_a_time_is_written_in_whole_seconds_of_utc(ticks: int, text: str) -> None:
    """What is beyond the second is dropped, as .NET's sortable format drops it."""
    assert moment(ticks) == text


@pytest.mark.parametrize("ticks", [-1, 2_650_467_744_000_000_000, 2**64 - 1])
def test_a_time_that_no_calendar_has_is_malformed(ticks: int) -> None:
    """As .NET refuses it."""
    with pytest.raises(Off, match="malformed"):
        moment(ticks)


@given(st.datetimes(datetime(1601, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001 - Hypothesis wants them without zone
def test_any_moment_is_written_as_python_writes_it(when: datetime) -> None:
    """From 1601 to the end of 9999."""
    ticks = (when - datetime(1601, 1, 1)) // timedelta(microseconds=1) * 10  # noqa: DTZ001 - as above
    assert moment(ticks) == when.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("status", sorted(ABSENT))
def test_only_the_file_systems_own_word_makes_a_file_absent(status: int) -> None:
    """Not the same status for the share, and not for a file that is open already."""
    assert missing_or_refused(Reply(status, ERROR_BODY), "C$") == Absent()
    for outcome in (missing_or_refused(Reply(status, b""), "C$"), refused(Reply(status, ERROR_BODY), "C$")):
        assert isinstance(outcome, Unknown)
        assert outcome.reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(("status", "row"), sorted(FILES.items()))
def test_a_refusal_of_the_file_system_has_its_reason_and_its_name(status: int, row: tuple[str, Reason, str]) -> None:
    """Never absent."""
    outcome = missing_or_refused(Reply(status, ERROR_BODY), "C$")
    assert outcome == Unknown(reason=row[1], detail=f"{row[2]} ({row[0]})")


@pytest.mark.parametrize(("status", "row"), sorted(SHARES.items()))
def test_a_refusal_of_the_share_names_it(status: int, row: tuple[str, Reason, str]) -> None:
    """An engineer sees which drive it is about."""
    outcome = missing_or_refused(Reply(status, b""), "D$")
    assert isinstance(outcome, Unknown)
    assert outcome.reason is row[1]
    assert "D$" in outcome.detail
    assert row[0] in outcome.detail


@given(st.integers(1, 2**32 - 1), st.sampled_from([b"", ERROR_BODY]))
def test_any_other_status_is_unknown_with_its_number(status: int, body: bytes) -> None:
    """Nothing is absent or denied by accident."""
    outcome = missing_or_refused(Reply(status, body), "C$")
    if status not in {*ABSENT, *FILES, *SHARES}:
        assert outcome == Unknown(
            reason=Reason.UNSUPPORTED, detail=f"The host answered with the status 0x{status:08X}."
        )
