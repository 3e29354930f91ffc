"""A secret from the person at the terminal: ``secret: {prompt: true}``."""

from __future__ import annotations

import sys
import warnings
from getpass import GetPassWarning, getpass
from pathlib import Path

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError


class PromptSource:
    """Ask once, without echo, and only when somebody is there."""

    kind = "prompt"

    def __init__(self, folder: Path) -> None:
        """Take the folder that every source is given; it does not matter here."""
        del folder

    def complain(self, argument: object) -> str:
        """Want yes."""
        return "" if argument is True else "must be true"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Ask; raise CredentialError when there is no terminal, or one that would show what is typed."""
        del argument
        if not sys.stdin.isatty():
            message = f"credential `{credential}`: there is no terminal to ask at (use env, file or command instead)"
            raise CredentialError(message)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", GetPassWarning)
                text = getpass(f"Secret for {credential}: ")
        except (EOFError, OSError, ValueError, GetPassWarning):
            text = ""
        if not text:
            message = f"credential `{credential}`: no secret was typed (start again, or use env, file or command)"
            raise CredentialError(message)
        return Secret(text)
