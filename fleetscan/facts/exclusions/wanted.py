r"""Folders that file-level scanners must leave alone, and exclusions that must be gone.

Sources: ScanMail's help and KA-0002129 for ScanMail's folders, the OfficeScan 10 guide for those of ScanMail 7;
Get-ExchAVExclusions.ps1 of microsoft/CSS-Exchange (2 April 2026) for Exchange's; Microsoft's advice of February 2023
for what must be gone (documented).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.exclusions.lists import piped
from fleetscan.facts.exclusions.queue import queue_folders
from fleetscan.facts.scanmail import DEFAULT_FOLDER
from fleetscan.facts.senses import ABSENT, mapping, some_texts, text, texts, unknown, version
from fleetscan.facts.version import Version
from fleetscan.model import Absent, Outcome, Reason, Unknown

_POOL, _OLD_POOL = rf"{DEFAULT_FOLDER}\SharedResPool", rf"{DEFAULT_FOLDER}\ShareResPool"
_SEVEN = 7
_SLASH = "\\"
_FIRST, _2013, _2016 = (15,), (15, 0), (15, 1)
_MAILBOX = (
    r"ClientAccess\OAB",
    "FIP-FS",
    "GroupMetrics",
    "Logging",
    r"TransportRoles\Data\Queue",
    r"TransportRoles\Data\SenderReputation",
    r"TransportRoles\Data\Temp",
    r"TransportRoles\Logs",
    r"TransportRoles\Pickup",
    r"TransportRoles\Replay",
    r"Working\OleConverter",
)
_EDGE = (r"TransportRoles\Data\Adam", r"TransportRoles\Data\IpFilter")
_UNIFIED_MESSAGING = tuple(rf"UnifiedMessaging\{name}" for name in ("Grammars", "Prompts", "Temp", "Voicemail"))
_MAILBOX_WINDOWS = (r"%SystemDrive%\inetpub\temp\IIS Temporary Compressed Files", r"%SystemRoot%\Temp\OICE_*")
_2013_WINDOWS = (r"%SystemRoot%\Temp", r"%SystemRoot%\Temp\ExchangeSetup")
_CLUSTER = r"%SystemRoot%\Cluster"

OBSOLETE_FOLDERS = (
    r"%SystemRoot%\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files",
    r"%SystemRoot%\System32\Inetsrv",
)
"""Folders that must no longer be excluded since February 2023: web shells hide there."""

OBSOLETE_PROCESSES = (
    r"%SystemRoot%\System32\WindowsPowerShell\v1.0\PowerShell.exe",
    r"%SystemRoot%\System32\inetsrv\w3wp.exe",
)
"""Processes that must no longer be excluded; Get-ExchAVExclusions.ps1 still lists the second."""


def _astray(inputs: Sequence[Outcome]) -> Unknown | None:
    """Say why ScanMail is not known to be in its default folder: its program there, that folder, its version."""
    controller, release = version(inputs[0], "servPolicyController.dll"), version(inputs[2], "ScanMail's version")
    folder = mapping(inputs[1], DEFAULT_FOLDER)
    if isinstance(controller, tuple):
        return None
    for why in (controller, folder, release):
        if isinstance(why, Unknown):
            return why
    if isinstance(release, tuple) and release[0] == _SEVEN and not isinstance(folder, Absent):
        return None
    return unknown(Reason.NOT_LOCATED, f"servPolicyController.dll is not in {DEFAULT_FOLDER}")


def scanmail_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the folders that ScanMail works in: storage and temp, or what TempDir names in its place (inferred).

    servPolicyController.dll in the default folder shows that ScanMail lives there; version 7, which has no such file,
    is taken to live there when the folder is there (inferred). Elsewhere the folders are not located.
    """
    astray, moved = _astray(inputs), text(inputs[3], "TempDir")
    for why in (astray, moved):
        if isinstance(why, Unknown):
            return why
    return some_texts((rf"{DEFAULT_FOLDER}\storage", moved if isinstance(moved, str) else rf"{DEFAULT_FOLDER}\temp"))


def scanmail_further_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List debug and the pool of files shared with Exchange.

    The pool is SharedResPool, or ShareResPool as older documents spell it: the one that is there, both when both are,
    the newer name when neither is (inferred).
    """
    astray = _astray(inputs)
    pools = tuple(zip((_POOL, _OLD_POOL), (mapping(inputs[3], _POOL), mapping(inputs[4], _OLD_POOL)), strict=True))
    for why in (astray, *(record for _, record in pools)):
        if isinstance(why, Unknown):
            return why
    pool = tuple(folder for folder, record in pools if not isinstance(record, Absent)) or (_POOL,)
    return some_texts((rf"{DEFAULT_FOLDER}\debug", *pool))


def scanmail_7_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Add ShareResPool to the folders that ScanMail works in: what OfficeScan's guide wants excluded for version 7."""
    folders = texts(inputs[0], "ScanMail's folders")
    return folders if isinstance(folders, Absent | Unknown) else some_texts((*folders, _OLD_POOL))


def told_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take the folders apart that somebody told, joined by pipes."""
    if isinstance(inputs[0], Unknown):
        return inputs[0]  # it says what to write in the inventory, and needs no name before it
    words = text(inputs[0], "the folders")
    return words if isinstance(words, Absent | Unknown) else some_texts(piped(words))


def exchange_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the folders that Exchange 2013 and later want excluded on a mailbox or an Edge server.

    Left out: the databases and their logs, a witness directory and the logs of IIS, which no place on the host names.
    Absent on other servers.
    """
    server = _server(inputs[0], inputs[1])
    if isinstance(server, Absent | Unknown):
        return server
    build, roles = server
    install, group, queue = text(inputs[2], "MsiInstallPath"), text(inputs[3], "the group"), queue_folders(inputs[4])
    if isinstance(install, Absent):
        return unknown(Reason.NOT_LOCATED, "the host does not say where Exchange is (MsiInstallPath)")
    if isinstance(install, Unknown):
        return install
    if isinstance(group, Unknown):
        return group
    if isinstance(queue, Unknown):
        return queue
    mailbox = "Mailbox" in roles
    table = (
        (mailbox, queue),
        (mailbox, _MAILBOX_WINDOWS),
        (mailbox and build[:2] == _2013, _2013_WINDOWS),
        (mailbox and isinstance(group, str), (_CLUSTER,)),
    )
    ours = [f"{install.rstrip(_SLASH)}\\{name}" for name in _of_exchange(build, roles)]
    return some_texts(tuple(dict.fromkeys((*ours, *(name for holds, names in table if holds for name in names)))))


def _server(build: Outcome, roles: Outcome) -> tuple[Version, tuple[str, ...]] | Absent | Unknown:
    """Take build and roles of a server for which there is a list."""
    numbers, names = version(build, "the build"), texts(roles, "the roles")
    if isinstance(numbers, Absent | Unknown):
        return numbers
    if numbers < _FIRST:
        return ABSENT
    if isinstance(names, Absent | Unknown):
        return names
    return (numbers, names) if {"Mailbox", "EdgeTransport"} & set(names) else ABSENT


def _of_exchange(build: Version, roles: Sequence[str]) -> tuple[str, ...]:
    """Name the folders below that of Exchange."""
    table = (
        ("Mailbox" in roles, _MAILBOX),
        ("EdgeTransport" in roles, _EDGE),
        ("UnifiedMessaging" in roles and build[:2] == _2016, _UNIFIED_MESSAGING),
        ("Mailbox" in roles and build[:2] == _2013, (r"Mailbox\MdbTemp",)),
    )
    return tuple(name for holds, names in table if holds for name in names)
