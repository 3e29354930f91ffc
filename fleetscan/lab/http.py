"""The server's half of HTTP/1.1, as far as WinRM clients use it: no socket, bytes in, requests out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers; Kerberos tokens with many groups are about 48 KiB."""

MAX_BODY = 1024 * 1024
"""Bytes of one body: an envelope of 500 KiB and its encryption, with room to spare."""


class BadRequest(Exception):  # noqa: N818 - named for the answer it leads to
    """Say that the bytes are not HTTP, or too many; carries the status to answer with."""

    def __init__(self, status: HTTPStatus) -> None:
        """Keep the status."""
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class RequestParser:
    """Collect bytes and give whole requests. Only ``Content-Length`` bodies: WinRM clients send no other."""

    _buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[HttpRequest]:
        """Yield every request that is complete after ``data``; raise :class:`BadRequest`."""
        self._buffer += data
        while (request := self._next()) is not None:
            yield request

    def _next(self) -> HttpRequest | None:
        """Cut one request off the buffer."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return None
        method, target, headers = _head(bytes(self._buffer[:end]))
        stop = end + 4 + _length(headers)
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[end + 4 : stop])
        del self._buffer[:stop]
        return HttpRequest(method=method, target=target, headers=headers, body=body)


def _head(head: bytes) -> tuple[str, str, dict[str, str]]:
    """Take request line and headers apart."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):  # noqa: PLR2004 - method, target, version
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        headers[name.strip().lower()] = value.strip()
    return words[0], words[1], headers


def _length(headers: dict[str, str]) -> int:
    """Give the length of the body; refuse what this parser does not read."""
    if "transfer-encoding" in headers:
        raise BadRequest(HTTPStatus.LENGTH_REQUIRED)
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdecimal():
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(length)


def response(status: int, headers: Sequence[tuple[str, str]] = (), body: bytes = b"") -> bytes:
    """Render one response as ``http.sys`` does, with its ``Server`` header and a length."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += ["Server: Microsoft-HTTPAPI/2.0", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
