"""Every fault, played over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import time
from collections.abc import Iterator

import pytest
from psrpcore.types import PSInvocationState

from fleetscan.lab import Fault, Lab, LabHost
from fleetscan.lab.faults import PLAYS
from tests.lab.fleets import fleet, host
from tests.lab.wire import PASSWORD, USER, Client, Reply, Session

REQUEST = json.dumps({"v": 1, "services": ["Nothing"]})
SHORT = 0.4
HOSTS = {fault: host(fault.value, fault=fault) for fault in Fault}
TLS_HOSTS = {
    fault: host(f"{fault.value}-tls", fault=fault, protocol="https") for fault in (Fault.HANG_ACCEPT, Fault.GARBAGE)
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab with a host for every fault."""
    with Lab(fleet([*HOSTS.values(), *TLS_HOSTS.values()]), user=USER, password=PASSWORD) as running:
        yield running


@contextlib.contextmanager
def connected(lab: Lab, fault: Fault, timeout: float = 5.0) -> Iterator[Client]:
    """Connect to the host of a fault."""
    with Client(address=HOSTS[fault].address, port=lab.port, timeout=timeout) as wire:
        yield wire


@contextlib.contextmanager
def opened(lab: Lab, fault: Fault) -> Iterator[tuple[Client, Session]]:
    """Log on and open a shell on the host of a fault."""
    session = Session()
    with connected(lab, fault) as wire:
        assert wire.logon().status == 200
        assert wire.call(session.create()).status == 200
        while not session.opened:
            session.heard(wire.call(session.receive("")).body)
        yield wire, session


@contextlib.contextmanager
def commanded(lab: Lab, fault: Fault) -> Iterator[tuple[Client, Session]]:
    """Start the collector on the host of a fault."""
    with opened(lab, fault) as (wire, session):
        assert wire.call(session.command(Request=REQUEST)).status == 200
        yield wire, session


def silent(wire: Client) -> bool:
    """Tell whether nothing comes, and the connection stays."""
    wire.sock.settimeout(SHORT)
    with contextlib.suppress(TimeoutError):
        wire.sock.recv(1)
        return False
    return True


def cleaned(lab: Lab, to: LabHost, session: Session) -> Reply:
    """Delete a shell over a fresh connection."""
    with Client(address=to.address, port=lab.port) as wire:
        wire.logon()
        return wire.call(session.delete())


def test_every_fault_is_played() -> None:
    """The table has every fault, and each but the first strikes somewhere."""
    assert set(PLAYS) == set(Fault)
    assert [fault for fault, play in PLAYS.items() if not play] == [Fault.NONE]


def test_none(lab: Lab) -> None:
    """A host without a fault answers."""
    with commanded(lab, Fault.NONE) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        assert wire.call(session.delete()).status == 200
    assert session.state is PSInvocationState.Completed
    assert lab.shells("none") == 0


def test_refused(lab: Lab) -> None:
    """Nobody listens."""
    with pytest.raises(ConnectionRefusedError), connected(lab, Fault.REFUSED):
        pass


def test_black_hole(lab: Lab) -> None:
    """The connection is neither accepted nor refused."""
    with pytest.raises(TimeoutError), connected(lab, Fault.BLACK_HOLE, timeout=SHORT):
        pass
    assert lab.connections("black-hole") == 0


def test_hang_accept(lab: Lab) -> None:
    """The connection is accepted; nothing is answered."""
    with connected(lab, Fault.HANG_ACCEPT) as wire:
        wire.send()
        assert silent(wire)
        assert lab.connections("hang-accept") == 1


def test_hang_accept_with_tls(lab: Lab) -> None:
    """The TLS handshake is not answered either."""
    to = TLS_HOSTS[Fault.HANG_ACCEPT]
    wire = Client(address=to.address, port=lab.tls_port, tls=ssl.create_default_context(), timeout=SHORT)
    with pytest.raises(TimeoutError), wire:
        pass
    wire.sock.close()


def test_hang_challenge(lab: Lab) -> None:
    """The first answer comes, the server's token does not."""
    with connected(lab, Fault.HANG_CHALLENGE, timeout=SHORT) as wire:
        assert wire.ask().status == 401
        with pytest.raises(TimeoutError):
            wire.logon()


def test_hang_authenticate(lab: Lab) -> None:
    """The server's token comes, the last answer does not."""
    with connected(lab, Fault.HANG_AUTHENTICATE, timeout=SHORT) as wire, pytest.raises(TimeoutError):
        wire.logon()
    assert lab.logons("hang-authenticate") == (1, 0)


def test_hang_create(lab: Lab) -> None:
    """The shell is there, the reply is not; the shell can be deleted over another connection."""
    session = Session()
    with connected(lab, Fault.HANG_CREATE) as wire:
        wire.logon()
        wire.tell(session.create())
        assert silent(wire)
        assert lab.shells("hang-create") == 1
        wire.tell(session.receive(""))
        assert silent(wire)
        assert cleaned(lab, HOSTS[Fault.HANG_CREATE], session).status == 200
    assert lab.shells("hang-create") == 0


def test_hang_open(lab: Lab) -> None:
    """The first Receive is never answered."""
    session = Session()
    with connected(lab, Fault.HANG_OPEN) as wire:
        wire.logon()
        wire.call(session.create())
        wire.tell(session.receive("", timeout="0.1"))
        assert silent(wire)


def test_hang_command(lab: Lab) -> None:
    """The pipeline starts, the reply does not come."""
    with opened(lab, Fault.HANG_COMMAND) as (wire, session):
        wire.tell(session.command(Request=REQUEST))
        assert silent(wire)


def test_hang_receive(lab: Lab) -> None:
    """The pipeline never gives its output, nor a fault for the time that is over."""
    with commanded(lab, Fault.HANG_RECEIVE) as (wire, session):
        wire.tell(session.receive(timeout="0.1"))
        assert silent(wire)


def test_hang_delete(lab: Lab) -> None:
    """The shell goes, the reply does not come."""
    with commanded(lab, Fault.HANG_DELETE) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        wire.tell(session.delete())
        assert silent(wire)
    assert (lab.shells("hang-delete"), lab.deletes("hang-delete")) == (0, 1)


def test_busy(lab: Lab) -> None:
    """Every Receive ends in the operation-timeout fault, when its time is over and not before."""
    session = Session()
    with connected(lab, Fault.BUSY) as wire:
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


def test_busy_whatever_happens(lab: Lab) -> None:
    """What goes on in the shell meanwhile does not end the waiting."""
    session = Session()
    with connected(lab, Fault.BUSY) as wire, connected(lab, Fault.BUSY) as other:
        for each in (wire, other):
            each.logon()
        wire.call(session.create())
        wire.call(session.command(Request=REQUEST))
        wire.tell(session.receive(timeout="0.5"))
        assert other.call(session.signal("powershell/signal/crtl_c")).status == 200
        assert wire.hear().fault == 2150858793


def test_drip(lab: Lab) -> None:
    """A byte comes, and the next one only after a second."""
    with connected(lab, Fault.DRIP) as wire:
        wire.send()
        assert wire.sock.recv(100) == b"H"
        assert silent(wire)
        wire.sock.settimeout(5)
        assert wire.sock.recv(100) == b"T"


def test_slow(lab: Lab) -> None:
    """The shell and the script take their time; the answer is right."""
    begun = time.monotonic()
    with commanded(lab, Fault.SLOW) as (wire, session):
        session.heard(wire.call(session.receive()).body)
        wire.call(session.delete())
    assert session.state is PSInvocationState.Completed
    assert time.monotonic() - begun >= 2


def test_slow_with_little_patience(lab: Lab) -> None:
    """While the script runs, a Receive of little patience ends in the timeout fault; a later one gets the output."""
    with commanded(lab, Fault.SLOW) as (wire, session):
        assert wire.call(session.receive(timeout="0.1")).fault == 2150858793
        session.heard(wire.call(session.receive()).body)
    assert len(session.output) == 1


def test_reset_create(lab: Lab) -> None:
    """The connection is reset when the shell is there."""
    session = Session()
    with connected(lab, Fault.RESET_CREATE) as wire:
        wire.logon()
        with pytest.raises(ConnectionResetError):
            wire.call(session.create())
    assert lab.shells("reset-create") == 1
    cleaned(lab, HOSTS[Fault.RESET_CREATE], session)
    assert lab.shells("reset-create") == 0


def test_reset_receive(lab: Lab) -> None:
    """Half of the reply comes, then an RST."""
    with commanded(lab, Fault.RESET_RECEIVE) as (wire, session):
        wire.tell(session.receive())
        assert wire.sock.recv(8).startswith(b"HTTP/1.1")
        with pytest.raises(ConnectionResetError):
            wire.hear()


def test_reset_once(lab: Lab) -> None:
    """The first connection is reset, the second one works."""
    with connected(lab, Fault.RESET_ONCE) as wire, pytest.raises(ConnectionResetError):
        wire.ask()
    with connected(lab, Fault.RESET_ONCE) as wire:
        assert wire.logon().status == 200


def test_wrong_password(lab: Lab) -> None:
    """The right password is refused by this host, and only by this host."""
    with connected(lab, Fault.WRONG_PASSWORD) as wire:
        assert wire.logon().status == 401
        assert wire.ask().status == 401
    assert lab.logons("wrong-password") == (0, 1)
    with connected(lab, Fault.NONE) as wire:
        assert wire.logon().status == 200


@pytest.mark.parametrize(("fault", "code"), [(Fault.ACCESS_DENIED, 5), (Fault.QUOTA, 2150859173)])
def test_denied_shells(lab: Lab, fault: Fault, code: int) -> None:
    """The logon works, the shell is refused with Windows' code and does not exist."""
    with connected(lab, fault) as wire:
        assert wire.logon().status == 200
        reply = wire.call(Session().create())
    assert (reply.status, reply.fault) == (500, code)
    assert lab.created(fault.value) == 0


def test_invalid_xml(lab: Lab) -> None:
    """The reply decrypts, and is half an envelope."""
    with commanded(lab, Fault.INVALID_XML) as (wire, session):
        reply = wire.call(session.receive())
    assert reply.status == 200
    assert reply.body.startswith(b"<s:Envelope")
    assert b"</s:Envelope>" not in reply.body


def test_oversized(lab: Lab) -> None:
    """Each Receive is answered at once, fills its envelope, and the string has no end."""
    with commanded(lab, Fault.OVERSIZED) as (wire, session):
        for _ in range(3):
            reply = wire.call(session.receive())
            assert 400_000 < len(reply.body) <= 512_000
            session.heard(reply.body)
        assert session.output == []
        assert wire.call(session.signal("powershell/signal/crtl_c")).status == 200
        assert b"CommandState/Done" in wire.call(session.receive()).body


def test_endless_body(lab: Lab) -> None:
    """An HTTP reply goes on and on, at the pace of its reader."""
    with commanded(lab, Fault.ENDLESS_BODY) as (wire, session):
        wire.tell(session.receive())
        assert b"Transfer-Encoding: chunked" in wire.sock.recv(100)
        size = 0
        while size < 3_000_000:
            size += len(wire.sock.recv(1 << 20))
        time.sleep(0.2)
        assert len(wire.sock.recv(10)) == 10


def test_not_winrm(lab: Lab) -> None:
    """A web server without such a page answers to everything."""
    with connected(lab, Fault.NOT_WINRM) as wire:
        for _ in range(2):
            reply = wire.ask()
            assert (reply.status, reply.headers["content-type"]) == (404, "text/html")


def test_garbage(lab: Lab) -> None:
    """Noise comes, then the end."""
    with connected(lab, Fault.GARBAGE) as wire:
        wire.send()
        noise = b""
        while data := wire.sock.recv(100):
            noise += data
    assert noise
    assert b"HTTP" not in noise


def test_garbage_with_tls(lab: Lab) -> None:
    """It is noise for TLS too."""
    to = TLS_HOSTS[Fault.GARBAGE]
    wire = Client(address=to.address, port=lab.tls_port, tls=ssl.create_default_context())
    with pytest.raises(ssl.SSLError), wire:
        pass
    wire.sock.close()


def test_bad_json(lab: Lab) -> None:
    """The shell answers, with half a document."""
    with commanded(lab, Fault.BAD_JSON) as (wire, session):
        session.heard(wire.call(session.receive()).body)
    (text,) = session.output
    assert isinstance(text, str)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_script_error(lab: Lab) -> None:
    """The pipeline fails with an error record and no output."""
    with commanded(lab, Fault.SCRIPT_ERROR) as (wire, session):
        session.heard(wire.call(session.receive()).body)
    assert (session.output, session.state) == ([], PSInvocationState.Failed)
    assert "OutOfMemoryException" in session.error


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
