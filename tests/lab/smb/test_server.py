"""The server as a whole: many hosts, several servers, every way to log on."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleetscan.lab.smb import Dialect, Encryption, Security, Signing, SmbFault, SmbHost, SmbServer
from fleetscan.lab.smb.sockets import listeners
from tests import kdc
from tests.lab.smb.clients import DIALECTS, SMB, visit
from tests.lab.smb.hosts import computer, hosts
from tests.lab.smb.machines import machine
from tests.samba import PASSWORD, USER


def test_two_hundred_hosts_live_in_one_smbd_and_each_is_itself(temporary: Path) -> None:
    """The pipe knows which address its client reached; only children of the one smbd are started."""
    fleet = hosts(200)
    with SmbServer(fleet, user=USER, password=PASSWORD) as server:
        [folder] = temporary.iterdir()
        assert sorted(each.name for each in folder.glob("smbd*")) == ["smbd0"]
        assert len(listeners(server.port)) >= 200
        for host in fleet[::49]:
            with visit(host.address, server.port) as guest:
                assert computer(guest) == host.machine.computer
                assert (server.open_pipes(host.name), server.open_handles(host.name)) == (("winreg",), 2)
                assert (server.opened(host.name), server.connections(host.name)) == (1, 1)
        assert server.calls("ex1") == ()


def test_servers_on_the_same_addresses_take_different_ports() -> None:
    """Each client gets the machine that it asked for."""
    with (
        SmbServer(hosts(3), user=USER, password=PASSWORD) as one,
        SmbServer([*hosts(2, SmbFault.WINREG_REFUSED), *hosts(3)[2:]], user=USER, password=PASSWORD) as other,
    ):
        assert one.port != other.port
        with visit("127.32.0.1", one.port) as guest:
            assert computer(guest) == "EX0"
        with visit("127.32.0.3", other.port) as guest:
            assert computer(guest) == "EX2"
        assert (one.opened("ex2"), other.opened("ex2")) == (0, 1)


def test_a_port_that_somebody_has_is_not_shared() -> None:
    """Although smbd would share it with another smbd."""
    with (
        SmbServer(hosts(1), user=USER, password=PASSWORD) as one,
        pytest.raises(OSError, match="in use"),
        SmbServer(hosts(1), user=USER, password=PASSWORD, port=one.port),
    ):
        pass


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:127.0.0.1", "10.0.0.1"])
def test_only_loopback_is_served(address: str) -> None:
    """Any other address is refused before anything is touched."""
    with pytest.raises(ValueError, match=r"127\.0\.0\.0/8"):
        SmbServer([SmbHost(name="x", address=address, machine=machine("X"))], user=USER, password=PASSWORD)


@pytest.mark.parametrize("faults", [[], [SmbFault.REFUSED], [SmbFault.PIPE_LATE]])
def test_a_lab_without_a_common_smbd(faults: list[SmbFault]) -> None:
    """No host at all, one that does not listen, one that has an smbd of its own."""
    fleet = [host for fault in faults for host in hosts(1, fault)]
    with SmbServer(fleet, user=USER, password=PASSWORD) as server:
        assert sum(listeners(server.port).values()) == faults.count(SmbFault.PIPE_LATE)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop in another thread, as a lab does."""
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


def test_a_server_lives_on_a_loop_that_it_is_given(loop: asyncio.AbstractEventLoop) -> None:
    """And leaves it running, with nothing of its own on it."""
    before = threading.active_count()
    with SmbServer(hosts(1), user=USER, password=PASSWORD, loop=loop) as server:
        assert threading.active_count() == before
        with visit("127.32.0.1", server.port) as guest:
            assert computer(guest) == "EX0"

    async def others() -> int:
        return len(asyncio.all_tasks()) - 1

    assert asyncio.run_coroutine_threadsafe(others(), loop).result() == 0


@pytest.mark.parametrize("dialect", [Dialect.SMB2_10, Dialect.SMB3_00, Dialect.SMB3_11])
def test_dialects_signing_and_encryption_are_the_server_s(dialect: Dialect) -> None:
    """One dialect, signing demanded, encryption never offered."""
    known = {
        Dialect.SMB2_10: DIALECTS.SMB2_DIALECT_21,
        Dialect.SMB3_00: DIALECTS.SMB2_DIALECT_30,
        Dialect.SMB3_11: DIALECTS.SMB2_DIALECT_311,
    }
    security = Security(dialects=(dialect, dialect), signing=Signing.MANDATORY, encryption=Encryption.OFF)
    with (
        SmbServer(hosts(1), user=USER, password=PASSWORD, security=security) as server,
        visit("127.32.0.1", server.port) as guest,
    ):
        assert guest.connection.getDialect() == known[dialect]
        assert guest.connection.isSigningRequired()
        assert computer(guest) == "EX0"


@pytest.mark.parametrize("user", ["svc-fleetscan@LAB.EXAMPLE", "svc-fleetscan", "CORP\\svc-fleetscan"])
def test_an_account_is_known_in_every_form(user: str) -> None:
    """With a domain, with a realm, with nothing; under another name or with another password it is not."""
    with SmbServer(hosts(1), user=user, password=PASSWORD) as server:
        with visit("127.32.0.1", server.port) as guest:
            assert computer(guest) == "EX0"
        with pytest.raises(SMB.SessionError, match="LOGON_FAILURE"), visit("127.32.0.1", server.port, name="somebody"):
            pass


def test_drives_are_shared_for_reading(temporary: Path) -> None:
    """A folder per letter becomes a share; who may not read a folder there, is denied; nothing can be written."""
    disk = temporary / "disk"
    for letter in "CD":
        (disk / letter).mkdir(parents=True)
        (disk / letter / "file.txt").write_text(letter)
    (disk / "C" / "closed").mkdir(mode=0)
    with (
        SmbServer(hosts(1, disk=disk), user=USER, password=PASSWORD) as server,
        visit("127.32.0.1", server.port) as guest,
    ):
        for letter in "CD":
            names = {entry.get_longname() for entry in guest.connection.listPath(f"{letter}$", "*")}
            assert "file.txt" in names
        with pytest.raises(SMB.SessionError, match="ACCESS_DENIED"):
            guest.connection.listPath("C$", "closed\\*")
        with pytest.raises(SMB.SessionError, match="ACCESS_DENIED"):
            guest.connection.createDirectory("C$", "new")


def test_tickets_are_taken(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a keytab; Samba's own client reads a folder with a ticket and without a password."""
    (temporary / "C").mkdir()
    (temporary / "C" / "by-ticket.txt").touch()
    user, name = f"svc-fleetscan@{kdc.REALM}", "ex01.lab.example"
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{temporary / 'tickets'}")
    with kdc.running({"svc-fleetscan": PASSWORD}, [f"cifs/{name}"]) as center:
        for variable, value in center.environment.items():
            monkeypatch.setenv(variable, value)
        # A standalone Samba turns tickets with a PAC down (STATUS_BAD_TOKEN_TYPE).
        profile = {
            **os.environ,
            "KRB5_KDC_PROFILE": str(center.config.parent / "kdc.conf"),
            "PATH": "/usr/sbin:/usr/bin",
        }
        plain = ["kadmin.local", "modprinc", "+no_auth_data_required", f"cifs/{name}"]
        subprocess.run(plain, env=profile, check=True, capture_output=True)
        subprocess.run(["kinit", user], input=PASSWORD.encode(), check=True, capture_output=True)
        disk = temporary
        with SmbServer(hosts(1, disk=disk), user=user, password=PASSWORD, keytab=center.keytab) as server:
            command = ["smbclient", f"//{name}/C$", "-I", "127.32.0.1", "-p", str(server.port), "-s", "/dev/null"]
            command += ["--use-kerberos=required", f"--use-krb5-ccache={temporary / 'tickets'}", "-c", "ls"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "by-ticket.txt" in done.stdout, done.stdout + done.stderr
