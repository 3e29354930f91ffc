r"""How Windows compares names, expands ``%VAR%`` and matches wildcards, as far as the lab needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_VARIABLE = re.compile(r"%([^%]+)%")
_DEFAULT_ENVIRONMENT = {
    "SystemDrive": "C:",
    "SystemRoot": "C:\\Windows",
    "windir": "C:\\Windows",
    "ProgramFiles": "C:\\Program Files",
    "ProgramW6432": "C:\\Program Files",
    "ProgramFiles(x86)": "C:\\Program Files (x86)",
    "ProgramData": "C:\\ProgramData",
    "TEMP": "C:\\Windows\\Temp",
    "TMP": "C:\\Windows\\Temp",
}


def fold(name: str) -> str:
    """Make two names equal that Windows takes for the same: one upper-case character for each character."""
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in name)


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Build the variables of a freshly installed machine, folded, with ``extra`` laid over them."""
    return {fold(name): value for name, value in {**_DEFAULT_ENVIRONMENT, **extra}.items()}


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace each ``%VAR%`` once; a variable that is not set stays as it is written, as on Windows."""
    return _VARIABLE.sub(lambda found: variables.get(fold(found[1]), found[0]), text)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Translate ``*`` and ``?``, and nothing else, to a regular expression over folded names."""
    if pattern in {"", "*.*"}:  # in Windows "*.*" finds names without a dot, too
        pattern = "*"
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(character) or re.escape(character) for character in fold(pattern)), re.DOTALL)


def matches(name: str, pattern: str) -> bool:
    """Tell whether a file or service name matches a wildcard pattern, without case."""
    return _compiled(pattern).fullmatch(fold(name)) is not None
