"""A real MIT KDC on loopback, with a realm of its own that lives as long as its ``with`` block."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REALM = "LAB.EXAMPLE"

_KRB5 = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    qualify_shortname = ""
    udp_preference_limit = 1
[realms]
    {realm} = {{
        kdc = 127.0.0.1:{port}
    }}
"""
_KDC = """\
[kdcdefaults]
    kdc_listen = 127.0.0.1:{port}
    kdc_tcp_listen = 127.0.0.1:{port}
[realms]
    {realm} = {{
        database_name = {directory}/principal
        key_stash_file = {directory}/stash
        acl_file = {directory}/acl
    }}
[logging]
    kdc = FILE:{directory}/kdc.log
"""
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kdc:
    """A running KDC: what clients need in their environment, and the keys of its services."""

    config: Path
    keytab: Path
    environment: dict[str, str]


@contextlib.contextmanager
def running(users: dict[str, str], services: list[str]) -> Iterator[Kdc]:
    """Start a KDC with users (name to password) and services such as ``host/ex01.lab.example``."""
    with tempfile.TemporaryDirectory(prefix="fleetscan-kdc-") as folder, contextlib.ExitStack() as stack:
        directory = Path(folder)
        port = _free_port()
        environment = _configured(directory, port)
        _run(environment, "kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        for user, password in users.items():
            _run(environment, "kadmin.local", "addprinc", "-pw", password, user)
        keytab = directory / "services.keytab"
        for service in services:
            _run(environment, "kadmin.local", "addprinc", "-randkey", service)
            _run(environment, "kadmin.local", "ktadd", "-k", str(keytab), service)
        process = subprocess.Popen(["/usr/sbin/krb5kdc", "-n"], env=environment, stderr=subprocess.DEVNULL)
        stack.callback(_ended, process)
        _listening(process, port)
        config = {"KRB5_CONFIG": environment["KRB5_CONFIG"]}
        yield Kdc(config=directory / "krb5.conf", keytab=keytab, environment=config)


def _configured(directory: Path, port: int) -> dict[str, str]:
    """Write the configuration; give the environment in which it counts."""
    (directory / "krb5.conf").write_text(_KRB5.format(realm=REALM, port=port))
    (directory / "kdc.conf").write_text(_KDC.format(realm=REALM, port=port, directory=directory))
    own = {"KRB5_CONFIG": str(directory / "krb5.conf"), "KRB5_KDC_PROFILE": str(directory / "kdc.conf")}
    return {**os.environ, **own, "PATH": _PATH}


def _free_port() -> int:
    """Find a port that nobody has."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _run(environment: dict[str, str], *command: str) -> None:
    """Run one of the KDC's tools."""
    subprocess.run(command, env=environment, check=True, capture_output=True)


def _listening(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the KDC takes connections."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    msg = "the KDC did not start"
    raise RuntimeError(msg)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """End the KDC."""
    process.terminate()
    process.wait(timeout=_PATIENCE)
