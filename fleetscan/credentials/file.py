"""A secret from a file: ``secret: {file: NAME}``. The nightly timer's source.

Law: a file that others on this machine could read is not read, unless systemd handed it to this process alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final, NoReturn

from fleetscan.credentials.interface import Secret
from fleetscan.errors import CredentialError

_MAX_BYTES: Final = 65_536
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class FileSource:
    """Read ``$CREDENTIALS_DIRECTORY/NAME`` (systemd's ``LoadCredential=``), else NAME from the credentials file on."""

    kind = "file"

    def __init__(self, folder: Path) -> None:
        """Remember where relative names start."""
        self._folder = folder

    def complain(self, argument: object) -> str:
        """Want a name or a path."""
        is_path = isinstance(argument, str) and argument != "" and "\0" not in argument
        return "" if is_path else "must be the name or the path of a file"

    def read(self, argument: object, *, credential: str) -> Secret:
        """Get the text without its last line break; raise CredentialError with the path and the remedy."""
        name = str(argument)
        handed = os.environ.get("CREDENTIALS_DIRECTORY")
        if handed and Path(name).name == name and (Path(handed) / name).is_file():
            return _read(Path(handed) / name, credential, is_handed=True)
        path = os.path.expanduser(name)  # noqa: PTH111 - leaves `~nobody` as it is, where pathlib raises
        return _read(self._folder / path, credential, is_handed=False)


def _read(path: Path, credential: str, *, is_handed: bool) -> Secret:
    try:
        # without O_NONBLOCK a pipe that nobody writes to would hold up the run
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        _fail(credential, path, f"cannot be read: {error.strerror}", "check the path and its owner")
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            _fail(credential, path, "is not a file", "name a file that holds nothing but the secret")
        if mode & _OTHERS and not is_handed:
            _fail(credential, path, "can be read or changed by others on this machine", f"chmod 600 {path}")
        raw = os.read(descriptor, _MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    return Secret(_text(raw, credential, path))


def _text(raw: bytes, credential: str, path: Path) -> str:
    if len(raw) > _MAX_BYTES:
        _fail(credential, path, f"is larger than {_MAX_BYTES} bytes", "name a file that holds nothing but the secret")
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text:
        _fail(credential, path, "is empty or not UTF-8", "write the secret into it as UTF-8")
    return text


def _fail(credential: str, path: Path, message: str, remedy: str) -> NoReturn:
    # `from None`: a decoding error carries the bytes that it could not decode
    text = f"credential `{credential}`: {path} {message} ({remedy})"
    raise CredentialError(text) from None
