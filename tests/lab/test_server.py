"""The lab over real sockets, seen by stock pypsrp, by curl and by the tests' own client."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from fleetscan.lab import Lab, LabHost
from fleetscan.lab.encryption import seal
from tests.lab.fleets import fleet, host
from tests.lab.wire import PASSWORD, SCRIPT, SPNEGO, USER, Client, Session

REQUEST = json.dumps({"v": 1, "services": ["Nothing"]})

PLAIN = host("plain")
SECURE = host("secure", protocol="https")
JEA = host("jea", configuration_name="Fleet.Scan")

@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for the whole module; every test has hosts of its own or counts differences."""
    with Lab(fleet([PLAIN, SECURE, JEA]), user=USER, password=PASSWORD) as running:
        yield running


def client(lab: Lab, to: LabHost) -> Client:
    """Make a client for a host."""
    if to.protocol == "http":
        return Client(address=to.address, port=lab.port)
    context = ssl.create_default_context(cafile=str(lab.ca_cert))
    return Client(address=to.address, port=lab.tls_port, tls=context)


def stock(lab: Lab, to: LabHost, **options: Any) -> WSMan:  # noqa: ANN401 - pypsrp's own keyword arguments
    """Make stock pypsrp's connection to a host."""
    if to.protocol == "https":
        options = {"cert_validation": str(lab.ca_cert), **options}
    port = lab.port if to.protocol == "http" else lab.tls_port
    arguments = {"username": USER, "password": PASSWORD, "auth": "ntlm", "ssl": to.protocol == "https", **options}
    return WSMan(to.address, port=port, no_proxy=True, **arguments)


def scan(connection: WSMan, configuration: str = "Microsoft.PowerShell") -> dict[str, Any]:
    """Scan a host with stock pypsrp; give the answer."""
    with connection, RunspacePool(connection, configuration_name=configuration) as pool:
        shell = PowerShell(pool)
        if configuration == "Microsoft.PowerShell":
            shell.add_script(SCRIPT)
        else:
            shell.add_cmdlet("Get-FleetScanFact")
        shell.add_parameter("Request", REQUEST)
        output = shell.invoke()
        assert not shell.had_errors
        assert len(output) == 1
        answer = json.loads(output[0])
        assert isinstance(answer, dict)
        return answer


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
@pytest.mark.parametrize("to", [PLAIN, SECURE], ids=lambda to: to.name)
def test_stock_pypsrp_scans(lab: Lab, to: LabHost, auth: str) -> None:
    """Stock pypsrp opens a pool, runs the collector, gets one string and leaves no shell."""
    accepted = lab.logons(to.name)[0]
    created, deletes = lab.created(to.name), lab.deletes(to.name)
    answer = scan(stock(lab, to, auth=auth))
    assert answer["services"] == {"Nothing": {"s": "absent"}}
    assert (lab.shells(to.name), lab.created(to.name) - created, lab.deletes(to.name) - deletes) == (0, 1, 1)
    assert lab.logons(to.name)[0] == accepted + 1


def test_stock_pypsrp_with_basic(lab: Lab) -> None:
    """Basic is taken over TLS."""
    assert scan(stock(lab, SECURE, auth="basic"))["v"] == 1


def test_basic_is_not_taken_in_the_clear(lab: Lab) -> None:
    """Basic is not even offered over plain HTTP."""
    with client(lab, PLAIN) as wire:
        reply = wire.ask(Authorization="Basic bm9ib2R5Om5vdGhpbmc=")
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == "Negotiate"


def test_wrong_basic_password(lab: Lab) -> None:
    """Basic with a wrong password, or with no base64 at all, is a rejected logon."""
    rejected = lab.logons(SECURE.name)[1]
    with client(lab, SECURE) as wire:
        assert wire.ask(Authorization="Basic bm9ib2R5Om5vdGhpbmc=").status == 401
        assert wire.ask(Authorization="Basic =").status == 401
    assert lab.logons(SECURE.name)[1] == rejected + 2


def test_stock_pypsrp_with_a_client_certificate(lab: Lab) -> None:
    """The lab's client certificate logs the lab's user on."""
    pair = {"certificate_pem": str(lab.client_certificate), "certificate_key_pem": str(lab.client_key)}
    assert scan(stock(lab, SECURE, auth="certificate", username=None, password=None, **pair))["v"] == 1


def test_a_certificate_logon_needs_a_certificate(lab: Lab) -> None:
    """Claiming a certificate without showing one is a rejected logon."""
    with client(lab, SECURE) as wire:
        mutual = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
        assert wire.ask(Authorization=mutual).status == 401


def test_a_constrained_endpoint(lab: Lab) -> None:
    """A JEA endpoint answers its one command."""
    assert scan(stock(lab, JEA), "Fleet.Scan")["host"] == "EX01"


def test_wrong_password(lab: Lab) -> None:
    """A wrong password ends in 401 and is counted."""
    accepted, rejected = lab.logons(PLAIN.name)
    with client(lab, PLAIN) as wire:
        reply = wire.logon(password="battery staple")
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Negotiate"
    assert lab.logons(PLAIN.name) == (accepted, rejected + 1)


@pytest.mark.parametrize(("user", "password"), [("svc-fleetscan", PASSWORD), ("LAB\\other", PASSWORD), (USER, "")])
def test_only_the_one_account(lab: Lab, user: str, password: str) -> None:
    """Another name, another domain and an empty password are refused."""
    with client(lab, PLAIN) as wire:
        assert wire.logon(user, password).status == 401


@pytest.mark.parametrize("token", ["=", "", "AAAA", "TlRMTVNTUAABAAAA"])
def test_garbled_tokens(lab: Lab, token: str) -> None:
    """A token that is none is a rejected logon, and the connection can go on."""
    with client(lab, PLAIN) as wire:
        assert wire.ask(Authorization=f"Negotiate {token}").status == 401
        assert wire.logon().status == 200


def test_the_process_environment_is_left_alone(lab: Lab) -> None:
    """The acceptor's variables are only there while a token is judged."""
    with client(lab, PLAIN) as wire:
        wire.logon()
    assert "NTLM_USER_FILE" not in os.environ


def test_a_variable_that_was_there_comes_back(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's NTLM_USER_FILE outlives a logon."""
    monkeypatch.setenv("NTLM_USER_FILE", "/elsewhere")
    with client(lab, PLAIN) as wire:
        assert wire.logon().status == 200
    assert os.environ["NTLM_USER_FILE"] == "/elsewhere"


def test_no_message_in_the_clear(lab: Lab) -> None:
    """After a logon over HTTP, an unencrypted message is refused and takes no effect."""
    created = lab.created(PLAIN.name)
    with client(lab, PLAIN) as wire:
        wire.logon()
        reply = wire.ask(Session().create().encode(), Content_Type="application/soap+xml;charset=UTF-8")
    assert (reply.status, reply.body) == (500, b"")
    assert lab.created(PLAIN.name) == created


def test_an_encrypted_message_needs_a_context(lab: Lab) -> None:
    """Over TLS with Basic there is nothing to decrypt with; a message that claims it is a bad request."""
    with client(lab, PLAIN) as wire, client(lab, SECURE) as other:
        wire.logon()
        assert wire.context is not None
        content_type, body = seal(wire.context, b"<x/>", SPNEGO)
        token = "TEFCXHN2Yy1mbGVldHNjYW46Y29ycmVjdCBob3JzZQ=="
        assert other.ask(body, Authorization=f"Basic {token}", Content_Type=content_type).status == 400


def test_encrypted_messages_over_tls(lab: Lab) -> None:
    """A client may encrypt over TLS as well."""
    with client(lab, SECURE) as wire:
        wire.logon()
        assert wire.context is not None
        session = Session()
        content_type, body = seal(wire.context, session.create().encode(), SPNEGO)
        wire.send(body, Content_Type=content_type)
        assert wire.hear().status == 200
        assert wire.call(session.delete()).status == 200


def test_no_message_without_a_logon(lab: Lab) -> None:
    """Nothing is said to a stranger but the schemes."""
    with client(lab, SECURE) as wire:
        reply = wire.call(Session().create())
    assert (reply.status, reply.body) == (401, b"")


def test_a_second_logon_replaces_the_first(lab: Lab) -> None:
    """A connection that begins a new logon is nobody until it has succeeded."""
    with client(lab, PLAIN) as wire:
        assert wire.logon().status == 200
        assert wire.logon(password="wrong").status == 401
        assert wire.ask().status == 401


@pytest.mark.parametrize(("path", "method", "status"), [("/owa", "POST", 404), ("/wsman?PSVersion=5.1", "GET", 405)])
def test_other_pages_and_methods(lab: Lab, path: str, method: str, status: int) -> None:
    """Only POST to /wsman is served."""
    with client(lab, PLAIN) as wire:
        wire.sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wire.read().status == status


def test_bytes_that_are_no_http(lab: Lab) -> None:
    """What is no HTTP ends the connection with 400."""
    with client(lab, PLAIN) as wire:
        wire.sock.sendall(b"\x16\x03\x01\r\n\r\n")
        assert wire.read().status == 400
        assert wire.sock.recv(1) == b""


def test_a_certificate_of_another_lab(lab: Lab) -> None:
    """A certificate of another authority does not get through TLS."""
    with Lab(fleet([host("other")]), user=USER, password=PASSWORD) as other:
        context = ssl.create_default_context(cafile=str(lab.ca_cert))
        context.load_cert_chain(other.client_certificate, other.client_key)
        wire = Client(address=SECURE.address, port=lab.tls_port, tls=context)
        with pytest.raises((ssl.SSLError, ConnectionError)), wire:
            wire.ask()


def test_curl_agrees(lab: Lab, tmp_path: Path) -> None:
    """curl takes the TLS and the HTTP of the lab for what they are; the password comes from a file."""
    config = tmp_path / "curlrc"
    config.write_text(f'user = "{USER}:{PASSWORD}"\n'.replace("\\", "\\\\"))
    url = f"https://{SECURE.address}:{lab.tls_port}/wsman"
    command = ["curl", "-s", "-K", str(config), "--cacert", str(lab.ca_cert), "--noproxy", "*", "--basic", "-d", ""]
    done = subprocess.run([*command, "-w", "%{http_code}", url], capture_output=True, text=True, check=True)
    assert done.stdout == "200"


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize(("bindings", "status"), [(None, 200), (b"tls-server-end-point:no", 401)])
def test_channel_bindings_are_relaxed(lab: Lab, protocol: str, bindings: bytes | None, status: int) -> None:
    """A client without channel bindings is let in; one with the wrong ones is between two servers and is not."""
    with client(lab, SECURE) as wire:
        assert wire.logon(protocol=protocol, bindings=bindings).status == status


def test_another_configuration(lab: Lab) -> None:
    """An endpoint that is not there, and the full one where there is only a constrained one, are refused."""
    with client(lab, PLAIN) as wire:
        wire.logon()
        assert wire.call(Session(resource="http://schemas.microsoft.com/powershell/Nothing").create()).fault == 2150858811
    with client(lab, JEA) as wire:
        wire.logon()
        assert wire.call(Session().create()).fault == 5


def test_only_loopback() -> None:
    """A fleet with an address elsewhere is refused before anything is bound."""
    elsewhere = dataclasses.replace(host(), address="192.0.2.1")
    with pytest.raises(ValueError, match=r"192\.0\.2\.1"):
        Lab(fleet([elsewhere]), user=USER, password=PASSWORD)


def test_a_taken_port_leaves_nothing_behind() -> None:
    """When a port is taken the lab does not open, and its thread, sockets and files go."""
    to = host()
    threads = threading.active_count()
    with socket.socket() as sock:
        sock.bind((to.address, 0))
        sock.listen()
        with pytest.raises(OSError, match="in use"), Lab(
            fleet([host(), to]), user=USER, password=PASSWORD, port=sock.getsockname()[1]
        ):
            pass
    assert threading.active_count() == threads


def test_a_chosen_port() -> None:
    """The port can be chosen, and is free again after the lab."""
    to = host()
    with Lab(fleet([to]), user=USER, password=PASSWORD) as first:
        port = first.port
        with Client(address=to.address, port=port) as wire:
            assert wire.ask().status == 401
            assert first.connections(to.name) == 1
    with Lab(fleet([to]), user=USER, password=PASSWORD, port=port) as second:
        assert second.port == port


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


def test_two_labs_at_once() -> None:
    """Two labs with two passwords do not know of each other."""
    to, other = host(), host()
    with (
        Lab(fleet([to]), user=USER, password="one") as first,
        Lab(fleet([other]), user=USER, password="two") as second,
        client(first, to) as wire,
        client(second, other) as other_wire,
    ):
        assert wire.logon(password="one").status == 200
        assert other_wire.logon(password="one").status == 401
