"""Kerberos against a real KDC: stock pypsrp over HTTP and HTTPS, and curl."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import spnego
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

from fleetscan.lab import Lab
from tests import kdc
from tests.lab.fleets import fleet, host
from tests.lab.wire import PASSWORD, SCRIPT, USER, Client

NAME = "ex01.lab.example"
PRINCIPAL = f"svc-fleetscan@{kdc.REALM}"
HTTP, HTTPS = host(NAME), host(f"tls.{NAME}", protocol="https")
REQUEST = json.dumps({"v": 1, "services": ["Nothing"]})


@pytest.fixture(scope="module")
def center() -> Iterator[kdc.Kdc]:
    """One KDC for the module."""
    services = [f"host/{NAME}", f"HTTP/{NAME}"]
    with kdc.running({"svc-fleetscan": PASSWORD, "other": "wrong"}, services) as running:
        yield running


@pytest.fixture
def lab(center: kdc.Kdc, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """Open a lab whose hosts have their services' keys."""
    for name, value in center.environment.items():
        monkeypatch.setenv(name, value)
    with Lab(fleet([HTTP, HTTPS]), user=USER, password=PASSWORD, keytab=center.keytab) as running:
        yield running


@pytest.mark.parametrize("auth", ["kerberos", "negotiate"])
@pytest.mark.parametrize("protocol", ["http", "https"])
def test_stock_pypsrp_scans(lab: Lab, protocol: Literal["http", "https"], auth: str) -> None:
    """A ticket logs on; over HTTP the messages are encrypted with its key."""
    to, port = (HTTP, lab.port) if protocol == "http" else (HTTPS, lab.tls_port)
    connection = WSMan(
        to.address,
        port=port,
        ssl=protocol == "https",
        username=PRINCIPAL,
        password=PASSWORD,
        auth=auth,
        cert_validation=str(lab.ca_cert),  # type: ignore[arg-type] # pypsrp takes a path too
        negotiate_service="host",
        negotiate_hostname_override=NAME,
        no_proxy=True,
    )
    with connection, RunspacePool(connection) as pool:
        shell = PowerShell(pool)
        shell.add_script(SCRIPT).add_parameter("Request", REQUEST)
        (text,) = shell.invoke()
    assert json.loads(text)["services"] == {"Nothing": {"s": "absent"}}
    assert lab.logons(to.name) == (1, 0)
    assert "KRB5_KTNAME" not in os.environ


def test_curl_with_a_ticket(lab: Lab, center: kdc.Kdc, tmp_path: Path) -> None:
    """A curl --negotiate, with MIT's own GSS-API, is let in with a ticket for HTTP."""
    environment = {**os.environ, **center.environment, "KRB5CCNAME": f"FILE:{tmp_path}/cache"}
    subprocess.run(["kinit", PRINCIPAL], input=PASSWORD.encode(), env=environment, check=True, capture_output=True)
    command = ["curl", "-s", "--negotiate", "-u", ":", "-d", "", "--noproxy", "*", "-w", "%{http_code}"]
    command += ["--connect-to", f"{NAME}:{lab.port}:{HTTP.address}:{lab.port}", f"http://{NAME}:{lab.port}/wsman"]
    assert subprocess.run(command, env=environment, check=True, capture_output=True).stdout == b"200"
    assert lab.logons(HTTP.name) == (1, 0)


def _ticket() -> bytes:
    """Get a token for the host's service."""
    context = spnego.client(PRINCIPAL, PASSWORD, hostname=NAME, service="host", protocol="kerberos")
    return context.step() or b""


def test_no_keys_no_logon(lab: Lab) -> None:
    """A lab without a keytab has no key for the ticket and turns it away; one with keys says that it takes Kerberos."""
    token = base64.b64encode(_ticket()).decode()
    bare = host("bare")
    with Lab(fleet([bare]), user=USER, password=PASSWORD) as other:
        with Client(address=bare.address, port=other.port) as wire:
            assert wire.ask(Authorization=f"Kerberos {token}").status == 401
        assert other.logons("bare") == (0, 1)
    with Client(address=HTTP.address, port=lab.port) as wire:
        assert wire.ask().headers["www-authenticate"] == "Kerberos"
        assert wire.ask(Authorization=f"Kerberos {token}").status == 200
