"""Secrets from a keyring: a stand-in for the optional package, put where Python looks for packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fleetscan.credentials.keyring import KeyringSource
from fleetscan.errors import CredentialError

PACKAGE = """
from keyring import errors

def get_password(service, name):
    if service == "locked":
        raise errors.NoKeyringError("hunter2")
    return {("fleetscan", "exchange-read"): "hunter2"}.get((service, name))
"""
ERRORS = """
class KeyringError(Exception):
    pass

class NoKeyringError(KeyringError):
    pass
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the stand-in for one test."""
    folder = tmp_path / "keyring"
    folder.mkdir()
    (folder / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    (folder / "errors.py").write_text(ERRORS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("keyring", "keyring.errors"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def refused(service: str, credential: str = "exchange-read") -> str:
    """Give the words of a refusal."""
    with pytest.raises(CredentialError) as caught:
        KeyringSource(Path()).read(service, credential=credential)
    assert "hunter2" not in str(caught.value)
    return str(caught.value)


@pytest.mark.usefixtures("package")
def test_the_keyring_is_asked_for_service_and_credential() -> None:
    """The secret is stored under the service and the credential's name."""
    assert KeyringSource(Path()).read("fleetscan", credential="exchange-read").reveal() == "hunter2"


@pytest.mark.usefixtures("package")
def test_a_keyring_that_does_not_have_it_is_refused() -> None:
    """The remedy is the command that stores it; a keyring that cannot be used names its kind of trouble."""
    assert refused("fleetscan", "other").endswith("(keyring set fleetscan other)")
    assert "the keyring cannot be used: NoKeyringError" in refused("locked")


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is optional."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "the package `keyring` is not installed (pip install keyring" in refused("fleetscan")


def test_the_argument_is_a_service() -> None:
    """Other things are told at once."""
    source = KeyringSource(Path())
    assert source.complain("fleetscan") == ""
    for wrong in ("", 5, None, True):
        assert source.complain(wrong) == "must be the service that the secret is stored under"
