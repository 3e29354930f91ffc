"""Values as Samba's own registry server gives them, beside what impacket's helpers make of the same ones.

Law: nothing of fleetscan answers here. Where the helpers fail, the table says how; what they give elsewhere is the same
as ours, byte for byte.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fleetscan.lab.smb.samba import program
from fleetscan.model import Absent, Known, Outcome, Question, Reason, RegistryList, RegistryValue, Unknown, Value
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import Place
from fleetscan.transport.remote_registry.registry import registry_flows
from tests.lab.smb.clients import KEY_READ, RPC_ERROR, RRP, Visit, visit, win32
from tests.samba import PASSWORD, USER, Samba, native_samba
from tests.transport.remote_registry.native import target
from tests.transport.remote_registry.talk import channel

K = r"HKLM\SOFTWARE\Vendor"
CLOSED = r"HKLM\SOFTWARE\Closed"
ONLY_SYSTEM = "O:BAG:SYD:(A;;RPWPCCDCLCRCWOWDSDSW;;;SY)"
TEXT = "Пример 漢字 \U0001f600"
LARGE = bytes(range(256)) * 256
NAMES = {0: "REG_NONE", 1: "REG_SZ", 2: "REG_EXPAND_SZ", 3: "REG_BINARY", 4: "REG_DWORD", 7: "REG_MULTI_SZ"}
NAMES |= {11: "REG_QWORD"}


@dataclass(frozen=True, slots=True)
class Row:
    """A value: its type and bytes, what we make of it (``Unknown``: which reason), and how the helper fails with it."""

    kind: int
    data: bytes
    value: Value | Reason
    fails: type[Exception] | None = None


def utf16(text: str) -> bytes:
    """Write a text with its NUL."""
    return (text + "\0").encode("utf-16-le")


VALUES: Mapping[str, Row] = {
    "": Row(1, utf16("by default"), "by default"),
    "text": Row(1, utf16(TEXT), TEXT),
    TEXT: Row(1, utf16("named"), "named"),
    "empty": Row(1, utf16(""), ""),
    "no bytes": Row(1, b"", ""),
    "no NUL": Row(1, "abc".encode("utf-16-le"), "abc"),
    "half a character": Row(1, b"a\0b", "ab", UnicodeDecodeError),
    "half a pair": Row(1, b"\x00\xd8\0\0", "\ufffd", UnicodeDecodeError),
    "expand": Row(2, utf16("%SystemRoot%\\x"), "%SystemRoot%\\x"),
    "binary": Row(3, bytes(range(256)), bytes(range(256)).hex()),
    "empty binary": Row(3, b"", ""),
    "64 KiB": Row(3, LARGE, LARGE.hex()),
    "dword": Row(4, b"\xff\xff\xff\xff", 0xFFFFFFFF),
    "short dword": Row(4, b"\x05\0", Reason.MALFORMED, struct.error),
    "empty dword": Row(4, b"", Reason.MALFORMED, struct.error),
    "long dword": Row(4, b"12345", Reason.MALFORMED, struct.error),
    "big-endian": Row(5, b"\0\0\0\1", Reason.UNSUPPORTED),
    "link": Row(6, utf16("x"), Reason.UNSUPPORTED),
    "multi": Row(7, utf16("one\0" + TEXT + "\0"), ["one", TEXT]),
    "empty multi": Row(7, utf16(""), []),
    "resources": Row(8, b"1234", Reason.UNSUPPORTED),
    "descriptor": Row(9, b"1234", Reason.UNSUPPORTED),
    "requirements": Row(10, b"1234", Reason.UNSUPPORTED),
    "qword": Row(11, b"\xfe" + b"\xff" * 7, 2**64 - 2),
    "none": Row(0, b"\x01\x02", "0102"),
    "nobody's": Row(0x1234, b"abc", Reason.UNSUPPORTED),
}
"""Everything that a helper can be asked for. It fails where it unpacks or decodes what is not as long as it expects."""

TEXT_OF_A_MEGABYTE = "x" * (2**19 - 1)
MEGABYTE = Row(1, utf16(TEXT_OF_A_MEGABYTE), TEXT_OF_A_MEGABYTE)
"""Not for the helpers: they send as many blanks as they ask for bytes, over and over, and did not end within 20 s."""


def exported() -> bytes:
    """Write the registry as regedit does."""
    lines = ["Windows Registry Editor Version 5.00", "", f"[{K}]".replace("HKLM", "HKEY_LOCAL_MACHINE")]
    for name, row in {**VALUES, "1 MiB": MEGABYTE}.items():
        digits = ",".join(f"{byte:02x}" for byte in row.data)
        lines.append(f'"{name}"=hex({row.kind:x}):{digits}' if name else f"@=hex({row.kind:x}):{digits}")
    lines += ["", f"[{CLOSED}]".replace("HKLM", "HKEY_LOCAL_MACHINE"), '"dword"=dword:00000001', ""]
    return b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")


@pytest.fixture(scope="module")
def samba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samba]:
    """Start one with these values, and a key that is closed to all but the system."""
    registry: Path = tmp_path_factory.mktemp("native") / "registry.reg"
    registry.write_bytes(exported())
    with native_samba(registry, user=USER, password=PASSWORD) as running:
        command = [program("net"), "-s", str(running.configuration), "registry", "setsd_sddl", CLOSED, ONLY_SYSTEM]
        subprocess.run(command, check=True, capture_output=True)
        yield running


@pytest.fixture(scope="module")
def outcomes(samba: Samba) -> Mapping[Question, Outcome]:
    """Ask for all of them at once, and for what is not there or not allowed."""
    found: dict[Question, Outcome] = {}
    questions = [RegistryValue(key=K, value=name) for name in (*VALUES, "1 MiB", "missing")]
    questions += [RegistryValue(key=f"{K}\\Missing", value="x"), RegistryValue(key=CLOSED, value="dword")]
    with channel(target(samba), seconds=30) as running:
        running.run(registry_flows([*questions, RegistryList(key=K, list="values")], found, Place(), 4, Rack()))
    return found


@pytest.fixture(scope="module")
def helpers(samba: Samba) -> Iterator[Visit]:
    """Log on with impacket."""
    with visit(samba.address, samba.port) as opened:
        yield opened


@pytest.mark.parametrize("name", VALUES)
def test_every_type_is_read_as_it_is(outcomes: Mapping[Question, Outcome], name: str) -> None:
    """Type and value of what we read; a type that nobody names, or a number that is none, is unknown."""
    row, outcome = VALUES[name], outcomes[RegistryValue(key=K, value=name)]
    if isinstance(row.value, Reason):
        assert isinstance(outcome, Unknown)
        assert outcome.reason is row.value
    else:
        assert outcome == Known(value=row.value, type=NAMES[row.kind])


def test_a_megabyte_is_read(outcomes: Mapping[Question, Outcome]) -> None:
    """Half a million characters."""
    assert outcomes[RegistryValue(key=K, value="1 MiB")] == Known(value=TEXT_OF_A_MEGABYTE, type="REG_SZ")


@pytest.mark.parametrize("name", VALUES)
def test_the_helpers_read_the_same_or_fail(helpers: Visit, name: str) -> None:
    """What they give is made of the bytes that Samba was filled with; ours is held against the same bytes above."""
    row, (dce, key) = VALUES[name], helpers.key(K[5:])
    if row.fails is not None:
        with pytest.raises(row.fails):
            RRP.hBaseRegQueryValue(dce, key, name)
        return
    kind, value = RRP.hBaseRegQueryValue(dce, key, name)
    assert (kind, _packed(kind, value)) == (row.kind, row.data)


def _packed(kind: int, value: Any) -> bytes:  # noqa: ANN401 - impacket has no types
    """Give the bytes that a helper's value was made of."""
    match value:
        case str():
            return value.encode("utf-16-le")
        case int():
            return struct.pack({4: "<I", 5: ">I", 11: "<Q"}[kind], value)
        case _:
            return bytes(value)


def test_a_list_with_a_value_that_cannot_be_read_is_unknown(outcomes: Mapping[Question, Outcome]) -> None:
    """It names the value, and says nothing of the others: a list without it would be a wrong one."""
    listed = outcomes[RegistryList(key=K, list="values")]
    assert isinstance(listed, Unknown)
    assert listed.reason is VALUES[listed.detail.partition(":")[0]].value


def test_missing_and_denied_are_what_the_helpers_say(outcomes: Mapping[Question, Outcome], helpers: Visit) -> None:
    """A missing value and a missing key are absent (ERROR_FILE_NOT_FOUND), a closed key is unknown (ACCESS_DENIED)."""
    dce, key = helpers.key(K[5:])
    with pytest.raises(RPC_ERROR) as value:
        RRP.hBaseRegQueryValue(dce, key, "missing")
    root = RRP.hOpenLocalMachine(dce, KEY_READ)["phKey"]
    codes = [win32(value.value)]
    for path in (f"{K}\\Missing", CLOSED):
        with pytest.raises(RPC_ERROR) as caught:
            RRP.hBaseRegOpenKey(dce, root, path[5:], samDesired=KEY_READ)
        codes.append(win32(caught.value))
    assert codes == [2, 2, 5]
    assert outcomes[RegistryValue(key=K, value="missing")] == Absent()
    assert outcomes[RegistryValue(key=f"{K}\\Missing", value="x")] == Absent()
    denied = outcomes[RegistryValue(key=CLOSED, value="dword")]
    assert isinstance(denied, Unknown)
    assert denied.reason is Reason.DENIED
