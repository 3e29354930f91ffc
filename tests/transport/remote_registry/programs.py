"""Program files made for tests, with all that a resource section may hold, and the ones that Python brings along.

Layouts: PE Format, VS_VERSIONINFO, VS_FIXEDFILEINFO (Microsoft Learn).
"""

from __future__ import annotations

import struct
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pefile

Tree = Mapping[Any, "Tree | bytes"]
"""Number or name -> what is below it: a tree, or the bytes of a resource."""

_SUBDIRECTORY = 0x8000_0000
_NAMED = 0x8000_0000


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a file is made of. ``before`` are the sizes of sections that come before the resources."""

    resources: Tree
    wide: bool = True
    stub: int = 64
    before: tuple[int, ...] = ()
    directories: int = 16
    magic: int | None = None

    def build(self) -> bytes:
        """Write the file."""
        place = 0x400
        sections = b""
        body = b""
        address = 0x1000
        for size in self.before:
            sections += _section(b".text", address, size, place)
            raw = size + -size % 0x200
            body += bytes(raw)
            place, address = place + raw, address + 0x1000 * (1 + size // 0x1000)
        tree = _Tree(address).build(self.resources)
        sections += _section(b".rsrc", address, len(tree), place)
        optional = self._optional(address, len(tree))
        coff = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x8664, len(self.before) + 1, 0, 0, 0, len(optional), 2)
        head = b"MZ".ljust(60, b"\0") + struct.pack("<I", self.stub)
        head = head.ljust(self.stub, b"\0") + coff + optional + sections
        return head.ljust(0x400, b"\0") + body + tree

    def _optional(self, address: int, size: int) -> bytes:
        magic = self.magic if self.magic is not None else (0x20B if self.wide else 0x10B)
        head = struct.pack("<H", magic).ljust(108 if self.wide else 92, b"\0") + struct.pack("<I", self.directories)
        return head + bytes(16) + struct.pack("<II", address, size) + bytes(8 * 13)


def _section(name: bytes, address: int, size: int, place: int) -> bytes:
    return struct.pack("<8sIIIIIIHHI", name, size, address, size, place, 0, 0, 0, 0, 0x4000_0040)


class _Tree:
    """Lays out directories first, level by level, then names, data entries and data, as linkers do."""

    def __init__(self, address: int) -> None:
        self._address = address

    def build(self, tree: Tree) -> bytes:
        tables, leaves = _ordered(tree)
        where: dict[int, int] = {}
        end = 0
        for table in tables:
            where[id(table)] = end
            end += 16 + 8 * len(table)
        texts = b""
        names: dict[str, int] = {}
        for name in sorted({key for table in tables for key in table if isinstance(key, str)}):
            names[name] = end + len(texts)
            texts += struct.pack("<H", len(name)) + name.encode("utf-16-le")
        texts += bytes(-(end + len(texts)) % 4)
        entries_at = end + len(texts)
        data_at = entries_at + 16 * len(leaves)
        entries, data = b"", b""
        for number, leaf in enumerate(leaves):
            where[id(leaf)] = entries_at + 16 * number
            entries += struct.pack("<IIII", self._address + data_at + len(data), len(leaf.data), 0, 0)
            data += leaf.data + bytes(-len(leaf.data) % 8)
        head = b"".join(_table(table, where, names) for table in tables)
        return head + texts + entries + data


@dataclass(frozen=True, slots=True, eq=False)
class _Leaf:
    data: bytes


_Table = dict[int | str, "_Table | _Leaf"]


def _ordered(tree: Tree) -> tuple[list[_Table], list[_Leaf]]:
    """List all tables, those of one level after another, and all leaves."""
    root: _Table = {}
    tables, leaves = [root], list[_Leaf]()
    waiting: list[tuple[Tree, _Table]] = [(tree, root)]
    while waiting:
        source, table = waiting.pop(0)
        for key, value in source.items():
            if isinstance(value, bytes):
                leaf = _Leaf(value)
                leaves.append(leaf)
                table[key] = leaf
            else:
                below: _Table = {}
                tables.append(below)
                waiting.append((value, below))
                table[key] = below
    return tables, leaves


def _table(table: _Table, where: Mapping[int, int], names: Mapping[str, int]) -> bytes:
    texts = sorted(key for key in table if isinstance(key, str))
    numbers = sorted(key for key in table if isinstance(key, int))
    found = struct.pack("<12xHH", len(texts), len(numbers))
    keys: list[int | str] = [*texts, *numbers]
    for key in keys:
        name = names[key] | _NAMED if isinstance(key, str) else key
        below = table[key]
        flag = 0 if isinstance(below, _Leaf) else _SUBDIRECTORY
        found += struct.pack("<II", name, where[id(below)] | flag)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version resource. What is not given is as it should be."""

    numbers: tuple[int, int, int, int]
    key: str = "VS_VERSION_INFO"
    signature: int = 0xFEEF04BD
    fixed: int = 52
    length: int | None = None

    def build(self) -> bytes:
        """Write it."""
        major, minor, build, private = self.numbers
        parts = (major << 16 | minor, build << 16 | private)
        fixed = struct.pack("<13I", self.signature, 0x1_0000, *parts, *parts, 0x3F, 0, 0x4_0004, 1, 0, 0, 0)
        name = (self.key + "\0").encode("utf-16-le")
        body = name + bytes(-(6 + len(name)) % 4) + fixed[: self.fixed]
        length = 6 + len(body) if self.length is None else self.length
        return struct.pack("<HHH", length, self.fixed, 0) + body

    def but(self, **changes: object) -> Version:
        """Make one that differs."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names and types are those of the class


def with_version(numbers: tuple[int, int, int, int], *, wide: bool = True) -> Program:
    """Describe the plainest program of a version."""
    return Program(resources={16: {1: {0x409: Version(numbers=numbers).build()}}}, wide=wide)


def found_programs() -> dict[str, bytes]:
    """Read the programs for Windows that are installed with Python's packages, by name."""
    packages = Path(sysconfig.get_path("purelib"))
    return {str(path.relative_to(packages)): path.read_bytes() for path in sorted(packages.rglob("*.exe"))}


def renamed_version(data: bytes) -> bytes | None:
    """Give a program's version resource the name 1, which Windows looks for; None when it has no version resource."""
    for name in _versions(pefile.PE(data=data, fast_load=True)):
        at = name.struct.get_file_offset()
        return data[:at] + struct.pack("<I", 1) + data[at + 4 :]
    return None


def oracle(data: bytes) -> str | None:
    """Ask pefile for the version of a program: that of the resource that is named 1."""
    program = pefile.PE(data=data, fast_load=True)
    if not any(name.id == 1 for name in _versions(program)):
        return None
    high, low = program.VS_FIXEDFILEINFO[0].FileVersionMS, program.VS_FIXEDFILEINFO[0].FileVersionLS
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def _versions(program: pefile.PE) -> list[pefile.ResourceDirEntryData]:
    program.parse_data_directories([2])
    types = program.DIRECTORY_ENTRY_RESOURCE.entries if hasattr(program, "DIRECTORY_ENTRY_RESOURCE") else ()
    return [name for kind in types if kind.id == 16 for name in kind.directory.entries]
