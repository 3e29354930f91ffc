"""The entries of one directory: taken apart, matched against a pattern, counted, and the newest remembered. Pure.

Law: nothing is kept but the count and the newest file, however many entries the host sends, and it may not send them
for ever. Law: an entry is read only where the reply holds all of it.

Layout: FileDirectoryInformation, MS-FSCC 2.4.10. Which files count, how a pattern matches and which file is the newest
is what the collector does over WinRM: all files but directories; ``*`` and ``?`` and nothing else, without case, ``.``
as itself; of two files of one moment the first in NTFS's order.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from fleetscan.model import Reason, Unknown
from fleetscan.transport.remote_registry.fileinfo import Off, malformed

MOST_BYTES = 3 * 1024 * 1024
"""Bytes of entries that are looked at in one directory: some 32,000 files with names of common length. Two such
directories fit into what one host may send in a conversation."""

MOST_REPLIES = 1024
"""Replies in which they may come; full ones are 48."""

_ENTRY = struct.Struct("<II8x8xQ8xQ8xII")
_DIRECTORY = 0x10


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name in UTF-16, size in bytes, last write in 100 ns since 1601."""

    name: bytes
    size: int
    modified: int
    directory: bool

    def __lt__(self, other: Entry) -> bool:
        """Stand before another entry in NTFS's order of names."""
        return self.text.upper() < other.text.upper()

    @property
    def text(self) -> str:
        """The name; a lone half of a pair stays one."""
        return self.name.decode("utf-16-le", "surrogatepass")


def entries(data: bytes) -> Iterator[Entry]:
    """Take a buffer of FileDirectoryInformation apart. Raises Off (malformed)."""
    start, following = 0, -1
    while following:
        if len(data) - start < _ENTRY.size:
            message = f"an entry of a directory at {start} of {len(data)} bytes"
            raise malformed(message)
        following, _, modified, size, attributes, length = _ENTRY.unpack_from(data, start)
        end = start + _ENTRY.size + length
        if length % 2 or not length or end > min(start + (following or len(data)), len(data)):
            message = f"a name of {length} bytes in an entry of a directory"
            raise malformed(message)
        yield Entry(data[end - length : end], size, modified, bool(attributes & _DIRECTORY))
        start += following


class Tally:
    """What is asked of a directory: how many files match, and which of them is the newest (``None`` while none is)."""

    __slots__ = ("_bytes", "_matches", "_replies", "count", "newest")

    def __init__(self, pattern: str) -> None:
        """Begin with nothing seen."""
        self._matches = _expression(pattern)
        self._bytes = 0
        self._replies = 0
        self.count = 0
        self.newest: Entry | None = None

    def add(self, data: bytes) -> None:
        """Look at the entries of one reply. Raises Off: malformed, too large."""
        self._replies += 1
        self._bytes += len(data)
        if self._bytes > MOST_BYTES or self._replies > MOST_REPLIES:
            words = f"The directory has too many entries; at most {MOST_BYTES} bytes of them are read."
            raise Off(Unknown(reason=Reason.TOO_LARGE, detail=words))
        for entry in entries(data):
            if not entry.directory and self._matches.search(_units(entry.name)):
                self.count += 1
                self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        newest = self.newest
        if newest is None or entry.modified > newest.modified or (entry.modified == newest.modified and entry < newest):
            self.newest = entry


def _units(name: bytes) -> str:
    """Write a name with one character per unit of UTF-16, as .NET sees it."""
    return "".join(map(chr, struct.unpack(f"<{len(name) // 2}H", name)))


def _expression(pattern: str) -> re.Pattern[str]:
    """Translate a pattern so that no name can make the search slow: what stands between stars is found once."""
    units = _units(pattern.encode("utf-16-le", "surrogatepass"))
    first, *others = ("".join("." if unit == "?" else re.escape(unit) for unit in part) for part in units.split("*"))
    if not others:
        return re.compile(f"^{first}$", re.IGNORECASE)
    *middle, last = others
    between = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"^{first}{between}.*{last}$", re.IGNORECASE)
