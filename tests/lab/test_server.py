"""The lab as a whole, seen by stock pypsrp and by curl."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest
from impacket.smbconnection import SMBConnection

from fleetscan.lab import Lab, LabHost
from tests.lab.fleets import fleet, host
from tests.lab.labs import JEA, PLAIN, SECURE, client, scan, stock
from tests.lab.small_machine import MACHINE as SMALL
from tests.lab.wire import PASSWORD, USER, Client


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
    """Basic is taken over TLS; it counts as one logon, though it comes with every request."""
    accepted = lab.logons(SECURE.name)[0]
    assert scan(stock(lab, SECURE, auth="basic"))["v"] == 1
    assert lab.logons(SECURE.name)[0] == accepted + 1


def test_stock_pypsrp_with_a_client_certificate(lab: Lab) -> None:
    """The lab's client certificate logs the lab's user on."""
    pair = {"certificate_pem": str(lab.client_certificate), "certificate_key_pem": str(lab.client_key)}
    assert scan(stock(lab, SECURE, auth="certificate", username=None, password=None, **pair))["v"] == 1


def test_a_constrained_endpoint(lab: Lab) -> None:
    """A JEA endpoint answers its one command."""
    assert scan(stock(lab, JEA), "Fleet.Scan")["host"] == "EX01"


def test_a_certificate_of_another_lab(lab: Lab) -> None:
    """A certificate of another authority does not get through TLS."""
    with Lab(fleet([host("other")]), user=USER, password=PASSWORD) as other:
        context = ssl.create_default_context(cafile=str(lab.ca_cert))
        context.load_cert_chain(other.client_certificate, other.client_key)
        wire = Client(address=SECURE.address, port=lab.tls_port, tls=context)
        with pytest.raises((ssl.SSLError, ConnectionError)), wire:
            wire.ask()


def test_curl_agrees(lab: Lab, tmp_path: Path) -> None:
    """Stock curl takes the TLS and the HTTP of the lab for what they are; the password comes from a file."""
    config = tmp_path / "curlrc"
    config.write_text(f'user = "{USER}:{PASSWORD}"\n'.replace("\\", "\\\\"))
    url = f"https://{SECURE.address}:{lab.tls_port}/wsman"
    command = ["curl", "-s", "-K", str(config), "--cacert", str(lab.ca_cert), "--noproxy", "*", "--basic", "-d", ""]
    done = subprocess.run([*command, "-w", "%{http_code}", url], capture_output=True, text=True, check=True)
    assert done.stdout == "200"


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
        with (
            pytest.raises(OSError, match="in use"),
            Lab(fleet([host(), to]), user=USER, password=PASSWORD, port=sock.getsockname()[1]),
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


def test_leaving_in_the_middle_of_a_handshake() -> None:
    """A client that has connected to a TLS host and says nothing sees the end when the lab is left."""
    to = host(protocol="https")
    with Lab(fleet([to]), user=USER, password=PASSWORD) as lab:
        sock = socket.create_connection((to.address, lab.tls_port), timeout=5)
        with client(lab, to) as wire:
            assert wire.ask().status == 401
    with sock:
        assert sock.recv(1) == b""


def test_hosts_that_offer_smb_are_served_by_samba() -> None:
    """Their drives can be listed with the lab's account; where WinRM is not offered nobody listens at its port."""
    both, alone, plain = (
        host("both", ways=("winrm", "smb")),
        dataclasses.replace(host("alone", ways=("smb",)), machine=SMALL),
        host("plain"),
    )
    with Lab(fleet([both, alone, plain]), user=USER, password=PASSWORD) as lab:
        assert lab.smb is not None
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((alone.address, lab.port), timeout=5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((plain.address, lab.smb_port), timeout=5)
        with Client(address=both.address, port=lab.port) as wire:
            assert wire.ask().status == 401
        connection = SMBConnection(alone.address, alone.address, sess_port=lab.smb_port)
        domain, _, name = USER.rpartition("\\")
        connection.login(name, PASSWORD, domain)
        names = {entry.get_longname() for entry in connection.listPath("C$", "\\Exchange\\*")}
        assert names == {".", "..", "Bin", "plain.txt"}
        connection.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((alone.address, lab.smb_port), timeout=5)


def test_without_hosts_over_smb_there_is_no_samba(lab: Lab) -> None:
    """It need not be installed, and no port is taken."""
    assert (lab.smb, lab.smb_port) == (None, 0)


def test_a_port_that_is_taken_for_smb_leaves_nothing_behind() -> None:
    """The WinRM side, which was open, is closed again."""
    to = host(ways=("winrm", "smb"), transport="auto")
    threads = threading.active_count()
    with socket.socket() as sock:
        sock.bind((to.address, 0))
        sock.listen()
        smb_port = sock.getsockname()[1]
        with (
            pytest.raises(OSError, match="in use"),
            Lab(fleet([to]), user=USER, password=PASSWORD, smb_port=smb_port),
        ):
            pass
    assert threading.active_count() == threads
