"""Encrypted messages, against pypsrp's own half of the envelope and a real NTLM context."""

from __future__ import annotations

from pathlib import Path

import pytest
import spnego
from hypothesis import given
from hypothesis import strategies as st
from pypsrp.encryption import WinRMEncryption

from fleetscan.lab.auth import Account, account
from fleetscan.lab.encryption import Unreadable, is_sealed, seal, unseal
from tests.lab.wire import PASSWORD, SPNEGO, USER


@pytest.fixture
def known(tmp_path: Path) -> Account:
    """Make the account both ends know."""
    return account(USER, PASSWORD, tmp_path, None)


def contexts(known: Account, monkeypatch: pytest.MonkeyPatch) -> tuple[spnego.ContextProxy, spnego.ContextProxy]:
    """Establish a context; give the client's end and the server's."""
    for name, value in known.environment.items():
        monkeypatch.setenv(name, value)
    client = spnego.client(USER, PASSWORD, protocol="ntlm")
    server = spnego.server(protocol="ntlm")
    server.step(client.step(server.step(client.step() or b"")) or b"")
    return client, server


def test_both_ways_with_pypsrp(known: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pypsrp encrypts is read here, what is encrypted here is read by pypsrp."""
    client, server = contexts(known, monkeypatch)
    other = WinRMEncryption(client, SPNEGO)
    message = "<s:Envelope>\u00e4\r\n--Encrypted Boundary--\r\n</s:Envelope>".encode()
    content_type, body = other.wrap_message(message)
    assert is_sealed(content_type)
    assert unseal(server, body) == (message, SPNEGO)
    content_type, body = seal(server, message, SPNEGO)
    assert content_type == f'multipart/encrypted;protocol="{SPNEGO}";boundary="Encrypted Boundary"'
    assert other.unwrap_message(body, "Encrypted Boundary") == message


def test_exchange_writes_the_boundary_with_a_space(known: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-- Encrypted Boundary`` is read as well."""
    client, server = contexts(known, monkeypatch)
    body = seal(client, b"<x/>", SPNEGO)[1].replace(b"--Encrypted Boundary", b"-- Encrypted Boundary")
    assert unseal(server, body)[0] == b"<x/>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Length=4", b"Length=400"),
        (b"--Encrypted Boundary--\r\n", b""),
        (b"octet-stream\r\n\x10\x00\x00\x00", b"octet-stream\r\n\x7f\x7f\x00\x00"),
        (b"octet-stream\r\n\x10\x00\x00\x00", b"octet-stream\r\n\xff\xff\xff\xff"),
        (b"octet-stream\r\n\x10\x00\x00\x00\x01", b"octet-stream\r\n\x10\x00\x00\x00\x02"),
    ],
)
def test_what_does_not_decrypt(known: Account, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes) -> None:
    """A wrong length, a missing end, a signature without a sane length, a wrong signature: unreadable."""
    client, server = contexts(known, monkeypatch)
    body = seal(client, b"<x/>", SPNEGO)[1]
    assert old in body
    with pytest.raises(Unreadable):
        unseal(server, body.replace(old, new))


def test_a_payload_shorter_than_its_length_field(known: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A payload of three bytes is unreadable."""
    client, server = contexts(known, monkeypatch)
    body = seal(client, b"<x/>", SPNEGO)[1]
    start = body.index(b"octet-stream\r\n") + len(b"octet-stream\r\n")
    with pytest.raises(Unreadable):
        unseal(server, body[:start] + b"abc--Encrypted Boundary--\r\n")


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data: bytes) -> None:
    """No bytes that are no message get as far as the context."""
    with pytest.raises(Unreadable):
        unseal(spnego.client("a", "b", protocol="ntlm"), data)
