from __future__ import annotations

import contextlib
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import File, FileAspect, Question, Reason, RegistryList, RegistryValue, Service, Unknown
from fleetscan.transport.remote_registry.flow import Reply
from fleetscan.transport.remote_registry.line import Rack
from fleetscan.transport.remote_registry.place import NotExpandedError, Place, place_flow
from tests.transport.remote_registry.pipehost import BROKEN, NOT_FOUND, PipeHost, result
from tests.transport.remote_registry.rpchost import Key, Rpc

ENVIRONMENT = r"HKLM\SYSTEM\CURRENTCONTROLSET\CONTROL\SESSION MANAGER\ENVIRONMENT"
WINDOWS = r"HKLM\SOFTWARE\MICROSOFT\WINDOWS\CURRENTVERSION"
WINDOWS_NT = r"HKLM\SOFTWARE\MICROSOFT\WINDOWS NT\CURRENTVERSION"
PROFILES = WINDOWS_NT + r"\PROFILELIST"

FILE = File(path="%ProgramFiles%\\x", aspect=FileAspect.STAT)
PLAIN = File(path="C:\\x", aspect=FileAspect.STAT)
BASED = File(path="x", aspect=FileAspect.STAT, base=RegistryValue(key="HKLM\\a", value="b"))
NARROW = RegistryValue(key="HKLM\\SOFTWARE\\a", value="b", view=32)


def text(words: str) -> tuple[int, bytes]:
    """Make a REG_SZ."""
    return 1, (words + "\0").encode("utf-16-le")


def open_text(words: str) -> tuple[int, bytes]:
    """Make a REG_EXPAND_SZ."""
    return 2, (words + "\0").encode("utf-16-le")


def windows(
    architecture: str = "AMD64", more: Mapping[str, tuple[int, bytes]] = MappingProxyType({})
) -> dict[str, Key]:
    """Make the keys of a 64-bit Windows, with more variables."""
    programs = {
        "ProgramFilesDir": text("D:\\Program Files"),
        "ProgramFilesDir (x86)": text("D:\\Program Files (x86)"),
        "CommonFilesDir": text("D:\\Program Files\\Common Files"),
        "CommonFilesDir (x86)": text("D:\\Program Files (x86)\\Common Files"),
    }
    profiles = {"ProgramData": open_text("%SystemDrive%\\ProgramData"), "Public": open_text("%SystemDrive%\\Public")}
    own: dict[str, tuple[int, bytes]] = {
        "PROCESSOR_ARCHITECTURE": text(architecture),
        "TEMP": open_text("%SystemRoot%\\TEMP"),
        **more,
    }
    return {
        ENVIRONMENT: Key(values=own),
        WINDOWS: Key(values=programs),
        WINDOWS_NT: Key(values={"SystemRoot": text("D:\\Windows")}),
        PROFILES: Key(values=profiles),
    }


def place(keys: dict[str, Key], *questions: Question) -> Place:
    """Read a machine."""
    return result(PipeHost(rpc=Rpc(keys=keys)), place_flow(questions or (FILE,), Rack()))


def refusal(where: Place, path: str) -> Unknown:
    """Expand in vain."""
    with pytest.raises(NotExpandedError) as caught:
        where.expand(path)
    return caught.value.outcome


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\x", "C:\\x"),
        ("%SystemRoot%\\x", "D:\\Windows\\x"),
        ("%systemROOT%\\x", "D:\\Windows\\x"),
        ("%windir%\\x", "D:\\Windows\\x"),
        ("%SystemDrive%\\x", "D:\\x"),
        ("%ProgramFiles%\\x", "D:\\Program Files\\x"),
        ("%ProgramW6432%\\x", "D:\\Program Files\\x"),
        ("%ProgramFiles(x86)%\\x", "D:\\Program Files (x86)\\x"),
        ("%CommonProgramFiles%\\x", "D:\\Program Files\\Common Files\\x"),
        ("%CommonProgramW6432%\\x", "D:\\Program Files\\Common Files\\x"),
        ("%CommonProgramFiles(x86)%\\x", "D:\\Program Files (x86)\\Common Files\\x"),
        ("%ProgramData%\\x", "D:\\ProgramData\\x"),
        ("%ALLUSERSPROFILE%\\x", "D:\\ProgramData\\x"),
        ("%PUBLIC%\\x", "D:\\Public\\x"),
        ("%TEMP%\\x", "D:\\Windows\\TEMP\\x"),
        ("%ExchangeInstallPath%Bin", "E:\\Exchange\\Bin"),
        ("%Deep%", "D:\\Windows\\TEMP\\deep"),
        ("%SystemDrive%%SystemDrive%100%", "D:D:100%"),
    ],
)
def test_paths_are_expanded_with_the_machines_variables(path: str, expected: str) -> None:
    """Those that Windows sets itself, those that the machine has, and those that are made of others."""
    more = {"ExchangeInstallPath": text("E:\\Exchange\\"), "Deep": open_text("%Temp%\\deep")}
    assert place(windows(more=more)).expand(path) == expected


def test_windows_own_variables_are_stronger_than_the_machines() -> None:
    """And a text that is not to be expanded is kept as it is."""
    found = place(windows(more={"ProgramFiles": text("X:\\"), "Kept": text("%SystemRoot%")}))
    assert found.expand("%ProgramFiles%") == "D:\\Program Files"
    assert found.expand("%Kept%") == "%SystemRoot%"


def test_a_variable_that_is_not_the_machines_is_refused() -> None:
    """It may be a user's; it is neither left in the path nor taken for empty."""
    refused = refusal(place(windows(more={"Broken": open_text("%Nowhere%\\x")})), "%USERPROFILE%\\x")
    assert (refused.reason, "%USERPROFILE% is not" in refused.detail) == (Reason.NOT_LOCATED, True)
    refused = refusal(place(windows(more={"Broken": open_text("%Nowhere%\\x")})), "%Broken%")
    assert (refused.reason, "%Nowhere% is not" in refused.detail) == (Reason.NOT_LOCATED, True)
    assert refusal(place(windows(more={"Number": (4, bytes(4))})), "%Number%").reason is Reason.NOT_LOCATED
    assert refusal(Place(), "%SystemRoot%").reason is Reason.NOT_LOCATED


def test_a_variable_that_is_made_of_itself_is_refused() -> None:
    """It has no end."""
    found = place(windows(more={"A": open_text("%B%"), "B": open_text("%A%"), "Path": open_text("%Path%;x")}))
    for name in ("%A%", "%B%", "%Path%"):
        assert "made of itself" in refusal(found, name).detail


def test_what_becomes_too_long_is_refused() -> None:
    """Before it is made: a host cannot fill the memory with a few variables."""
    more = {"Long": text("x" * 30_000), "Longer": open_text("%Long%%Long%")}
    found = place(windows(more=more))
    assert len(found.expand("%Long%")) == 30_000
    assert refusal(found, "%Long%%Long%").reason is Reason.TOO_LARGE
    assert refusal(found, "%Longer%").reason is Reason.TOO_LARGE
    assert refusal(found, "x" * 32_768).reason is Reason.TOO_LARGE
    assert refusal(place(windows(more={"Huge": text("x" * 40_000)})), "%Huge%").reason is Reason.TOO_LARGE


def test_what_could_not_be_read_is_told() -> None:
    """A key that is denied is not a key that is empty."""
    keys = windows()
    keys[WINDOWS] = Key(code=5)
    found = place(keys)
    assert refusal(found, "%ProgramFiles%").reason is Reason.DENIED
    assert refusal(found, "%ProgramW6432%").reason is Reason.DENIED
    assert refusal(found, "%Other%").reason is Reason.NOT_LOCATED
    keys = windows()
    keys[ENVIRONMENT] = keys[WINDOWS_NT] = Key(code=5)
    found = place(keys)
    assert refusal(found, "%Other%").reason is Reason.DENIED
    assert refusal(found, "%SystemDrive%").reason is Reason.DENIED
    assert refusal(found, "%ProgramData%").reason is Reason.DENIED
    assert isinstance(found.bits, Unknown)
    assert found.expand("%ProgramFiles%") == "D:\\Program Files"
    assert place({}).variables == {}


@pytest.mark.parametrize(
    ("architecture", "bits"), [("AMD64", 64), ("amd64", 64), ("ARM64", 64), ("IA64", 64), ("x86", 32), ("ARM", 32)]
)
@pytest.mark.parametrize("question", [NARROW, FILE])
def test_bits_are_those_of_the_processor(architecture: str, bits: int, question: Question) -> None:
    """The Windows' own, whatever else is read; a 32-bit one has no variables for 64 bits."""
    found = place(windows(architecture), question)
    assert found.bits == bits
    assert ("programw6432" in found.variables) is (bits == 64 and question is FILE)


_NUMBER = Key(values={"PROCESSOR_ARCHITECTURE": (4, bytes(4))})


@pytest.mark.parametrize("keys", [{}, windows("MIPS"), {ENVIRONMENT: _NUMBER}])
@pytest.mark.parametrize("question", [NARROW, FILE])
def test_bits_that_are_not_told_are_unknown(keys: dict[str, Key], question: Question) -> None:
    """They are not guessed."""
    found = place(keys, question)
    assert isinstance(found.bits, Unknown)
    assert found.bits.reason is Reason.NOT_LOCATED


def test_bits_that_are_denied_are_unknown() -> None:
    """For the reason that was given."""
    found = place({ENVIRONMENT: Key(code=5)}, NARROW)
    assert isinstance(found.bits, Unknown)
    assert found.bits.reason is Reason.DENIED


def test_nothing_is_read_that_is_not_needed() -> None:
    """A plain path, the 64-bit view and services need nothing; the 32-bit view needs one value."""
    host = PipeHost(rpc=Rpc(keys=windows()))
    wide = RegistryList(key="HKLM\\a", list="values")
    assert result(host, place_flow([PLAIN, wide, Service(name="a")], Rack())) == Place()
    assert host.seen == []
    assert result(host, place_flow([RegistryList(key="HKLM\\a", list="values", view=32)], Rack())).bits == 64
    assert [opnum for _, opnum in host.calls] == [2, 15, 17]
    assert result(host, place_flow([BASED], Rack())).expand("%TEMP%") == "D:\\Windows\\TEMP"


def test_a_registry_that_cannot_be_asked_is_the_places_trouble() -> None:
    """Which is told for bits and every variable; a break of the pipe as well."""
    host = PipeHost(missing={"winreg": NOT_FOUND})
    found = result(host, place_flow([FILE], Rack()))
    assert found.trouble is not None
    assert found.bits == found.trouble
    assert refusal(found, "%SystemRoot%") == found.trouble
    assert found.trouble.reason is Reason.UNREACHABLE
    assert found.expand("C:\\x") == "C:\\x"


@pytest.mark.parametrize("at", [1, 5, 9])
def test_a_pipe_that_breaks_once_changes_nothing(at: int) -> None:
    """It is opened again."""
    host = PipeHost(rpc=Rpc(keys=windows()))
    count = 0

    def change(reply: Reply) -> Reply:
        nonlocal count
        count += 1
        return Reply(BROKEN, b"") if count == at + 2 else reply

    host.change = change
    assert result(host, place_flow([FILE], Rack())).expand("%TEMP%") == "D:\\Windows\\TEMP"


@given(st.text(st.sampled_from("%ab\\")), st.dictionaries(st.text(st.sampled_from("ab"), min_size=1), st.text()))
def test_every_text_is_expanded_or_refused(path: str, variables: dict[str, str]) -> None:
    """A text without a variable stays as it is; nothing else is raised."""
    with contextlib.suppress(NotExpandedError):
        expanded = Place(variables=variables).expand(path)
        assert path.count("%") > 1 or expanded == path
