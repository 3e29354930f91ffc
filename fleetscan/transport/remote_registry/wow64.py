r"""Where a key of a question lives: its hive, and its path after WOW64. Pure.

Outside fact: on a 64-bit Windows the 32-bit view of a redirected key is found below ``Wow6432Node``, and all other keys
are shared (Microsoft, "Registry Keys Affected by Windows Installations That Include WOW", the column for Windows Server
2008 R2 and newer, and "WOW64 Symbolic Links"). The flag KEY_WOW64_32KEY is not sent: a plain user may be refused it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fleetscan.model import View
from fleetscan.transport.remote_registry.winreg import Hive

Bits: TypeAlias = Literal[32, 64]

_HIVES: Mapping[str, Hive] = {
    "HKLM": Hive.LOCAL_MACHINE,
    "HKEY_LOCAL_MACHINE": Hive.LOCAL_MACHINE,
    "HKU": Hive.USERS,
    "HKEY_USERS": Hive.USERS,
    "HKCR": Hive.CLASSES_ROOT,
    "HKEY_CLASSES_ROOT": Hive.CLASSES_ROOT,
    "HKCU": Hive.CURRENT_USER,
    "HKEY_CURRENT_USER": Hive.CURRENT_USER,
}

_NODE = "Wow6432Node"
_CLASSES = frozenset({"CLSID", "DIRECTSHOW", "INTERFACE", "MEDIA TYPE", "MEDIAFOUNDATION"})
"""Keys of classes that are redirected."""

_SHARED = frozenset(
    tuple(path.upper().split("\\"))
    for path in (
        _NODE,
        "Clients",
        "Policies",
        "RegisteredApplications",
        "Microsoft\\COM3",
        "Microsoft\\Cryptography\\Calais\\Current",
        "Microsoft\\Cryptography\\Calais\\Readers",
        "Microsoft\\Cryptography\\Services",
        "Microsoft\\CTF\\SystemShared",
        "Microsoft\\CTF\\TIP",
        "Microsoft\\DFS",
        "Microsoft\\Driver Signing",
        "Microsoft\\EnterpriseCertificates",
        "Microsoft\\EventSystem",
        "Microsoft\\MSMQ",
        "Microsoft\\Non-Driver Signing",
        "Microsoft\\Notepad\\DefaultFonts",
        "Microsoft\\OLE",
        "Microsoft\\RAS",
        "Microsoft\\RPC",
        "Microsoft\\Shared Tools\\MSInfo",
        "Microsoft\\SystemCertificates",
        "Microsoft\\TermServLicensing",
        "Microsoft\\TransactionServer",
        "Microsoft\\Windows\\CurrentVersion\\App Paths",
        "Microsoft\\Windows\\CurrentVersion\\Control Panel\\Cursors\\Schemes",
        "Microsoft\\Windows\\CurrentVersion\\Explorer\\AutoplayHandlers",
        "Microsoft\\Windows\\CurrentVersion\\Explorer\\DriveIcons",
        "Microsoft\\Windows\\CurrentVersion\\Explorer\\KindMap",
        "Microsoft\\Windows\\CurrentVersion\\Group Policy",
        "Microsoft\\Windows\\CurrentVersion\\Policies",
        "Microsoft\\Windows\\CurrentVersion\\PreviewHandlers",
        "Microsoft\\Windows\\CurrentVersion\\Setup",
        "Microsoft\\Windows\\CurrentVersion\\Telephony\\Locations",
        "Microsoft\\Windows NT\\CurrentVersion\\Console",
        "Microsoft\\Windows NT\\CurrentVersion\\FontDpi",
        "Microsoft\\Windows NT\\CurrentVersion\\FontLink",
        "Microsoft\\Windows NT\\CurrentVersion\\FontMapper",
        "Microsoft\\Windows NT\\CurrentVersion\\Fonts",
        "Microsoft\\Windows NT\\CurrentVersion\\FontSubstitutes",
        "Microsoft\\Windows NT\\CurrentVersion\\Gre_Initialize",
        "Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options",
        "Microsoft\\Windows NT\\CurrentVersion\\Language Pack",
        "Microsoft\\Windows NT\\CurrentVersion\\NetworkCards",
        "Microsoft\\Windows NT\\CurrentVersion\\Perflib",
        "Microsoft\\Windows NT\\CurrentVersion\\Ports",
        "Microsoft\\Windows NT\\CurrentVersion\\Print",
        "Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
        "Microsoft\\Windows NT\\CurrentVersion\\Time Zones",
    )
)
r"""Keys below ``HKLM\SOFTWARE`` that both views share."""

_DEEPEST = max(map(len, _SHARED))


@dataclass(frozen=True, slots=True)
class Location:
    """A hive, and a path below it; the path is empty for the hive itself."""

    hive: Hive
    path: str


def locate(key: str, view: View, bits: Bits) -> Location | None:
    """Find where a key of a view lives on a machine of so many bits; ``None`` when its text names no hive.

    Backslashes that are doubled or at an end mean nothing, as for .NET.
    """
    head, *rest = key.split("\\")
    hive = _HIVES.get(head.upper())
    if hive is None:
        return None
    parts = [part for part in rest if part]
    if view == 32 and bits == 64:  # noqa: PLR2004 - the two views by their names
        parts = _redirected(hive, parts)
    return Location(hive, "\\".join(parts))


def _redirected(hive: Hive, parts: list[str]) -> list[str]:
    """Put the node where the 32-bit view has it."""
    upper = [part.upper() for part in parts]
    depth = _classes(hive, upper)
    if depth is not None:
        return _below(parts, depth) if upper[depth : depth + 1] and upper[depth] in _CLASSES else parts
    if hive is not Hive.LOCAL_MACHINE or upper[:1] != ["SOFTWARE"]:
        return parts
    shared = any(tuple(upper[1:end]) in _SHARED for end in range(2, _DEEPEST + 2))
    return parts if shared else _below(parts, 1)


def _classes(hive: Hive, upper: list[str]) -> int | None:
    """Tell how deep the key is that holds the classes, when the path goes through it."""
    if hive is Hive.CLASSES_ROOT:
        return 0
    start = 1 if hive is Hive.USERS else 0
    return start + 2 if upper[start : start + 2] == ["SOFTWARE", "CLASSES"] else None


def _below(parts: list[str], depth: int) -> list[str]:
    return [*parts[:depth], _NODE, *parts[depth:]]
