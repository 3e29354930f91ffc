"""One connection's conversation: logon, encryption, envelopes. Requests in, replies out; no socket, no clock.

Law: nothing but the logon is spoken of before the logon, and on plain HTTP nothing but encrypted messages after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias, assert_never

from fleetscan.lab.auth import Accepted, Anonymous, Challenge, Logon, Rejected
from fleetscan.lab.encryption import Unreadable, is_sealed, seal, unseal
from fleetscan.lab.faults import Hang, Moment, RejectLogon, Truncate
from fleetscan.lab.http import HttpRequest, response
from fleetscan.lab.shell import Held
from fleetscan.lab.soap import Answer
from fleetscan.lab.wsman import Service

_PLAIN = "application/soap+xml;charset=UTF-8"


@dataclass(slots=True)
class Tally:
    """How many logons one host let in, and how many it turned away."""

    accepted: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """Send these bytes; ``moment`` is what they answer."""

    moment: Moment
    data: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Answer later."""

    held: Held


Step: TypeAlias = Say | Hold


class Conversation:
    """Everything one host says over one connection."""

    def __init__(self, service: Service, logon: Logon, tally: Tally, *, offers: tuple[str, ...], secure: bool) -> None:
        """Begin; ``offers`` are the schemes named to a client that has not logged on."""
        self._service = service
        self._logon = logon
        self._tally = tally
        self._play = service.endpoint.play
        self._offers = [("WWW-Authenticate", offer) for offer in offers]
        self._secure = secure
        self._scheme = ""

    def take(self, request: HttpRequest) -> Step:
        """Answer one HTTP request, or hold it."""
        if request.target.partition("?")[0].lower().rstrip("/") != "/wsman":
            return Say(Moment.OTHER, response(HTTPStatus.NOT_FOUND))
        if request.method != "POST":
            return Say(Moment.OTHER, response(HTTPStatus.METHOD_NOT_ALLOWED))
        verdict = self._logon.judge(request.headers.get("authorization"))
        match verdict:
            case Anonymous():
                return Say(Moment.OTHER, response(HTTPStatus.UNAUTHORIZED, self._offers))
            case Challenge(header):
                return Say(Moment.CHALLENGE, response(HTTPStatus.UNAUTHORIZED, _token(header)))
            case Rejected():
                return self._reject()
            case Accepted(user, header, fresh):
                return (self._welcome if fresh else self._message)(request, user, header)
            case _:
                assert_never(verdict)

    def resume(self, held: Held) -> Step:
        """Try a held request again."""
        return self._step(held.moment, self._service.resume(held), "")

    def expire(self, held: Held) -> Step:
        """Answer a held request whose time is over."""
        return self._step(held.moment, self._service.expire(held), "")

    def drop(self, held: Held) -> None:
        """Forget a held request whose client has gone."""
        self._service.drop(held)

    def _reject(self) -> Say:
        """Turn a logon away."""
        self._tally.rejected += 1
        self._logon.forget()
        return Say(Moment.AUTHENTICATE, response(HTTPStatus.UNAUTHORIZED, self._offers))

    def _welcome(self, request: HttpRequest, user: str, header: str) -> Step:
        """Let a logon in, and serve the message that came with it."""
        act = self._play.get(Moment.AUTHENTICATE)
        if isinstance(act, RejectLogon):
            return self._reject()
        self._tally.accepted += 1
        if isinstance(act, Hang):
            return Say(Moment.AUTHENTICATE, b"")
        return self._message(request, user, header)

    def _message(self, request: HttpRequest, user: str, header: str) -> Step:
        """Serve one message of a client that is logged on."""
        if not request.body:
            return Say(Moment.AUTHENTICATE, response(HTTPStatus.OK, _token(header)))
        try:
            document = self._opened(request)
        except Unreadable:
            return Say(Moment.OTHER, response(HTTPStatus.BAD_REQUEST))
        if document is None:
            return Say(Moment.OTHER, response(HTTPStatus.INTERNAL_SERVER_ERROR))
        return self._step(*self._service.handle(document, user), header)

    def _opened(self, request: HttpRequest) -> bytes | None:
        """Decrypt a message; ``None`` for one in the clear where Windows wants none (AllowUnencrypted=false)."""
        if not is_sealed(request.headers.get("content-type", "")):
            self._scheme = ""
            return request.body if self._secure else None
        if self._logon.context is None:
            msg = "encrypted, and no context to decrypt with"
            raise Unreadable(msg)
        document, self._scheme = unseal(self._logon.context, request.body)
        return document

    def _step(self, moment: Moment, answer: Answer | Held, header: str) -> Step:
        """Render an answer the way its request came."""
        if isinstance(answer, Held):
            return Hold(answer)
        text = answer.text.encode("utf-8", "surrogatepass")
        if isinstance(self._play.get(moment), Truncate):
            text = text[: len(text) // 2]
        content_type = _PLAIN
        if self._scheme and self._logon.context is not None:
            content_type, text = seal(self._logon.context, text, self._scheme)
        return Say(moment, response(answer.status, [("Content-Type", content_type), *_token(header)], text))


def _token(header: str) -> list[tuple[str, str]]:
    """Give the header with the last token, when there is one."""
    return [("WWW-Authenticate", header)] if header else []
