"""Closed streams, full disks, Ctrl-C, missing packages: the exit code is that of the work; nobody sees a traceback."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Called, Caller

FLEETSCAN = f"{shlex.quote(sys.executable)} -m fleetscan"
INVENTORY = "all:\n  hosts:\n    ex01: {fleetscan_site: Zürich…}\n"


def shell(command: str, **environment: str) -> Called:
    """Run a line in a shell, with ``fleetscan`` for the program; the code is that of the first part of a pipe."""
    line = command.replace("fleetscan", FLEETSCAN, 1) + '; exit "${PIPESTATUS[0]}"'
    words = ["bash", "-c", line]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return Called(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("fleetscan rules list >&-", 0),
        ("fleetscan rules list <&- 2>&-", 0),
        ("fleetscan inventory lint -i nowhere.yml 2>&-", 2),
        ("fleetscan nonsense 2>&-", 2),
        ("fleetscan rules docs >/dev/full", 4),
    ],
)
def test_closed_and_full_streams_do_not_change_the_exit_code(command: str, code: int) -> None:
    """Only words that had to be written and could not be are a reason of their own."""
    assert shell(command).code == code


def test_a_full_disk_behind_standard_output_is_said() -> None:
    """In words, with the remedy."""
    assert "the output cannot be written: No space left on device" in shell("fleetscan rules docs >/dev/full").err


@pytest.mark.parametrize("closed", ["", " | true"])
def test_a_stream_that_cannot_write_a_character_writes_its_number(
    call: Caller, inventory: Path, tmp_path: Path, closed: str
) -> None:
    """ASCII is what cron gives. Nor does it matter that nobody reads to the end."""
    code = call("scan", "-i", inventory, "--out", tmp_path).code
    done = shell(f"fleetscan report --out {tmp_path}{closed}", PYTHONIOENCODING="ascii", COLUMNS="40")
    assert (done.code, done.err) == (code, "")
    assert closed or r"\u2026" in done.out


def test_what_is_listed_cannot_act_on_the_terminal(call: Caller, tmp_path: Path) -> None:
    """A host is one line, whatever its site is called."""
    path = tmp_path / "prod.yml"
    path.write_text('all:\n  hosts:\n    ex01: {fleetscan_site: "a\\e[31mb\\nc"}\n', encoding="utf-8")
    done = call("inventory", "list", "-i", path)
    assert len(done.out.splitlines()) == 1
    assert "\x1b" not in done.out


def test_an_empty_limit_is_not_everybody(call: Caller, tmp_path: Path) -> None:
    """``--limit "$HOSTS"`` with nothing in it is a mistake."""
    path = tmp_path / "prod.yml"
    path.write_text(INVENTORY, encoding="utf-8")
    done = call("inventory", "list", "-i", path, "--limit", "")
    assert done.code == 2
    assert "names no host" in done.err


@pytest.mark.parametrize(("term", "sequences"), [("xterm", [b"\x1b["]), ("dumb", [])])
def test_a_dumb_terminal_gets_no_sequences(
    call: Caller, inventory: Path, tmp_path: Path, term: str, sequences: list[bytes]
) -> None:
    """An editor's shell window would show them."""
    call("scan", "-i", inventory, "--out", tmp_path)
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": term}
    words = [sys.executable, "-m", "fleetscan", "report", "--out", str(tmp_path)]
    subprocess.run(words, stdout=theirs, stdin=subprocess.DEVNULL, env=environment, check=False)
    os.close(theirs)
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        assert sorted(set(re.findall(rb"\x1b\[", terminal.read(4096)))) == sequences


INTERRUPTED = """
import signal, sys

module = sys.argv.pop()

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Impatient())
from fleetscan.cli import main
sys.argv.append("plan")
main()
"""

WITHOUT = """
import sys
sys.modules["psrpcore"] = None
from fleetscan.cli import main
main()
"""


def python(program: str, *words: str) -> Called:
    """Run a program with words in a Python of its own."""
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=False)
    return Called(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("while_importing", ["fleetscan.cli.app", "fleetscan.rules.load"])
def test_ctrl_c_while_the_program_starts_is_one_word(while_importing: str) -> None:
    """The first second is spent with importing."""
    assert python(INTERRUPTED, while_importing) == Called(code=4, out="", err="fleetscan: stopped\n")


@pytest.mark.parametrize("verb", [("demo",), ("lab", "serve")])
def test_without_the_extra_the_lab_says_how_to_install_it(verb: tuple[str, ...]) -> None:
    """The product does not need it, so it is not always there."""
    done = python(WITHOUT, *verb)
    assert done.code == 2
    assert "needs the package psrpcore" in done.err
    assert "fleetscan[lab]" in done.err
    assert "Traceback" not in done.err


def test_a_folder_or_a_port_that_cannot_be_had_is_said(call: Caller, tmp_path: Path) -> None:
    """The lab of the neighbour may be on it."""
    (tmp_path / "file").touch()
    done = call("lab", "serve", tmp_path / "file", "--hosts", "1")
    assert done.code == 2
    assert f"cannot be served: {tmp_path / 'file'}: File exists" in done.err
