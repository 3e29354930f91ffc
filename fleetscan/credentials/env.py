"""Secrets from an environment variable: for CI, and for a shell that was given one."""

from __future__ import annotations

import os

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError


class EnvSource:
    """``secret: {env: NAME}``."""

    kind = "env"

    def complain(self, argument: object) -> str:
        """Want a name."""
        return "" if isinstance(argument, str) and argument and "=" not in argument else "the name of a variable"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the variable; CredentialError when it is not set or empty."""
        text = os.environ.get(str(argument), "")
        if not text:
            message = f"credential `{credential}`: the environment variable {argument} is not set (set it for this run)"
            raise CredentialError(message)
        return Secret(text)
