"""Faults that strike in a logon or in a shell, over real sockets. Those of the wire are in ``test_connection``."""

from __future__ import annotations

import json
import ssl
import time

import pytest
from psrpcore.types import PSInvocationState

from fleetscan.lab import Fault, Lab
from fleetscan.lab.faults import PLAYS
from tests.lab.labs import FAULTY, FAULTY_TLS, REQUEST, SHORT, cleaned, commanded, connected, opened, silent
from tests.lab.wire import Client, Session


def test_every_fault_is_played() -> None:
    """The table has every fault, and each but the first strikes somewhere."""
    assert set(PLAYS) == set(Fault)
    assert [fault for fault, play in PLAYS.items() if not play] == [Fault.NONE]


def test_none(faulty: Lab) -> None:
    """A host without a fault answers."""
    with commanded(faulty, Fault.NONE) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        assert wire.call(session.delete()).status == 200
    assert session.state is PSInvocationState.Completed
    assert faulty.shells("none") == 0


def test_refused(faulty: Lab) -> None:
    """Nobody listens."""
    with pytest.raises(ConnectionRefusedError), connected(faulty, Fault.REFUSED):
        pass


def test_black_hole(faulty: Lab) -> None:
    """The connection is neither accepted nor refused."""
    with pytest.raises(TimeoutError), connected(faulty, Fault.BLACK_HOLE, timeout=SHORT):
        pass
    assert faulty.connections("black-hole") == 0


def test_hang_accept(faulty: Lab) -> None:
    """The connection is accepted; nothing is answered."""
    with connected(faulty, Fault.HANG_ACCEPT) as wire:
        wire.send()
        assert silent(wire)
        assert faulty.connections("hang-accept") == 1


def test_hang_accept_with_tls(faulty: Lab) -> None:
    """The TLS handshake is not answered either."""
    to = FAULTY_TLS[Fault.HANG_ACCEPT]
    wire = Client(address=to.address, port=faulty.tls_port, tls=ssl.create_default_context(), timeout=SHORT)
    with pytest.raises(TimeoutError), wire:
        pass
    wire.sock.close()


def test_hang_challenge(faulty: Lab) -> None:
    """The first answer comes, the server's token does not."""
    with connected(faulty, Fault.HANG_CHALLENGE, timeout=SHORT) as wire:
        assert wire.ask().status == 401
        with pytest.raises(TimeoutError):
            wire.logon()


def test_hang_authenticate(faulty: Lab) -> None:
    """The server's token comes, the last answer does not."""
    with connected(faulty, Fault.HANG_AUTHENTICATE, timeout=SHORT) as wire, pytest.raises(TimeoutError):
        wire.logon()
    assert faulty.logons("hang-authenticate") == (1, 0)


def test_hang_create(faulty: Lab) -> None:
    """The shell is there, the reply is not; the shell can be deleted over another connection."""
    session = Session()
    with connected(faulty, Fault.HANG_CREATE) as wire:
        wire.logon()
        wire.tell(session.create())
        assert silent(wire)
        assert faulty.shells("hang-create") == 1
        wire.tell(session.receive(""))
        assert silent(wire)
        assert cleaned(faulty, FAULTY[Fault.HANG_CREATE], session).status == 200
    assert faulty.shells("hang-create") == 0


def test_hang_open(faulty: Lab) -> None:
    """The first Receive is never answered."""
    session = Session()
    with connected(faulty, Fault.HANG_OPEN) as wire:
        wire.logon()
        wire.call(session.create())
        wire.tell(session.receive("", timeout="0.1"))
        assert silent(wire)


def test_hang_command(faulty: Lab) -> None:
    """The pipeline starts, the reply does not come."""
    with opened(faulty, Fault.HANG_COMMAND) as (wire, session):
        wire.tell(session.command(Request=REQUEST))
        assert silent(wire)


def test_hang_receive(faulty: Lab) -> None:
    """The pipeline never gives its output, nor a fault for the time that is over."""
    with commanded(faulty, Fault.HANG_RECEIVE) as (wire, session):
        wire.tell(session.receive(timeout="0.1"))
        assert silent(wire)


def test_hang_delete(faulty: Lab) -> None:
    """The shell goes, the reply does not come."""
    with commanded(faulty, Fault.HANG_DELETE) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        wire.tell(session.delete())
        assert silent(wire)
    assert (faulty.shells("hang-delete"), faulty.deletes("hang-delete")) == (0, 1)


def test_busy(faulty: Lab) -> None:
    """Every Receive ends in the operation-timeout fault, when its time is over and not before."""
    session = Session()
    with connected(faulty, Fault.BUSY) as wire:
        wire.logon()
        wire.call(session.create())
        for _ in range(2):
            begun = time.monotonic()
            reply = wire.call(session.receive("", timeout="0.2"))
            assert (reply.status, reply.fault) == (500, 2150858793)
            assert time.monotonic() - begun >= 0.2
        wire.call(session.command(Request=REQUEST))
        assert wire.call(session.receive(timeout="0.1")).fault == 2150858793
        assert wire.call(session.delete()).status == 200


def test_wrong_password(faulty: Lab) -> None:
    """The right password is refused by this host, and only by this host."""
    with connected(faulty, Fault.WRONG_PASSWORD) as wire:
        assert wire.logon().status == 401
        assert wire.ask().status == 401
    assert faulty.logons("wrong-password") == (0, 1)
    with connected(faulty, Fault.NONE) as wire:
        assert wire.logon().status == 200


@pytest.mark.parametrize(("fault", "code"), [(Fault.ACCESS_DENIED, 5), (Fault.QUOTA, 2150859173)])
def test_denied_shells(faulty: Lab, fault: Fault, code: int) -> None:
    """The logon works, the shell is refused with Windows' code and does not exist."""
    with connected(faulty, fault) as wire:
        assert wire.logon().status == 200
        reply = wire.call(Session().create())
    assert (reply.status, reply.fault) == (500, code)
    assert faulty.created(fault.value) == 0


def test_invalid_xml(faulty: Lab) -> None:
    """The reply decrypts, and is half an envelope."""
    with commanded(faulty, Fault.INVALID_XML) as (wire, session):
        reply = wire.call(session.receive())
    assert reply.status == 200
    assert reply.body.startswith(b"<s:Envelope")
    assert b"</s:Envelope>" not in reply.body


def test_bad_json(faulty: Lab) -> None:
    """The shell answers, with half a document."""
    with commanded(faulty, Fault.BAD_JSON) as (wire, session):
        session.heard(wire.call(session.receive()).body)
    (text,) = session.output
    assert isinstance(text, str)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_script_error(faulty: Lab) -> None:
    """The pipeline fails with an error record and no output."""
    with commanded(faulty, Fault.SCRIPT_ERROR) as (wire, session):
        session.heard(wire.call(session.receive()).body)
    assert (session.output, session.state) == ([], PSInvocationState.Failed)
    assert "OutOfMemoryException" in session.error
