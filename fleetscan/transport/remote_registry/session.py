"""From a TCP connection to a session: negotiation, logon, keys.

Law: a session is given on only when both sides have proved themselves: the logon is complete, the host's last word
carries a signature made with the session's key, and nobody is logged on as guest or anonymous.
Law: the proof of a password leaves once, and is announced before.
"""

from __future__ import annotations

import math
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import spnego

from fleetscan.errors import HostFailure
from fleetscan.model import Reason, SmbEncryption
from fleetscan.transport.interface import Step
from fleetscan.transport.remote_registry.frames import (
    HEADER_SIZE,
    MORE_PROCESSING,
    SESSION_SETUP,
    SUCCESS,
    Request,
    Response,
    refuse,
    split,
)
from fleetscan.transport.remote_registry.keys import envelope, preauth_hash, signer
from fleetscan.transport.remote_registry.negotiate import SECURITY_MODE, Terms, offer, prove_impacket, read_terms
from fleetscan.transport.remote_registry.shield import Sealing, Shield, Signing
from fleetscan.transport.remote_registry.statuses import refusal

if TYPE_CHECKING:
    from fleetscan.transport.logon import TokenLogon
    from fleetscan.transport.remote_registry.stream import Stream

CREDITS = 256
"""How many credits are wanted at a time: enough for many pipes, and for files in large pieces."""

_LEGS = 6
_GUEST, _ANONYMOUS = 0x01, 0x02
_SETUP = struct.Struct("<HBBIIHHQ")
_SETUP_REPLY = struct.Struct("<HHHH")
_OLD = b"\xffSMB"


@dataclass(slots=True, kw_only=True)
class Session:
    """One logged-on connection. ``credits`` and ``next_id`` change as it is used; ``seconds`` is one round trip."""

    stream: Stream
    terms: Terms
    guid: bytes
    session_id: int
    shield: Shield
    credits: int
    next_id: int
    seconds: float

    @property
    def sealed(self) -> bool:
        """Whether everything is encrypted."""
        return isinstance(self.shield, Sealing)


@dataclass(slots=True)
class _Handshake:
    """The messages before there are keys: one at a time, unsigned, all of them hashed."""

    stream: Stream
    next_id: int = 0
    credits: int = 1
    session_id: int = 0
    preauth: bytes = bytes(64)
    seconds: float = math.inf

    def ask(self, request: Request) -> Response:
        """Send a message and give the reply; the fastest one is kept as the length of a round trip."""
        frame = request.pack()
        self.preauth = preauth_hash(self.preauth, frame)
        self.next_id += 1
        began = time.monotonic()
        self.stream.send([frame])
        response = self._reply(request.command)
        self.seconds = min(self.seconds, time.monotonic() - began)
        return response

    def _reply(self, command: int) -> Response:
        while True:
            frame = self.stream.receive()
            if frame[:4] == _OLD:
                message = "the host answers in SMB 1, which is not spoken; enable SMB 2.1 or later there"
                raise HostFailure(Reason.UNSUPPORTED, message)
            (response, *more) = split(frame)
            if more or response.command != command or response.message_id != self.next_id - 1:
                refuse("a reply to nothing that was asked")
            if not response.interim:
                self.credits += response.credits - 1
                return response

    def hash(self, response: Response) -> None:
        self.preauth = preauth_hash(self.preauth, response.raw)


def open_session(stream: Stream, logon: TokenLogon, encrypt: SmbEncryption, on_step: Callable[[Step], None]) -> Session:
    """Negotiate and log on. Raises HostFailure, and what the libraries raise."""
    prove_impacket()
    talk = _Handshake(stream)
    guid = os.urandom(16)
    terms = _negotiated(talk, guid)
    if encrypt is SmbEncryption.REQUIRED and terms.cipher is None:
        message = "the host cannot encrypt, and fleetscan_smb_encrypt demands it; SMB 3 can"
        raise HostFailure(Reason.UNSUPPORTED, message)
    last, key = _logged_on(talk, logon, on_step)
    return Session(
        stream=stream,
        terms=terms,
        guid=guid,
        session_id=talk.session_id,
        shield=_protected(talk, terms, last, key),
        credits=talk.credits,
        next_id=talk.next_id,
        seconds=talk.seconds,
    )


def _negotiated(talk: _Handshake, guid: bytes) -> Terms:
    request = offer(guid, os.urandom(32))
    try:
        response = talk.ask(request)
    except ConnectionError as error:
        message = (
            "the host hung up before it answered; does it speak SMB 2.1 or later (SMB 1 is never used), and does it "
            "allow connections from here?"
        )
        raise HostFailure(Reason.UNREACHABLE, message) from error
    if response.status != SUCCESS:
        raise refusal(response.status)
    talk.hash(response)
    return read_terms(response.body)


def _logged_on(talk: _Handshake, logon: TokenLogon, on_step: Callable[[Step], None]) -> tuple[Response, bytes]:
    """Exchange tokens. Gives the host's last message, which is not verified yet, and the session's key."""
    proves = logon.credential.secret is not None
    if proves and logon.mechanism != "ntlm":
        on_step(Step.PROVING)  # the KDC may be asked
    context = logon.start(None, spnego.NegotiateOptions.session_key)
    token = context.step()
    for leg in range(_LEGS):
        if leg == 1 and proves and logon.mechanism == "ntlm":
            on_step(Step.PROVING)
        response = _set_up(talk, token or b"")
        answer = _token(response)
        if response.status == SUCCESS:
            return response, _key(context, answer)
        if response.status != MORE_PROCESSING:
            raise refusal(response.status)
        talk.hash(response)
        token = context.step(answer)
    message = "the host never came to an end of the logon"
    raise HostFailure(Reason.MALFORMED, message)


def _set_up(talk: _Handshake, token: bytes) -> Response:
    """Send one token (MS-SMB2, 2.2.5), and give the reply."""
    body = _SETUP.pack(25, 0, SECURITY_MODE, 0, 0, HEADER_SIZE + _SETUP.size, len(token), 0) + token
    response = talk.ask(
        Request(
            command=SESSION_SETUP,
            body=body,
            message_id=talk.next_id,
            credits=CREDITS,
            session_id=talk.session_id,
        )
    )
    if talk.session_id and response.session_id != talk.session_id and response.status in (SUCCESS, MORE_PROCESSING):
        refuse("the host changed the session during the logon")
    talk.session_id = response.session_id
    return response


def _token(response: Response) -> bytes:
    """Take the host's token out of its message (MS-SMB2, 2.2.6)."""
    if response.status not in (SUCCESS, MORE_PROCESSING):
        return b""
    if len(response.body) < _SETUP_REPLY.size:
        refuse("the answer to the logon is too short")
    _, _, start, length = _SETUP_REPLY.unpack_from(response.body)
    token = response.raw[start : start + length]
    if length and (start < HEADER_SIZE + _SETUP_REPLY.size or len(token) != length):
        refuse("the logon's token is not where it should be")
    return token


def _key(context: spnego.ContextProxy, answer: bytes) -> bytes:
    """End the exchange of tokens, and give the session's key."""
    if answer and not context.complete:
        context.step(answer)
    if not context.complete:
        message = "the host ended the logon without proving itself"
        raise HostFailure(Reason.MALFORMED, message)
    return context.session_key


def _protected(talk: _Handshake, terms: Terms, last: Response, key: bytes) -> Shield:
    """Make the session's protection, and verify the host's last message with it."""
    (flags,) = struct.unpack_from("<H", last.body, 2)
    if flags & (_GUEST | _ANONYMOUS):
        message = "the host takes the account for a guest, so nothing it says would count; check user and domain"
        raise HostFailure(Reason.AUTH_FAILED, message)
    signing = Signing(signer(terms.dialect, key, talk.preauth))
    signing.verified(last)
    if terms.cipher is None:
        return signing
    return Sealing(envelope(terms.dialect, terms.cipher, key, talk.preauth, talk.session_id))
