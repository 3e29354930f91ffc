"""What is said before and after a logon, over real sockets."""

from __future__ import annotations

import pytest

from fleetscan.lab import Lab
from fleetscan.lab.encryption import seal
from tests.lab.labs import JEA, PLAIN, SECURE, client
from tests.lab.wire import SPNEGO, Session


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


@pytest.mark.parametrize(("path", "method", "status"), [("/owa", "POST", 404), ("/wsman?PSVersion=5.1", "GET", 405)])
def test_other_pages_and_methods(lab: Lab, path: str, method: str, status: int) -> None:
    """Only POST to /wsman is served."""
    with client(lab, PLAIN) as wire:
        wire.sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wire.read().status == status


def test_another_configuration(lab: Lab) -> None:
    """An endpoint that is not there, and the full one where there is only a constrained one, are refused."""
    with client(lab, PLAIN) as wire:
        wire.logon()
        assert (
            wire.call(Session(resource="http://schemas.microsoft.com/powershell/Nothing").create()).fault == 2150858811
        )
    with client(lab, JEA) as wire:
        wire.logon()
        assert wire.call(Session().create()).fault == 5
