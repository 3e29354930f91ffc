"""Check places on a Windows host as people write them: registry keys and paths.

Each check answers the word or raises ValueError; the name of the key stands before its message.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

_HIVES: Final = ("HKLM", "HKU", "HKCR")
_LONG_HIVES: Final = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_USERS": "HKU",
    "HKEY_CLASSES_ROOT": "HKCR",
}
_FORBIDDEN_IN_PATH: Final = re.compile(r'[<>"|?*\x00-\x1f]')
ABSOLUTE: Final = re.compile(r"[A-Za-z]:\\|%[A-Za-z_][A-Za-z0-9_()]*%(\\|\Z)")
"""How a path begins that needs no folder before it."""


def registry_key(key: str) -> str:
    r"""Accept ``HKLM\...`` with single backslashes."""
    hive, _, rest = key.partition("\\")
    if hive.upper() in _LONG_HIVES:
        _refuse(f"must begin with {', '.join(_HIVES)}: write {_LONG_HIVES[hive.upper()]}")
    if hive not in _HIVES:
        _refuse(f"must begin with {', '.join(_HIVES)} and a backslash")
    if "/" in key or "\\\\" in key or key.endswith("\\") or not rest or re.search(r"[\x00-\x1f*?]", key):
        _refuse("must be written with single backslashes, none at its end, and without wildcards")
    if "wow6432node" in key.lower().split("\\"):
        _refuse("must not name Wow6432Node: leave it out and write `view: 32`")
    return key


def file_path(path: str, *, based: bool) -> str:
    r"""Accept ``C:\...`` or ``%VARIABLE%\...``, or with a base what comes below it, ``''`` for the folder itself."""
    if "/" in path or path.startswith("\\\\") or _FORBIDDEN_IN_PATH.search(path):
        _refuse("must name a local path, with backslashes and without wildcards (those stand in `pattern`)")
    if ".." in path.split("\\"):
        _refuse("must not go up with `..`")
    if based and (ABSOLUTE.match(path) or path.startswith("\\")):
        _refuse("must name what comes below its base")
    if not based and not ABSOLUTE.match(path):
        _refuse("must have a path that begins with a drive or %VARIABLE%, or a `base`")
    return path


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)
