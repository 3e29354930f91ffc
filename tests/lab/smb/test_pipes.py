"""The hello of smbd, and pipes that are none."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.smb.closing import Connection
from fleetscan.lab.smb.faults import Moment
from fleetscan.lab.smb.ndr import BadStub
from fleetscan.lab.smb.pipes import Hello, Pipe, hello, welcome
from fleetscan.lab.smb.site import Site
from fleetscan.lab.smb.winreg import WinReg
from tests.lab.smb.machines import machine


def octets(text: str) -> bytes:
    """Make a conformant varying string of bytes, aligned."""
    data = text.encode() + b"\0"
    return struct.pack("<III", len(data), 0, len(data)) + data + bytes(-len(data) % 4)


def said(*, level: int = 7, named: bool = True, magic: bytes = b"NPAM") -> bytes:
    """Make what smbd 4.17 says, without its length: seen on the wire, names and all."""
    names = [struct.pack("<II", 4 if named else 0, 4), struct.pack("<Hxx", 41092)]
    names += [struct.pack("<II", 8 if named else 0, 12), struct.pack("<Hxx", 24455), struct.pack("<I", 16)]
    texts = [octets("vm")] * named + [octets("127.0.0.1")] + [octets("vm")] * named + [octets("127.0.78.2")]
    return magic + struct.pack("<III", level, level, 1) + b"".join(names) + b"".join(texts) + b"who it is"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("level", [7, 8])
def test_a_hello_tells_both_ends(named: bool, level: int) -> None:  # noqa: FBT001 - a parameter of a test
    """Names are there or not."""
    expected = Hello(level=level, client=("127.0.0.1", 41092), server=("127.0.78.2", 24455))
    assert hello(said(level=level, named=named)) == expected


def test_a_welcome_has_36_bytes_and_the_level_of_the_hello() -> None:
    """Length first, big-endian."""
    reply = welcome(7)
    assert len(reply) == 36
    assert struct.unpack_from(">I4s", reply) == (32, b"NPAM")
    assert struct.unpack_from("<IIH", reply, 8) == (7, 7, 2)


@pytest.mark.parametrize("data", [said(level=6), said(magic=b"NPAX"), said()[:-30], b""])
def test_what_is_no_hello_is_refused(data: bytes) -> None:
    """An older level, another magic, half of one."""
    with pytest.raises(BadStub):
        hello(data)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_is_a_hello_or_none(data: bytes) -> None:
    """There is no third way."""
    with contextlib.suppress(BadStub):
        assert hello(data).level >= 7


@pytest.mark.parametrize(
    "first",
    [
        struct.pack(">I", 1 << 30),
        struct.pack(">I", 9) + b"no hello.",
        struct.pack(">I", len(said())) + said(),
        b"",
    ],
    ids=["absurd", "noise", "for nobody", "silence"],
)
def test_a_pipe_for_nobody_is_closed(first: bytes, tmp_path: Path) -> None:
    """An absurd length, noise, an address that no host has; silence lasts until the lab ends."""
    heard = asyncio.run(_heard(tmp_path / "s", first))
    assert heard == b""


async def _heard(path: Path, first: bytes) -> bytes:
    """Say something to a pipe of a lab with one host; give what it says until it ends."""
    sites = {"127.0.0.9": Site(machine=machine("EX01"), play={})}
    everybody: set[Connection] = set()
    loop = asyncio.get_running_loop()
    pipes = await loop.create_unix_server(lambda: Pipe(sites, Moment.WINREG_PIPE, WinReg, everybody), str(path))
    async with pipes:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.05)
        for pipe in tuple(everybody):
            pipe.abort()
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionResetError:
            return b""
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)
