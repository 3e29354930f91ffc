from __future__ import annotations

import ntpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.model import Absent, File, FileAspect, Known, Outcome, Reason, RegistryValue, Unknown
from fleetscan.transport.remote_registry.fileinfo import Off
from fleetscan.transport.remote_registry.localpath import Location, locate
from fleetscan.transport.remote_registry.place import Place

BASE = RegistryValue(key="HKLM\\A", value="Dir")
PLACE = Place(variables={"programfiles": "C:\\Program Files", "data": "e:\\data"})
DENIED = Unknown(reason=Reason.DENIED, detail="no")


def _located(path: str, base: Outcome | None = None) -> Location:
    question = File(path=path, aspect=FileAspect.STAT, base=BASE if base is not None else None)
    return locate(question, {} if base is None else {BASE: base}, PLACE)


def _outcome(path: str, base: Outcome | None = None) -> Outcome:
    with pytest.raises(Off) as caught:
        _located(path, base)
    return caught.value.outcome


def _text(value: str) -> Known:
    return Known(value=value, type="REG_SZ")


@pytest.mark.parametrize(
    ("path", "share", "below"),
    [
        ("C:\\a\\b.txt", "C$", "a\\b.txt"),
        ("d:\\", "D$", ""),
        ("C:\\a\\\\b\\", "C$", "a\\b"),
        ("C:\\a/b", "C$", "a\\b"),
        ("C:\\.\\a\\.\\b", "C$", "a\\b"),
        ("C:\\a.\\b. .", "C$", "a\\b"),
        ("C:\\a..\\.b", "C$", "a..\\.b"),
        ("C:\\ a\\b ", "C$", " a\\b"),
        ("C:\\lpt$vpn.457", "C$", "lpt$vpn.457"),
        ("C:\\console\\com\\lpt", "C$", "console\\com\\lpt"),
        ("%ProgramFiles%\\Trend Micro\\Smex", "C$", "Program Files\\Trend Micro\\Smex"),
        ("%data%", "E$", "data"),
    ],
)
def test_a_path_on_a_local_drive_is_a_share_and_what_is_below_it(path: str, share: str, below: str) -> None:
    """Cleaned of what Windows drops, with variables of the machine in place."""
    assert _located(path) == Location(share=share, path=below)


@pytest.mark.parametrize(
    ("base", "path", "below"),
    [
        ("C:\\Exchange\\", "Bin\\ExSetup.exe", "Exchange\\Bin\\ExSetup.exe"),
        ("C:\\Exchange", "\\Bin", "Exchange\\Bin"),
        ("C:\\Exchange\\\\", "", "Exchange"),
        ("%ProgramFiles%\\x", "%data%", None),
        ("C:\\", "a", "a"),
    ],
)
def test_a_base_comes_before_the_path(base: str, path: str, below: str | None) -> None:
    """One separator between them, however they end and begin."""
    if below is None:
        assert isinstance(_outcome(path, _text(base)), Unknown)
    else:
        assert _located(path, _text(base)) == Location(share="C$", path=below)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "a\\b",
        "..\\a",
        "\\a",
        "C:",
        "C:a",
        "C:/a",
        "\\\\host\\share\\a",
        "\\\\?\\C:\\a",
        "\\\\.\\C:\\a",
        "\\??\\C:\\a",
        "CC:\\a",
        "Ä:\\a",
        "\u212a:\\a",
        "C:\\a\\..\\b",
        "C:\\..",
        "C:\\a\\..",
        "C:\\a:b",
        "C:\\a::$DATA",
        "C:\\*.txt",
        "C:\\a?",
        'C:\\"a"',
        "C:\\a<b",
        "C:\\a|b",
        "C:\\a\nb",
        "C:\\a\0",
        "C:\\...",
        "C:\\NUL",
        "C:\\a\\con.txt",
        "C:\\COM1 .x",
        "C:\\" + "a\\" * 16_100,
    ],
)
def test_anything_else_is_refused_as_the_collector_refuses_it(path: str) -> None:
    """Other machines, devices, streams, wildcards, ways up: unknown, unsupported."""
    outcome = _outcome(path)
    assert isinstance(outcome, Unknown)
    assert outcome.reason is Reason.UNSUPPORTED
    assert outcome.detail.endswith("is not a path on a local disk.")
    assert len(outcome.detail) < 400


@pytest.mark.parametrize("base", [Absent(), DENIED])
def test_what_became_of_the_base_became_of_the_file(base: Outcome) -> None:
    """Absent stays absent, unknown stays unknown for the same reason."""
    assert _outcome("a", base) == base


@pytest.mark.parametrize(
    "value", [Known(value=7, type="REG_DWORD"), Known(value=("C:\\a",), type="REG_MULTI_SZ"), _text("")]
)
def test_a_base_that_holds_no_directory_is_unsupported(value: Known) -> None:
    """A number, a list, nothing."""
    words = "The base of this file holds no directory."
    assert _outcome("a", value) == Unknown(reason=Reason.UNSUPPORTED, detail=words)


def test_a_base_of_bytes_is_no_path() -> None:
    """Bytes are hexadecimal text, as they are over WinRM."""
    outcome = _outcome("a", Known(value="433a5c", type="REG_BINARY"))
    assert outcome == Unknown(reason=Reason.UNSUPPORTED, detail="'433a5c\\a' is not a path on a local disk.")


def test_a_base_that_was_not_read_is_not_asked() -> None:
    """The conversation was cut before."""
    with pytest.raises(Off, match="not_asked"):
        locate(File(path="a", aspect=FileAspect.STAT, base=BASE), {}, PLACE)


def test_a_variable_that_is_not_known_is_the_outcome() -> None:
    """Its registry value was denied, so nobody knows where the file is."""
    place = Place(variables={"programfiles": DENIED})
    with pytest.raises(Off, match="denied"):
        locate(File(path="%ProgramFiles%\\a", aspect=FileAspect.STAT), {}, place)


@given(st.text(max_size=30) | st.text("aC:\\/.% *?\0", max_size=12).map("C:\\".__add__))
def test_no_path_leaves_its_drive(path: str) -> None:
    """Whatever is asked: what would be sent is a plain way down, to the place that Windows means by the path."""
    try:
        found = _located(path)
    except Off:
        return
    names = found.path.split("\\") if found.path else []
    assert all(name not in ("", ".", "..") and not set(name) & set('/:*?"<>|\0') for name in names)
    clean = ntpath.normpath(path)
    assert found.share == f"{clean[0].upper()}$"
    assert [name.rstrip(". ") for name in clean[3:].split("\\") if name] == [name.rstrip(". ") for name in names]
