"""What persona files write for characters that no file should hold, and for what differs from host to host.

``$(U+202E)`` is that character (lone surrogates and NUL too), ``$(1048576*A)`` repeats one; ``$(site)``, ``$(dag)``,
``$(computer)``, ``$(fqdn)`` and ``$(memory)`` (bytes) are filled in for each host. Nothing else is special.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"\$\((?:U\+([0-9A-F]{4,6})|(\d+)\*(.)|(site|dag|computer|fqdn|memory))\)")


def characters(text: str) -> str:
    """Put in the characters and repetitions, and leave the names of what differs from host to host."""
    return _TOKEN.sub(lambda found: _character(found) or found[0], text)


def _character(found: re.Match[str]) -> str:
    code, count, repeated = found[1], found[2], found[3]
    if code:
        return chr(int(code, 16))
    return repeated * int(count) if count else ""


def differs(text: str) -> bool:
    """Tell whether a text names something that differs from host to host."""
    return any(found[4] for found in _TOKEN.finditer(text))


def fill(text: str, names: Mapping[str, str]) -> str:
    """Put in what differs from host to host."""
    return _TOKEN.sub(lambda found: names.get(found[4], found[0]), text)
