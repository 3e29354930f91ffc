"""Replies that come late, in pieces, half, for ever or not at all, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time

import pytest
from psrpcore.types import PSInvocationState

from fleetscan.lab import Fault, Lab
from fleetscan.lab.auth import Account, Logon
from fleetscan.lab.connection import Connection, Site
from fleetscan.lab.conversation import Conversation
from fleetscan.lab.faults import Drip, Moment
from fleetscan.lab.wsman import Endpoint, Service
from tests.lab.fleets import fleet, host
from tests.lab.labs import FAULTY, FAULTY_TLS, PLAIN, REQUEST, cleaned, client, commanded, connected, silent
from tests.lab.wire import PASSWORD, USER, Client, Session


def test_drip(faulty: Lab) -> None:
    """A byte comes, and the next one only after a second."""
    with connected(faulty, Fault.DRIP) as wire:
        wire.send()
        assert wire.sock.recv(100) == b"H"
        assert silent(wire)
        wire.sock.settimeout(5)
        assert wire.sock.recv(100) == b"T"


def test_slow(faulty: Lab) -> None:
    """The shell and the script take their time; the answer is right."""
    begun = time.monotonic()
    with commanded(faulty, Fault.SLOW) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        wire.call(session.delete())
    assert session.state is PSInvocationState.Completed
    assert time.monotonic() - begun >= 2


def test_slow_with_little_patience(faulty: Lab) -> None:
    """While the script runs, a Receive of little patience ends in the timeout fault; a later one gets the output."""
    with commanded(faulty, Fault.SLOW) as (wire, session):
        assert wire.call(session.receive(timeout="0.1")).fault == 2150858793
        session.heard(wire.call(session.receive()).body)
    assert len(session.output) == 1


def test_reset_create(faulty: Lab) -> None:
    """The connection is reset when the shell is there."""
    session = Session()
    with connected(faulty, Fault.RESET_CREATE) as wire:
        wire.logon()
        with pytest.raises(ConnectionResetError):
            wire.call(session.create())
    assert faulty.shells("reset-create") == 1
    cleaned(faulty, FAULTY[Fault.RESET_CREATE], session)
    assert faulty.shells("reset-create") == 0


def test_reset_receive(faulty: Lab) -> None:
    """Half of the reply comes, then an RST."""
    with commanded(faulty, Fault.RESET_RECEIVE) as (wire, session):
        wire.tell(session.receive())
        assert wire.sock.recv(8).startswith(b"HTTP/1.1")
        with pytest.raises(ConnectionResetError):
            wire.hear()


def test_reset_once(faulty: Lab) -> None:
    """The first connection is reset, the second one works."""
    with connected(faulty, Fault.RESET_ONCE) as wire, pytest.raises(ConnectionResetError):
        wire.ask()
    with connected(faulty, Fault.RESET_ONCE) as wire:
        assert wire.logon().status == 200


def test_oversized(faulty: Lab) -> None:
    """Each Receive is answered at once, fills its envelope, and the string has no end."""
    with commanded(faulty, Fault.OVERSIZED) as (wire, session):
        for _ in range(3):
            reply = wire.call(session.receive())
            assert 400_000 < len(reply.body) <= 512_000
            session.heard(reply.body)
        assert session.output == []
        assert wire.call(session.signal("powershell/signal/crtl_c")).status == 200
        assert b"CommandState/Done" in wire.call(session.receive()).body


def test_endless_body(faulty: Lab) -> None:
    """An HTTP reply goes on and on, at the pace of its reader."""
    with commanded(faulty, Fault.ENDLESS_BODY) as (wire, session):
        wire.tell(session.receive())
        assert b"Transfer-Encoding: chunked" in wire.sock.recv(100)
        size = 0
        while size < 3_000_000:
            size += len(wire.sock.recv(1 << 20))
        time.sleep(0.2)
        assert len(wire.sock.recv(10)) == 10


def test_not_winrm(faulty: Lab) -> None:
    """A web server without such a page answers to everything."""
    with connected(faulty, Fault.NOT_WINRM) as wire:
        for _ in range(2):
            reply = wire.ask()
            assert (reply.status, reply.headers["content-type"]) == (404, "text/html")


def test_garbage(faulty: Lab) -> None:
    """Noise comes, then the end."""
    with connected(faulty, Fault.GARBAGE) as wire:
        wire.send()
        noise = b""
        while data := wire.sock.recv(100):
            noise += data
    assert noise
    assert b"HTTP" not in noise


def test_garbage_with_tls(faulty: Lab) -> None:
    """It is noise for TLS too."""
    to = FAULTY_TLS[Fault.GARBAGE]
    wire = Client(address=to.address, port=faulty.tls_port, tls=ssl.create_default_context())
    with pytest.raises(ssl.SSLError), wire:
        pass
    wire.sock.close()


def test_leaving_the_lab_frees_hung_clients_within_a_second() -> None:
    """Whoever hangs, leaving takes less than a second and every client sees the end."""
    hang, hole = host("hang", fault=Fault.HANG_ACCEPT), host("hole", fault=Fault.BLACK_HOLE)
    with contextlib.ExitStack() as stack:
        lab = stack.enter_context(Lab(fleet([hang, hole, host("ok")]), user=USER, password=PASSWORD))
        wire = Client(address=hang.address, port=lab.port)
        wire.sock = socket.create_connection((hang.address, lab.port), timeout=5)
        wire.send()
        assert silent(wire)
        begun = time.monotonic()
        stack.close()
        assert time.monotonic() - begun < 1
        wire.sock.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert wire.sock.recv(1) == b""
        wire.sock.close()


def test_busy_whatever_happens(faulty: Lab) -> None:
    """What goes on in the shell meanwhile does not end the waiting."""
    session = Session()
    with connected(faulty, Fault.BUSY) as wire, connected(faulty, Fault.BUSY) as other:
        for each in (wire, other):
            each.logon()
        wire.call(session.create())
        wire.call(session.command(Request=REQUEST))
        wire.tell(session.receive(timeout="0.5"))
        assert other.call(session.signal("powershell/signal/crtl_c")).status == 200
        assert wire.hear().fault == 2150858793


def test_bytes_that_are_no_http(lab: Lab) -> None:
    """What is no HTTP ends the connection with 400."""
    with client(lab, PLAIN) as wire:
        wire.sock.sendall(b"\x16\x03\x01\r\n\r\n")
        assert wire.read().status == 400
        assert wire.sock.recv(1) == b""


def test_a_held_receive_of_a_client_that_went() -> None:
    """When a client goes while its Receive is held, nothing is left of it but the shell."""
    to, session = host(), Session()
    with Lab(fleet([to]), user=USER, password=PASSWORD) as lab:
        with client(lab, to) as wire:
            wire.logon()
            wire.call(session.create())
            for _ in range(2):
                wire.call(session.receive(""))
            wire.tell(session.receive(""))
        with client(lab, to) as wire:
            wire.logon()
            assert wire.call(session.delete()).status == 200
        assert lab.shells(to.name) == 0


async def dripped(pause: float, requests: int) -> bytes:
    """Send requests in one go to a host that drips; give all it says."""
    play = {Moment.CONNECT: Drip(pause)}
    loop = asyncio.get_running_loop()
    endpoint = Endpoint(computer="X", configuration="Y", powershell="5.1", ask=lambda request: request, play=play)
    site = Site(service=Service(endpoint, loop.call_later), play=play)
    known = Account(user=USER, password=PASSWORD, environment={})
    logon = Logon(known, certificate=None, peer=None, secure=False)
    talk = Conversation(site.service, logon, site.tally, offers=("Negotiate",), secure=False)
    server = await loop.create_server(lambda: Connection(site, lambda _: talk), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"POST /wsman HTTP/1.1\r\n\r\n" * requests)
    said = b"".join([await reader.readuntil(b"\r\n\r\n") for _ in range(requests)])
    writer.close()
    server.close()
    await writer.wait_closed()
    return said


def test_a_drip_is_a_whole_reply_in_the_end() -> None:
    """Whoever has the patience gets every reply, byte by byte and in order."""
    said = asyncio.run(dripped(0.0, 3))
    assert said.count(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\n") == 3


def test_only_transports_that_can_be_written_to() -> None:
    """A connection needs a transport for both ways."""
    endpoint = Endpoint(computer="X", configuration="Y", powershell="5.1", ask=lambda request: request)
    site = Site(service=Service(endpoint, lambda _seconds, _call: None), play={})
    with pytest.raises(TypeError):
        Connection(site, lambda _: pytest.fail("no conversation")).connection_made(asyncio.BaseTransport())
