"""Places on a Windows host, as people write them."""

from __future__ import annotations

import pytest

from fleetscan.authored import file_path, registry_key


@pytest.mark.parametrize("key", [r"HKLM\SOFTWARE\Example", r"HKU\.DEFAULT\Software", r"HKCR\.txt"])
def test_a_registry_key_is_taken_as_it_stands(key: str) -> None:
    """A short hive and single backslashes."""
    assert registry_key(key) == key


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (r"HKEY_USERS\A", "must begin with HKLM, HKU, HKCR: write HKU"),
        (r"HKCU\A", "must begin with HKLM, HKU, HKCR and a backslash"),
        ("HKLM", "must be written with single backslashes"),
        (r"HKLM\A\*", "must be written with single backslashes"),
        (r"HKLM\SOFTWARE\wow6432node\A", "must not name Wow6432Node: leave it out and write `view: 32`"),
    ],
)
def test_a_key_that_no_host_has_is_refused(key: str, complaint: str) -> None:
    """The words say what to write instead."""
    with pytest.raises(ValueError, match=complaint):
        registry_key(key)


@pytest.mark.parametrize(("path", "based"), [("C:\\a.ini", False), ("%ProgramFiles%\\a", False), ("Bin\\a", True)])
def test_a_path_stays_on_the_host(path: str, based: bool) -> None:  # noqa: FBT001 - a table of cases
    """From a drive or a variable, or below a base."""
    assert file_path(path, based=based) == path


@pytest.mark.parametrize(
    ("path", "based", "complaint"),
    [
        ("\\\\server\\share", False, "must name a local path"),
        ("C:\\..\\a", False, "must not go up"),
        ("a", False, "must have a path that begins with a drive"),
        ("C:\\a", True, "must name what comes below its base"),
    ],
)
def test_a_path_elsewhere_is_refused(path: str, based: bool, complaint: str) -> None:  # noqa: FBT001 - a table of cases
    """Shares, ways up, and paths that begin in the wrong place."""
    with pytest.raises(ValueError, match=complaint):
        file_path(path, based=based)
