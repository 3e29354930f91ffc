"""ScanMail for Microsoft Exchange: is it there, which version, what of it runs, which folders are its own.

Names of services and folders are those that public code and Trend's articles use; the registry holds no documented
install path, so a ScanMail outside its default folder cannot be located.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.senses import NO, YES, a_version, mapping, runs, some_texts, text, version
from fleetscan.model import Absent, Outcome, Unknown

DEFAULT_FOLDER = r"%ProgramFiles%\Trend Micro\Smex"
"""Where setup puts ScanMail unless told otherwise (documented by public code)."""


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
