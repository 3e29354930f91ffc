"""The one script that product hosts run, and the JEA files made from it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

FIRST_LINE = "# fleetscan-collect v1"
"""How the script begins; a host can recognise it by this line."""

FUNCTION = "Get-FleetScanFact"
"""What a constrained endpoint offers in the script's place."""

_FULL_LANGUAGE = re.compile(r"microsoft\.powershell|powershell\.[0-9]+(\.[0-9a-z.-]+)?", re.IGNORECASE)

_ROOM = files("fleetscan.transport.winrm")
_CAPABILITY_HEAD = """\
# Made from collect.ps1 by fleetscan.transport.winrm.script; do not edit.
@{
    GUID = '6f1d6a0b-4f0e-4b7e-9d7f-2c5a5d0e8b11'
    Description = 'Reads what fleetscan asks for, and nothing else.'
    ModulesToImport = 'CimCmdlets'
    VisibleFunctions = 'Get-FleetScanFact'
    FunctionDefinitions = @{
        Name = 'Get-FleetScanFact'
        ScriptBlock = {
"""
_CAPABILITY_TAIL = """\
        }
    }
}
"""


def constrained(configuration: str) -> bool:
    """Tell whether an endpoint is taken to offer the function in the script's place.

    Those that Windows and ``Enable-PSRemoting`` register for full sessions (``Microsoft.PowerShell``, ``PowerShell.7``,
    ``PowerShell.7.4.6``: Microsoft, about_Session_Configurations and "PowerShell remoting over WSMan") run the text.
    """
    return _FULL_LANGUAGE.fullmatch(configuration) is None


@cache
def collector() -> str:
    """Give the script's text."""
    return (_ROOM / "collect.ps1").read_text(encoding="ascii")


def role_capability() -> str:
    """Make ``FleetScan.psrc``: the same script as the body of the one visible function."""
    body = "".join(f"            {line}\n" if line else "\n" for line in collector().splitlines())
    return f"{_CAPABILITY_HEAD}{body}{_CAPABILITY_TAIL}"
