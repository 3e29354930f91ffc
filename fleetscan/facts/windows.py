"""What Windows is called and which build it is.

Source: HealthChecker's reading of the key ``Windows NT`` / ``CurrentVersion`` (documented).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from fleetscan.facts.senses import a_text, a_version, brief, number, text, unknown
from fleetscan.model import Absent, Outcome, Reason, Unknown

_BUILD = re.compile(r"[0-9]{3,7}")


def os_name(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Name Windows from ProductName, with ``(Server Core)`` behind it when InstallationType says so.

    InstallationType is absent on releases that know no Server Core.
    """
    product, kind = text(inputs[0], "ProductName"), text(inputs[1], "InstallationType")
    match product, kind:
        case str(), Unknown():
            return kind
        case str(), str() if kind.casefold() == "server core":
            return a_text(f"{product} (Server Core)")
        case str(), _:
            return a_text(product)
        case _:
            return product


def os_build(inputs: Sequence[Outcome], _at: datetime) -> Outcome:
    """Join CurrentBuild and UBR as ``17763.1971``; a release without UBR has its build alone.

    CurrentBuild of Windows 2003 holds a remark instead of a number: malformed.
    """
    build, revision = text(inputs[0], "CurrentBuild"), number(inputs[1], "UBR")
    if not isinstance(build, str):
        return build
    if not _BUILD.fullmatch(build):
        return unknown(Reason.MALFORMED, f"CurrentBuild is no number: {brief(build)}")
    match revision:
        case Unknown():
            return revision
        case Absent():
            return a_version((int(build),))
        case _:
            return a_version((int(build), revision))
