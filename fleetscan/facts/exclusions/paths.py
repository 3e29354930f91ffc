r"""Write the paths of exclusion lists so that two spellings of one folder become one text.

Law: the normal form is its own normal form, and it changes no meaning: case, either slash, doubled slashes, blanks and
quotes around the path, a slash or ``\*`` at its end, and the variables below. A variable that is not known stays as it
is written, for nobody but the host can resolve it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fleetscan.facts.senses import text, unknown
from fleetscan.model import Absent, Outcome, Reason, Unknown

VARIABLE = re.compile(r"%[^%\\]+%")
"""A variable of the environment."""

_ON_C = {
    "%programfiles(x86)%": r"c:\program files (x86)",
    "%programdata%": r"c:\programdata",
    "%allusersprofile%": r"c:\programdata",
    "%systemdrive%": "c:",
    "%systemroot%": r"c:\windows",
    "%windir%": r"c:\windows",
}
"""What these variables are on a Windows whose programs are on C: (inferred); elsewhere nobody can tell."""

_AROUND = ' "\0\t\r\n'
_RUN = re.compile(r"(?<=.)\\{2,}", re.DOTALL)


def variables(program_files: str, exchange: str | None = None) -> Mapping[str, str]:
    r"""Give the variables of a host in normal form, ``%name%`` -> folder.

    ``program_files`` is the folder of programs, ``exchange`` that of Exchange, which ``%ExchangeInstallPath%`` names
    with a ``\`` at its end (Microsoft's transport-agents.md); None when it is not known.
    """
    folder = normalise(program_files, {})
    on_c = _ON_C if folder.startswith("c:\\") else {}
    found = {**on_c, "%programfiles%": folder, "%programw6432%": folder}
    return found if exchange is None else {**found, "%exchangeinstallpath%": f"{normalise(exchange, found)}\\"}


def host_variables(programs: Outcome, exchange: Outcome) -> Mapping[str, str] | Unknown:
    """Take ProgramFilesDir and MsiInstallPath; without the first nobody can tell what the default folders are."""
    folder, install = text(programs, "the folder of programs"), text(exchange, "the folder of Exchange")
    if isinstance(folder, Unknown):
        return folder
    if isinstance(folder, Absent):
        return unknown(Reason.NOT_LOCATED, "the host does not say where programs are (ProgramFilesDir)")
    return variables(folder, install if isinstance(install, str) else None)


def normalise(path: str, known: Mapping[str, str]) -> str:
    r"""Write a path in lower case with backslashes, known variables resolved, no trailing slash or ``\*``."""
    lower = "".join(map(str.lower, path.strip(_AROUND).replace("/", "\\")))  # letter by letter, as Windows compares
    plain = _RUN.sub(r"\\", VARIABLE.sub(lambda found: known.get(found[0], found[0]), lower))
    end = len(plain)
    while end and (plain[end - 1] == "\\" or plain[end - 1] in _AROUND or plain.endswith("\\*", 0, end)):
        end -= 1
    return plain[:end]
