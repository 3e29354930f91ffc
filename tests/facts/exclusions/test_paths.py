from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.facts.exclusions.paths import host_variables, normalise, variables
from fleetscan.model import Outcome, Reason, Unknown
from tests.facts.words import DENIED, GONE, TIMED_OUT, known

ON_C = variables(r"C:\Program Files", "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\")
PATHS = st.text(alphabet='abCS:\\/%*?~1 "\0[]{}.', max_size=30) | st.sampled_from(
    ["%ProgramFiles%\\", "%programfiles%", "%%SystemDrive%%", "%System%SystemDrive%Drive%", "C:\\a\\*\\ \\", '"\\ "']
)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"C:\Smex\storage", r"c:\smex\storage"),
        ("c:/SMEX/Storage/", r"c:\smex\storage"),
        ("C:\\Smex\\storage\\*", r"c:\smex\storage"),
        ("C:\\Smex\\storage\\*\\", r"c:\smex\storage"),
        ("C:\\Smex\\\\storage", r"c:\smex\storage"),
        (' "C:\\Smex\\storage" ', r"c:\smex\storage"),
        ("\\\\server\\share\\", r"\\server\share"),
        ("C:\\Smex*", r"c:\smex*"),
        (r"C:\*\Smex", r"c:\*\smex"),
        ("C:\\", "c:"),
        (r"%ProgramFiles%\Trend Micro", r"c:\program files\trend micro"),
        (r"%PROGRAMW6432%\x", r"c:\program files\x"),
        (r"%ProgramFiles(x86)%\x", r"c:\program files (x86)\x"),
        (r"%ExchangeInstallPath%Logging", r"c:\program files\microsoft\exchange server\v15\logging"),
        (r"%ExchangeInstallPath%\Logging", r"c:\program files\microsoft\exchange server\v15\logging"),
        (r"%windir%\Temp", r"c:\windows\temp"),
        (r"%SMEX%\temp", r"%smex%\temp"),
        (r"C:\100%\a", r"c:\100%\a"),
        ("C:\\STRASSE", "c:\\strasse"),
        ("C:\\Straße", "c:\\straße"),
        ("", ""),
        ("\\", ""),
    ],
)
def test_a_path_has_one_normal_form(written: str, plain: str) -> None:
    """Slashes, case, wrapping and ends do not matter, variables of the host are resolved, letters stay letters."""
    assert normalise(written, ON_C) == plain


@given(PATHS)
def test_normalising_twice_is_normalising_once(path: str) -> None:
    """The normal form is its own normal form."""
    once = normalise(path, ON_C)
    assert normalise(once, ON_C) == once


@given(PATHS)
def test_case_and_slashes_do_not_matter(path: str) -> None:
    """A path in capitals, in small letters and with other slashes has the same normal form."""
    assert normalise(path.upper(), ON_C) == normalise(path.lower(), ON_C) == normalise(path, ON_C)
    assert normalise(path.replace("\\", "/"), ON_C) == normalise(path, ON_C)


@given(PATHS, st.sampled_from(["\\", "\\*", "/", "/*", "\\*\\", ' "', "\\\\"]))
def test_an_end_does_not_matter(path: str, end: str) -> None:
    """A slash, a star for all that is below, blanks and quotes at the end change nothing."""
    assert normalise(f"{path}{end}", ON_C) == normalise(path, ON_C)


def test_programs_on_another_drive_tell_nothing_of_windows() -> None:
    """What only Windows on C: has cannot be resolved elsewhere; the folder of programs can."""
    found = variables("D:\\Program Files\\")
    assert normalise(r"%SystemRoot%\Temp", found) == r"%systemroot%\temp"
    assert normalise("%ProgramFiles%", found) == r"d:\program files"
    assert normalise("%ExchangeInstallPath%", found) == "%exchangeinstallpath%"


@pytest.mark.parametrize(
    ("programs", "reason"), [(GONE, Reason.NOT_LOCATED), (DENIED, Reason.DENIED), (TIMED_OUT, Reason.TIMED_OUT)]
)
def test_without_the_folder_of_programs_there_are_no_variables(programs: Outcome, reason: Reason) -> None:
    """Nobody can tell then what the default folders are."""
    found = host_variables(programs, GONE)
    assert isinstance(found, Unknown)
    assert found.reason is reason


@pytest.mark.parametrize("exchange", [GONE, DENIED])
def test_the_folder_of_exchange_is_no_condition(exchange: Outcome) -> None:
    """A host without Exchange has its other variables; that of Exchange stays as it is written."""
    assert host_variables(known(r"C:\Program Files"), exchange) == variables(r"C:\Program Files")
    assert host_variables(known(r"C:\Program Files"), known("D:\\Ex")) == variables(r"C:\Program Files", "D:\\Ex\\")
