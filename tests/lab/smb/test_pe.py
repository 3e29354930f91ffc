"""Program files with a version, read by pefile."""

from __future__ import annotations

import pefile
import pytest

from fleetscan.lab.smb.pe import image
from fleetscan.lab.windows import Bits


@pytest.mark.parametrize("version", ["15.2.1544.39", "0.0.0.1", "65535.65535.65535.65535", "5.2.3790.5295"])
@pytest.mark.parametrize(("bits", "magic", "machine"), [(32, 0x10B, 0x14C), (64, 0x20B, 0x8664)])
def test_pefile_finds_the_version(version: str, bits: Bits, magic: int, machine: int) -> None:
    """The version is there as numbers and as text, in a program file of the machine's bits."""
    read = pefile.PE(data=image(version, bits))
    assert (read.OPTIONAL_HEADER.Magic, read.FILE_HEADER.Machine) == (magic, machine)
    [fixed] = read.VS_FIXEDFILEINFO
    numbers = (fixed.FileVersionMS >> 16, fixed.FileVersionMS & 0xFFFF, fixed.FileVersionLS >> 16)
    assert ".".join(map(str, (*numbers, fixed.FileVersionLS & 0xFFFF))) == version
    [[strings, variables]] = read.FileInfo
    assert strings.StringTable[0].entries == {b"FileVersion": version.encode()}
    assert variables.Var[0].entry == {b"Translation": "0x0409 0x04b0"}
    assert [section.Name.rstrip(b"\0") for section in read.sections] == [b".rsrc"]


@pytest.mark.parametrize("version", ["1.2.3", "1.2.3.4.5", "1.2.3.65536", "1.2.3.x", ""])
def test_what_is_no_file_version_is_refused(version: str) -> None:
    """A fixed file version is four numbers of 16 bits."""
    with pytest.raises(ValueError, match=r"four numbers|invalid literal"):
        image(version, 64)
