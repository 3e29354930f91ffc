from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import cryptography.exceptions
import impacket.smb3structs
import impacket.structure
import pytest
import spnego.exceptions
from cryptography.exceptions import InvalidTag

import fleetscan.transport.remote_registry as room
from fleetscan.errors import HostFailure
from fleetscan.model import Reason
from fleetscan.transport.failures import row_for
from fleetscan.transport.remote_registry.failures import ROWS, failure_of


def raised_by(*modules: ModuleType) -> Iterator[type[Exception]]:
    """List the exception classes that modules define or hand on."""
    for module in modules:
        for _, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Exception) and member is not Exception:
                yield member


@pytest.mark.parametrize(
    "kind",
    set(raised_by(spnego.exceptions, cryptography.exceptions, impacket.structure, impacket.smb3structs)),
    ids=lambda kind: kind.__name__,
)
def test_each_exception_of_the_libraries_has_a_row(kind: type[Exception]) -> None:
    """No exception class of a library in use is left to the last row, which is for what nobody thought of."""
    assert row_for(ROWS, kind) is not ROWS[-1]


def test_each_exception_of_our_own_room_stays_in_it() -> None:
    """The room's own exceptions are caught where they are raised: none has to be named as a failure of a host."""
    modules = [importlib.import_module(f"{room.__name__}.{each.name}") for each in pkgutil.iter_modules(room.__path__)]
    own = {kind for kind in raised_by(*modules) if kind.__module__.startswith(room.__name__)}
    assert not {kind for kind in own if issubclass(kind, HostFailure)}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ConnectionRefusedError(), Reason.UNREACHABLE),
        (ConnectionResetError(), Reason.UNREACHABLE),
        (ConnectionError("the host hung up"), Reason.UNREACHABLE),
        (TimeoutError(), Reason.TIMED_OUT),
        (OSError(113, "No route to host"), Reason.UNREACHABLE),
        (InvalidTag(), Reason.MALFORMED),
        (cryptography.exceptions.UnsupportedAlgorithm("md4"), Reason.UNSUPPORTED),
        (importlib.import_module("struct").error("short"), Reason.MALFORMED),
        (MemoryError(), Reason.TOO_LARGE),
        (HostFailure(Reason.DENIED, "no"), Reason.DENIED),
        (Exception("?"), Reason.MALFORMED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_exception_means(error: Exception, reason: Reason) -> None:
    """Each kind has its reason from the closed list, and words."""
    failure = failure_of(error)
    assert failure.reason is reason
    assert failure.detail


def test_a_port_where_nobody_listens_has_the_words_of_smb() -> None:
    """The remedy is that of this transport."""
    assert "445" in failure_of(ConnectionRefusedError()).detail
