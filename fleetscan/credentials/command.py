"""A secret from a program: ``secret: {command: [pass, show, exchange]}``. For every vault that has one.

Law: what the program prints, on either stream, is shown to nobody; nor are its arguments.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final, NoReturn

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError

TIMEOUT: Final = 30.0


class CommandSource:
    """Run a program without a shell, in the folder of the credentials file, for at most ``timeout`` seconds."""

    kind = "command"

    def __init__(self, folder: Path, timeout: float = TIMEOUT) -> None:
        """Remember where to run it and for how long."""
        self._folder = folder
        self._timeout = timeout

    def complain(self, argument: object) -> str:
        """Want a program and its arguments."""
        is_command = (
            isinstance(argument, list) and argument and all(_is_word(word) for word in argument) and argument[0]
        )
        return "" if is_command else "must be a list of texts: the program, then each argument; no shell reads it"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the only line that the program prints; raise CredentialError when it fails, is late or prints more."""
        words = [str(word) for word in argument] if isinstance(argument, list) else []
        start = f"credential `{credential}`: the program {words[0]}"
        try:
            done = subprocess.run(  # noqa: S603  # the operator's own program, from the operator's own file
                words,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except OSError as error:
            _fail(f"{start} cannot be started: {error.strerror} (check the path and its permissions)")
        except subprocess.TimeoutExpired:
            _fail(f"{start} did not end within {self._timeout:g} seconds (run it by hand: does it ask something?)")
        if done.returncode != 0:
            _fail(f"{start} failed with exit code {done.returncode} (run it by hand to see why)")
        return Secret(_only_line(done.stdout, start))


def _is_word(word: object) -> bool:
    return isinstance(word, str) and "\0" not in word


def _only_line(raw: bytes, start: str) -> str:
    try:
        lines = raw.decode().split("\n")
    except UnicodeDecodeError:
        lines = []
    if lines and lines[-1] == "":
        lines.pop()
    if len(lines) != 1 or not lines[0].removesuffix("\r"):
        _fail(f"{start} must print exactly one line, as UTF-8 (let it print the secret and nothing else)")
    return lines[0].removesuffix("\r")


def _fail(message: str) -> NoReturn:
    # `from None`: subprocess's exceptions carry what was printed
    raise CredentialError(message) from None
