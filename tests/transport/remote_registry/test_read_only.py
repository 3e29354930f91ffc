"""Nothing that leaves the client can change a host.

Law: everything that the packs ask is read here from the wire, message by message, by :mod:`audit`, which knows what may
leave; the lab's own record of the calls says that none was overlooked.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from fleetscan import facts
from fleetscan.credentials.interface import Auth, Credential, Secret
from fleetscan.facts import DERIVATIONS
from fleetscan.lab.fleet import build_fleet
from fleetscan.lab.smb import Encryption, Security, SmbFault, SmbHost, SmbServer
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.shares import Shares
from fleetscan.model import CimRows, Host, Question, RegistryList, RegistryValue, SmbSettings
from fleetscan.rules.load import load_shelf
from fleetscan.transport.interface import Target
from tests.samba import PASSWORD, USER
from tests.transport.remote_registry.audit import (
    CLOSE,
    COMMANDS,
    CREATE,
    IOCTL,
    OPERATIONS,
    TREE_CONNECT,
    WRITE,
    Audit,
    audited,
)
from tests.transport.remote_registry.relay import Frame, tapped
from tests.transport.remote_registry.world import ask

PERSONAS = ("exchange-2016", "legacy-scanning-twice", "hostile-types")
FAULTS = (SmbFault.CONFIG_DENIED, SmbFault.PIPE_LATE, SmbFault.ONE_PIPE)
"""What makes a client ask otherwise: a right less, an open again, one pipe."""

_WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"

MORE: tuple[Question, ...] = (
    *(RegistryList(key=hive, list="subkeys") for hive in ("HKCR", "HKCU", "HKU", "HKLM")),
    RegistryValue(key=_WINDOWS, value="ProgramFilesDir", view=32),
    RegistryValue(key=_WINDOWS, value="x" * 4000),
)
"""What the packs do not ask today: all hives, the other view, a call in several fragments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A scan of one host: all frames, what they say, and the calls that the lab took."""

    frames: Sequence[Frame]
    audit: Audit
    calls: Counter[tuple[str, int, int | None]]


def hosts(shares: Shares) -> Iterator[SmbHost]:
    """Make a host of each persona, and one with each fault."""
    fleet = {host.persona: host.machine for host in build_fleet().hosts}
    for number, name in enumerate((*PERSONAS, *FAULTS), start=1):
        machine = fleet[name if name in PERSONAS else PERSONAS[0]]
        fault = name if isinstance(name, SmbFault) else SmbFault.NONE
        disk = shares.folder(machine)
        yield SmbHost(name=name, address=f"127.38.0.{number}", machine=machine, disk=disk, fault=fault)


@pytest.fixture(scope="module")
def scans() -> dict[str, Heard]:
    """Ask each host all that the packs ask, signed and in the clear, and listen in."""
    shelf = load_shelf(derivations=DERIVATIONS)
    questions = [each for each in facts.plan(shelf.facts.values()).questions if not isinstance(each, CimRows)]
    heard = {}
    with Folder("fleetscan-disks-") as folder:
        served = list(hosts(Shares(folder.path)))
        with SmbServer(served, user=USER, password=PASSWORD, security=Security(encryption=Encryption.OFF)) as server:
            for each in served:
                target = Target(
                    host=Host(name=each.name, address=each.address, smb=SmbSettings(port=server.port)),
                    credential=Credential(name="lab", user=USER, auth=Auth.NTLM, secret=Secret(PASSWORD)),
                )
                with tapped(target) as (aim, frames):
                    (answer,) = ask(aim, questions=[*questions, *MORE], budget=30)
                assert answer.failure is None
                assert len(answer.outcomes) == len(questions) + len(MORE)
                calls = Counter((call.interface, call.opnum, call.access) for call in server.calls(each.name))
                heard[each.name] = Heard(frames=frames, audit=audited(frames), calls=calls)
    return heard


@pytest.mark.parametrize("name", [*PERSONAS, *FAULTS], ids=str)
def test_a_scan_only_reads(scans: dict[str, Heard], name: str) -> None:
    """No other command, disposition, access, control, interface, operation, right or written byte leaves."""
    assert scans[name].audit.breaches == []
    assert scans[name].audit.calls == scans[name].calls


def test_the_scans_say_all_that_may_be_said(scans: dict[str, Heard]) -> None:
    """Each agreed right and access is used by one of them: what is held against the tables is not nothing."""
    commands, access, rights = Counter[int](), Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for audit in (heard.audit for heard in scans.values()):
        commands += audit.commands
        access += audit.access
        rights += Counter({(pipe, right): 1 for pipe, _, right in audit.calls if right is not None})
    assert commands.keys() == COMMANDS
    assert access.keys() == {("pipe", 0x3), ("file", 0x80), ("file", 0x81)}
    assert rights.keys() == {("winreg", 0x20019), ("svcctl", 0x1), ("svcctl", 0x5), ("svcctl", 0x4)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One change to one of our frames: which (the first that fits), where, to what, and the breach that it makes."""

    fits: Callable[[bytes], bool]
    at: int
    put: bytes
    breach: str

    def among(self, frames: Sequence[Frame]) -> list[Frame]:
        """Plant it; of what comes before it, keep what is opened and all replies."""
        number = next(number for number, frame in enumerate(frames) if frame.ours and self.fits(frame.data))
        data, at = frames[number].data, self.at % len(frames[number].data)
        changed = Frame(True, data[:at] + self.put + data[at + len(self.put) :])  # noqa: FBT003 - it is ours
        context = [each for each in frames[:number] if not each.ours or each.data[12] in (TREE_CONNECT, CREATE)]
        return [*context, changed]


def begins(command: int, holding: bytes = b"") -> Callable[[bytes], bool]:
    """Make a test for frames whose first message is such a command, with these bytes somewhere."""
    return lambda data: data[12:14] == struct.pack("<H", command) and holding in data


def calls(opnum: int, ending: bytes = b"") -> Callable[[bytes], bool]:
    """Make a test for frames of one call, whose stub ends in these bytes."""

    def fits(data: bytes) -> bool:
        return begins(IOCTL)(data) and (data[PDU + 2], data[PDU + 22]) == (0, opnum) and data.endswith(ending)

    return fits


def number(value: int) -> bytes:
    """Write 32 bits."""
    return struct.pack("<I", value)


BODY, PDU = 64, 120
"""Where the body of a message and the PDU of a control begin."""

PIPE, FILE = begins(CREATE, "winreg".encode("utf-16-le")), begins(CREATE, "Microsoft".encode("utf-16-le"))
SAMR = bytes.fromhex("785734123412cdabef000123456789ac")
OTHER_COMMANDS = sorted(set(range(0x14)) - COMMANDS)
KEY_RIGHTS = [1 << bit for bit in range(32) if not 0x20019 >> bit & 1]

PLANTS = {
    **{
        f"command {code:#04x}": Plant(fits=begins(CLOSE), at=12, put=bytes([code]), breach=f"command {code:#04x}")
        for code in OTHER_COMMANDS
    },
    **{
        f"{what} disposition {code}": Plant(fits=fits, at=BODY + 36, put=number(code), breach=f"disposition {code}")
        for what, fits in (("pipe", PIPE), ("file", FILE))
        for code in (0, 2, 3, 4, 5)
    },
    "pipe for all": Plant(fits=PIPE, at=BODY + 24, put=number(0x12019F), breach="access 0x12019f"),
    "file to write": Plant(fits=FILE, at=BODY + 24, put=number(0x83), breach="access 0x83"),
    "file to delete": Plant(fits=FILE, at=BODY + 24, put=number(0x10080), breach="access 0x10080"),
    "delete on close": Plant(fits=FILE, at=BODY + 40, put=number(0x1000), breach="options 0x1000"),
    "attributes": Plant(fits=FILE, at=BODY + 28, put=number(0x80), breach="wants more"),
    "oplock": Plant(fits=FILE, at=BODY + 3, put=b"\x08", breach="wants more"),
    "other pipe": Plant(fits=PIPE, at=BODY + 56, put="srvsvc".encode("utf-16-le"), breach="pipe srvsvc"),
    "other control": Plant(fits=calls(2), at=BODY + 4, put=number(0x0009C0A4), breach="control 0x9c0a4"),
    "no control": Plant(fits=calls(2), at=BODY + 48, put=number(0), breach="none of the file system"),
    "other interface": Plant(fits=PIPE, at=-40, put=SAMR, breach="interface 12345778-1234-abcd-ef00-0123456789ac"),
    "other kind": Plant(fits=calls(2), at=PDU + 2, put=b"\x10", breach="kind 16"),
    "no PDU": Plant(fits=calls(2), at=PDU + 8, put=b"\0\1", breach="no PDU"),
    **{
        f"winreg {opnum}": Plant(fits=calls(2), at=PDU + 22, put=bytes([opnum]), breach=f"operation {opnum} of winreg")
        for opnum in range(40)
        if ("winreg", opnum) not in OPERATIONS
    },
    **{
        f"svcctl {opnum}": Plant(fits=calls(40), at=PDU + 22, put=bytes([opnum]), breach=f"operation {opnum} of svcctl")
        for opnum in range(70)
        if ("svcctl", opnum) not in OPERATIONS
    },
    **{
        f"key with {right:#x}": Plant(fits=calls(2), at=-4, put=number(0x20019 | right), breach="operation 2 of winreg")
        for right in KEY_RIGHTS
    },
    "manager to create": Plant(fits=calls(15, number(1)), at=-4, put=number(3), breach="rights 0x3 in operation 15"),
    "service to start": Plant(fits=calls(16, number(5)), at=-4, put=number(0x15), breach="rights 0x15 in operation 16"),
    "service for all": Plant(fits=calls(16, number(5)), at=-4, put=number(0xF01FF), breach="rights 0xf01ff"),
}
"""What a client must not say, each made of what one said."""


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_whatever_else_is_said_is_a_breach(scans: dict[str, Heard], plant: Plant) -> None:
    """One changed number in a scan is found."""
    first, *_ = audited(plant.among(scans[PERSONAS[0]].frames)).breaches
    assert plant.breach in first


def test_bytes_for_a_file_are_a_breach(scans: dict[str, Heard]) -> None:
    """A call that was written to a pipe, written to a file instead."""
    frames = scans[PERSONAS[0]].frames
    closed = next(frame.data for frame in frames if frame.ours and begins(CLOSE)(frame.data))
    written = next(frame.data for frame in frames if frame.ours and begins(WRITE)(frame.data))
    changed = written[: BODY + 16] + closed[BODY + 8 : BODY + 24] + written[BODY + 32 :]
    assert audited([*frames, Frame(True, changed)]).breaches == ["bytes written to C$"]  # noqa: FBT003 - it is ours


def test_data_in_a_query_is_a_breach() -> None:
    """A query of a value carries no bytes to the host."""
    stub = bytes(20) + struct.pack("<HHIIII", 2, 2, 1, 1, 0, 1) + bytes(4) + number(1) * 2
    stub += number(1) + number(4) + number(0) + number(4) + b"data" + number(1) + number(4) + number(1) + number(4)
    assert query(stub).breaches == ["data in a query"]
    stub = stub.replace(number(4) + number(0) + number(4) + b"data", number(4) + number(0) * 2)
    assert query(stub).breaches == []


def query(stub: bytes) -> Audit:
    """Read one query of a value."""
    audit = Audit()
    audit.call("winreg", 17, stub)
    return audit
