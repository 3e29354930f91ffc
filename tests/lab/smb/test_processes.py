"""Ports that two of Samba's servers would share."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

from fleetscan.lab.smb import Security, SmbHost
from fleetscan.lab.smb.backend import BackEnd
from fleetscan.lab.smb.folder import Folder
from fleetscan.lab.smb.processes import Household, PortTaken
from tests.lab.smb.machines import machine
from tests.samba import PASSWORD, USER


def test_a_port_that_somebody_took_meanwhile_is_given_up() -> None:
    """Who listens there with SO_REUSEPORT does not keep smbd from listening, too; each would get some clients."""
    host = SmbHost(name="ex01", address="127.33.0.1", machine=machine("EX01"))
    with socket.socket() as rival, Folder("fleetscan-smb-") as folder, contextlib.ExitStack() as stack:
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        rival.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        rival.bind((host.address, 0))
        rival.listen()
        loop = asyncio.new_event_loop()
        stack.callback(loop.close)
        household = Household(folder, BackEnd(loop, folder.path / "pipes", [host]), Security())
        household.furnish(USER, PASSWORD, None)
        with pytest.raises(PortTaken):
            household.start(stack, [host], rival.getsockname()[1])
