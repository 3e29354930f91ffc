"""Secrets from programs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fleetscan.credentials.command import CommandSource
from fleetscan.errors import CredentialError


def python(code: str) -> list[str]:
    """Make a command that runs a line of Python."""
    return [sys.executable, "-c", code]


def refused(command: list[str], folder: Path = Path("/"), timeout: float = 30.0) -> str:
    """Give the words of a refusal, which keeps nothing of what was printed."""
    with pytest.raises(CredentialError) as caught:
        CommandSource(folder, timeout).read(command, credential="c")
    assert caught.value.__cause__ is None
    assert "hunter2" not in str(caught.value)
    return str(caught.value).replace(sys.executable, "python")


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n"])
def test_the_only_line_is_the_secret(tmp_path: Path, end: str) -> None:
    """With or without a line break at its end."""
    command = python(f"print('hunter2 $HOME', end='{end}')")
    assert CommandSource(tmp_path).read(command, credential="c").reveal() == "hunter2 $HOME"


def test_it_runs_beside_the_credentials_file_and_asks_nobody(tmp_path: Path) -> None:
    """The working folder is that of the file; standard input is empty."""
    command = python("import os, sys; print(os.getcwd() + sys.stdin.read())")
    assert CommandSource(tmp_path).read(command, credential="c").reveal() == str(tmp_path)


def test_no_shell_reads_the_words(tmp_path: Path) -> None:
    """A semicolon is a semicolon."""
    assert CommandSource(tmp_path).read(["echo", "a; echo b"], credential="c").reveal() == "a; echo b"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit('hunter2')", "failed with exit code 1 (run it by hand to see why)"),
        ("print('hunter2'); print('hunter2')", "must print exactly one line, as UTF-8"),
        ("print('hunter2'); raise SystemExit(3)", "failed with exit code 3"),
        ("pass", "must print exactly one line, as UTF-8"),
        ("print()", "must print exactly one line, as UTF-8"),
        ("import sys; sys.stdout.buffer.write(b'hunter2\\xff')", "must print exactly one line, as UTF-8"),
    ],
)
def test_a_program_that_does_not_answer_is_refused(code: str, words: str) -> None:
    """Failure, nothing, several lines, bytes: refused without a word of what was printed."""
    assert refused(python(code)).startswith(f"credential `c`: the program python {words}")


def test_a_program_that_hangs_is_stopped() -> None:
    """After the time limit the program is killed and the run goes on."""
    command = python("import time; print('hunter2', flush=True); time.sleep(60)")
    assert "did not end within 0.2 seconds" in refused(command, timeout=0.2)


def test_a_program_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The name of the program and the system's words are enough."""
    assert refused(["/nowhere/vault", "hunter2"]) == (
        "credential `c`: the program /nowhere/vault cannot be started: No such file or directory"
        " (check the path and its permissions)"
    )
    assert "cannot be started" in refused(["true"], folder=tmp_path / "none")


def test_the_argument_is_a_list_of_words() -> None:
    """Other things are told at once, before any program is started."""
    source = CommandSource(Path())
    assert source.complain(["pass", "show", ""]) == ""
    for wrong in ("pass show x", [], [""], ["pass", 5], ["a\0b"], None, {"a": 1}):
        assert "must be a list of texts" in source.complain(wrong)
