"""ScanMail for Microsoft Exchange: is it there, which version, what of it runs, which folders are its own.

Names of services and folders are those that public code and Trend's articles use; the registry holds no documented
install path, so a ScanMail outside its default folder cannot be located.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.senses import NO, YES, a_version, mapping, runs, some_texts, text, unknown, version
from fleetscan.model import Absent, Outcome, Reason, Unknown

DEFAULT_FOLDER = r"%ProgramFiles%\Trend Micro\Smex"
"""Where setup puts ScanMail unless told otherwise (documented by public code)."""

_STORAGE, _TEMP, _DEBUG, _POOL, _OLD_POOL = (
    rf"{DEFAULT_FOLDER}\{name}" for name in ("storage", "temp", "debug", "SharedResPool", "ShareResPool")
)


def scanmail_installed(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Say yes when a service ``ScanMail_*`` is installed or the registry names a version, no when both say no.

    The registry alone counts too: the small-business variant shares the key and may not share the services.
    """
    services, release = mapping(inputs[0], "ScanMail_*"), text(inputs[1], "Version")
    if isinstance(release, str) or (not isinstance(services, Absent | Unknown) and services):
        return YES
    for why in (services, release):
        if isinstance(why, Unknown):
            return why
    return NO


def scanmail_version(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Take the version in the registry, else the file version of servPolicyController.dll.

    When neither is known, the unknown one is named, the registry's first.
    """
    release, controller = version(inputs[0], "Version"), version(inputs[1], "servPolicyController.dll")
    if isinstance(release, tuple):
        return a_version(release)
    if isinstance(controller, tuple):
        return a_version(controller)
    return release if isinstance(release, Unknown) else controller


def scanmail_small_business(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Say yes to the Messaging Security Agent of Worry-Free: its own folder is there, ScanMail's program is not.

    The agent shares ScanMail's registry key; that it may lack ScanMail's services and transport agent is inferred.
    """
    folder, controller = mapping(inputs[0], "Messaging Security Agent"), version(inputs[1], "servPolicyController.dll")
    if isinstance(folder, Absent) or isinstance(controller, tuple):
        return NO
    for why in (folder, controller):
        if isinstance(why, Unknown):
            return why
    return YES


def scanmail_services(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the services of ScanMail that run, sorted."""
    services = mapping(inputs[0], "ScanMail_*")
    if isinstance(services, Absent | Unknown):
        return services
    return some_texts(sorted(name for name, record in services.items() if runs(record)))


def scanmail_folders(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """List the folders that file-level scanners must leave alone: storage, temp, debug and the shared resource pool.

    Source: ScanMail's help, and KA-0002129 for the pool (documented). servPolicyController.dll in the default folder
    shows that ScanMail lives there; without it the folders are not located. TempDir, when set, takes the place of
    temp. The pool is SharedResPool, or ShareResPool as older documents spell it: the one that is there, both when
    both are, the newer name when neither is (inferred).
    """
    controller, moved = version(inputs[0], "servPolicyController.dll"), text(inputs[1], "TempDir")
    pools = tuple(zip((_POOL, _OLD_POOL), (mapping(inputs[2], _POOL), mapping(inputs[3], _OLD_POOL)), strict=True))
    for why in (controller, moved, *(record for _, record in pools)):
        if isinstance(why, Unknown):
            return why
    if isinstance(controller, Absent):
        return unknown(Reason.NOT_LOCATED, f"servPolicyController.dll is not in {DEFAULT_FOLDER}")
    pool = tuple(folder for folder, record in pools if not isinstance(record, Absent)) or (_POOL,)
    return some_texts((_STORAGE, moved if isinstance(moved, str) else _TEMP, _DEBUG, *pool))
