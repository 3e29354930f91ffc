"""Writes the smallest program file that has a version: one section, one resource, not a byte of code.

Sources: Microsoft, "PE Format" (headers, the resource section) and "VS_VERSIONINFO", "VS_FIXEDFILEINFO",
"StringFileInfo" (the version).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from fleetscan.lab.windows import Bits

_FILE_ALIGNMENT = 0x200
_SECTION_ALIGNMENT = 0x1000
_PE_AT = 0x40
_DIRECTORIES = 16
_RESOURCES = 2  # the place of the resource directory among the data directories
_INITIALISED_DATA_READ = 0x4000_0040
_MACHINES = {32: 0x014C, 64: 0x8664}
_MAGICS = {32: 0x010B, 64: 0x020B}
_EXECUTABLE_IMAGE = 0x0002
_WINDOWS_CONSOLE = 3

_RT_VERSION = 16
_ENGLISH = 0x0409
_SUBDIRECTORY = 0x8000_0000
_FIXED_SIGNATURE = 0xFEEF_04BD
_UNICODE = 0x04B0
_PARTS = 4
_PART_LIMIT = 0xFFFF


def image(version: str, bits: Bits) -> bytes:
    """Make a program file (PE32 or PE32+) whose file version is ``version``: four numbers below 65,536.

    Raises ValueError for any other version: a fixed file version cannot hold it.
    """
    numbers = [int(part) for part in version.split(".")]
    if len(numbers) != _PARTS or max(numbers) > _PART_LIMIT:
        message = f"{version!r}: a file version is four numbers below 65,536"
        raise ValueError(message)
    section = _resources(_version_info(numbers))
    head = _headers(bits, len(section))
    return _padded(head, _FILE_ALIGNMENT) + _padded(section, _FILE_ALIGNMENT)


def _padded(data: bytes, to: int) -> bytes:
    return data + bytes(-len(data) % to)


def _headers(bits: Bits, size: int) -> bytes:
    """Write everything before the section: DOS stub, signature, file header, optional header, section table."""
    optional = _optional_header(bits, size)
    raw = len(_padded(bytes(size), _FILE_ALIGNMENT))
    file_header = struct.pack("<HHIIIHH", _MACHINES[bits], 1, 0, 0, 0, len(optional), _EXECUTABLE_IMAGE)
    section = struct.pack(
        "<8sIIIIIIHHI",
        b".rsrc",
        size,
        _SECTION_ALIGNMENT,
        raw,
        _FILE_ALIGNMENT,
        0,
        0,
        0,
        0,
        _INITIALISED_DATA_READ,
    )
    return b"MZ".ljust(_PE_AT - 4, b"\0") + struct.pack("<I", _PE_AT) + b"PE\0\0" + file_header + optional + section


def _optional_header(bits: Bits, size: int) -> bytes:
    """Write the standard fields, Windows' own, and data directories of which only the resources are there."""
    raw = len(_padded(bytes(size), _FILE_ALIGNMENT))
    wide = bits == 64  # noqa: PLR2004 - bits are what they are called
    standard = struct.pack("<HBBIIIII", _MAGICS[bits], 14, 0, 0, raw, 0, 0, _SECTION_ALIGNMENT)
    base = struct.pack("<Q", 0x1_4000_0000) if wide else struct.pack("<II", _SECTION_ALIGNMENT, 0x40_0000)
    windows = struct.pack(
        "<IIHHHHHHIIIIHH",
        _SECTION_ALIGNMENT,
        _FILE_ALIGNMENT,
        6,
        0,
        0,
        0,
        6,
        0,
        0,
        _SECTION_ALIGNMENT + len(_padded(bytes(size), _SECTION_ALIGNMENT)),
        _FILE_ALIGNMENT,
        0,
        _WINDOWS_CONSOLE,
        0,
    )
    stacks = struct.pack("<QQQQ" if wide else "<IIII", 0x10_0000, 0x1000, 0x10_0000, 0x1000)
    directories = [bytes(8)] * _DIRECTORIES
    directories[_RESOURCES] = struct.pack("<II", _SECTION_ALIGNMENT, size)
    return standard + base + windows + stacks + struct.pack("<II", 0, _DIRECTORIES) + b"".join(directories)


def _resources(data: bytes) -> bytes:
    """Hang one resource into a tree of type, name and language."""
    table, entry = 16, 8
    level = table + entry
    tree = b"".join(
        struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, name, offset)
        for name, offset in (
            (_RT_VERSION, _SUBDIRECTORY | level),
            (1, _SUBDIRECTORY | 2 * level),
            (_ENGLISH, 3 * level),
        )
    )
    start = len(tree) + 16
    return tree + struct.pack("<IIII", _SECTION_ALIGNMENT + start, len(data), 0, 0) + data


def _version_info(numbers: Sequence[int]) -> bytes:
    """Write the version both ways in which Windows keeps it: as numbers, and as text."""
    major, minor, build, private = numbers
    high, low = major << 16 | minor, build << 16 | private
    fixed = struct.pack(
        "<13I", _FIXED_SIGNATURE, 0x1_0000, high, low, high, low, 0x3F, 0, 0x4_0004, 1, 0, 0, 0
    )  # for Windows NT, an application
    text = ".".join(map(str, numbers))
    string = _block("FileVersion", f"{text}\0".encode("utf-16-le"), is_text=True)
    table = _block(f"{_ENGLISH:04X}{_UNICODE:04X}", children=[string], is_text=True)
    translation = _block("Translation", struct.pack("<HH", _ENGLISH, _UNICODE))
    return _block(
        "VS_VERSION_INFO",
        fixed,
        children=[
            _block("StringFileInfo", children=[table], is_text=True),
            _block("VarFileInfo", children=[translation], is_text=True),
        ],
    )


def _block(key: str, value: bytes = b"", *, children: Sequence[bytes] = (), is_text: bool = False) -> bytes:
    """Write one block of a version resource: lengths, key, value, blocks within; everything begins at 32 bits."""
    name = f"{key}\0".encode("utf-16-le")
    head = struct.calcsize("<HHH")
    body = _padded(bytes(head) + name, 4) + value
    for child in children:
        body = _padded(body, 4) + child
    length = len(value) // 2 if is_text else len(value)
    return struct.pack("<HHH", len(body), length, int(is_text)) + body[head:]
