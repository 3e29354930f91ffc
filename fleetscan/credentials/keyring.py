"""A secret from the desktop's keyring: ``secret: {keyring: SERVICE}``, stored under the credential's name.

The package ``keyring`` is optional; a server without a desktop has no keyring to offer.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError


class KeyringSource:
    """Look up (service, credential name), as ``keyring set SERVICE NAME`` stores it."""

    kind = "keyring"

    def __init__(self, folder: Path) -> None:
        """Take the folder that every source is given; it does not matter here."""
        del folder

    def complain(self, argument: object) -> str:
        """Want a service."""
        return "" if isinstance(argument, str) and argument else "must be the service that the secret is stored under"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the secret; raise CredentialError without the package, without a keyring, or without the entry."""
        start = f"credential `{credential}`: "
        try:
            keyring: Any = import_module("keyring")
        except ImportError:
            message = f"{start}the package `keyring` is not installed (pip install keyring, or use file or command)"
            raise CredentialError(message) from None
        try:
            text = keyring.get_password(str(argument), credential)
        except keyring.errors.KeyringError as error:
            message = f"{start}the keyring cannot be used: {type(error).__name__} (use file or command on a server)"
            raise CredentialError(message) from None
        if not isinstance(text, str) or not text:
            message = f"{start}the keyring holds nothing for it (keyring set {argument} {credential})"
            raise CredentialError(message)
        return Secret(text)
