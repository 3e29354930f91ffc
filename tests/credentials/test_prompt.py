"""Secrets from the person at the terminal: real pseudo-terminals."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from getpass import GetPassWarning
from pathlib import Path

import pytest

from fleetscan.credentials.prompt import PromptSource
from fleetscan.errors import CredentialError

CHILD = """
import fcntl, sys, termios
from pathlib import Path
from fleetscan.credentials.prompt import PromptSource
from fleetscan.errors import CredentialError
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
try:
    print(len(PromptSource(Path()).read(True, credential="exchange-read").reveal()))
except CredentialError as error:
    print(error)
"""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a pseudo-terminal where standard input is."""
    master, slave = pty.openpty()
    with os.fdopen(slave, encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        yield
    os.close(master)


def at_terminal(typed: bytes) -> tuple[str, str]:
    """Run the source in a process that has a terminal; give what it printed and what the terminal showed."""
    master, slave = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=slave, stdout=subprocess.PIPE, stderr=slave, start_new_session=True
        ) as process:
            shown = os.read(master, 100)
            os.write(master, typed)
            printed = process.communicate(timeout=30)[0]
            shown += os.read(master, 100)
    finally:
        os.close(master)
        os.close(slave)
    return printed.decode(), shown.decode()


def test_what_is_typed_is_the_secret_and_is_not_shown() -> None:
    """The question names the credential; the answer is not echoed."""
    printed, shown = at_terminal(b"hunter2\n")
    assert printed == "7\n"
    assert shown.startswith("Secret for exchange-read: ")
    assert "hunter2" not in shown


def test_nothing_typed_is_refused() -> None:
    """An empty answer is no secret."""
    assert at_terminal(b"\n")[0].startswith("credential `exchange-read`: no secret was typed")


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A nightly run does not hang on a question."""
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(CredentialError, match="`c`: there is no terminal to ask at"):
            PromptSource(Path()).read(True, credential="c")  # noqa: FBT003  # as the file says


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("fault", [EOFError(), OSError(), GetPassWarning("it would be shown")])
def test_a_terminal_that_gives_up_is_refused(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    """A hang-up, and a terminal that would show what is typed, end the question."""

    def fail(prompt: str) -> str:
        del prompt
        raise fault

    monkeypatch.setattr("fleetscan.credentials.prompt.getpass", fail)
    with pytest.raises(CredentialError, match="no secret was typed"):
        PromptSource(Path()).read(True, credential="c")  # noqa: FBT003  # as the file says


@pytest.mark.usefixtures("terminal")
def test_the_answer_becomes_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """What getpass gives is kept as a secret."""
    monkeypatch.setattr("fleetscan.credentials.prompt.getpass", lambda prompt: f"to {prompt}")
    assert PromptSource(Path()).read(True, credential="c").reveal() == "to Secret for c: "  # noqa: FBT003


def test_the_argument_is_yes() -> None:
    """Anything but true has no meaning."""
    source = PromptSource(Path())
    assert source.complain(True) == ""  # noqa: FBT003  # as the file says
    for wrong in (False, 1, "yes", None):
        assert source.complain(wrong) == "must be true"
