"""A secret from an environment variable: ``secret: {env: NAME}``. For CI."""

from __future__ import annotations

import os
from pathlib import Path

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError


class EnvSource:
    """Read environment variables of this process."""

    kind = "env"

    def __init__(self, folder: Path) -> None:
        """Take the folder that every source is given; it does not matter here."""
        del folder

    def complain(self, argument: object) -> str:
        """Want the name of a variable."""
        is_name = isinstance(argument, str) and argument != "" and not {"=", "\0"} & set(argument)
        return "" if is_name else "must be the name of an environment variable"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the value; raise CredentialError when the variable is not set or empty."""
        text = os.environ.get(str(argument), "")
        if not text:
            message = f"credential `{credential}`: the environment variable {argument} is not set (set it for this run)"
            raise CredentialError(message)
        return Secret(text)
