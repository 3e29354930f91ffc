"""The credentials of a run, and that no secret gets out."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fleetscan.credentials import Auth, Credential, CredentialStore, load_credentials
from fleetscan.errors import CredentialError
from tests.credentials.conftest import Write

COUNTING = "a: {user: x, secret: {command: [sh, -c, 'echo x >> count; sleep 0.05; %s']}}"


def test_a_credential_is_resolved_whole(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """User, way to log on and secret come together; paths start at the file's folder."""
    monkeypatch.setenv("FLEETSCAN_TEST", "hunter2")
    path = write(
        "pass:\n  user: CORP\\svc\n  auth: ntlm\n  secret: {env: FLEETSCAN_TEST}\nticket: {auth: kerberos}\n"
        "cert: {auth: certificate, certificate: c.pem, key: k.pem}"
    )
    for pem in ("c.pem", "k.pem"):
        (path.parent / pem).touch()
    store = load_credentials(path)
    assert store.names == ("pass", "ticket", "cert")
    known = store.resolve("pass")
    assert (known.name, known.user, known.auth) == ("pass", "CORP\\svc", Auth.NTLM)
    assert known.secret is not None
    assert known.secret.reveal() == "hunter2"
    assert store.resolve("ticket") == Credential(name="ticket", auth=Auth.KERBEROS)
    assert store.resolve("cert") == Credential(
        name="cert", auth=Auth.CERTIFICATE, certificate=str(path.parent / "c.pem"), key=str(path.parent / "k.pem")
    )


def test_loading_reads_no_secret(write: Write) -> None:
    """A source is asked when its credential is first needed, not before."""
    path = write(COUNTING % "echo hunter2")
    store = load_credentials(path)
    assert not (path.parent / "count").exists()
    store.resolve("a")
    assert (path.parent / "count").exists()


@pytest.mark.parametrize("end", ["echo hunter2", "exit 1"])
def test_each_secret_is_read_once(write: Write, end: str) -> None:
    """A thousand hosts and several threads ask the source once, whether it answers or fails."""
    path = write(COUNTING % end)
    store = load_credentials(path)

    def resolve(_: int) -> str:
        try:
            return repr(store.resolve("a"))
        except CredentialError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(resolve, range(8)))
    assert len(answers) == 1
    assert (path.parent / "count").read_text(encoding="utf-8") == "x\n"


def test_an_unknown_name_is_refused(write: Write) -> None:
    """The nearest name is suggested."""
    store = load_credentials(write("exchange-read: {auth: kerberos}"))
    with pytest.raises(CredentialError, match=r"unknown credential `exchange-raed` .did you mean `exchange-read`"):
        store.resolve("exchange-raed")


def resolved(path: Path) -> tuple[CredentialStore, Credential]:
    """Give a store that holds a secret, and the credential with it."""
    store = load_credentials(path)
    return store, store.resolve("a")


@pytest.mark.parametrize("show", [repr, str, "{}".format, ascii])
def test_no_secret_is_ever_printed(write: Write, show: Callable[[object], str]) -> None:
    """Not by the secret, nor by anything that holds it; a command's words are not printed either."""
    store, credential = resolved(write("a: {user: x, secret: {command: [echo, hunter2]}}"))
    for thing in (store, credential, credential.secret, vars(store), store.entries):
        assert "hunter2" not in show(thing)


@pytest.mark.parametrize("copier", [pickle.dumps, copy.deepcopy, copy.copy])
def test_no_secret_is_ever_serialised(write: Write, copier: Callable[[object], object]) -> None:
    """Neither pickle nor copy makes a second one."""
    _, credential = resolved(write("a: {user: x, secret: {command: [echo, hunter2]}}"))
    with pytest.raises(TypeError, match="a secret is never serialised"):
        copier(credential.secret)


@pytest.mark.parametrize("key", ["k.pem", "~nobody-of-this-name/k.pem"])
def test_a_certificate_that_is_not_there_is_said_before_any_host_is_asked(write: Write, key: str) -> None:
    """A thousand hosts would each say that the logon failed."""
    path = write(f"cert: {{auth: certificate, certificate: c.pem, key: {key}}}")
    (path.parent / "c.pem").touch()
    with pytest.raises(CredentialError, match=r"credential `cert`: .*k\.pem cannot be read: No such file"):
        load_credentials(path).resolve("cert")
