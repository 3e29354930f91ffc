"""What an NTSTATUS means for a question about a file: absent, or unknown and why.

Law: only the file system's own word that a name is not there makes a file absent. A share that is not there, or that
this account may not use, leaves the file unknown.

Where both ways to a host can meet the same trouble, the reason is the one that the collector gives over WinRM: what
Win32 makes of the status, and .NET of that (MS-ERREF 2.3; "denied" is ERROR_ACCESS_DENIED, the rest is an error).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from fleetscan.model import Absent, Outcome, Reason, Unknown
from fleetscan.transport.remote_registry.flow import Reply

SUCCESS = 0x0000_0000
END_OF_FILE = 0xC000_0011
NO_SUCH_FILE = 0xC000_000F
NO_FILES = (0x8000_0006, NO_SUCH_FILE)
"""STATUS_NO_MORE_FILES, and what comes in its place when there was none at all (MS-SMB2, 3.3.5.18)."""

Row: TypeAlias = tuple[str, Reason, str]
"""Name of the status, reason, what it means and what to do."""

ABSENT: Mapping[int, str] = {
    NO_SUCH_FILE: "STATUS_NO_SUCH_FILE",
    0xC000_0034: "STATUS_OBJECT_NAME_NOT_FOUND",
    0xC000_003A: "STATUS_OBJECT_PATH_NOT_FOUND",
}
"""The name, or a directory above it, is not there."""

FILES: Mapping[int, Row] = {
    0x8000_002D: (
        "STATUS_STOPPED_ON_SYMLINK",
        Reason.UNSUPPORTED,
        "The path leads over a symbolic link, which is not followed.",
    ),
    0xC000_0022: ("STATUS_ACCESS_DENIED", Reason.DENIED, "Access to the path is denied."),
    0xC000_0033: ("STATUS_OBJECT_NAME_INVALID", Reason.UNSUPPORTED, "The host does not take this for a file name."),
    0xC000_0043: (
        "STATUS_SHARING_VIOLATION",
        Reason.UNSUPPORTED,
        "The file is in use by a program that lets nobody else read it.",
    ),
    0xC000_0054: ("STATUS_FILE_LOCK_CONFLICT", Reason.UNSUPPORTED, "A part of the file is locked by a program."),
    0xC000_0056: ("STATUS_DELETE_PENDING", Reason.DENIED, "The file is being deleted."),
    0xC000_00BA: ("STATUS_FILE_IS_A_DIRECTORY", Reason.UNSUPPORTED, "This is a directory, not a file."),
    0xC000_0103: ("STATUS_NOT_A_DIRECTORY", Reason.UNSUPPORTED, "This is a file, not a directory."),
    0xC000_0257: (
        "STATUS_PATH_NOT_COVERED",
        Reason.UNSUPPORTED,
        "The path leads to another machine (DFS), which is not followed.",
    ),
}
"""What the file system says."""

_NOT_ADMITTED = "The host does not give this account its share {share}: use a local administrator, or encryption."

SHARES: Mapping[int, Row] = {
    0xC000_0022: (
        "STATUS_ACCESS_DENIED",
        Reason.DENIED,
        _NOT_ADMITTED,
    ),
    0xC000_00CA: (
        "STATUS_NETWORK_ACCESS_DENIED",
        Reason.DENIED,
        _NOT_ADMITTED,
    ),
    0xC000_00CC: (
        "STATUS_BAD_NETWORK_NAME",
        Reason.UNSUPPORTED,
        "The host has no share {share}: no such drive, or no administrative shares (AutoShareServer); ask over WinRM.",
    ),
}
"""What the server says of the share itself."""


def missing_or_refused(reply: Reply, share: str) -> Outcome:
    """Tell what became of a file that could not be opened.

    The channel answers with an empty body when the share could not be connected: then the file was never asked for.
    An error of the CREATE itself has a body of nine bytes (MS-SMB2, 2.2.2).
    """
    return Absent() if reply.body and reply.status in ABSENT else refused(reply, share)


def refused(reply: Reply, share: str) -> Unknown:
    """Tell why something cannot be known of a file; never that the file is absent."""
    row = (FILES if reply.body else SHARES).get(reply.status)
    if row is None:
        return Unknown(reason=Reason.UNSUPPORTED, detail=f"The host answered with the status 0x{reply.status:08X}.")
    name, reason, words = row
    return Unknown(reason=reason, detail=f"{words.format(share=share)} ({name})")
