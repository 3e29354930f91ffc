from __future__ import annotations

import http.client
import importlib
import pkgutil
import socket
import ssl
import xml.etree.ElementTree as ET
from types import ModuleType

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from spnego.exceptions import BadBindingsError, InvalidTokenError, NoCredentialError, SpnegoError

from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.failures import overdue, row_for
from fleetscan.transport.winrm.failures import ROWS, failure_of

LIBRARIES = ("pypsrp", "requests", "urllib3", "spnego", "gssapi", "krb5", "xml", "http.client", "ssl", "socket")
ELSEWHERE = {
    "urllib3.contrib.pyopenssl",
    "urllib3.contrib.socks",
    "urllib3.contrib.emscripten",
    "spnego.__main__",
    "requests.packages",
}
ELSEWHERE |= {"spnego.gss", "spnego.negotiate", "spnego.ntlm", "spnego.sspi"}
"""Modules that need another platform or package, are programs, or are deprecated names of others."""


INWARD = {
    "pypsrp._pool_manager.NewConnectionDisabled",
    "socket._GiveupOnSendfile",
    "xml.dom.expatbuilder.ParseEscape",
}
"""Exceptions that are caught inside their own library."""


def _modules(name: str) -> list[ModuleType]:
    """Import a library and everything below it."""
    root = importlib.import_module(name)
    found = [root]
    for info in pkgutil.walk_packages(getattr(root, "__path__", []), f"{name}."):
        if info.name in ELSEWHERE or any(info.name.startswith(f"{each}.") for each in ELSEWHERE):
            continue
        try:
            found.append(importlib.import_module(info.name))
        except ImportError:  # a module for another platform defines nothing that could reach us here
            continue
    return found


def _exceptions() -> set[type[Exception]]:
    """Gather every exception class that one of the libraries defines; warnings are none."""
    return {
        each
        for library in LIBRARIES
        for module in _modules(library)
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Exception)
        and not issubclass(each, Warning)
        and each is not Exception
        and f"{each.__module__}.{each.__qualname__}" not in INWARD
    }


def test_every_exception_of_the_libraries_below_is_mapped() -> None:
    """Only what nobody knows may be left to the last row."""
    found = _exceptions()
    assert len(found) > 80
    assert sorted(f"{each.__module__}.{each.__name__}" for each in found if row_for(ROWS, each) is ROWS[-1]) == []


class _Unheard(Exception):  # noqa: N818 - what it is for is to be unheard of
    """Something that no library raises."""


@pytest.mark.parametrize(
    ("error", "reason", "mark"),
    [
        (ConnectionRefusedError(111, "Connection refused"), Reason.UNREACHABLE, "Enable-PSRemoting"),
        (ConnectionResetError(104, "reset"), Reason.UNREACHABLE, "cut the connection"),
        (BrokenPipeError(32, "pipe"), Reason.UNREACHABLE, "cut the connection"),
        (http.client.RemoteDisconnected("gone"), Reason.UNREACHABLE, "cut the connection"),
        (http.client.IncompleteRead(b"", 3), Reason.UNREACHABLE, "cut the connection"),
        (socket.gaierror(-2, "Name or service not known"), Reason.UNREACHABLE, "DNS"),
        (OSError(113, "No route to host"), Reason.UNREACHABLE, "No route to host"),
        (ssl.SSLCertVerificationError(1, "self-signed"), Reason.UNREACHABLE, "ansible_psrp_ca_cert"),
        (ssl.SSLError(1, "wrong version number"), Reason.UNREACHABLE, "HTTPS port"),
        (requests.exceptions.SSLError("wrong version"), Reason.UNREACHABLE, "HTTPS port"),
        (requests.exceptions.ConnectTimeout("slow"), Reason.TIMED_OUT, "fleetscan_deadline"),
        (requests.exceptions.ConnectionError("no"), Reason.UNREACHABLE, "failed"),
        (requests.exceptions.JSONDecodeError("no", "", 0), Reason.MALFORMED, "understood"),
        (urllib3.exceptions.ReadTimeoutError(None, "", "slow"), Reason.TIMED_OUT, "fleetscan_deadline"),  # type: ignore[arg-type]
        (TimeoutError("timed out"), Reason.TIMED_OUT, "fleetscan_deadline"),
        (http.client.BadStatusLine("220 mail"), Reason.MALFORMED, "does not speak HTTP"),
        (ET.ParseError("no element found"), Reason.MALFORMED, "understood"),
        (KeyError("s:Body"), Reason.MALFORMED, "understood"),
        (RecursionError("deep"), Reason.MALFORMED, "understood"),
        (MemoryError(), Reason.TOO_LARGE, "memory"),
        (ImportError("gssapi"), Reason.UNSUPPORTED, "fleetscan[kerberos]"),
        (AuthenticationError("x"), Reason.AUTH_FAILED, "logon"),
        (WinRMError("related id"), Reason.MALFORMED, "understood"),
        (WinRMTransportError("http", 503, ""), Reason.UNREACHABLE, "not running"),
        (WinRMTransportError("http", 302, ""), Reason.UNSUPPORTED, "HTTP 302"),
        (WSManFaultError(5, None, "Access is denied.", None, None, None), Reason.DENIED, "Access is denied."),
        (WSManFaultError(2150859173, None, "too many", None, None, None), Reason.DENIED, "MaxShellsPerUser"),
        (WSManFaultError(2150858811, None, None, None, None, None), Reason.UNSUPPORTED, "configuration_name"),
        (WSManFaultError(1326, None, None, None, None, None), Reason.AUTH_FAILED, "password"),
        (WSManFaultError("w:Odd", None, "odd", None, None, None), Reason.UNSUPPORTED, "code w:Odd"),
        (NoCredentialError(context_msg="none"), Reason.AUTH_FAILED, "kinit"),
        (InvalidTokenError(context_msg="Received SPNEGO rejection"), Reason.AUTH_FAILED, "turned the logon down"),
        (InvalidTokenError(context_msg="Failed to unpack"), Reason.MALFORMED, "could not be read"),
        (BadBindingsError(), Reason.MALFORMED, "protected message"),
        (SpnegoError(error_code=13, context_msg="Unwrapping"), Reason.MALFORMED, "protected message"),
        (HostFailure(Reason.DENIED, "as\nit is"), Reason.DENIED, "as it is"),
        (_Unheard("of"), Reason.MALFORMED, "please report"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_each_kind_of_error_has_its_reason_and_remedy(error: Exception, reason: Reason, mark: str) -> None:
    """The first row that fits decides."""
    failure = failure_of(error)
    assert failure.reason is reason
    assert mark in failure.detail


def test_an_error_without_words_is_named_by_its_class() -> None:
    """Nobody reads a pair of empty brackets."""
    assert failure_of(KeyError()).detail.endswith("(KeyError)")


@given(st.text(max_size=3000))
def test_whatever_an_error_says_is_bounded_and_printable(text: str) -> None:
    """Control characters, line breaks and length of a host's words end here."""
    for error in (ValueError(text), HostFailure(Reason.DENIED, text), WSManFaultError(7, None, text, None, None, None)):
        detail = failure_of(error).detail
        assert len(detail) <= 500
        assert not any(mark in detail for mark in "\n\r\x1b\x00\u202e")
        detail.encode()


def test_rows_that_judge_give_the_same_reason_for_strangers() -> None:
    """A judge that meets another class than its own falls back on the table's most general words."""
    judged = [row for row in ROWS if row.judge is not None]
    assert {row.judge(_Unheard("x"))[0] for row in judged if row.judge} <= set(Reason)


def test_a_thread_that_does_not_come_back_is_stuck_in_one_of_two_libraries() -> None:
    """Before there is a socket it is the resolver, after that Kerberos."""
    assert (overdue(connected=False).reason, overdue(connected=True).reason) == (Reason.UNREACHABLE, Reason.TIMED_OUT)
