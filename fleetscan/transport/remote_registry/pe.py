"""The version of a program file, out of the few ranges of its bytes that tell it. Pure.

Law: the whole file is never asked for: at most :data:`MOST_READS` ranges, because every structure is gone to once. Law:
whatever the bytes are, the answer is a version or ``None``; every offset and count is held against the file's size, and
the three levels of the resource tree are three steps, so that no loop in it can be followed.

Layouts: PE Format (Microsoft Learn: MS-DOS stub, COFF file header, optional header, section table, .rsrc section);
VS_VERSIONINFO and VS_FIXEDFILEINFO (Microsoft Learn, verrsrc.h). The version resource is the one that
``GetFileVersionInfo`` takes: type RT_VERSION, name 1, in the neutral language, else English, else the first.
"""

from __future__ import annotations

import struct
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

T = TypeVar("T")

HEAD = 4096
"""Bytes of the file's beginning that are read with its opening: the headers of nearly every program."""

MOST_READS = 15
"""Ranges that a version can take, beside the head."""

_WINDOW = 16_384
_MOST_SECTIONS = 96  # more are not loaded (PE Format, COFF file header)
_MOST_ENTRIES = 4096
_MAGICS = {0x10B: 96, 0x20B: 112}  # 32 and 64 bits -> where the data directories begin in the optional header
_RESOURCES = 2
_RT_VERSION = 16
_VS_VERSION_INFO = 1
_LANGUAGES = (0, 0x409)
_DIRECTORY = 0x8000_0000
_KEY = "VS_VERSION_INFO\0".encode("utf-16-le")
_SIGNATURE = 0xFEEF04BD
_FIXED_SIZE = 52

_LFANEW = struct.Struct("<60xI")
_COFF = struct.Struct("<4s2xH12xH2x")
_SECTION = struct.Struct("<12xIII16x")
_TABLE = struct.Struct("<12xHH")
_ENTRY = struct.Struct("<II")
_DATA = struct.Struct("<II8x")
_VERSION = struct.Struct("<HH2x32s2xI4xHHHH36x")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes that are wanted: where they begin in the file, and how many (at most 64 KiB)."""

    offset: int
    size: int


Reading: TypeAlias = Generator[Span, bytes, T]
"""A computation that yields what it wants to read next and is sent those bytes, fewer when the file ends."""


class _NoneError(Exception):
    """Say that this is no file with a version; never leaves this module."""


@dataclass(slots=True)
class _File:
    """The file: its size in bytes, and the ranges of it that were read."""

    size: int
    windows: list[tuple[int, bytes]] = field(default_factory=list)

    def take(self, offset: int, length: int) -> Reading[bytes]:
        """Have some bytes, from what was read before if it can be."""
        if offset + length > self.size:
            raise _NoneError
        for start, data in self.windows:
            if start <= offset and offset + length <= start + len(data):
                return data[offset - start : offset - start + length]
        data = yield Span(offset, min(max(length, _WINDOW), self.size - offset))
        if len(data) < length:
            raise _NoneError
        self.windows.append((offset, data))
        return data[:length]

    def unpack(self, form: struct.Struct, offset: int) -> Reading[tuple[int, ...]]:
        """Have the numbers of a structure."""
        return form.unpack((yield from self.take(offset, form.size)))

    def number(self, offset: int, length: int) -> Reading[int]:
        """Have one number."""
        return int.from_bytes((yield from self.take(offset, length)), "little")


@dataclass(frozen=True, slots=True)
class _Section:
    """One section: its address in memory, its bytes in the file, and where these begin."""

    address: int
    size: int
    place: int

    def find(self, address: int, length: int) -> int | None:
        """Tell where in the file an address of memory is, when all of its bytes are in this section."""
        inside = address - self.address
        return self.place + inside if 0 <= inside <= self.size - length else None


def file_version(size: int, head: bytes) -> Reading[str | None]:
    """Find the four numbers of the file version in a file of ``size`` bytes that begins with ``head``.

    ``None`` when the file has no version information that can be read.
    """
    file = _File(size, [(0, head)])
    try:
        sections, resources = yield from _headers(file)
        address, length = yield from _resource(file, _located(sections, resources, _TABLE.size))
        if length < _VERSION.size:
            return None
        return (yield from _fixed(file, _located(sections, address, _VERSION.size)))
    except _NoneError:
        return None


def _headers(file: _File) -> Reading[tuple[list[_Section], int]]:
    """Read the section table and the address of the resources."""
    if (yield from file.take(0, 2)) != b"MZ":
        raise _NoneError
    (coff,) = yield from file.unpack(_LFANEW, 0)
    signature, count, optional_size = _COFF.unpack((yield from file.take(coff, _COFF.size)))
    if signature != b"PE\0\0" or count > _MOST_SECTIONS:
        raise _NoneError
    optional = coff + _COFF.size
    resources = yield from _resource_address(file, optional, optional_size)
    table = yield from file.take(optional + optional_size, count * _SECTION.size)
    return [_Section(*each) for each in _SECTION.iter_unpack(table)], resources


def _resource_address(file: _File, optional: int, optional_size: int) -> Reading[int]:
    """Read the third data directory of the optional header."""
    directories = _MAGICS.get((yield from file.number(optional, 2)))
    if directories is None or directories + (_RESOURCES + 1) * _ENTRY.size > optional_size:
        raise _NoneError
    count = yield from file.number(optional + directories - 4, 4)
    address, size = yield from file.unpack(_ENTRY, optional + directories + _RESOURCES * _ENTRY.size)
    if count <= _RESOURCES or not size:
        raise _NoneError
    return address


def _located(sections: list[_Section], address: int, length: int) -> int:
    """Tell where in the file an address of memory is."""
    for section in sections:
        place = section.find(address, length)
        if place is not None:
            return place
    raise _NoneError


def _resource(file: _File, root: int) -> Reading[tuple[int, int]]:
    """Go down the tree, type, name, language, to the address and size of the version resource."""
    place = root
    for wanted in (_RT_VERSION, _VS_VERSION_INFO):
        found = (yield from _entries(file, place)).get(wanted, 0)
        if not found & _DIRECTORY:
            raise _NoneError
        place = root + (found ^ _DIRECTORY)
    languages = yield from _entries(file, place)
    leaf = next((languages[each] for each in (*_LANGUAGES, *languages) if each in languages), _DIRECTORY)
    if leaf & _DIRECTORY:
        raise _NoneError
    address, length = yield from file.unpack(_DATA, root + leaf)
    return address, length


def _entries(file: _File, place: int) -> Reading[dict[int, int]]:
    """Read the numbered entries of a directory of resources; those with names stand before them and are left out."""
    named, numbered = yield from file.unpack(_TABLE, place)
    if numbered > _MOST_ENTRIES:
        raise _NoneError
    entries = yield from file.take(place + _TABLE.size + named * _ENTRY.size, numbered * _ENTRY.size)
    return dict(_ENTRY.iter_unpack(entries))


def _fixed(file: _File, place: int) -> Reading[str | None]:
    """Read VS_FIXEDFILEINFO, the first thing in a version resource; there may be none in it."""
    whole, fixed, key, signature, *numbers = _VERSION.unpack((yield from file.take(place, _VERSION.size)))
    if key != _KEY or signature != _SIGNATURE or fixed < _FIXED_SIZE or whole < _VERSION.size:
        return None
    minor, major, private, build = numbers
    return f"{major}.{minor}.{build}.{private}"
