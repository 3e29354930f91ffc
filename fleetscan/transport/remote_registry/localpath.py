r"""Where a file lies: a question's path -> a share of the machine and the path below it. Pure.

Law: what leaves here names a file on a drive of the machine itself, ``X:\...``; no share of another machine, no device,
no stream, no way up (``..``) and no wildcard is ever put into a request.

Repeated, missing and foreign separators, ``.`` and what Windows drops at the end of names are treated as Windows does
(Microsoft Learn, "File path formats on Windows systems"), because over SMB nobody else does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from fleetscan.model import Absent, File, Known, Outcome, Reason, RegistryValue, Unknown
from fleetscan.transport.remote_registry.fileinfo import Off
from fleetscan.transport.remote_registry.place import NotExpandedError, Place
from fleetscan.transport.words import plain

_LOCAL = re.compile(r"([A-Za-z]):\\")
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:\..*)?", re.IGNORECASE)
_LONGEST = 32_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    r"""A share (``C$``) and a path below it, ``\`` between names, "" for the root of the drive."""

    share: str
    path: str


def locate(question: File, bases: Mapping[RegistryValue, Outcome], place: Place) -> Location:
    """Work out where a file is. Raises Off: the outcome of its base, or why its path is refused."""
    try:
        path = _whole(question, bases, place)
    except NotExpandedError as error:
        raise Off(error.outcome) from None
    local = _LOCAL.match(path)
    if local is None or len(path) > _LONGEST:
        raise _not_local(path)
    names = [_trimmed(name) for name in path[local.end() :].replace("/", "\\").split("\\") if name not in ("", ".")]
    if names:
        names[-1] = names[-1].rstrip(". ") if names[-1] != ".." else ".."
    if any(_refused(name) for name in names):
        raise _not_local(path)
    return Location(share=f"{local[1].upper()}$", path="\\".join(names))


def _whole(question: File, bases: Mapping[RegistryValue, Outcome], place: Place) -> str:
    path = place.expand(question.path)
    if question.base is None:
        return path
    directory = place.expand(_directory(bases.get(question.base)))
    return directory.rstrip("\\") + "\\" + path.lstrip("\\") if path else directory


def _directory(base: Outcome | None) -> str:
    """Take the directory out of a registry value; what is not a directory is the file's outcome, too."""
    match base:
        case Known(value=str(directory)) if directory:
            return directory
        case Known():
            words = "The base of this file holds no directory."
            raise Off(Unknown(reason=Reason.UNSUPPORTED, detail=words))
        case Absent() | Unknown():
            raise Off(base)
        case None:
            words = "The registry value that names the directory of this file was not read."
            raise Off(Unknown(reason=Reason.NOT_ASKED, detail=words))
        case _ as never:
            assert_never(never)


def _trimmed(name: str) -> str:
    """Drop a single dot at the end of a name, which Windows does."""
    return name[:-1] if name.endswith(".") and not name.endswith("..") else name


def _refused(name: str) -> bool:
    return name in ("", "..") or bool(_REFUSED.search(name) or _DEVICE.fullmatch(name))


def _not_local(path: str) -> Off:
    return Off(Unknown(reason=Reason.UNSUPPORTED, detail=f"'{plain(path, 300)}' is not a path on a local disk."))
