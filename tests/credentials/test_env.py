"""Secrets from environment variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleetscan.credentials.env import EnvSource
from fleetscan.errors import CredentialError


def test_the_variable_is_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is taken as it is."""
    monkeypatch.setenv("FLEETSCAN_TEST", " hunter2 ")
    assert EnvSource(Path()).read("FLEETSCAN_TEST", credential="c").reveal() == " hunter2 "


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """Not set and empty are the same: there is no secret."""
    monkeypatch.delenv("FLEETSCAN_TEST", raising=False)
    if value is not None:
        monkeypatch.setenv("FLEETSCAN_TEST", value)
    with pytest.raises(CredentialError, match="`c`: the environment variable FLEETSCAN_TEST is not set"):
        EnvSource(Path()).read("FLEETSCAN_TEST", credential="c")


def test_the_argument_is_a_name() -> None:
    """Other things are told at once, before any secret is read."""
    source = EnvSource(Path())
    assert source.complain("NAME") == ""
    for wrong in ("", "A=B", 5, None, ["NAME"]):
        assert source.complain(wrong) == "must be the name of an environment variable"
