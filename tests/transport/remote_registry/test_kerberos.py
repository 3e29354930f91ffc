from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleetscan.credentials.interface import Auth
from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.interface import Step
from fleetscan.transport.remote_registry.failures import failure_of
from tests import kdc
from tests.samba import Samba
from tests.transport.remote_registry.native import running, target
from tests.transport.remote_registry.talk import channel, create, exchange, session

USER = f"svc-fleetscan@{kdc.REALM}"
PASSWORD = "kerberos-password-of-the-lab"
NAME, OTHER = "ex01.lab.example", "ex02.lab.example"


def administer(center: kdc.Kdc, *command: str) -> None:
    """Change something at the KDC."""
    profile = {"KRB5_KDC_PROFILE": str(center.config.parent / "kdc.conf"), "PATH": "/usr/sbin:/usr/bin"}
    environment = {**os.environ, **center.environment, **profile}
    subprocess.run(["kadmin.local", *command], env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def realm() -> Iterator[kdc.Kdc]:
    """Run a KDC for all tests."""
    with kdc.running({"svc-fleetscan": PASSWORD}, [f"cifs/{NAME}"]) as center:
        # A standalone Samba turns tickets with a PAC down (STATUS_BAD_TOKEN_TYPE).
        administer(center, "modprinc", "+no_auth_data_required", f"cifs/{NAME}")
        administer(center, "addprinc", "-randkey", "+no_auth_data_required", f"cifs/{OTHER}")
        yield center


@pytest.fixture(autouse=True)
def environment(realm: kdc.Kdc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let libkrb5 find the KDC, and no ticket of anybody's."""
    for name, value in realm.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'nothing'}")


@pytest.fixture(scope="module")
def samba(realm: kdc.Kdc) -> Iterator[Samba]:
    """Run a Samba that takes tickets, and NTLM never."""
    options = (
        f"realm = {kdc.REALM}",
        "kerberos method = dedicated keytab",
        f"dedicated keytab file = {realm.keytab}",
        "ntlm auth = disabled",
    )
    with running(*options) as server:
        yield server


@pytest.mark.parametrize("auth", [Auth.KERBEROS, Auth.NEGOTIATE])
def test_kerberos_logs_on_where_ntlm_is_refused(samba: Samba, auth: Auth) -> None:
    """One token each way, mutually proved; the keys are those of the ticket."""
    steps: list[Step] = []
    host = target(samba, user=USER, password=PASSWORD, auth=auth, hostname=NAME)
    with session(host, steps.append) as opened:
        assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED]
        assert opened.stream.sends == 2
    with channel(host) as talk:
        assert talk.run_one(exchange("IPC$", create("winreg")))[0].status == 0


def test_a_ticket_that_is_there_proves_no_password(
    samba: Samba, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody can count a wrong password, so that no proof is announced."""
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path / 'tickets'}")
    subprocess.run(["kinit", USER], input=f"{PASSWORD}\n".encode(), check=True, capture_output=True)
    steps: list[Step] = []
    with session(target(samba, user="", password=None, auth=Auth.KERBEROS, hostname=NAME), steps.append):
        assert steps == [Step.CONNECTED, Step.AUTHENTICATED]


@pytest.mark.parametrize(
    ("password", "hostname", "words"),
    [(PASSWORD, None, "does not know the host by this name"), ("wrong", NAME, "does not accept the password")],
)
def test_what_the_kdc_refuses_is_told(samba: Samba, password: str, hostname: str | None, words: str) -> None:
    """A host that is called by its address has no ticket; a wrong password ends at the KDC."""
    aim = target(samba, user=USER, password=password, auth=Auth.KERBEROS, hostname=hostname)
    with pytest.raises(Exception, match=r".") as caught, session(aim):
        pass
    failure = failure_of(caught.value)
    assert failure.reason is Reason.AUTH_FAILED
    assert words in failure.detail


def test_a_ticket_for_another_host_is_turned_down(samba: Samba) -> None:
    """The host has no key to read it with."""
    aim = target(samba, user=USER, password=PASSWORD, auth=Auth.KERBEROS, hostname=OTHER)
    with pytest.raises(HostFailure) as caught, session(aim):
        pass
    assert caught.value.reason is Reason.AUTH_FAILED
