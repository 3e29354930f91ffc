from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fleetscan.lab.collector import answer
from fleetscan.lab.disk import Disk
from fleetscan.lab.disk import File as LabFile
from fleetscan.lab.machine import Machine
from fleetscan.lab.smb.shares import Shares
from fleetscan.model import Absent, File, FileAspect, Known, Outcome, Question, Reason, Unknown
from fleetscan.transport.remote_registry.files import file_flows
from fleetscan.transport.winrm.answer import decode
from fleetscan.transport.winrm.request import plan
from tests.transport.remote_registry.drive import Drive, fresh, served
from tests.transport.remote_registry.programs import found_programs, oracle, renamed_version, with_version
from tests.transport.remote_registry.scripted import PLACE

NO_VERSION = Unknown(reason=Reason.UNSUPPORTED, detail="The file has no version information.")
MOMENT = "2026-01-19T00:00:00Z"
A_DIRECTORY, A_FILE = "This is a directory, not a file.", "This is a file, not a directory."


def _file(path: str, aspect: FileAspect, pattern: str = "", max_bytes: int = 262_144) -> File:
    return File(path=f"C:\\{path}", aspect=aspect, pattern=pattern, max_bytes=max_bytes)


def _known_text(text: str, *, truncated: bool = False) -> Known:
    return Known(value={"text": text, "truncated": truncated}, type="file")


def _reason(outcome: Outcome) -> Reason | None:
    return outcome.reason if isinstance(outcome, Unknown) else None


@pytest.fixture(scope="module")
def drive() -> Iterator[Drive]:
    """Serve one drive with something of everything."""
    with fresh(["folder/below", "empty", "closed"]) as root, served(root) as drive:
        (root / "folder" / "Text.txt").write_bytes(b"\xff\xfe" + "grün 🙂".encode("utf-16-le"))
        (root / "folder" / "program.exe").write_bytes(with_version((15, 2, 1544, 39)).build())
        (root / "folder" / "lpt$vpn.455").write_bytes(b"1")
        (root / "folder" / "lpt$vpn.457").write_bytes(b"22")
        os.utime(root / "folder" / "lpt$vpn.455", ns=(0, 1_768_780_799_999_999_900))
        os.utime(root / "folder" / "lpt$vpn.457", ns=(0, 1_768_780_800_000_000_000))
        (root / "closed" / "inside").write_bytes(b"x")
        (root / "secret").write_bytes(b"abc")
        (root / "secret").chmod(0)
        (root / "closed").chmod(0)
        yield drive
        (root / "closed").chmod(0o755)


@pytest.mark.parametrize("aspect", FileAspect)
@pytest.mark.parametrize("path", ["gone", "gone\\gone", "folder\\gone", "folder\\Text.txt\\gone", "empty\\a\\b\\c"])
def test_what_is_not_there_is_absent(drive: Drive, path: str, aspect: FileAspect) -> None:
    """A file, a directory above it, a file in the place of a directory: whatever is asked."""
    question = _file(path, aspect)
    assert drive.ask(question) == {question: Absent()}


@pytest.mark.parametrize(
    ("path", "aspect", "words"),
    [
        ("folder", FileAspect.TEXT, A_DIRECTORY),
        ("folder", FileAspect.VERSION, A_DIRECTORY),
        ("", FileAspect.TEXT, A_DIRECTORY),
        ("secret", FileAspect.COUNT, A_FILE),
        ("folder\\text.txt", FileAspect.NEWEST, A_FILE),
    ],
)
def test_a_directory_is_no_file_and_a_file_no_directory(
    drive: Drive, path: str, aspect: FileAspect, words: str
) -> None:
    """Known to be there, and not what was asked for: unsupported, in the collector's words."""
    question = _file(path, aspect)
    outcome = drive.ask(question)[question]
    assert _reason(outcome) is Reason.UNSUPPORTED
    assert isinstance(outcome, Unknown)
    assert outcome.detail.startswith(words)


@pytest.mark.parametrize(
    ("path", "aspect"),
    [
        ("secret", FileAspect.TEXT),
        ("secret", FileAspect.VERSION),
        ("closed", FileAspect.COUNT),
        ("closed", FileAspect.NEWEST),
        ("closed\\inside", FileAspect.STAT),
        ("closed\\gone", FileAspect.TEXT),
    ],
)
def test_what_may_not_be_read_is_denied(drive: Drive, path: str, aspect: FileAspect) -> None:
    """The account is not root, and nobody else may read them."""
    question = _file(path, aspect)
    assert _reason(drive.ask(question)[question]) is Reason.DENIED


def test_a_file_that_may_not_be_read_can_be_looked_at(drive: Drive) -> None:
    """Whoever may list its directory may know its size and time."""
    question = _file("secret", FileAspect.STAT)
    outcome = drive.ask(question)[question]
    assert isinstance(outcome, Known)
    assert isinstance(outcome.value, dict)
    assert outcome.value["size"] == 3


def test_every_aspect_is_read_in_one_conversation_without_regard_to_case(drive: Drive) -> None:
    """Version, size and time, newest, count and text, over several lanes."""
    folder = "FOLDER"
    expected: dict[Question, Outcome] = {
        _file(f"{folder}\\PROGRAM.exe", FileAspect.VERSION): Known(value="15.2.1544.39", type="file"),
        _file(f"{folder}\\text.TXT", FileAspect.VERSION): NO_VERSION,
        _file(f"{folder}\\text.TXT", FileAspect.TEXT): _known_text("grün 🙂"),
        _file(f"{folder}\\LPT$vpn.457", FileAspect.STAT): Known(value={"size": 2, "modified": MOMENT}, type="file"),
        _file(f"{folder}\\lpt$VPN.455", FileAspect.STAT): Known(
            value={"size": 1, "modified": "2026-01-18T23:59:59Z"}, type="file"
        ),
        _file(folder, FileAspect.NEWEST, "LPT$*"): Known(
            value={"name": "lpt$vpn.457", "size": 2, "modified": MOMENT}, type="file"
        ),
        _file(folder, FileAspect.NEWEST, "*.log"): Absent(),
        _file(folder, FileAspect.COUNT): Known(value=4, type="file"),
        _file(folder, FileAspect.COUNT, "lpt$vpn.???"): Known(value=2, type="file"),
        _file("empty", FileAspect.COUNT, "*"): Known(value=0, type="file"),
        _file("empty", FileAspect.NEWEST, "*"): Absent(),
    }
    questions = [each for each in expected if isinstance(each, File)]
    assert drive.ask(*questions, lanes=4) == expected
    assert drive.ask(*questions, lanes=1) == expected


def test_a_drive_that_is_not_shared_is_unknown_and_named(drive: Drive) -> None:
    """A missing share is no missing file."""
    question = File(path="Q:\\x", aspect=FileAspect.STAT)
    outcome = drive.ask(question)[question]
    assert _reason(outcome) is Reason.UNSUPPORTED
    assert "Q$" in str(outcome)


def test_a_directory_of_many_files_is_counted_over_many_replies(drive: Drive) -> None:
    """Three thousand, of which two thousand match and one is the newest."""
    many = drive.root / "many"
    many.mkdir()
    for number in range(3000):
        path = many / f"{'match' if number % 3 else 'other'}-{number:04}-{'n' * 40}.tmp"
        path.touch()
        os.utime(path, (0, 1_000_000_000 + number))
    counted, newest = _file("many", FileAspect.COUNT, "match*"), _file("many", FileAspect.NEWEST)
    outcomes = drive.ask(counted, newest)
    assert outcomes[counted] == Known(value=2000, type="file")
    assert outcomes[newest] == Known(
        value={"name": f"match-2999-{'n' * 40}.tmp", "size": 0, "modified": "2001-09-09T02:36:39Z"}, type="file"
    )


def test_a_long_text_is_read_in_parts_and_cut(drive: Drive) -> None:
    """More than three parts, cut in the middle of a character."""
    (drive.root / "long.txt").write_text("ä" * 150_000, encoding="utf-8")
    whole = _file("long.txt", FileAspect.TEXT, max_bytes=300_000)
    cut = _file("long.txt", FileAspect.TEXT, max_bytes=262_143)
    assert drive.ask(whole, cut) == {
        whole: _known_text("ä" * 150_000),
        cut: _known_text("ä" * 131_071, truncated=True),
    }


def test_the_programs_on_this_machine_have_their_version_over_the_wire(drive: Drive) -> None:
    """The same that pefile finds in the whole file."""
    expected: dict[File, Outcome] = {}
    for number, data in enumerate(found_programs().values()):
        for kind, each in (("real", data), ("renamed", renamed_version(data) or b"")):
            (drive.root / f"{kind}-{number}.exe").write_bytes(each)
            version = oracle(each) if each else None
            question = _file(f"{kind}-{number}.exe", FileAspect.VERSION)
            expected[question] = NO_VERSION if version is None else Known(value=version, type="file")
    assert drive.ask(*expected, lanes=4) == expected
    assert any(isinstance(each, Known) for each in expected.values())


def test_a_file_that_a_program_holds_and_deletes_is_not_kept_from_it(drive: Drive) -> None:
    """Opened by us, it can still be written, renamed and deleted."""
    path = drive.root / "held.txt"
    path.write_bytes(b"old")
    with drive.channel() as channel:
        outcomes: dict[Question, Outcome] = {}
        (flow,) = file_flows([_file("held.txt", FileAspect.TEXT)], {}, PLACE, outcomes, 1)
        channel.run([flow])
        path.write_bytes(b"new")
        path.rename(drive.root / "renamed.txt")
        (drive.root / "renamed.txt").unlink()
    assert list(outcomes.values()) == [_known_text("old")]


_NOW = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
_LAB = {
    "C:\\Exchange\\Bin\\ExSetup.exe": LabFile(name="ExSetup.exe", size=90_000, version="15.2.1544.39"),
    "C:\\Exchange\\agents.config": LabFile(name="agents.config", text="<a>ü🙂</a>\r\n" * 30, size=450),
    "C:\\Exchange\\empty.txt": LabFile(name="empty.txt"),
    "C:\\Smex\\lpt$vpn.455": LabFile(name="lpt$vpn.455", size=1, age=timedelta(days=3, microseconds=1)),
    "C:\\Smex\\lpt$vpn.457": LabFile(name="lpt$vpn.457", size=2, age=timedelta(days=1, milliseconds=1)),
    "C:\\Smex\\lpt$vpn.456": LabFile(name="lpt$vpn.456", size=3, age=timedelta(days=1, milliseconds=1)),
    "C:\\Smex\\deep\\lpt$vpn.999": LabFile(name="lpt$vpn.999", size=4),
}
_NO_TEXT = {place for place, file in _LAB.items() if file.size and not file.text}
"""Files of which the lab tells size and version, but not what is in them."""

_PLACES = (
    *_LAB,
    *("C:\\Exchange", "c:\\exchange\\", "C:\\EXCHANGE\\bin", "C:\\Smex\\", "C:\\Smex\\deep", "C:\\Nothing", "C:\\"),
    *("C:\\Exchange\\\\agents.config", "C:\\Exchange/./agents.config", "C:\\Smex\\no", "C:\\Smex\\lpt$vpn.457\\no"),
    *("", "Smex", "\\\\host\\share\\x", "\\\\?\\C:\\Smex"),
)


def test_outcomes_are_those_of_the_collector_for_the_same_machine() -> None:
    """Five aspects of twenty places, with patterns and limits; reasons and values alike, words apart."""
    machine = Machine(computer="EX01", fqdn="ex01.example", now=_NOW, disk=Disk(_LAB.items()))
    questions = [
        File(path=place, aspect=aspect, pattern=pattern, max_bytes=limit)
        for place in _PLACES
        for aspect, pattern, limit in (
            (FileAspect.VERSION, "", 1),
            (FileAspect.STAT, "", 1),
            *((FileAspect.TEXT, "", limit) for limit in (1, 4, 7, 8, 262_144)),
            *((FileAspect.COUNT, pattern, 1) for pattern in ("", "*", "lpt$vpn.*", "LPT*.45?", "*.txt")),
            *((FileAspect.NEWEST, pattern, 1) for pattern in ("", "lpt$vpn.*", "*5", "no*")),
        )
        if aspect is not FileAspect.TEXT or place not in _NO_TEXT
    ]
    asked = plan(questions)
    expected = decode(json.dumps(answer(machine, json.loads(asked.encode(60_000)))), asked)
    with fresh() as directory, served(Shares(directory).folder(machine) / "C") as drive:
        outcomes = drive.ask(*questions, lanes=4)
    assert {each: _comparable(outcomes[each]) for each in questions} == {
        each: _comparable(expected[each]) for each in questions
    }


def _comparable(outcome: Outcome) -> Outcome | Reason:
    return outcome.reason if isinstance(outcome, Unknown) else outcome
