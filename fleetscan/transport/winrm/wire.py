"""The transport object below pypsrp's ``WSMan``: its three members are ``send``, ``close`` and ``endpoint``.

Law: no message leaves before the logon is complete on its connection, except where it rides on the logon's own request
over verified TLS, as Windows clients do it. Law: in an encrypted conversation, what is not encrypted is no answer.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pypsrp.encryption import WinRMEncryption
from pypsrp.exceptions import WinRMTransportError
from spnego import NegotiateOptions

from fleetscan.credentials.interface import Credential, Secret
from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.interface import Step
from fleetscan.transport.link import TOTAL_LIMIT, Link, Meter, Scissors, connect
from fleetscan.transport.logon import TokenLogon
from fleetscan.transport.winrm.faults import status
from fleetscan.transport.winrm.logon import SCHEMES, HeaderLogon
from fleetscan.transport.winrm.post import UNAUTHORIZED, Reply, post
from fleetscan.transport.winrm.tls import channel_binding
from fleetscan.transport.words import plain

if TYPE_CHECKING:
    import spnego

    from fleetscan.transport.deadline import Deadline
    from fleetscan.transport.winrm.route import Route

_CLEAN_UP_BYTES = 1024 * 1024
_LEGS = 6
_SOAP = "application/soap+xml;charset=UTF-8"
_BOUNDARY = re.compile(r'boundary="?([^";]{1,70})"?')
_ENCRYPTED = ("multipart/encrypted", "multipart/x-multi-encrypted")


class Wire:
    """One conversation's way to its host: connects and logs on when first needed, and again after the host hung up.

    ``accepted`` says that the host took the logon, ``delivered`` counts the messages that were sent, ``idle`` says that
    no request is without its reply, ``round_trips`` counts requests.
    """

    def __init__(
        self, route: Route, deadline: Deadline, on_step: Callable[[Step], None], scissors: Scissors | None = None
    ) -> None:
        """Prepare; nothing is contacted yet."""
        self.endpoint = route.endpoint
        self.round_trips = 0
        self.accepted = False
        self.delivered = 0
        self.idle = True
        self._route = route
        self._deadline = deadline
        self._on_step = on_step
        self._scissors = scissors or Scissors()
        self._meter = Meter(TOTAL_LIMIT)
        self._link: Link | None = None
        self._encryption: WinRMEncryption | None = None

    @property
    def received(self) -> int:
        """Count the bytes that the host sent."""
        return self._meter.received

    def send(self, message: bytes, *, retries_on_read_timeout: int = 0, timeout: object = None) -> bytes:
        """Post one SOAP message and give the reply, both in clear.

        Both options of pypsrp's own transport are passed over: the deadline bounds everything, and a request is never
        repeated. Raises HostFailure, WinRMTransportError (which pypsrp turns into a fault), and what the libraries
        below raise; the connection is dropped then, and ``idle`` stays false.
        """
        del retries_on_read_timeout, timeout
        self.idle = False
        try:
            reply = self._deliver(message)
            content = self._content(reply)
        except BaseException:
            self.close()
            raise
        if reply.last:
            self.close()
        self.idle = True
        if not reply.good:
            raise _http_error(reply, content)
        return content

    def close(self) -> None:
        """Drop the connection, if there is one."""
        if self._link is not None:
            self._link.close()
        self._link = None
        self._encryption = None

    def cut(self) -> None:
        """Wake the thread that is blocked in :meth:`send`, which then fails; callable from any thread."""
        self._scissors.cut()

    def renew(self, deadline: Deadline) -> None:
        """Go on under another deadline: on the same connection when it is idle, else on a fresh one."""
        self._deadline = deadline
        if self.idle and self._link is not None and not self._scissors.used:
            self._link.renew(deadline)
            return
        self.close()
        self._scissors = Scissors()
        self._meter.allow(_CLEAN_UP_BYTES)

    def _deliver(self, message: bytes) -> Reply:
        """Send a message on a connection that is logged on, opening it first where there is none."""
        if self._link is None:
            self._link = self._connect()
            if isinstance(self._route.logon, TokenLogon):
                reply = self._exchange_tokens(self._link, self._route.logon, message)
                if reply is not None:
                    return reply
        self.delivered += 1
        if isinstance(self._route.logon, HeaderLogon) and not self.accepted:
            self._prove()
        if self._encryption is None:
            return self._checked(self._post(self._link, message, _SOAP))
        kind, body = self._encryption.wrap_message(message)
        kind = f'{kind};protocol="{self._encryption.protocol}";boundary="Encrypted Boundary"'
        return self._checked(self._post(self._link, body, kind))

    def _connect(self) -> Link:
        route = self._route
        link = connect(route.address, route.port, route.tls, self._deadline, self._scissors, self._meter)
        self._on_step(Step.CONNECTED)
        return link

    def _post(self, link: Link, body: bytes, kind: str, authorization: str | None = None) -> Reply:
        headers = {
            "Host": self._route.authority,
            "User-Agent": "fleetscan",
            "Accept-Encoding": "identity",
            "Connection": "Keep-Alive",
            "Content-Type": kind,
        }
        logon = self._route.logon
        if authorization is None and isinstance(logon, HeaderLogon):
            authorization = logon.header
        if authorization is not None:
            headers["Authorization"] = authorization
        self.round_trips += 1
        return post(link, self._route.path, headers, body)

    def _checked(self, reply: Reply) -> Reply:
        """See whether the host still (or, with a fixed header, at last) knows us."""
        logon = self._route.logon
        if reply.status != UNAUTHORIZED:
            if not self.accepted:
                self._greet()
            return reply
        if isinstance(logon, TokenLogon):
            message = "the host ended the logon in the middle of the conversation"
            raise HostFailure(Reason.UNREACHABLE, message)
        raise _refusal(reply, (logon.scheme,))

    def _exchange_tokens(self, link: Link, logon: TokenLogon, message: bytes) -> Reply | None:
        """Log a connection on. Gives the reply to the message when it rode along, which it does unless encrypted."""
        certificate = link.peer_certificate()
        binding = channel_binding(certificate) if certificate else None
        schemes = SCHEMES[logon.mechanism]
        options = NegotiateOptions.wrapping_winrm if self._route.encrypt else NegotiateOptions.none
        if logon.mechanism != "ntlm":
            self._prove()  # the KDC may be asked
        scheme, context = schemes[0], logon.start(binding, options)
        token = context.step()
        for leg in range(_LEGS):
            # The first leg of NTLM cannot be the last: nothing rides on it.
            rides = not self._route.encrypt and (leg > 0 or logon.mechanism != "ntlm")
            self.delivered += rides
            reply = self._post(link, message if rides else b"", _SOAP, f"{scheme} {_encoded(token)}")
            if reply.status != UNAUTHORIZED:
                return self._accepted(reply, scheme, context, rides=rides)
            if reply.last:
                message_ = "the host closes the connection during the logon; is a proxy in between?"
                raise HostFailure(Reason.UNREACHABLE, message_)
            other = _other_scheme(reply, schemes) if leg == 0 else None
            if other is not None:
                scheme, context = other, logon.start(binding, options)
                token = context.step()
                continue
            challenge = reply.schemes.get(scheme.lower())
            token = context.step(challenge) if challenge else None
            if not token:
                raise _refusal(reply, schemes)
            self._prove()
        message_ = "the host never came to an end of the logon"
        raise HostFailure(Reason.MALFORMED, message_)

    def _prove(self) -> None:
        """Tell that the proof of a password is about to leave, if this logon has a password."""
        match self._route.logon:
            case HeaderLogon(scheme="Basic") | TokenLogon(credential=Credential(secret=Secret())):
                self._on_step(Step.PROVING)
            case _:
                pass

    def _accepted(self, reply: Reply, scheme: str, context: spnego.ContextProxy, *, rides: bool) -> Reply | None:
        """End the exchange: both sides must have proved themselves before anything is believed."""
        challenge = reply.schemes.get(scheme.lower())
        if challenge and not context.complete:
            context.step(challenge)
        if not context.complete:
            if not reply.good:
                raise _http_error(reply, reply.body)
            message = "what answered asks for no logon, so it is no WinRM service; check the port"
            raise HostFailure(Reason.UNSUPPORTED, message)
        self._greet()
        if rides:
            return reply
        if not reply.good:
            raise _http_error(reply, reply.body)
        if self._route.encrypt:
            protocol = WinRMEncryption.KERBEROS if scheme == "Kerberos" else WinRMEncryption.SPNEGO
            self._encryption = WinRMEncryption(context, protocol)
        return None

    def _greet(self) -> None:
        self.accepted = True
        self._on_step(Step.AUTHENTICATED)

    def _content(self, reply: Reply) -> bytes:
        """Take the encryption off a reply."""
        if self._encryption is None:
            return reply.body
        if reply.kind.lower().startswith(_ENCRYPTED):
            boundary = _BOUNDARY.search(reply.kind)
            return self._encryption.unwrap_message(reply.body, boundary.group(1) if boundary else "")
        if reply.good:
            message = "the host answered in clear where messages are encrypted; somebody may be in between"
            raise HostFailure(Reason.MALFORMED, message)
        return reply.body


def _http_error(reply: Reply, content: bytes) -> WinRMTransportError | HostFailure:
    """Make what pypsrp expects when there is a fault in the content; it would take a web page for one, too."""
    if b"Fault" in content and b"Envelope" in content:
        return WinRMTransportError("http", reply.status, content.decode(errors="replace"))
    reason, words = status(reply.status)
    return HostFailure(reason, f"{words} (HTTP {reply.status})")


def _encoded(token: bytes | None) -> str:
    return base64.b64encode(token or b"").decode()


def _other_scheme(reply: Reply, schemes: tuple[str, ...]) -> str | None:
    """Choose another of our schemes when the preferred one is not offered at all."""
    if schemes[0].lower() in reply.schemes:
        return None
    return next((scheme for scheme in schemes if scheme.lower() in reply.schemes), None)


def _refusal(reply: Reply, ours: tuple[str, ...]) -> HostFailure:
    """Tell a credential that was turned down from a kind of logon that the host does not take."""
    offered = reply.schemes
    header = ours[0].startswith("http")
    if header or any(scheme.lower() in offered for scheme in ours):
        message = (
            "the host does not accept the logon; check user, password and lock-out, whether its policy refuses NTLM, "
            "and the clocks (Kerberos)"
        )
        return HostFailure(Reason.AUTH_FAILED, message)
    names = plain(", ".join(sorted(offered)) or "nothing", 120)
    message = f"the host offers {names} for logon, not {ours[0]}; enable it in winrm/config/service/auth or set auth"
    return HostFailure(Reason.UNSUPPORTED, message)
