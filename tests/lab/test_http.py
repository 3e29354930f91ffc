"""HTTP requests out of bytes."""

from __future__ import annotations

import itertools
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetscan.lab.http import MAX_BODY, MAX_HEAD, BadRequest, HttpRequest, RequestParser, response

ONE = b"POST /wsman HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
TWO = b"GET / HTTP/1.0\r\nX:y \r\n\r\n"


@given(st.lists(st.integers(1, len(ONE + TWO)), max_size=6))
def test_any_split_gives_the_same_requests(cuts: list[int]) -> None:
    """However the bytes arrive, the same requests come out."""
    parser, data, found = RequestParser(), ONE + TWO, []
    edges = [0, *sorted(cuts), len(data)]
    for start, stop in itertools.pairwise(edges):
        found += list(parser.feed(data[start:stop]))
    assert found == [
        HttpRequest(method="POST", target="/wsman", headers={"host": "a", "content-length": "3"}, body=b"abc"),
        HttpRequest(method="GET", target="/", headers={"x": "y"}, body=b""),
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes raise anything but BadRequest."""
    try:
        list(RequestParser().feed(data + b"\r\n\r\n"))
    except BadRequest as bad:
        assert 400 <= bad.status < 500  # noqa: PT017 - most bytes are refused, some may be read


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"POST /wsman\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST /wsman SPDY/3\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\n: x\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", HTTPStatus.BAD_REQUEST),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b"POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\n" % (b"9" * 5000), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTPStatus.LENGTH_REQUIRED),
        (b"x" * (MAX_HEAD + 1), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    ],
)
def test_refused_requests(data: bytes, status: HTTPStatus) -> None:
    """What is no HTTP, or too much of it, is refused with its status."""
    with pytest.raises(BadRequest) as refused:
        list(RequestParser().feed(data))
    assert refused.value.status is status


def test_response() -> None:
    """A response looks like one of http.sys."""
    assert response(401, [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Kerberos")], b"x") == (
        b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Kerberos\r\n"
        b"Server: Microsoft-HTTPAPI/2.0\r\nContent-Length: 1\r\n\r\nx"
    )
