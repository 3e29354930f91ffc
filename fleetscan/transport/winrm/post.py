"""One HTTP request and its reply on an open link."""

from __future__ import annotations

import base64
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING

from fleetscan.errors import HostFailure
from fleetscan.model import Reason

if TYPE_CHECKING:
    from fleetscan.transport.link import Link

REPLY_LIMIT = 8 * 1024 * 1024
"""Bytes that the body of one reply may have."""

UNAUTHORIZED = 401

_CHALLENGE = re.compile(r"(?:^|,)\s*([A-Za-z]+)(?:\s+([A-Za-z0-9+/]+=*))?(?=\s|,|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. ``last`` says that the host closes the connection after it."""

    status: int
    headers: Message
    body: bytes
    last: bool

    @property
    def kind(self) -> str:
        """Give the content type in full."""
        return self.headers.get("Content-Type", "")

    @property
    def good(self) -> bool:
        """Whether the status is one of success."""
        return http.client.OK <= self.status < http.client.MULTIPLE_CHOICES

    @property
    def schemes(self) -> Mapping[str, bytes]:
        """Map each scheme that the host offers, in lower case, to the token it sent with it (mostly none).

        Raises ValueError for a token that is no base64.
        """
        lines = self.headers.get_all("WWW-Authenticate", [])
        found = [match.groups(default="") for line in lines for match in _CHALLENGE.finditer(line)]
        return {scheme.lower(): base64.b64decode(token, validate=True) for scheme, token in found if scheme}


def post(link: Link, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Send a POST and read the whole reply.

    Raises HostFailure (too large), and whatever http.client and the socket raise; the link is unusable then.
    """
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    link.send_all(head.encode("ascii") + body)
    # The class only calls makefile; what it is given here does exactly that.
    response = http.client.HTTPResponse(link, method="POST")  # type: ignore[arg-type]
    response.begin()
    if (response.length or 0) > REPLY_LIMIT:
        raise _too_large()
    data = response.read(REPLY_LIMIT + 1)
    if len(data) > REPLY_LIMIT:
        raise _too_large()
    if response.length:
        raise http.client.IncompleteRead(data[:0], response.length)
    return Reply(status=response.status, headers=response.headers, body=data, last=response.will_close)


def _too_large() -> HostFailure:
    return HostFailure(Reason.TOO_LARGE, f"a reply of more than {REPLY_LIMIT} bytes; it was not read")
