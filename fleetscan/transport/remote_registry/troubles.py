"""What can go wrong on a named pipe and in the RPC on it -> outcomes: tables of statuses, faults and codes. Pure.

Numbers: MS-ERREF 2.2 (Win32 codes) and 2.3.1 (NTSTATUS); C706, appendix E, and MS-RPCE 3.3.2.5 (faults).
Law: denied means that the host said so; a number that is not in a table is *unsupported*, never absent.
"""

from __future__ import annotations

from collections.abc import Mapping

from fleetscan.model import Reason, Unknown

MISSING = frozenset({0xC00000AC, 0xC0000034})
"""The pipe is not there: STATUS_PIPE_NOT_AVAILABLE, STATUS_OBJECT_NAME_NOT_FOUND."""

BUSY = frozenset({0xC00000AB, 0xC00000AE, 0xC000020C})
"""What a host says of a pipe that it gives no further instance of: STATUS_INSTANCE_NOT_AVAILABLE, STATUS_PIPE_BUSY, and
STATUS_CONNECTION_DISCONNECTED (Samba)."""

OTHERWISE = frozenset({0xC0000002, 0xC000000D, 0xC0000010, 0xC00000AD, 0xC00000B4, 0xC00000BB, 0xC0000120, 0xC000019C})
"""Statuses that turn down a compound or a transceive, but not plain requests: NOT_IMPLEMENTED, INVALID_PARAMETER,
INVALID_DEVICE_REQUEST, INVALID_PIPE_STATE, INVALID_READ_MODE, NOT_SUPPORTED, CANCELLED (what Samba says
of a command that would wait in the middle of a compound), FS_DRIVER_REQUIRED."""

_BUSY = "all instances of the pipe are in use"
_GONE = "the host closed the pipe"
_SCARCE = "the host has no resources left for the pipe"
STATUSES: Mapping[int, tuple[Reason, str]] = {
    0xC0000022: (Reason.DENIED, "access is denied"),
    0xC000009A: (Reason.UNREACHABLE, _SCARCE),
    0xC00000AB: (Reason.UNREACHABLE, _BUSY),
    0xC00000AE: (Reason.UNREACHABLE, _BUSY),
    0xC00000B0: (Reason.UNREACHABLE, _GONE),
    0xC00000B1: (Reason.UNREACHABLE, _GONE),
    0xC00000B5: (Reason.TIMED_OUT, "the host gave up waiting"),
    0xC00000CA: (Reason.DENIED, "access to the share IPC$ is denied"),
    0xC00000CC: (Reason.UNSUPPORTED, "the host has no share IPC$"),
    0xC0000128: (Reason.UNREACHABLE, _GONE),
    0xC000014B: (Reason.UNREACHABLE, _GONE),
    0xC0000205: (Reason.UNREACHABLE, _SCARCE),
    0xC000020C: (Reason.UNREACHABLE, _GONE),
}
"""What a status says of a pipe; any other is unsupported, with its number."""

OPERATION_UNKNOWN = 0x1C010002
"""nca_s_op_rng_error: the interface has no such operation."""

CONTEXT_MISMATCH = 0x1C00001A
"""nca_s_fault_context_mismatch: the host knows no such handle, because what had opened it is gone."""

FAULTS: Mapping[int, tuple[Reason, str]] = {
    0x00000005: (Reason.DENIED, "the host's RPC denied the call"),
    0x000006F7: (Reason.UNSUPPORTED, "the host's RPC did not understand the call"),
    CONTEXT_MISMATCH: (Reason.UNREACHABLE, "the host forgot what it had opened"),
    0x1C00001B: (Reason.UNREACHABLE, "the host's RPC has no memory left"),
    OPERATION_UNKNOWN: (Reason.UNSUPPORTED, "the host's RPC has no such operation"),
    0x1C010003: (Reason.UNSUPPORTED, "the host's RPC does not know the interface"),
    0x1C010014: (Reason.UNREACHABLE, "the host's RPC is too busy"),
}
"""What a fault says of one call; any other is unsupported, with its number."""

CODES: Mapping[int, tuple[Reason, str]] = {
    5: (Reason.DENIED, "access is denied"),
    6: (Reason.UNSUPPORTED, "the host no longer knows what it had opened"),
    234: (Reason.MALFORMED, "the host keeps asking for more room than it had named"),
    1018: (Reason.UNSUPPORTED, "the key was deleted while it was read"),
    1072: (Reason.UNSUPPORTED, "the service is being deleted"),
    1115: (Reason.UNREACHABLE, "the host is shutting down"),
}
"""What a Win32 code says of one key, value or service; any other is unsupported, with its number."""

_FACES = {"winreg": "remote registry", "svcctl": "remote service control"}
_MISSING_REMEDIES = {
    "winreg": "the service Remote Registry is disabled or did not start: set it to start on demand",
    "svcctl": "the host takes no remote calls to its service control manager: see its policies for remote management",
}
_DENIED_REMEDIES = {
    "winreg": r"let the account read HKLM\SYSTEM\CurrentControlSet\Control\SecurePipeServers\winreg and the key",
    "svcctl": "let the account connect to the service control manager and query the service",
}


def status_outcome(pipe: str, status: int) -> Unknown:
    """Say what a status of SMB means for the questions that go through a pipe."""
    if status in MISSING:
        words = f"{_FACES[pipe]} not available: the host has no pipe {pipe} (status {status:#010x})"
        return Unknown(reason=Reason.UNREACHABLE, detail=f"{words}; {_MISSING_REMEDIES[pipe]}")
    reason, words = STATUSES.get(status, (Reason.UNSUPPORTED, "the host refused"))
    return _unknown(pipe, reason, f"pipe {pipe}: {words} (status {status:#010x})")


def fault_outcome(pipe: str, status: int) -> Unknown:
    """Say what a fault of the host's RPC means for the question that met it."""
    reason, words = FAULTS.get(status, (Reason.UNSUPPORTED, "the host's RPC failed"))
    return _unknown(pipe, reason, f"pipe {pipe}: {words} (fault {status:#010x})")


def code_outcome(pipe: str, code: int) -> Unknown:
    """Say what a Win32 code that is neither success nor absence means for the question that met it."""
    reason, words = CODES.get(code, (Reason.UNSUPPORTED, "the host failed"))
    return _unknown(pipe, reason, f"{words} (code {code})")


def _unknown(pipe: str, reason: Reason, words: str) -> Unknown:
    remedy = f"; {_DENIED_REMEDIES[pipe]}" if reason is Reason.DENIED else ""
    return Unknown(reason=reason, detail=words + remedy)
