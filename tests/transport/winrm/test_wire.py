from __future__ import annotations

import ast
import base64
import inspect
import socket
import time
from pathlib import Path

import pypsrp.powershell
import pypsrp.wsman
import pytest
import spnego

from fleetscan.errors import HostFailure
from fleetscan.model import MessageEncryption, Reason, WinrmSettings
from fleetscan.transport.deadline import Deadline
from fleetscan.transport.interface import Step, Target
from fleetscan.transport.kerberos import Tickets
from fleetscan.transport.winrm.failures import failure_of
from fleetscan.transport.winrm.post import REPLY_LIMIT
from fleetscan.transport.winrm.route import route_to
from fleetscan.transport.winrm.tls import Contexts
from fleetscan.transport.winrm.wire import Wire
from tests.transport.winrm.world import credential, plain_target, read_request, reply, replying, serving

CLEAR = WinrmSettings(protocol="http", message_encryption=MessageEncryption.NEVER)


def _wire(aim: Target, steps: list[Step] | None = None) -> Wire:
    seen: list[Step] = [] if steps is None else steps
    return Wire(route_to(aim, Contexts(), Tickets()), Deadline(5), seen.append)


def _failure(port: int, settings: WinrmSettings | None = None) -> tuple[Reason, str]:
    """Send one message and say how it failed."""
    wire = _wire(plain_target(port, settings=settings))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, failures.py must name it
        wire.send(b"<message/>")
    failure = failure_of(caught.value)
    assert not wire.idle
    assert not wire.accepted
    return failure.reason, failure.detail


def test_pypsrp_calls_three_members_of_its_transport() -> None:
    """The seam: an upgrade of pypsrp that needs more fails here."""
    tree = ast.parse(inspect.getsource(pypsrp.wsman.WSMan))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "transport"
    }
    assert used == {"send", "close", "endpoint"}
    assert list(inspect.signature(Wire.send).parameters) == ["self", "message", "retries_on_read_timeout", "timeout"]
    for source in ("powershell.py", "shell.py"):
        assert ".transport" not in (Path(pypsrp.powershell.__file__).parent / source).read_text()


@pytest.mark.parametrize(
    ("answer", "reason", "mark"),
    [
        (reply("401 No", WWW_Authenticate='Basic realm="WSMAN"'), Reason.UNSUPPORTED, "offers basic for logon"),
        (reply("401 No"), Reason.UNSUPPORTED, "offers nothing"),
        (reply("401 No", WWW_Authenticate="Negotiate"), Reason.AUTH_FAILED, "refuses NTLM"),
        (reply("401 No", WWW_Authenticate="Negotiate", Connection="close"), Reason.UNREACHABLE, "proxy"),
        (reply("401 No", WWW_Authenticate="Negotiate !!!!"), Reason.AUTH_FAILED, "refuses NTLM"),
        (reply("401 No", WWW_Authenticate="Negotiate AAAA"), Reason.MALFORMED, "understood"),
        (reply("401 No", WWW_Authenticate="Negotiate AAA"), Reason.MALFORMED, "understood"),
        (reply("200 OK", b"hello"), Reason.UNSUPPORTED, "no logon"),
        (reply("302 Found", Location="https://elsewhere"), Reason.UNSUPPORTED, "HTTP 302"),
        (reply("403 Forbidden", b"<html/>"), Reason.DENIED, "HTTP 403"),
        (reply("404 Not Found", b"<html/>"), Reason.UNSUPPORTED, "HTTP 404"),
        (reply("500 Error"), Reason.MALFORMED, "HTTP 500"),
        (reply("503 Unavailable"), Reason.UNREACHABLE, "not running"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reason.MALFORMED, "does not speak HTTP"),
        (b"", Reason.UNREACHABLE, "cut the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Reason.UNREACHABLE, "cut the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", Reason.TOO_LARGE, "was not read"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", Reason.MALFORMED, "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, Reason.MALFORMED, "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Reason.UNREACHABLE, "IncompleteRead"),
    ],
    ids=lambda each: each[:60] if isinstance(each, bytes) else "",
)
def test_each_odd_server_has_its_words(answer: bytes, reason: Reason, mark: str) -> None:
    """What answers the first request, and what is said of it."""
    with serving(replying(answer)) as port:
        got, words = _failure(port)
    assert got is reason
    assert mark in words


def test_a_reply_without_end_is_cut() -> None:
    """Also when it comes in chunks and says nothing of its length."""
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * (REPLY_LIMIT // 0x10000 + 2)
    with serving(replying(body)) as port:
        assert _failure(port)[0] is Reason.TOO_LARGE


def _acceptor() -> spnego.ContextProxy:
    return spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)


@pytest.fixture(autouse=True)
def accounts(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pyspnego's acceptor know the account."""
    path = tmp_path_factory.mktemp("ntlm") / "users"
    known = credential()
    domain, _, user = known.user.partition("\\")
    path.write_text(f"{domain}:{user}:{known.secret.reveal() if known.secret else ''}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(path))


class _NtlmServer:
    """Log a client on by NTLM under a scheme, then answer with what is given."""

    def __init__(self, *replies: bytes, scheme: str = "Negotiate", final: bytes | None = None) -> None:
        self.requests: list[bytes] = []
        self._replies = replies
        self._scheme = scheme
        self._final = final

    def play(self, connection: socket.socket) -> None:
        acceptor = _acceptor()
        while not acceptor.complete:
            token = self._token(connection)
            out = acceptor.step(token) if token is not None else None
            if acceptor.complete:
                break
            offer = f"{self._scheme} {base64.b64encode(out).decode()}" if out else self._scheme
            connection.sendall(reply("401 No", WWW_Authenticate=offer))
        for each in (self._final or reply("200 OK", b"<a/>"), *self._replies):
            connection.sendall(each)
            self.requests.append(read_request(connection))

    def _token(self, connection: socket.socket) -> bytes | None:
        request = read_request(connection)
        self.requests.append(request)
        line = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"authorization:"))
        scheme, _, token = line.partition(b": ")[2].partition(b" ")
        return base64.b64decode(token) if scheme.decode() == self._scheme else None


def test_the_message_rides_on_the_last_request_of_a_logon_in_clear() -> None:
    """And on no earlier one."""
    server, steps = _NtlmServer(), list[Step]()
    with serving(server.play) as port:
        wire = _wire(plain_target(port, settings=CLEAR), steps)
        assert wire.send(b"<message/>") == b"<a/>"
        wire.close()
    assert [request.partition(b"\r\n\r\n")[2] for request in server.requests] == [b"", b"<message/>"]
    assert steps == [Step.CONNECTED, Step.PROVING, Step.AUTHENTICATED]
    assert (wire.accepted, wire.idle, wire.round_trips) == (True, True, 2)


def test_another_scheme_is_taken_when_the_first_is_not_offered() -> None:
    """NTLM under its own name, as IIS may offer it."""
    server = _NtlmServer(scheme="NTLM")
    with serving(server.play) as port:
        wire = _wire(plain_target(port, settings=CLEAR))
        assert wire.send(b"<message/>") == b"<a/>"
        wire.close()
    assert len(server.requests) == 3


def test_an_answer_in_clear_is_no_answer_where_messages_are_encrypted() -> None:
    """Somebody in between could have made it."""
    server = _NtlmServer(reply("200 OK", b"<a/>"), final=reply("200 OK"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port))
        with pytest.raises(HostFailure, match="in clear"):
            wire.send(b"<message/>")
    assert b"<message/>" not in b"".join(server.requests)


@pytest.mark.parametrize("kind", ['multipart/encrypted;boundary="X"', "multipart/encrypted"], ids=str)
def test_an_encrypted_answer_that_cannot_be_read_is_malformed(kind: str) -> None:
    """Whatever pypsrp's decoder makes of it."""
    head = b"--X\r\n\tOriginalContent: Length=3\r\n--X\r\n\tContent-Type: application/octet-stream\r\n"
    body = head + b"\x04\x00\x00\x00abcdefg"
    server = _NtlmServer(reply("200 OK", body, Content_Type=kind), final=reply("200 OK"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port))
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, failures.py must name it
            wire.send(b"<message/>")
    assert failure_of(caught.value).reason is Reason.MALFORMED


def test_a_refusal_after_the_logon_is_an_error_in_clear() -> None:
    """A web server's error has a status, if nothing else; the logon itself was good."""
    server = _NtlmServer(reply("503 Unavailable"), final=reply("200 OK"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port))
        with pytest.raises(HostFailure) as caught:
            wire.send(b"<message/>")
    wire.close()
    assert caught.value.reason is Reason.UNREACHABLE
    assert wire.accepted


@pytest.mark.parametrize(
    ("final", "reason"),
    [(reply("503 Unavailable"), Reason.UNREACHABLE), (reply("401 No"), Reason.UNSUPPORTED)],
    ids=["error", "refusal"],
)
def test_a_logon_may_fail_in_its_last_reply(final: bytes, reason: Reason) -> None:
    """Before any message was sent."""
    server = _NtlmServer(final=final)
    with serving(server.play) as port:
        wire = _wire(plain_target(port))
        with pytest.raises(HostFailure) as caught:
            wire.send(b"<message/>")
    assert caught.value.reason is reason
    assert wire.delivered == 0


def test_a_second_challenge_in_the_middle_is_no_wrong_password() -> None:
    """The credential was taken once: what ended is the connection's logon."""
    server = _NtlmServer(reply("401 No", WWW_Authenticate="Negotiate"), final=reply("200 OK"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port))
        with pytest.raises(HostFailure) as caught:
            wire.send(b"<message/>")
    assert caught.value.reason is Reason.UNREACHABLE


def test_a_host_that_hangs_up_after_each_reply_is_logged_on_to_again() -> None:
    """``Connection: close`` costs a logon per message, and works."""
    server = _NtlmServer(final=reply("200 OK", b"<a/>", Connection="close"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port, settings=CLEAR))
        assert [wire.send(b"<message/>"), wire.send(b"<message/>")] == [b"<a/>", b"<a/>"]
    assert wire.round_trips == 4


def test_a_logon_that_never_ends_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host cannot keep us exchanging tokens."""

    class _Endless:
        complete = False

        def step(self, _token: bytes | None = None) -> bytes:
            return b"x"

    monkeypatch.setattr(spnego, "client", lambda *_args, **_named: _Endless())
    with serving(replying(*[reply("401 No", WWW_Authenticate="Negotiate AAAA")] * 9)) as port:
        reason, words = _failure(port)
    assert reason is Reason.MALFORMED
    assert "never came to an end" in words


def test_a_renewed_wire_uses_an_idle_connection_and_leaves_any_other() -> None:
    """A reply that is still under way would answer the next message."""
    server = _NtlmServer(reply("200 OK", b"<b/>"))
    with serving(server.play) as port:
        wire = _wire(plain_target(port, settings=CLEAR))
        wire.send(b"<message/>")
        wire.renew(Deadline(5))
        assert wire.send(b"<message/>") == b"<b/>"
        wire.cut()
        with pytest.raises(OSError, match=r".*"):
            wire.send(b"<message/>")
        before = wire.round_trips
        wire.renew(Deadline(5))
        assert wire.send(b"<message/>") == b"<a/>"
        wire.close()
    assert wire.round_trips - before == 2


def test_a_deadline_counts_down_to_zero() -> None:
    """And is never negative."""
    deadline = Deadline(0.01)
    time.sleep(0.02)
    assert deadline.remaining() == 0
