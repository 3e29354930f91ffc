r"""How Windows compares names, expands ``%VAR%`` and matches wildcards, as far as the lab needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

Bits: TypeAlias = Literal[32, 64]

_VARIABLE = re.compile(r"%([^%]+)%")
_EVERYWHERE = {
    "SystemDrive": "C:",
    "SystemRoot": "C:\\Windows",
    "windir": "C:\\Windows",
    "ProgramFiles": "C:\\Program Files",
    "CommonProgramFiles": "C:\\Program Files\\Common Files",
    "ProgramData": "C:\\ProgramData",
    "TEMP": "C:\\Windows\\Temp",
    "TMP": "C:\\Windows\\Temp",
}
_BY_BITS: Mapping[Bits, Mapping[str, str]] = {
    32: {"PROCESSOR_ARCHITECTURE": "x86"},
    64: {
        "PROCESSOR_ARCHITECTURE": "AMD64",
        "ProgramW6432": "C:\\Program Files",
        "ProgramFiles(x86)": "C:\\Program Files (x86)",
        "CommonProgramW6432": "C:\\Program Files\\Common Files",
        "CommonProgramFiles(x86)": "C:\\Program Files (x86)\\Common Files",
    },
}
"""What a process of the machine's own bits sees (Microsoft, "WOW64 Implementation Details", environment variables)."""


def fold(name: str) -> str:
    """Make two names equal that Windows takes for the same: one upper-case character for each character."""
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := character.upper()) == 1 else character for character in name)


def variables(extra: Mapping[str, str], bits: Bits = 64) -> dict[str, str]:
    """Build the variables of a freshly installed machine, named as Windows does, with ``extra`` laid over them."""
    own = set(map(fold, extra))
    plain = {**_EVERYWHERE, **_BY_BITS[bits]}
    return {name: value for name, value in plain.items() if fold(name) not in own} | dict(extra)


def environment(extra: Mapping[str, str], bits: Bits = 64) -> dict[str, str]:
    """Build the same variables by their folded names."""
    return {fold(name): value for name, value in variables(extra, bits).items()}


def expand(text: str, known: Mapping[str, str]) -> str:
    """Replace each ``%VAR%`` once by folded name; one that is not set stays as it is written, as on Windows."""
    return _VARIABLE.sub(lambda found: known.get(fold(found[1]), found[0]), text)


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
