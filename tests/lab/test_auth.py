"""Logons, over real sockets."""

from __future__ import annotations

import os

import pytest

from fleetscan.lab import Lab
from tests.lab.fleets import fleet, host
from tests.lab.labs import PLAIN, SECURE, client
from tests.lab.wire import PASSWORD, USER


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


def test_a_certificate_logon_needs_a_certificate(lab: Lab) -> None:
    """Claiming a certificate without showing one is a rejected logon."""
    with client(lab, SECURE) as wire:
        mutual = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
        assert wire.ask(Authorization=mutual).status == 401


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


def test_a_second_logon_replaces_the_first(lab: Lab) -> None:
    """A connection that begins a new logon is nobody until it has succeeded."""
    with client(lab, PLAIN) as wire:
        assert wire.logon().status == 200
        assert wire.logon(password="wrong").status == 401
        assert wire.ask().status == 401


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
@pytest.mark.parametrize(("bindings", "status"), [(None, 200), (b"tls-server-end-point:no", 401)])
def test_channel_bindings_are_relaxed(lab: Lab, protocol: str, bindings: bytes | None, status: int) -> None:
    """A client without channel bindings is let in; one with the wrong ones is between two servers and is not."""
    with client(lab, SECURE) as wire:
        assert wire.logon(protocol=protocol, bindings=bindings).status == status


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
